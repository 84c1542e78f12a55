"""Keep the bytes of a document, once."""

import hashlib
from datetime import datetime
from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError, NotFoundError
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection
from claims_api.document_storage import DocumentStorage
from claims_api.documents import queries


class ContentMismatchError(InvalidRequestError):
    """The bytes are not those that the document announced."""

    code = "content_mismatch"
    title = "The bytes are not those of this document"


async def store_content(
    connection: Connection,
    storage: DocumentStorage,
    principal: Principal,
    document_id: UUID,
    content: bytes,
    media_type: str,
    now: datetime,
) -> None:
    """A repeat changes nothing; the caller commits. Raises NotFoundError, ContentMismatchError."""
    row = await queries.lock(connection, principal.practice_id, document_id)
    if row is None:
        raise NotFoundError("there is no such document")
    if media_type != row["media_type"]:
        raise _mismatch("media_type_differs", "Send the Content-Type that the document names.")
    digest = hashlib.sha256(content).digest()
    if digest != row["sha256"]:
        raise _mismatch("sha256_differs", "The SHA-256 of the body is not the document's.")
    if row["stored_at"] is None:
        await storage.put(connection, principal.practice, principal.practice_id, digest, content)
        await queries.mark_stored(connection, principal.practice_id, document_id, len(content), now)


def _mismatch(code: str, sentence: str) -> ContentMismatchError:
    return ContentMismatchError(errors=(FieldError("", code, sentence),))
