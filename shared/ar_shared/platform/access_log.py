"""Who looked at or changed patient-level data: one row an operation, hash-chained (45 CFR 164.312(b)).

The operation writes `access_log_pending` in its own transaction. A background step seals pending rows into
`access_log`, each holding the hash of the one before, so that sealing never queues requests behind each other.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import orjson

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.auth import Principal
from ar_shared.platform.context import current_context
from ar_shared.platform.database import Connection, Row

Action = Literal["view", "search", "export", "print", "change"]
SEALED_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Access:
    """One operation: `operation` is the OpenAPI operationId."""

    at: datetime
    client_id: str
    actor_id: str | None
    actor_kind: str
    operation: str
    action: Action
    subject_type: str | None = None
    subject_id: UUID | None = None
    request_id: str | None = None
    outcome: str = "done"

    def entry(self) -> dict[str, Any]:
        """The canonical form that is stored and hashed."""
        return {
            "at": self.at.isoformat(),
            "client_id": self.client_id,
            "actor_id": self.actor_id,
            "actor_kind": self.actor_kind,
            "operation": self.operation,
            "action": self.action,
            "subject_type": self.subject_type,
            "subject_id": str(self.subject_id) if self.subject_id else None,
            "request_id": self.request_id,
            "outcome": self.outcome,
        }


def access_by(
    principal: Principal,
    at: datetime,
    operation: str,
    action: Action,
    subject_type: str | None = None,
    subject_id: UUID | None = None,
) -> Access:
    """The row for an operation of the request being served. at: machine time."""
    context = current_context()
    return Access(
        at=at,
        client_id=principal.client_id,
        actor_id=principal.actor.id,
        actor_kind=principal.actor.kind,
        operation=operation,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        request_id=context.request_id if context else None,
    )


async def record_access(connection: Connection, schema: str, practice_id: int, access: Access) -> None:
    """Write the row in the transaction of the operation."""
    await connection.execute(
        f"INSERT INTO {schema}.access_log_pending (practice_id, id, entry) VALUES ($1, $2, $3)",
        practice_id,
        uuid7(),
        access.entry(),
    )


def chained_hash(previous: bytes, n: int, entry_id: UUID, entry: dict[str, Any]) -> bytes:
    """SHA-256 over the previous hash, the number, the id and the entry with sorted keys."""
    canonical = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(previous + n.to_bytes(8, "big") + entry_id.bytes + canonical).digest()


async def seal(connection: Connection, schema: str, practice_id: int, *, lock: str = "event_head") -> int:
    """Move pending rows into the chain; returns how many.

    lock: the table whose row of the practice keeps sealers apart.
    """
    head = await connection.fetchrow(
        f"SELECT last_sequence FROM {schema}.{lock} WHERE practice_id = $1 FOR UPDATE SKIP LOCKED",
        practice_id,
    )
    if head is None:
        return 0
    rows = await connection.fetch(
        f"WITH taken AS (SELECT id FROM {schema}.access_log_pending WHERE practice_id = $1 ORDER BY id LIMIT $2) "
        f"DELETE FROM {schema}.access_log_pending p USING taken "
        "WHERE p.practice_id = $1 AND p.id = taken.id RETURNING p.id, p.entry",
        practice_id,
        SEALED_AT_ONCE,
    )
    last = await connection.fetchrow(
        f"SELECT n, hash FROM {schema}.access_log WHERE practice_id = $1 ORDER BY n DESC LIMIT 1", practice_id
    )
    n, previous = (last["n"], last["hash"]) if last else (0, b"")
    sealed = []
    for row in sorted(rows, key=lambda taken: taken["id"]):
        n += 1
        digest = chained_hash(previous, n, row["id"], row["entry"])
        sealed.append((practice_id, n, row["id"], row["entry"], previous or None, digest))
        previous = digest
    await connection.executemany(
        f"INSERT INTO {schema}.access_log (practice_id, n, id, entry, previous_hash, hash) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        sealed,
    )
    return len(sealed)


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """A walk over the sealed log: `first_broken` is the number of the first entry that does not fit.

    Rows cut off the end leave a shorter chain that fits; whoever keeps `head_hash` elsewhere sees that too.
    """

    entries: int
    first_broken: int | None
    head_hash: bytes | None


async def check_chain(
    connection: Connection, schema: str, practice_id: int, *, after: int = 0, limit: int | None = None
) -> ChainCheck:
    """Recompute hashes, up to the first entry that was changed, put in or left without its predecessor.

    after: the entry whose stored hash the walk begins from, which an earlier walk found intact; limit: entries to
    recompute at most. An `after` that is not there breaks the chain at the next entry.
    """
    n, previous = after, await _hash_of(connection, schema, practice_id, after)
    async for row in connection.cursor(
        f"SELECT n, id, entry, hash FROM {schema}.access_log WHERE practice_id = $1 AND n > $2 ORDER BY n LIMIT $3",
        practice_id,
        after,
        limit,
    ):
        digest = chained_hash(previous, row["n"], row["id"], row["entry"])
        if row["n"] != n + 1 or digest != row["hash"]:
            return ChainCheck(n, row["n"], previous or None)
        n, previous = n + 1, digest
    return ChainCheck(n, None, previous or None)


async def _hash_of(connection: Connection, schema: str, practice_id: int, n: int) -> bytes:
    digest: bytes | None = await connection.fetchval(
        f"SELECT hash FROM {schema}.access_log WHERE practice_id = $1 AND n = $2", practice_id, n
    )
    return digest or b""


async def entries_after(
    connection: Connection,
    schema: str,
    practice_id: int,
    after: int,
    limit: int,
    subjects: Sequence[UUID] | None = None,
) -> list[Row]:
    """Sealed entries in the order of the chain: n, entry, hash. subjects: only those about one of these."""
    rows: list[Row] = await connection.fetch(
        f"SELECT n, entry, hash FROM {schema}.access_log WHERE practice_id = $1 AND n > $2 "
        "AND ($4::text[] IS NULL OR entry ->> 'subject_id' = ANY($4)) ORDER BY n LIMIT $3",
        practice_id,
        after,
        limit,
        None if subjects is None else [str(subject) for subject in subjects],
    )
    return rows
