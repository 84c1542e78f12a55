"""SQL of overpayment cases."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.overpayments.domain import CreditNow

COLUMNS: Final = (
    "id", "charge_id", "party_id", "claim_id", "payer_id", "source", "state", "credit_cents", "stated_cents",
    "arisen_on", "received_on", "basis", "identified_on", "identified_by", "investigation_started_on",
    "investigation_ended_on", "suspended_until", "due_on", "look_back_from", "clock", "method", "proof_document_id",
    "close_reason", "closed_on", "version", "created_at", "updated_at",
)  # fmt: skip
_LISTED: Final = ", ".join(COLUMNS)
_TYPES: Final = (
    "id uuid, charge_id uuid, party_id uuid, claim_id uuid, payer_id uuid, source text, state text, "
    "credit_cents bigint, stated_cents bigint, arisen_on date, received_on date, basis text, identified_on date, "
    "identified_by text, investigation_started_on date, investigation_ended_on date, suspended_until date, "
    "due_on date, look_back_from date, clock jsonb, method text, proof_document_id uuid, close_reason text, "
    "closed_on date, version int, created_at timestamptz, updated_at timestamptz"
)

# The payer of a credit is that of the coverage it is kept for.
_KNOWN: Final = f"""
SELECT n.charge_id AS of_charge, n.party_id AS of_party, v.payer_id AS of_payer, y.financial_class, y.profile,
       {", ".join(f"o.{name}" for name in COLUMNS if name != "payer_id")}, o.payer_id
FROM unnest($2::uuid[], $3::uuid[]) AS n(charge_id, party_id)
LEFT JOIN claims.coverage v ON v.practice_id = $1 AND v.id = n.party_id
LEFT JOIN claims.payer y ON y.practice_id = $1 AND y.id = v.payer_id
LEFT JOIN claims.overpayment_case o
  ON o.practice_id = $1 AND o.charge_id = n.charge_id AND o.party_id = n.party_id
"""
_KEEP: Final = f"""
INSERT INTO claims.overpayment_case (practice_id, {_LISTED})
SELECT $1, {", ".join(f"c.{name}" for name in COLUMNS)}
FROM jsonb_to_recordset($2::jsonb) AS c({_TYPES})
ON CONFLICT (practice_id, charge_id, party_id) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in ("id", "charge_id", "party_id"))}
"""
_FACTS: Final = """
INSERT INTO claims.overpayment_fact (practice_id, case_id, version, kind, happened_on, data, reason, client_id, actor,
    at)
SELECT $1, f.case_id, f.version, f.kind, f.happened_on, f.data, f.reason, f.client_id, f.actor, f.at
FROM jsonb_to_recordset($2::jsonb) AS f(case_id uuid, version int, kind text, happened_on date, data jsonb, reason text,
    client_id text, actor jsonb, at timestamptz)
"""


async def practice_of(connection: Connection, practice_id: int) -> Row:
    """`settings` and `time_zone`."""
    row = await connection.fetchrow("SELECT settings, time_zone FROM claims.practice WHERE id = $1", practice_id)
    assert row is not None
    return row


async def known(connection: Connection, practice_id: int, changed: Sequence[CreditNow]) -> dict[tuple[UUID, UUID], Row]:
    """By charge and party: the payer with its class and profile, and the case where there is one.

    The credits are locked by the caller, and a case is changed only under its credit's lock or its own.
    """
    rows = await connection.fetch(
        _KNOWN, practice_id, [credit.charge_id for credit in changed], [credit.party_id for credit in changed]
    )
    return {(row["of_charge"], row["of_party"]): row for row in rows}


async def lock_cases(connection: Connection, practice_id: int, changed: Sequence[CreditNow]) -> None:
    """In key order, so that two postings and a person never wait for each other in a circle."""
    await connection.execute(
        "SELECT FROM claims.overpayment_case o JOIN unnest($2::uuid[], $3::uuid[]) AS n(charge_id, party_id) "
        "ON o.charge_id = n.charge_id AND o.party_id = n.party_id WHERE o.practice_id = $1 "
        "ORDER BY o.id FOR UPDATE OF o",
        practice_id,
        [credit.charge_id for credit in changed],
        [credit.party_id for credit in changed],
    )


async def keep(
    connection: Connection, practice_id: int, cases: Sequence[dict[str, Any]], facts: Sequence[dict[str, Any]]
) -> None:
    """Write cases whole, new and old, and append their facts."""
    await connection.execute(_KEEP, practice_id, list(cases))
    await connection.execute(_FACTS, practice_id, list(facts))


async def case_row(connection: Connection, practice_id: int, case_id: UUID, *, lock: bool = False) -> Row | None:
    return await connection.fetchrow(
        f"SELECT {_LISTED} FROM claims.overpayment_case WHERE practice_id = $1 AND id = $2 "
        f"{'FOR UPDATE' if lock else ''}",
        practice_id,
        case_id,
    )


async def cases_of(
    connection: Connection, practice_id: int, charges: Sequence[UUID], parties: Sequence[UUID]
) -> dict[tuple[UUID, UUID], Row]:
    """The cases of these charges and parties, pair by pair."""
    rows = await connection.fetch(
        f"SELECT {', '.join(f'o.{name}' for name in COLUMNS)} FROM claims.overpayment_case o "
        "JOIN unnest($2::uuid[], $3::uuid[]) AS n(charge_id, party_id) "
        "ON o.charge_id = n.charge_id AND o.party_id = n.party_id WHERE o.practice_id = $1",
        practice_id,
        list(charges),
        list(parties),
    )
    return {(row["charge_id"], row["party_id"]): row for row in rows}


async def fact_rows(connection: Connection, practice_id: int, case_id: UUID) -> list[Row]:
    """Oldest first."""
    return await connection.fetch(
        "SELECT version, kind, happened_on, data, reason, client_id, actor, at FROM claims.overpayment_fact "
        "WHERE practice_id = $1 AND case_id = $2 ORDER BY version",
        practice_id,
        case_id,
    )


# What is due comes first; what no rule gives a day comes last, in the order in which it arose.
_ORDER: Final = "coalesce(due_on, 'infinity'::date), arisen_on, id"


async def case_page(
    connection: Connection, practice_id: int, filters: dict[str, Any], after: UUID | None, limit: int
) -> list[Row]:
    """By due day, then age. filters: `state` (or `not_closed`), `claim_id`, `payer_id`, `due_until`."""
    return await connection.fetch(
        f"SELECT {_LISTED} FROM claims.overpayment_case WHERE practice_id = $1 "
        "AND ($2::text IS NULL OR state = $2) AND ($3::uuid IS NULL OR claim_id = $3) "
        "AND ($4::uuid IS NULL OR payer_id = $4) AND ($5::date IS NULL OR due_on <= $5) "
        "AND ($2::text IS NOT NULL OR state <> 'closed') "
        f"AND ($6::uuid IS NULL OR ({_ORDER}) > (SELECT {_ORDER} FROM claims.overpayment_case "
        "WHERE practice_id = $1 AND id = $6)) "
        f"ORDER BY {_ORDER} LIMIT $7",
        practice_id,
        filters.get("state"),
        filters.get("claim_id"),
        filters.get("payer_id"),
        filters.get("due_until"),
        after,
        limit,
    )
