"""SQL of files that come in."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import activity_cte
from claims_api.edi.outcome import Outcome

LEASE: Final = timedelta(seconds=60)
_ACTIVE: Final = activity_cte("claims", "edi", practice="$1::int", now="$3::timestamptz")


async def insert_transaction(
    connection: Connection,
    practice_id: int,
    file_id: UUID,
    n: int,
    facts: dict[str, Any],
    outcome: Outcome,
    *,
    routed_practice_id: int | None,
    now: datetime,
) -> bool:
    """Record what a transaction became; False when another worker has recorded it.

    The key `(file, n)` is what makes a resumed file skip it.
    """
    tag = await connection.execute(
        "INSERT INTO claims.edi_transaction (practice_id, file_id, n, set_code, interchange_control, group_control, "
        "transaction_control, sender, receiver, state, findings, counts, links, routed_practice_id, remittance_id, "
        "processed_at, attempts) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1) "
        "ON CONFLICT DO NOTHING",
        practice_id,
        file_id,
        n,
        facts["set_code"],
        facts["interchange_control"],
        facts["group_control"],
        facts["transaction_control"],
        facts["sender"],
        facts["receiver"],
        outcome.state.value,
        outcome.findings,
        outcome.counts,
        outcome.links,
        routed_practice_id,
        outcome.remittance_id,
        now,
    )
    return tag == "INSERT 0 1"


async def processed_numbers(connection: Connection, practice_id: int, file_id: UUID) -> set[int]:
    """Transactions of the file that are done."""
    rows = await connection.fetch(
        "SELECT n FROM claims.edi_transaction WHERE practice_id = $1 AND file_id = $2", practice_id, file_id
    )
    return {row["n"] for row in rows}


async def lease_file(connection: Connection, practice_id: int, file_id: UUID, now: datetime) -> None:
    """Keep other workers off the file for a minute, and have them look for it in the minute after."""
    await connection.execute(
        f"WITH active AS ({_ACTIVE}) UPDATE claims.edi_file SET leased_until = $3, state = 'processing' "
        "WHERE practice_id = $1 AND id = $2 AND state <> 'processed'",
        practice_id,
        file_id,
        now + LEASE,
    )


async def lease_unfinished(connection: Connection, practice_id: int, now: datetime) -> Row | None:
    """Take the oldest file whose lease is over for a minute; None when there is none."""
    return await connection.fetchrow(
        "UPDATE claims.edi_file SET leased_until = $3 WHERE practice_id = $1 AND id = ("
        "SELECT id FROM claims.edi_file WHERE practice_id = $1 AND direction = 'in' AND state <> 'processed' "
        "AND leased_until < $2 ORDER BY received_at LIMIT 1 FOR UPDATE SKIP LOCKED) "
        "RETURNING id, purpose, client_id, actor",
        practice_id,
        now,
        now + LEASE,
    )


async def finish_file(connection: Connection, practice_id: int, file_id: UUID, findings: list[dict[str, Any]]) -> None:
    """The file is done; its `practice_ids` become all whose transactions are inside, whichever worker met them."""
    await connection.execute(
        "UPDATE claims.edi_file SET state = 'processed', leased_until = NULL, findings = $3, practice_ids = ARRAY("
        "SELECT $1::int UNION SELECT t.routed_practice_id FROM claims.edi_transaction t "
        "WHERE t.practice_id = $1 AND t.file_id = $2 AND t.routed_practice_id IS NOT NULL ORDER BY 1) "
        "WHERE practice_id = $1 AND id = $2",
        practice_id,
        file_id,
        findings,
    )


async def file_row(connection: Connection, practice_id: int, file_id: UUID) -> Row | None:
    """The file without its bytes."""
    return await connection.fetchrow(
        "SELECT id, direction, purpose, media_type, encode(sha256, 'hex') AS sha256, size_bytes, practice_ids, state, "
        "findings, client_id, received_at FROM claims.edi_file WHERE practice_id = $1 AND id = $2",
        practice_id,
        file_id,
    )


async def transaction_rows(connection: Connection, practice_id: int, file_id: UUID) -> list[Row]:
    """The file's transactions in its order."""
    return await connection.fetch(
        "SELECT n, set_code, interchange_control, group_control, transaction_control, sender, receiver, state, "
        "findings, counts, links, routed_practice_id FROM claims.edi_transaction "
        "WHERE practice_id = $1 AND file_id = $2 ORDER BY n",
        practice_id,
        file_id,
    )


async def billing_entity_of(connection: Connection, practice_id: int, npis: list[str], tins: list[str]) -> UUID | None:
    """The practice's billing entity with one of these NPIs, else with one of these tax ids."""
    found: UUID | None = await connection.fetchval(
        "SELECT id FROM claims.billing_entity WHERE practice_id = $1 AND (npis && $2::text[] OR tin = ANY($3::text[])) "
        "ORDER BY (npis && $2::text[]) DESC, id LIMIT 1",
        practice_id,
        npis,
        tins,
    )
    return found


async def owns_claim(connection: Connection, practice_id: int, control_numbers: list[str]) -> bool:
    """Whether one of these patient control numbers is the practice's, ours or as submitted by another system."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM claims.claim WHERE practice_id = $1 "
            "AND (patient_control_number = ANY($2::text[]) OR submitted_pcn = ANY($2::text[])))",
            practice_id,
            control_numbers,
        )
    )


async def owns_submission(
    connection: Connection, practice_id: int, sender: str, receiver: str, kind: str, control: str
) -> bool:
    """Whether the practice sent the interchange or group of this number between these partners."""
    column = {"interchange": "ltrim(interchange_control, '0')", "group": "group_control"}[kind]
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM claims.submission WHERE practice_id = $1 AND sender = $2 "
            f"AND receiver = $3 AND {column} = ltrim($4, '0'))",
            practice_id,
            sender,
            receiver,
            control,
        )
    )
