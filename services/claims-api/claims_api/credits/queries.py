"""SQL of what is known about a credit: the payments on its charge, and what its party owes elsewhere."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row

# What each payment brought to a receivable of the charge, less what it took back; a receipt counts by itself.
_PAYMENTS: Final = """
SELECT s.charge_id, s.party_id, s.of_id, sum(s.cents)::bigint AS cents, max(s.paid_as) AS paid_as
FROM (
    SELECT g.charge_id,
           CASE WHEN g.credit_account IN (1100, 1110, 1115) THEN g.credit_party_id ELSE g.debit_party_id END
               AS party_id,
           coalesce(g.remittance_id, j.source_id) AS of_id, g.journal_id,
           CASE WHEN g.credit_account IN (1100, 1110, 1115) THEN g.amount_cents ELSE -g.amount_cents END AS cents,
           k.clp_status AS paid_as
    FROM claims.posting g
    JOIN claims.journal j ON j.practice_id = $1 AND j.id = g.journal_id
    LEFT JOIN claims.remittance_claim k
      ON k.practice_id = $1 AND k.remittance_id = g.remittance_id AND k.n = g.remittance_claim_n
    WHERE g.practice_id = $1 AND g.charge_id = ANY($2::uuid[])
      AND ((g.credit_account IN (1100, 1110, 1115) AND g.debit_account IN (1030, 1040, 1200, 2000, 2010))
           OR (g.debit_account IN (1100, 1110, 1115) AND g.credit_account IN (1030, 1040, 1200, 2000, 2010)))
) s
GROUP BY s.charge_id, s.party_id, s.of_id HAVING sum(s.cents) <> 0
ORDER BY min(s.journal_id::text)
"""
_OPEN: Final = """
SELECT b.party_id, b.charge_id, b.claim_id, sum(b.balance_cents)::bigint AS cents
FROM claims.ar_balance b
WHERE b.practice_id = $1 AND b.party_id = ANY($2::uuid[]) AND b.balance_cents > 0
GROUP BY b.party_id, b.charge_id, b.claim_id
ORDER BY b.party_id, b.charge_id
"""

# A remark obliges for the claim or line that carries it; the newest payment that does so counts.
_REMARKS: Final = """
SELECT DISTINCT ON (k.claim_id) k.claim_id, m.code, r.received_at
FROM claims.remittance_claim k
JOIN claims.remittance r ON r.practice_id = $1 AND r.id = k.remittance_id
CROSS JOIN LATERAL (
    SELECT unnest(k.remark_codes) AS code
    UNION
    SELECT unnest(l.remark_codes) FROM claims.remittance_line l
    WHERE l.practice_id = $1 AND l.remittance_id = k.remittance_id AND l.claim_n = k.n
) m
WHERE k.practice_id = $1 AND k.claim_id = ANY($2::uuid[]) AND k.state = 'posted' AND m.code = ANY($3::text[])
ORDER BY k.claim_id, r.received_at
"""


async def payment_rows(connection: Connection, practice_id: int, charges: Sequence[UUID]) -> list[Row]:
    """By charge, party and payment, oldest first; below zero where more was taken back than brought."""
    return await connection.fetch(_PAYMENTS, practice_id, list(charges))


async def open_rows(connection: Connection, practice_id: int, parties: Sequence[UUID]) -> list[Row]:
    """What the parties owe, by charge."""
    return await connection.fetch(_OPEN, practice_id, list(parties))


async def remark_rows(
    connection: Connection, practice_id: int, claims: Sequence[UUID], codes: Sequence[str]
) -> list[Row]:
    """By claim: the first posted remittance whose remark is one of the codes."""
    return await connection.fetch(_REMARKS, practice_id, list(claims), list(codes))


async def states_of_guarantors(connection: Connection, practice_id: int, guarantors: Sequence[UUID]) -> dict[UUID, str]:
    """The state of the last known address, where one is known."""
    rows = await connection.fetch(
        "SELECT id, address->>'state' AS state FROM claims.guarantor WHERE practice_id = $1 AND id = ANY($2::uuid[]) "
        "AND address->>'state' IS NOT NULL",
        practice_id,
        list(guarantors),
    )
    return {row["id"]: row["state"] for row in rows}


async def coverage_of_charge(connection: Connection, practice_id: int, charge_id: UUID) -> Row | None:
    """`claim_id` and `coverage_id` of the newest live claim that bills the charge."""
    return await connection.fetchrow(
        "SELECT c.id AS claim_id, c.coverage_id FROM claims.claim_line l "
        "JOIN claims.claim c ON c.practice_id = $1 AND c.id = l.claim_id "
        "WHERE l.practice_id = $1 AND l.charge_id = $2 ORDER BY c.id LIMIT 1",
        practice_id,
        charge_id,
    )


async def coverage_fits(connection: Connection, practice_id: int, charge_id: UUID, coverage_id: UUID) -> bool:
    """Whether the coverage is one of the patient to whom the charge belongs."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM claims.claim_line l "
            "JOIN claims.claim c ON c.practice_id = $1 AND c.id = l.claim_id "
            "JOIN claims.coverage v ON v.practice_id = $1 AND v.patient_id = c.patient_id "
            "WHERE l.practice_id = $1 AND l.charge_id = $2 AND v.id = $3)",
            practice_id,
            charge_id,
            coverage_id,
        )
    )


async def payer_of(connection: Connection, practice_id: int, coverage_id: UUID) -> Row | None:
    """`payer_id`, `financial_class` and `profile` of the coverage's payer."""
    return await connection.fetchrow(
        "SELECT y.id AS payer_id, y.financial_class, y.profile FROM claims.coverage v "
        "JOIN claims.payer y ON y.practice_id = $1 AND y.id = v.payer_id WHERE v.practice_id = $1 AND v.id = $2",
        practice_id,
        coverage_id,
    )


async def keep_from_posting(connection: Connection, practice_id: int, charge_id: UUID) -> None:
    """Let no posting on the charge run beside this transaction: each locks what is open on it first."""
    await connection.execute(
        "SELECT FROM claims.ar_balance WHERE practice_id = $1 AND charge_id = $2 "
        "ORDER BY charge_id, account, party_id FOR UPDATE",
        practice_id,
        charge_id,
    )


async def has_document(connection: Connection, practice_id: int, document_id: UUID) -> bool:
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM claims.document WHERE practice_id = $1 AND id = $2)", practice_id, document_id
        )
    )
