"""SQL of documents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from claims_api.documents.domain import TABLE_OF, LinkKind

_FIELDS: Final = (
    "kind",
    "media_type",
    "sha256",
    "received_on",
    "dated_on",
    "source",
    "retain_until",
    "legal_hold",
    "attachment_control_number",
)
_PLACES: Final = ", ".join(f"${n}" for n in range(6, 6 + len(_FIELDS)))

# What came with other bytes keeps them: only a document whose bytes have not come may change what they are.
_UPSERT: Final = f"""
INSERT INTO claims.document AS d (practice_id, id, external_id, actor, created_at, updated_at, {", ".join(_FIELDS)})
VALUES ($1, $2, $3, $4, $5, $5, {_PLACES})
ON CONFLICT (practice_id, external_id) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in _FIELDS)}, updated_at = excluded.updated_at
WHERE d.stored_at IS NULL OR (d.sha256, d.media_type) = (excluded.sha256, excluded.media_type)
RETURNING *, (xmax = 0) AS is_new
"""

_PAGE: Final = """
SELECT d.* FROM claims.document_link l
JOIN claims.document d ON d.practice_id = $1 AND d.id = l.document_id
WHERE l.practice_id = $1 AND l.kind = $2 AND l.target_id = $3 AND ($4::uuid IS NULL OR d.id > $4)
ORDER BY d.id LIMIT $5
"""


async def upsert(
    connection: Connection, practice_id: int, external_id: str, actor: Any, now: datetime, columns: dict[str, Any]
) -> Row | None:
    """The row as it stands; None when its bytes are stored and others are named now."""
    values = (columns[name] for name in _FIELDS)
    return await connection.fetchrow(_UPSERT, practice_id, uuid7(), external_id, actor, now, *values)


async def unknown_targets(connection: Connection, practice_id: int, kind: LinkKind, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that the practice does not have."""
    rows = await connection.fetch(
        f"SELECT id FROM claims.{TABLE_OF[kind]} WHERE practice_id = $1 AND id = ANY($2::uuid[])", practice_id, ids
    )
    return set(ids) - {row["id"] for row in rows}


async def replace_links(
    connection: Connection, practice_id: int, document_id: UUID, kinds: list[str], targets: list[UUID]
) -> None:
    """From now on it belongs to these."""
    await connection.execute(
        "DELETE FROM claims.document_link WHERE practice_id = $1 AND document_id = $2", practice_id, document_id
    )
    await connection.execute(
        "INSERT INTO claims.document_link (practice_id, document_id, kind, target_id) "
        "SELECT DISTINCT $1::int, $2::uuid, l.kind, l.target_id "
        "FROM unnest($3::text[], $4::uuid[]) AS l(kind, target_id)",
        practice_id,
        document_id,
        kinds,
        targets,
    )


async def links_of(connection: Connection, practice_id: int, document_ids: Sequence[UUID]) -> list[Row]:
    """What these documents belong to."""
    return await connection.fetch(
        "SELECT document_id, kind, target_id FROM claims.document_link "
        "WHERE practice_id = $1 AND document_id = ANY($2::uuid[]) ORDER BY kind, target_id",
        practice_id,
        document_ids,
    )


async def find(
    connection: Connection, practice_id: int, *, document_id: UUID | None = None, external_id: str | None = None
) -> Row | None:
    """A document by our id or the caller's."""
    column = "id" if document_id is not None else "external_id"
    return await connection.fetchrow(
        f"SELECT * FROM claims.document WHERE practice_id = $1 AND {column} = $2",
        practice_id,
        document_id or external_id,
    )


async def lock(connection: Connection, practice_id: int, document_id: UUID) -> Row | None:
    """The document, locked for a change of its bytes."""
    return await connection.fetchrow(
        "SELECT * FROM claims.document WHERE practice_id = $1 AND id = $2 FOR UPDATE", practice_id, document_id
    )


async def mark_stored(
    connection: Connection, practice_id: int, document_id: UUID, size_bytes: int, now: datetime
) -> None:
    """Its bytes are kept."""
    await connection.execute(
        "UPDATE claims.document SET size_bytes = $3, stored_at = $4, updated_at = $4 "
        "WHERE practice_id = $1 AND id = $2",
        practice_id,
        document_id,
        size_bytes,
        now,
    )


async def page(
    connection: Connection, practice_id: int, filters: dict[str, Any], after: UUID | None, limit: int
) -> list[Row]:
    """Documents that belong to something, in the order they were brought in."""
    return await connection.fetch(_PAGE, practice_id, filters["link_kind"], filters["link_id"], after, limit)
