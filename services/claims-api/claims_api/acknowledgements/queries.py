"""SQL of acknowledgements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row

_CLAIM: Final = """
SELECT c.id, c.external_id, c.patient_control_number, c.submitted_pcn, c.version, c.submission_state,
       c.adjudication_state, c.payer_control_number, c.accepted_on, c.charge_cents, c.service_from, c.service_to,
       c.billing_entity_id, y.profile
FROM claims.claim c
JOIN claims.payer y ON y.practice_id = $1 AND y.id = c.payer_id
"""


async def lock_claims_by_number(connection: Connection, practice_id: int, numbers: Sequence[str]) -> list[Row]:
    """Claims with one of these control numbers, ours or as submitted elsewhere, locked in the order of their ids."""
    return await connection.fetch(
        f"{_CLAIM} WHERE c.practice_id = $1 AND c.purpose <> 'test' "
        "AND (c.patient_control_number = ANY($2::text[]) OR c.submitted_pcn = ANY($2::text[])) "
        "ORDER BY c.id FOR UPDATE OF c",
        practice_id,
        numbers,
    )


async def lock_claims_of_submissions(
    connection: Connection, practice_id: int, submission_ids: Sequence[UUID]
) -> list[Row]:
    """Claims of these files, locked, with file, version and ST02 of each, in the order of their ids."""
    return await connection.fetch(
        f"{_CLAIM.replace('y.profile', 'y.profile, s.submission_id, s.version AS sent_version, s.transaction_control')}"
        "JOIN claims.submission_claim s ON s.practice_id = $1 AND s.claim_id = c.id "
        "WHERE c.practice_id = $1 AND s.submission_id = ANY($2::uuid[]) ORDER BY c.id FOR UPDATE OF c",
        practice_id,
        submission_ids,
    )


async def sent_versions(connection: Connection, practice_id: int, claim_ids: Sequence[UUID]) -> list[Row]:
    """Each file these claims went out in, newest first."""
    return await connection.fetch(
        "SELECT claim_id, submission_id, version FROM claims.submission_claim "
        "WHERE practice_id = $1 AND claim_id = ANY($2::uuid[]) ORDER BY submission_id DESC",
        practice_id,
        claim_ids,
    )


async def submissions_by_control(
    connection: Connection, practice_id: int, column: str, control: str, receiver: str | None
) -> list[UUID]:
    """Files with this interchange or group number, leading zeros apart; `receiver` None asks all receivers."""
    rows = await connection.fetch(
        f"SELECT id FROM claims.submission WHERE practice_id = $1 AND ltrim({column}, '0') = ltrim($2, '0') "
        "AND ($3::text IS NULL OR receiver = $3) ORDER BY id",
        practice_id,
        control,
        receiver,
    )
    return [row["id"] for row in rows]


async def submissions_in(connection: Connection, practice_id: int, ranges: Sequence[tuple[UUID, UUID]]) -> list[UUID]:
    """Files whose id lies in one of the ranges (both ends included)."""
    rows = await connection.fetch(
        "SELECT s.id FROM unnest($2::uuid[], $3::uuid[]) AS r(low, high) "
        "JOIN claims.submission s ON s.practice_id = $1 AND s.id BETWEEN r.low AND r.high",
        practice_id,
        [low for low, _ in ranges],
        [high for _, high in ranges],
    )
    return [row["id"] for row in rows]


async def billing_entities_by_npi(connection: Connection, practice_id: int, npis: Sequence[str]) -> list[Row]:
    """Billing entities with one of these NPIs."""
    return await connection.fetch(
        "SELECT id, npis FROM claims.billing_entity WHERE practice_id = $1 AND npis && $2::text[]", practice_id, npis
    )


async def set_outcome(connection: Connection, practice_id: int, submission_id: UUID, column: str, outcome: str) -> None:
    """What the receiver said of the interchange or the group; the last word counts."""
    await connection.execute(
        f"UPDATE claims.submission SET {column} = $3 WHERE practice_id = $1 AND id = $2",
        practice_id,
        submission_id,
        outcome,
    )


ACKNOWLEDGEMENT_COLUMNS: Final = (
    "id",
    "kind",
    "hop",
    "outcome",
    "submission_id",
    "claim_id",
    "payer_control_number",
    "clearinghouse_number",
    "statuses",
    "reported_on",
)


async def insert_new_acknowledgements(
    connection: Connection,
    practice_id: int,
    rows: Sequence[tuple[Any, ...]],
    *,
    file_id: UUID | None,
    transaction_key: str | None,
    received_at: datetime,
) -> set[UUID]:
    """Ids of those that were not heard before, which are kept; the caller holds the locks of what they are about.

    The same is: the same hop says the same of the same claim (or file) with the same numbers and statuses.
    rows: ACKNOWLEDGEMENT_COLUMNS, statuses as JSON text.
    """
    found = await connection.fetch(
        "INSERT INTO claims.acknowledgement (practice_id, id, kind, hop, outcome, submission_id, claim_id, "
        "payer_control_number, clearinghouse_number, statuses, reported_on, file_id, transaction_key, received_at) "
        "SELECT $1, n.id, n.kind, n.hop, n.outcome, n.submission_id, n.claim_id, n.payer_control_number, "
        "n.clearinghouse_number, n.statuses::jsonb, n.reported_on, $12, $13, $14 "
        "FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], "
        "$10::text[], $11::date[]) AS n(id, kind, hop, outcome, submission_id, claim_id, payer_control_number, "
        "clearinghouse_number, statuses, reported_on) "
        "WHERE NOT EXISTS (SELECT FROM claims.acknowledgement a WHERE a.practice_id = $1 AND a.claim_id = n.claim_id "
        f"AND {_SAME}) AND (n.claim_id IS NOT NULL OR NOT EXISTS (SELECT FROM claims.acknowledgement a "
        f"WHERE a.practice_id = $1 AND a.claim_id IS NULL AND a.submission_id = n.submission_id AND {_SAME})) "
        "RETURNING id",
        practice_id,
        *([row[place] for row in rows] for place in range(len(ACKNOWLEDGEMENT_COLUMNS))),
        file_id,
        transaction_key,
        received_at,
    )
    return {row["id"] for row in found}


_SAME: Final = (
    "a.kind = n.kind AND a.hop = n.hop AND a.outcome = n.outcome AND a.statuses = n.statuses::jsonb "
    "AND a.submission_id IS NOT DISTINCT FROM n.submission_id "
    "AND a.payer_control_number IS NOT DISTINCT FROM n.payer_control_number "
    "AND a.clearinghouse_number IS NOT DISTINCT FROM n.clearinghouse_number"
)


async def update_claims(
    connection: Connection, practice_id: int, rows: Sequence[tuple[Any, ...]], now: datetime
) -> None:
    """rows: (id, submission state, adjudication state, payer's number, accepted on)."""
    await connection.execute(
        "UPDATE claims.claim c SET submission_state = n.submission, adjudication_state = n.adjudication, "
        "payer_control_number = n.payer_number, accepted_on = n.accepted_on, row_version = c.row_version + 1, "
        "updated_at = $7 "
        "FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::date[]) "
        "AS n(id, submission, adjudication, payer_number, accepted_on) "
        "WHERE c.practice_id = $1 AND c.id = n.id",
        practice_id,
        *([row[place] for row in rows] for place in range(5)),
        now,
    )
