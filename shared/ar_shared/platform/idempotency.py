"""A write may be repeated: the same Idempotency-Key and body get the first answer again.

The key, a hash of the request and the answer are stored in the transaction of the write. 4xx answers are not
stored: a corrected request may reuse the key only with the same body, so it takes a new one.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ar_shared.kernel.errors import FieldError, IdempotencyMismatchError, InvalidRequestError
from ar_shared.platform.database import Connection

MAX_KEY: Final = 255
KEPT_FOR: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What the first request was answered."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class RequestKey:
    """An Idempotency-Key as sent by one client, with the hash of what it was sent with."""

    client_id: str
    key: str
    request_hash: bytes

    def lock(self, practice_id: int) -> int:
        """The advisory lock that two requests with this key would share (signed 64 bit)."""
        digest = hashlib.blake2b(f"{practice_id}\0{self.client_id}\0{self.key}".encode(), digest_size=8)
        return int.from_bytes(digest.digest(), "big", signed=True)


def request_key(client_id: str, key: str | None, operation: str, body: bytes) -> RequestKey | None:
    """The parsed header, None when absent. Raises InvalidRequestError for an unusable one."""
    if key is None:
        return None
    if not 1 <= len(key) <= MAX_KEY or not key.isascii() or not key.isprintable():
        raise InvalidRequestError(
            errors=(FieldError("", "idempotency_key_invalid", "1 to 255 printable ASCII characters"),)
        )
    digest = hashlib.sha256(operation.encode() + b"\0" + body).digest()
    return RequestKey(client_id, key, digest)


def checked(row_hash: bytes, status: int, body: bytes, key: RequestKey) -> StoredAnswer:
    """The stored answer, if it was given to this very request. Raises IdempotencyMismatchError."""
    if row_hash != key.request_hash:
        raise IdempotencyMismatchError()
    return StoredAnswer(status, body)


async def stored_answer(
    connection: Connection, schema: str, practice_id: int, key: RequestKey | None
) -> StoredAnswer | None:
    """The answer given before under this key. Raises IdempotencyMismatchError for another body."""
    if key is None:
        return None
    row = await connection.fetchrow(
        f"SELECT request_hash, status, body FROM {schema}.idempotency_key "
        "WHERE practice_id = $1 AND client_id = $2 AND key = $3",
        practice_id,
        key.client_id,
        key.key,
    )
    return None if row is None else checked(row["request_hash"], row["status"], row["body"], key)


async def store_answer(
    connection: Connection,
    schema: str,
    practice_id: int,
    key: RequestKey | None,
    answer: StoredAnswer,
    now: datetime,
) -> None:
    """Keep the answer; call it last in the transaction of the write."""
    if key is None:
        return
    await connection.execute(
        f"INSERT INTO {schema}.idempotency_key "
        "(practice_id, client_id, key, request_hash, status, body, created_at) VALUES ($1,$2,$3,$4,$5,$6,$7)",
        practice_id,
        key.client_id,
        key.key,
        key.request_hash,
        answer.status,
        answer.body,
        now,
    )


async def forget_old_keys(connection: Connection, schema: str, practice_id: int, now: datetime) -> int:
    """Remove keys and answers older than KEPT_FOR; returns how many."""
    tag = await connection.execute(
        f"DELETE FROM {schema}.idempotency_key WHERE practice_id = $1 AND created_at < $2", practice_id, now - KEPT_FOR
    )
    return int(tag.removeprefix("DELETE "))
