"""Say what a document is and what it belongs to, under the caller's own id."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from ar_shared.kernel.errors import ConflictError, FieldError, InvalidRequestError
from ar_shared.platform.auth.principal import Actor
from ar_shared.platform.database import Connection, Row
from claims_api.documents import queries
from claims_api.documents.domain import LinkKind
from claims_api.documents.schemas import DocumentIn


class DocumentStoredError(ConflictError):
    """The bytes of a document never change: another paper is another document."""

    code = "document_stored"
    title = "This document's bytes are stored and are others"


async def upsert_document(
    connection: Connection, practice_id: int, external_id: str, body: DocumentIn, actor: Actor, now: datetime
) -> tuple[Row, bool]:
    """The row as it stands, and whether it is new; the caller commits.

    Raises InvalidRequestError for a link to nothing and DocumentStoredError.
    """
    await _check_links(connection, practice_id, body)
    columns = body.model_dump(exclude={"links"}) | {"sha256": bytes.fromhex(body.sha256)}
    who = {"kind": actor.kind, "id": actor.id}
    row = await queries.upsert(connection, practice_id, external_id, who, now, columns)
    if row is None:
        raise DocumentStoredError(suggestion="Use another external_id for another paper.")
    kinds, targets = [link.kind.value for link in body.links], [link.id for link in body.links]
    await queries.replace_links(connection, practice_id, row["id"], kinds, targets)
    return row, bool(row["is_new"])


async def _check_links(connection: Connection, practice_id: int, body: DocumentIn) -> None:
    wanted: dict[LinkKind, list[UUID]] = defaultdict(list)
    for link in body.links:
        wanted[link.kind].append(link.id)
    unknown = {
        (kind, target)
        for kind, ids in wanted.items()
        for target in await queries.unknown_targets(connection, practice_id, kind, ids)
    }
    errors = [
        FieldError(f"/links/{n}/id", "reference_unknown", "There is no such resource in this practice.")
        for n, link in enumerate(body.links)
        if (link.kind, link.id) in unknown
    ]
    if errors:
        raise InvalidRequestError("a reference cannot be used", errors=tuple(errors))
