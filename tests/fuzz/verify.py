"""What must hold of a file whatever is in it: nothing half posted, nothing refused without saying where and why."""

from collections.abc import Sequence
from typing import Any, Final

Connection = Any

# A payment whose money does not stand in clearing to the cent, or one that waits and moved something.
_PAYMENTS: Final = """
SELECT r.file_id, r.id, r.state, r.payment_cents, r.claims_paid_cents - r.provider_adjustment_cents AS comes_to,
       (SELECT coalesce(sum(e.amount_cents), 0) FROM claims.ledger_entry e
        WHERE e.practice_id = $1 AND e.remittance_id = r.id AND e.account = 1040 AND e.party_id = r.id)::bigint
           AS clearing,
       (SELECT count(*) FROM claims.posting p WHERE p.practice_id = $1 AND p.remittance_id = r.id) AS postings,
       (SELECT count(*) FROM claims.remittance_claim c WHERE c.practice_id = $1 AND c.remittance_id = r.id) AS claims,
       (SELECT coalesce(sum(CASE p.debit_account WHEN 1040 THEN p.amount_cents ELSE -p.amount_cents END), 0)
        FROM claims.posting p
        WHERE p.practice_id = $1 AND p.remittance_id = r.id AND p.entry = 'E46')::bigint AS held,
       (SELECT coalesce(sum(c.paid_cents), 0) FROM claims.remittance_claim c
        WHERE c.practice_id = $1 AND c.remittance_id = r.id AND c.state = 'held')::bigint AS to_hold,
       r.claim_count
FROM claims.remittance r WHERE r.practice_id = $1 AND r.file_id = ANY($2::uuid[])
"""
# A claim some of whose money or lines went another way than the claim; what is held posts for the payment as a whole.
_CLAIMS: Final = """
SELECT r.file_id, c.remittance_id, c.n, c.state, c.hold_reason, c.paid_cents, m.cash, m.postings
FROM claims.remittance r
JOIN claims.remittance_claim c ON c.practice_id = $1 AND c.remittance_id = r.id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE 1040 WHEN p.debit_account THEN p.amount_cents WHEN p.credit_account THEN -p.amount_cents
                        ELSE 0 END), 0)::bigint AS cash, count(*) AS postings
    FROM claims.posting p
    WHERE p.practice_id = $1 AND p.remittance_id = r.id AND p.remittance_claim_n = c.n
) m
WHERE r.practice_id = $1 AND r.file_id = ANY($2::uuid[]) AND NOT CASE c.state
    WHEN 'posted' THEN m.cash = c.paid_cents
    WHEN 'held' THEN m.postings = 0 AND c.hold_reason IS NOT NULL
    WHEN 'memo' THEN m.postings = 0 AND c.paid_cents = 0
    ELSE m.postings = 0 END
"""
_REFUSED: Final = frozenset({"queued", "rejected", "payee_not_ours"})
PLACES: Final = ("segment_index", "segment", "byte_offset", "transaction_control", "group_control")
# Refusals that are about the transaction as a whole; answers to what we sent are refused by what they are for.
_OF_THE_WHOLE: Final = frozenset({"payment_looks_like_a_posted_one"})
_ANSWERS: Final = frozenset({"999", "277", "TA1"})


Wrong = dict[str, list[str]]
"""By file, a line for each thing that must not be."""


async def wrong_with(connection: Connection, practice_id: int, files: Sequence[dict[str, Any]]) -> Wrong:
    """Of files that came in, as the answers to their uploads; those that are right are left out."""
    found = await _half_posted(connection, practice_id, [file["id"] for file in files])
    for file in files:
        found.setdefault(file["id"], []).extend(_unexplained(file))
    return {file_id: lines for file_id, lines in found.items() if lines}


def transactions(file: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        transaction
        for interchange in file["interchanges"]
        for group in interchange["groups"]
        for transaction in group["transactions"]
    ]


def _unexplained(file: dict[str, Any]) -> list[str]:
    found = [f"the file is {file['state']}"] if file["state"] != "processed" else []
    inside = transactions(file)
    if not inside and not any(explains(finding) for finding in file["findings"]):
        found.append(f"nothing was read and no finding says why: {file['findings']}")
    return found + [
        f"{transaction['set']} is {transaction['state']} and no finding says where and why: {transaction}"
        for transaction in inside
        if transaction["state"] in _REFUSED and not _is_explained(transaction)
    ]


def _is_explained(transaction: dict[str, Any]) -> bool:
    if transaction["set"] in _ANSWERS:
        return any(finding["code"] and finding["text"] for finding in transaction["findings"])
    return any(explains(finding) for finding in transaction["findings"])


def explains(finding: dict[str, Any]) -> bool:
    """Whether it is an error with a code, a sentence and a place."""
    named = finding["severity"] == "error" and finding["code"] and finding["text"]
    return bool(named and (finding["code"] in _OF_THE_WHOLE or any(place in finding for place in PLACES)))


async def _half_posted(connection: Connection, practice_id: int, file_ids: list[str]) -> Wrong:
    found: Wrong = {}
    for row in await connection.fetch(_PAYMENTS, practice_id, file_ids):
        if row["state"] in ("posted", "posted_with_held"):
            whole = row["clearing"] == row["payment_cents"] == row["comes_to"] and row["held"] == row["to_hold"]
        else:
            whole = row["postings"] == 0
        if row["state"] != "duplicate":
            whole = whole and row["claims"] == row["claim_count"]
        if not whole:
            found.setdefault(str(row["file_id"]), []).append(f"half posted payment: {dict(row)}")
    for row in await connection.fetch(_CLAIMS, practice_id, file_ids):
        found.setdefault(str(row["file_id"]), []).append(f"half posted claim: {dict(row)}")
    return found
