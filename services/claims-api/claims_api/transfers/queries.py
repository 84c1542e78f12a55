"""SQL of transfers."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.rows import Paged, insert_row
from claims_api.ledger.domain import AR_ACCOUNTS, Account
from claims_api.ledger.events import LedgerEvent

_AR: Final = ", ".join(str(int(account)) for account in AR_ACCOUNTS)
_INSURED: Final = int(Account.AR_INSURANCE)

_LINES: Final = """
SELECT DISTINCT l.charge_id FROM claims.claim c
JOIN claims.claim_line l ON l.practice_id = $1 AND l.claim_id = c.id AND l.version = c.version
WHERE c.practice_id = $1 AND c.id = $2
"""

_OPEN: Final = """
SELECT b.charge_id, b.claim_id, b.account, b.party_id, b.sequence, b.balance_cents, h.patient_id, h.guarantor_id,
       h.service_from
FROM claims.ar_balance b
JOIN claims.charge h ON h.practice_id = $1 AND h.id = b.charge_id
WHERE b.practice_id = $1 AND b.charge_id = ANY($2::uuid[]) AND b.account = ANY($3::smallint[]) AND b.balance_cents > 0
  AND ($4::uuid IS NULL OR b.party_id = $4)
ORDER BY b.charge_id, b.account, b.party_id
FOR UPDATE OF b
"""

_CLAIMS: Final = """
SELECT DISTINCT c.id, c.coverage_id, c.submission_state, c.adjudication_state
FROM claims.claim_line l
JOIN claims.claim c ON c.practice_id = $1 AND c.id = l.claim_id AND c.version = l.version
WHERE l.practice_id = $1 AND l.charge_id = ANY($2::uuid[]) AND c.submission_state <> 'voided'
"""

# What each coverage decided last of each charge.
_STATED: Final = """
WITH decided AS MATERIALIZED (
    SELECT DISTINCT ON (l.charge_id) l.charge_id, k.remittance_id, k.n
    FROM claims.remittance_claim k
    JOIN claims.remittance r ON r.practice_id = $1 AND r.id = k.remittance_id
    JOIN claims.remittance_line l
      ON l.practice_id = $1 AND l.remittance_id = k.remittance_id AND l.claim_n = k.n AND l.charge_id = ANY($3::uuid[])
    WHERE k.practice_id = $1 AND k.claim_id = ANY($2::uuid[]) AND k.coverage_id = $4 AND k.state = 'posted'
      AND k.clp_status <> '22'
    ORDER BY l.charge_id, r.received_at DESC, k.n DESC
)
SELECT d.charge_id, a.group_code, a.carc, coalesce(a.amount_cents, 0) AS amount_cents
FROM decided d
JOIN claims.remittance_line l
  ON l.practice_id = $1 AND l.remittance_id = d.remittance_id AND l.claim_n = d.n AND l.charge_id = d.charge_id
LEFT JOIN claims.remittance_adjustment a
  ON a.practice_id = $1 AND a.remittance_id = d.remittance_id AND a.claim_n = d.n AND a.line_n = l.n
"""

# What left a payer's balance for another party, less what came back because that was undone.
_MOVED: Final = f"""
SELECT charge_id, sum(cents)::bigint AS cents FROM (
    SELECT p.charge_id, p.amount_cents AS cents FROM claims.posting p
    WHERE p.practice_id = $1 AND p.charge_id = ANY($2::uuid[]) AND p.credit_account = {_INSURED}
      AND p.credit_party_id = $3 AND p.debit_account IN ({_AR})
      AND p.entry IN ('{LedgerEvent.SHARE_TRANSFER}', '{LedgerEvent.SECONDARY_PAYMENT}', '{LedgerEvent.CORRECTION}',
                      '{LedgerEvent.RESPONSIBILITY_CHANGE}')
    UNION ALL
    SELECT p.charge_id, -p.amount_cents FROM claims.posting p
    WHERE p.practice_id = $1 AND p.charge_id = ANY($2::uuid[]) AND p.debit_account = {_INSURED}
      AND p.debit_party_id = $3 AND p.credit_account IN ({_AR})
      AND p.entry IN ('{LedgerEvent.REVERSAL}', '{LedgerEvent.POSTED_WRONG}')
) m GROUP BY charge_id
"""

_COVERAGES: Final = """
SELECT v.id, v.rank, v.starts_on, v.ends_on, v.network_status,
       EXISTS (SELECT FROM claims.remittance_claim k
               WHERE k.practice_id = $1 AND k.claim_id = ANY($3::uuid[]) AND k.coverage_id = v.id
                 AND k.state = 'posted' AND k.clp_status <> '22') AS decided
FROM claims.coverage v WHERE v.practice_id = $1 AND v.patient_id = $2
ORDER BY v.rank, v.id
"""

_CREDIT: Final = f"""
SELECT EXISTS (SELECT FROM claims.credit_balance
               WHERE practice_id = $1 AND charge_id = ANY($2::uuid[])
                 AND account = {int(Account.REFUNDS_PAYABLE_PAYER)} AND party_id = $3 AND balance_cents > 0)
"""

_CONSENT: Final = """
SELECT EXISTS (
    SELECT FROM claims.document d
    JOIN claims.document_link l ON l.practice_id = $1 AND l.document_id = d.id
    WHERE d.practice_id = $1 AND d.id = $2 AND d.kind = 'consent'
      AND ((l.kind = 'patient' AND l.target_id = $3) OR (l.kind = 'claim' AND l.target_id = $4)))
"""

_SHOWN: Final = """
SELECT t.*, coalesce((SELECT jsonb_agg(jsonb_build_object('charge_id', l.charge_id, 'amount_cents', l.amount_cents)
                                       ORDER BY l.charge_id)
                      FROM claims.transfer_line l WHERE l.practice_id = $1 AND l.transfer_id = t.id), '[]') AS lines,
       CASE WHEN u.id IS NULL THEN 'posted' ELSE 'reversed' END AS state, u.id AS reversal_journal_id,
       u.reason AS reversed_reason, CASE WHEN u.id IS NULL THEN 1 ELSE 2 END AS version,
       coalesce(u.posted_at, t.created_at) AS updated_at
FROM claims.transfer t
LEFT JOIN claims.journal u ON u.practice_id = $1 AND u.reverses_journal_id = t.journal_id
"""


async def charges_of(connection: Connection, practice_id: int, claim_id: UUID) -> list[UUID]:
    """Of the claim's newest version; empty for a claim that is not there."""
    return [row["charge_id"] for row in await connection.fetch(_LINES, practice_id, claim_id)]


async def open_buckets(
    connection: Connection, practice_id: int, charges: Sequence[UUID], accounts: Sequence[int], party_id: UUID | None
) -> list[Row]:
    """What is open of the charges in these receivables, with their patient; locked."""
    return await connection.fetch(_OPEN, practice_id, charges, accounts, party_id)


async def claims_of(connection: Connection, practice_id: int, charges: Sequence[UUID]) -> list[Row]:
    """Claims that bill the charges now, to whichever payer."""
    return await connection.fetch(_CLAIMS, practice_id, charges)


async def stated(
    connection: Connection, practice_id: int, claims: Sequence[UUID], charges: Sequence[UUID], coverage_id: UUID
) -> list[Row]:
    """The adjustments of the coverage's newest decision, by charge; a decided charge has a row at least."""
    return await connection.fetch(_STATED, practice_id, claims, charges, coverage_id)


async def moved(
    connection: Connection, practice_id: int, charges: Sequence[UUID], coverage_id: UUID
) -> dict[UUID, int]:
    rows = await connection.fetch(_MOVED, practice_id, charges, coverage_id)
    return {row["charge_id"]: row["cents"] for row in rows}


async def coverages_of(connection: Connection, practice_id: int, patient_id: UUID, claims: Sequence[UUID]) -> list[Row]:
    """The patient's coverages, and whether each has decided on one of the claims."""
    return await connection.fetch(_COVERAGES, practice_id, patient_id, claims)


async def has_credit(connection: Connection, practice_id: int, charges: Sequence[UUID], coverage_id: UUID) -> bool:
    return bool(await connection.fetchval(_CREDIT, practice_id, charges, coverage_id))


async def is_consent(
    connection: Connection, practice_id: int, document_id: UUID, patient_id: UUID, claim_id: UUID | None
) -> bool:
    """Whether the document is a consent of this patient, or about this claim."""
    return bool(await connection.fetchval(_CONSENT, practice_id, document_id, patient_id, claim_id))


async def insert_transfer(connection: Connection, row: dict[str, Any], lines: Sequence[tuple[UUID, int]]) -> None:
    await insert_row(connection, "claims.transfer", row)
    await connection.execute(
        "INSERT INTO claims.transfer_line (practice_id, transfer_id, charge_id, amount_cents) "
        "SELECT $1, $2, l.charge_id, l.cents FROM unnest($3::uuid[], $4::bigint[]) AS l(charge_id, cents)",
        row["practice_id"],
        row["id"],
        [charge for charge, _ in lines],
        [cents for _, cents in lines],
    )


async def transfer_row(
    connection: Connection, practice_id: int, transfer_id: UUID, *, lock: bool = False
) -> Row | None:
    """Locked first and read then: who waited for the lock sees that it was taken back meanwhile."""
    if lock:
        await connection.execute(
            "SELECT FROM claims.transfer WHERE practice_id = $1 AND id = $2 FOR UPDATE", practice_id, transfer_id
        )
    return await connection.fetchrow(f"{_SHOWN} WHERE t.practice_id = $1 AND t.id = $2", practice_id, transfer_id)


transfer_page = Paged(
    _SHOWN,
    "t",
    {
        "claim_id": "t.claim_id = {}",
        "patient_id": "t.patient_id = {}",
        "reason": "t.reason = {}",
        "state": "CASE WHEN u.id IS NULL THEN 'posted' ELSE 'reversed' END = {}",
    },
    newest_first=True,
).rows
"""Newest first."""
