"""SQL of files that come in."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import activity_cte
from claims_api.edi.outcome import Outcome, TransactionState

LEASE: Final = timedelta(seconds=60)
FACTS: Final = (
    "set_code",
    "interchange_control",
    "group_control",
    "transaction_control",
    "sender",
    "receiver",
)
_OPEN: Final = "state IN ('received', 'processing')"
_ACTIVE: Final = activity_cte("claims", "edi", practice="$1::int", now="$3::timestamptz")
_LOOK: Final = activity_cte("claims", "edi", practice="$1::int", now="$2::timestamptz")


async def begin_transaction(
    connection: Connection, practice_id: int, file_id: UUID, n: int, facts: dict[str, Any], routed: list[int]
) -> None:
    """Say for which practices the transaction is, before anything is done there: whoever resumes finds them here."""
    await connection.execute(
        "INSERT INTO claims.edi_transaction (practice_id, file_id, n, set_code, interchange_control, group_control, "
        "transaction_control, sender, receiver, state, findings, counts, links, routed_practice_ids, attempts) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', '[]', '{}', '{}', $10, 1) "
        "ON CONFLICT (practice_id, file_id, n) DO UPDATE SET attempts = edi_transaction.attempts + 1 "
        "WHERE edi_transaction.practice_id = $1 AND edi_transaction.state = 'pending'",
        practice_id,
        file_id,
        n,
        *(facts[column] for column in FACTS),
        routed,
    )


async def record_transaction(
    connection: Connection,
    practice_id: int,
    file_id: UUID,
    n: int,
    facts: dict[str, Any],
    outcome: Outcome,
    *,
    routed: list[int],
    now: datetime,
) -> bool:
    """Record what a transaction became; False when another worker has recorded it.

    The key `(file, n)` is what makes a resumed file skip it.
    """
    tag = await connection.execute(
        "INSERT INTO claims.edi_transaction (practice_id, file_id, n, set_code, interchange_control, group_control, "
        "transaction_control, sender, receiver, state, findings, counts, links, routed_practice_ids, remittance_id, "
        "processed_at, attempts) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1) "
        "ON CONFLICT (practice_id, file_id, n) DO UPDATE SET state = excluded.state, findings = excluded.findings, "
        "counts = excluded.counts, links = excluded.links, routed_practice_ids = excluded.routed_practice_ids, "
        "remittance_id = excluded.remittance_id, processed_at = excluded.processed_at "
        "WHERE edi_transaction.practice_id = $1 AND edi_transaction.state = 'pending'",
        practice_id,
        file_id,
        n,
        *(facts[column] for column in FACTS),
        outcome.state.value,
        outcome.findings,
        outcome.counts,
        outcome.links,
        routed,
        outcome.remittance_id,
        now,
    )
    return tag == "INSERT 0 1"


async def recorded_outcome(connection: Connection, practice_id: int, file_id: UUID, n: int) -> Outcome | None:
    """What the transaction became in this practice; None when it has had no effect there."""
    row = await connection.fetchrow(
        "SELECT state, findings, counts, links, remittance_id FROM claims.edi_transaction "
        "WHERE practice_id = $1 AND file_id = $2 AND n = $3 AND state <> 'pending'",
        practice_id,
        file_id,
        n,
    )
    if row is None:
        return None
    state = TransactionState(row["state"])
    return Outcome(state, row["findings"], row["counts"], row["links"], row["remittance_id"])


async def met_transactions(
    connection: Connection, practice_id: int, file_id: UUID
) -> tuple[set[int], dict[int, list[int]]]:
    """Numbers of the transactions that are done, and for which practices each is that was begun."""
    rows = await connection.fetch(
        "SELECT n, state, routed_practice_ids FROM claims.edi_transaction WHERE practice_id = $1 AND file_id = $2",
        practice_id,
        file_id,
    )
    begun = {row["n"]: list(row["routed_practice_ids"]) for row in rows if row["state"] == "pending"}
    return {row["n"] for row in rows} - begun.keys(), begun


async def extend_lease(
    connection: Connection, practice_id: int, file_id: UUID, now: datetime, *, claims_read: int, bytes_read: int
) -> None:
    """Keep other workers off the file for a minute, have them look for it in the minute after, and say how far it is.

    A new file has its first lease by this; `lease_due` counts the tries after it.
    """
    await connection.execute(
        f"WITH active AS ({_ACTIVE}) UPDATE claims.edi_file SET leased_until = $3, state = 'processing', "
        "attempts = greatest(attempts, 1), "
        "claims_read = greatest(claims_read, $4), bytes_read = greatest(bytes_read, $5) "
        f"WHERE practice_id = $1 AND id = $2 AND {_OPEN}",
        practice_id,
        file_id,
        now + LEASE,
        claims_read,
        bytes_read,
    )


async def offer_file(connection: Connection, practice_id: int, now: datetime) -> None:
    """Have workers look for the practice's files now."""
    await connection.execute(_LOOK, practice_id, now)


async def lease_due(
    connection: Connection, practice_id: int, now: datetime, *, file_id: UUID | None, max_bytes: int | None
) -> Row | None:
    """Take the oldest file whose lease is over for a minute, and count the try; None when there is none.

    file_id: this file and no other. max_bytes: none that is larger. A try counts from 1 again when transactions were
    recorded since the last one.
    """
    return await connection.fetchrow(
        f"WITH active AS ({_ACTIVE}), due AS (SELECT f.id, (SELECT count(*) FROM claims.edi_transaction t "
        "WHERE t.practice_id = $1 AND t.file_id = f.id AND t.state <> 'pending') AS recorded FROM claims.edi_file f "
        f"WHERE f.practice_id = $1 AND f.direction = 'in' AND {_OPEN} "
        "AND (f.leased_until IS NULL OR f.leased_until < $4) AND ($2::uuid IS NULL OR f.id = $2) "
        "AND ($5::bigint IS NULL OR f.size_bytes <= $5) ORDER BY f.received_at LIMIT 1 FOR UPDATE OF f SKIP LOCKED) "
        "UPDATE claims.edi_file f SET leased_until = $3, state = 'processing', recorded_before = due.recorded, "
        "attempts = CASE WHEN due.recorded > f.recorded_before THEN 1 ELSE f.attempts + 1 END "
        "FROM due WHERE f.practice_id = $1 AND f.id = due.id "
        "RETURNING f.id, f.purpose, f.client_id, f.actor, f.attempts, f.sha256, f.size_bytes",
        practice_id,
        file_id,
        now + LEASE,
        now,
        max_bytes,
    )


async def due_files(connection: Connection, practice_id: int, now: datetime) -> list[UUID]:
    """Files that wait for a worker, oldest first."""
    rows = await connection.fetch(
        f"SELECT id FROM claims.edi_file WHERE practice_id = $1 AND direction = 'in' AND {_OPEN} "
        "AND (leased_until IS NULL OR leased_until < $2) ORDER BY received_at",
        practice_id,
        now,
    )
    return [row["id"] for row in rows]


async def is_cancelled(connection: Connection, practice_id: int, file_id: UUID) -> bool:
    """Whether a person wants no further transaction of the file to be processed."""
    return bool(
        await connection.fetchval(
            "SELECT cancelled_at IS NOT NULL FROM claims.edi_file WHERE practice_id = $1 AND id = $2",
            practice_id,
            file_id,
        )
    )


async def finish_file(
    connection: Connection,
    practice_id: int,
    file_id: UUID,
    state: str,
    findings: list[dict[str, Any]],
    *,
    claims_read: int = 0,
) -> None:
    """No worker takes it up again; `practice_ids` become all whose transactions are inside, whoever met them."""
    await connection.execute(
        "UPDATE claims.edi_file SET state = $3, leased_until = NULL, findings = $4, "
        "claims_read = greatest(claims_read, $5), practice_ids = ARRAY("
        "SELECT $1::int UNION SELECT unnest(t.routed_practice_ids) FROM claims.edi_transaction t "
        "WHERE t.practice_id = $1 AND t.file_id = $2 ORDER BY 1) WHERE practice_id = $1 AND id = $2",
        practice_id,
        file_id,
        state,
        findings,
        claims_read,
    )


async def file_row(connection: Connection, practice_id: int, file_id: UUID) -> Row | None:
    """The file without its bytes."""
    return await connection.fetchrow(
        "SELECT id, direction, purpose, media_type, encode(sha256, 'hex') AS sha256, size_bytes, practice_ids, state, "
        "findings, client_id, received_at, "
        "attempts, claims_read, bytes_read, cancelled_at FROM claims.edi_file WHERE practice_id = $1 AND id = $2",
        practice_id,
        file_id,
    )


async def transaction_rows(connection: Connection, practice_id: int, file_id: UUID) -> list[Row]:
    """The file's transactions in its order."""
    return await connection.fetch(
        "SELECT n, set_code, interchange_control, group_control, transaction_control, sender, receiver, state, "
        "findings, counts, links FROM claims.edi_transaction "
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


async def known_control_numbers(
    connection: Connection, practice_id: int, numbers: Collection[str]
) -> tuple[set[str], set[str]]:
    """Those of these patient control numbers that are the practice's: minted by us, and as submitted elsewhere."""
    rows = await connection.fetch(
        "SELECT patient_control_number, submitted_pcn FROM claims.claim WHERE practice_id = $1 "
        "AND (patient_control_number = ANY($2::text[]) OR submitted_pcn = ANY($2::text[]))",
        practice_id,
        list(numbers),
    )
    minted = {row["patient_control_number"] for row in rows}
    submitted = {row["submitted_pcn"] for row in rows}
    return minted.intersection(numbers), submitted.intersection(numbers)


async def sent_batches(connection: Connection, practice_id: int, ranges: Mapping[str, tuple[UUID, UUID]]) -> set[str]:
    """Traces of those batches that the practice sent; each is given with the ids its submission can have."""
    rows = await connection.fetch(
        "SELECT r.trace FROM unnest($2::text[], $3::uuid[], $4::uuid[]) AS r(trace, low, high) WHERE EXISTS ("
        "SELECT FROM claims.submission s WHERE s.practice_id = $1 AND s.id BETWEEN r.low AND r.high)",
        practice_id,
        list(ranges),
        [low for low, _ in ranges.values()],
        [high for _, high in ranges.values()],
    )
    return {row["trace"] for row in rows}


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


async def lock_file(connection: Connection, practice_id: int, file_id: UUID) -> Row | None:
    """State of a file that came in, locked."""
    return await connection.fetchrow(
        "SELECT state FROM claims.edi_file WHERE practice_id = $1 AND id = $2 AND direction = 'in' FOR UPDATE",
        practice_id,
        file_id,
    )


async def set_cancelled(connection: Connection, practice_id: int, file_id: UUID, now: datetime) -> None:
    """The first wish counts."""
    await connection.execute(
        "UPDATE claims.edi_file SET cancelled_at = coalesce(cancelled_at, $3) WHERE practice_id = $1 AND id = $2",
        practice_id,
        file_id,
        now,
    )


async def forget_parked(connection: Connection, practice_id: int, file_id: UUID) -> int:
    """How many transactions were parked; those that had been begun elsewhere go where they went before."""
    rows = await connection.fetch(
        "WITH begun AS (UPDATE claims.edi_transaction SET state = 'pending', findings = '[]', processed_at = NULL "
        "WHERE practice_id = $1 AND file_id = $2 AND state = 'parked' AND routed_practice_ids <> '{}' RETURNING n), "
        "fresh AS (DELETE FROM claims.edi_transaction "
        "WHERE practice_id = $1 AND file_id = $2 AND state = 'parked' AND routed_practice_ids = '{}' RETURNING n) "
        "SELECT n FROM begun UNION ALL SELECT n FROM fresh",
        practice_id,
        file_id,
    )
    return len(rows)


async def reopen_file(connection: Connection, practice_id: int, file_id: UUID) -> None:
    """It waits for a worker, as if it had just come."""
    await connection.execute(
        "UPDATE claims.edi_file SET state = 'received', leased_until = NULL, cancelled_at = NULL, attempts = 0, "
        "recorded_before = 0 WHERE practice_id = $1 AND id = $2",
        practice_id,
        file_id,
    )
