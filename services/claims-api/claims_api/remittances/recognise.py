"""Who sent a payment, to which of our billing entities, and is it here already?"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.remittances.domain.payment_identity import PaymentIdentity, PaymentVerdict, payment_verdict
from claims_api.remittances.source import RemittanceHeaderFacts

_PARTIES: Final = """
SELECT
    array(SELECT y.id FROM claims.payer y
          WHERE y.practice_id = $1
            AND (y.payer_identifier = ANY($2::text[]) OR y.remittance_ids && $2::text[]
                 OR ($3 <> '' AND (upper(y.name) = upper($3) OR upper($3) = ANY(
                     SELECT upper(a) FROM unnest(y.aliases) AS a))))
          ORDER BY (y.payer_identifier = ANY($2::text[]) OR y.remittance_ids && $2::text[]) DESC, y.id) AS payer_ids,
    (SELECT b.id FROM claims.billing_entity b
     WHERE b.practice_id = $1 AND ($4 = ANY(b.npis) OR b.tin = $5) ORDER BY ($4 = ANY(b.npis)) DESC, b.id LIMIT 1)
        AS billing_entity_id
"""

# Duplicates count against everything we keep, look-alikes only against what was posted: a payment that never
# balanced has moved no money, and its corrected copy must not wait for it.
_KNOWN: Final = """
SELECT id, payer_key, payee_key, trace_number, payment_cents, paid_on, method, content_hash, file_id
FROM claims.remittance
WHERE practice_id = $1 AND state NOT IN ('duplicate', 'reversed')
  AND (content_hash = $2 OR (trace_number = $3 AND payer_key = $4 AND state IN ('posted', 'posted_with_held')))
ORDER BY (state IN ('posted', 'posted_with_held')) DESC, received_at
"""


_CHECK_DIGITS: Final = 12
_OTHERWISE: Final = """
SELECT id FROM claims.remittance
WHERE practice_id = $1 AND payer_id = ANY($2::uuid[]) AND state IN ('posted', 'posted_with_held')
  AND trace_number = ANY($3::text[]) AND (entry = 'manual' OR $4 = 'manual')
ORDER BY received_at LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Parties:
    """The practice's payers that fit the header (best first; none: unknown), and the billing entity paid."""

    payer_ids: list[UUID]
    billing_entity_id: UUID | None


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the payment is to those already here, and which one it repeats or resembles."""

    verdict: PaymentVerdict
    other: UUID | None = None


async def find_parties(connection: Connection, practice_id: int, header: RemittanceHeaderFacts) -> Parties:
    """By the numbers the payer is known under in remittances, else by its name."""
    [row] = await connection.fetch(
        _PARTIES,
        practice_id,
        list(header.payer_numbers),
        header.payer_name.strip(),
        header.payee_npi,
        header.payee_tin,
    )
    return Parties(list(row["payer_ids"]), row["billing_entity_id"])


def identity_of(header: RemittanceHeaderFacts, content_hash: bytes, file_id: UUID | None) -> PaymentIdentity:
    return PaymentIdentity(
        header.payer_key,
        header.payee_key,
        header.trace_number,
        header.payment_cents,
        header.paid_on,
        header.method,
        content_hash,
        file_id,
    )


async def entered_otherwise(
    connection: Connection, practice_id: int, header: RemittanceHeaderFacts, payer_ids: list[UUID]
) -> UUID | None:
    """A posted payment of the same payer of ours and the same trace that came the other way: by file or by hand.

    Paper names the payer and the day in its own way, so neither the payer's key nor the date is asked; leading zeros
    of a check number are not compared. None for a payment without money.
    """
    if not header.payment_cents:
        return None
    traces = _written(header.trace_number)
    other: UUID | None = await connection.fetchval(_OTHERWISE, practice_id, payer_ids, traces, header.entry)
    return other


def _written(trace: str) -> list[str]:
    """The trace with and without leading zeros, up to the length that check numbers have."""
    short = trace.lstrip("0")
    return [trace, *(short.rjust(length, "0") for length in range(len(short), max(len(short), _CHECK_DIGITS) + 1))]


async def recognise(connection: Connection, practice_id: int, identity: PaymentIdentity) -> Recognition:
    """Judge the payment against what is here, one payment of this identity at a time.

    The lock lasts to the end of the transaction, so that of two copies posted at once the second sees the first.
    """
    await connection.execute(
        "SELECT pg_advisory_xact_lock($1), pg_advisory_xact_lock(hashtextextended(ltrim($2, '0'), $3))",
        identity.lock(practice_id),
        identity.trace_number,
        practice_id,
    )
    rows = await connection.fetch(_KNOWN, practice_id, identity.content_hash, identity.trace_number, identity.payer_key)
    known = {
        row["id"]: PaymentIdentity(
            row["payer_key"],
            row["payee_key"],
            row["trace_number"],
            row["payment_cents"],
            row["paid_on"],
            row["method"],
            bytes(row["content_hash"]),
            row["file_id"],
        )
        for row in rows
    }
    verdict = payment_verdict(identity, known.values())
    if verdict is PaymentVerdict.NEW:
        return Recognition(verdict)
    other = next(key for key, one in known.items() if payment_verdict(identity, [one]) is verdict)
    return Recognition(verdict, other)
