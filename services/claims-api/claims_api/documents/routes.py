"""HTTP of documents."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.access_log import Action, access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import ExternalId
from claims_api.acting import Acting
from claims_api.changes import Answer, Change
from claims_api.documents import queries
from claims_api.documents.domain import MAX_BYTES, MEDIA_TYPES, LinkKind
from claims_api.documents.schemas import DocumentIn, DocumentOut, LinkOut
from claims_api.documents.store_content import ContentMismatchError, store_content
from claims_api.documents.upsert_document import DocumentStoredError, upsert_document
from claims_api.reads import Listing, View
from claims_api.wiring import Wired, Wiring

router = APIRouter(prefix="/v1/documents", tags=["documents"])

Reader = Annotated[Principal, require("documents:read")]
Writer = Annotated[Principal, require("documents:write")]
OwnId = Annotated[ExternalId, Path(description="The caller's own id.")]
_BINARY: Final = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in MEDIA_TYPES}
_BODY: Final = {"x-max-body-bytes": MAX_BYTES, "requestBody": {"required": True, "content": _BINARY}}


@router.put(
    "/by-external-id/{external_id}",
    operation_id="upsertDocument",
    summary="Say what a document is",
    response_model=DocumentOut,
    responses={201: {"model": DocumentOut, "description": "Created"}, **problem_responses(DocumentStoredError)},
)
async def put_document(
    external_id: OwnId, body: DocumentIn, request: Request, principal: Writer, wired: Wired
) -> Response:
    """Its bytes follow with `storeDocumentContent`. Links are replaced as a whole; stored bytes never change."""

    async def work(connection: Connection, who: Acting) -> Answer:
        practice = who.practice_id
        row, is_new = await upsert_document(connection, practice, external_id, body, who.actor, who.moment.at)
        [document] = await _shown(connection, practice, [row])
        return Answer(document, subject_id=document.id, status=201 if is_new else 200)

    return await Change(request, principal, wired, None, "upsertDocument", "document", posts=False).run(None, work)


@router.put(
    "/{document_id}/content",
    operation_id="storeDocumentContent",
    summary="Send the bytes of a document",
    response_model=DocumentOut,
    responses=problem_responses(NotFoundError, ContentMismatchError),
    openapi_extra=_BODY,
)
async def put_content(request: Request, document_id: UUID, principal: Writer, wired: Wired) -> Response:
    """Of the media type and SHA-256 that the document names; a repeat changes nothing."""
    content = await request.body()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()

    async def work(connection: Connection, who: Acting) -> DocumentOut:
        await store_content(connection, wired.documents, principal, document_id, content, media_type, who.moment.at)
        return await _one(connection, who.practice_id, document_id=document_id)

    change = Change(request, principal, wired, None, "storeDocumentContent", "document", posts=False)
    return await change.run(document_id, work)


@router.get("", operation_id="listDocuments", summary="List the documents of something")
async def get_documents(
    principal: Reader,
    wired: Wired,
    link_kind: LinkKind,
    link_id: UUID,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[DocumentOut]:
    """In the order they were brought in."""
    given = {"link_kind": link_kind, "link_id": link_id}
    return await Listing(principal, wired, "listDocuments", given, limit, cursor).page(_page)


@router.get(
    "/by-external-id/{external_id}",
    operation_id="findDocument",
    summary="Find a document by the caller's id",
    responses=problem_responses(NotFoundError),
)
async def find_document(external_id: OwnId, principal: Reader, wired: Wired) -> DocumentOut:
    """What it is and what it belongs to."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        document = await _one(connection, principal.practice_id, external_id=external_id)
        await _accessed(connection, principal, wired, "findDocument", "view", document.id)
    return document


@router.get(
    "/{document_id}",
    operation_id="readDocument",
    summary="Read what a document is",
    responses=problem_responses(NotFoundError),
)
async def get_document(document_id: UUID, principal: Reader, wired: Wired) -> DocumentOut:
    """What it is and what it belongs to."""
    return await View(principal, wired, "readDocument", "document").of(document_id, _document)


@router.get(
    "/{document_id}/content",
    operation_id="readDocumentContent",
    summary="Read the bytes of a document",
    response_class=Response,
    responses={200: {"content": _BINARY, "description": "The bytes as they came."}, **problem_responses(NotFoundError)},
)
async def get_content(document_id: UUID, principal: Reader, wired: Wired) -> Response:
    """404 until they came."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        row = await queries.find(connection, principal.practice_id, document_id=document_id)
        if row is None or row["stored_at"] is None:
            raise NotFoundError("there are no such bytes")
        content = await wired.documents.get(connection, principal.practice, principal.practice_id, row["sha256"])
        await _accessed(connection, principal, wired, "readDocumentContent", "export", document_id)
    return Response(content, media_type=row["media_type"], headers={"Content-Disposition": "attachment"})


async def _document(connection: Connection, practice_id: int, document_id: UUID) -> DocumentOut:
    return await _one(connection, practice_id, document_id=document_id)


async def _page(
    connection: Connection, practice_id: int, filters: dict[str, Any], after: UUID | None, limit: int
) -> list[DocumentOut]:
    return await _shown(connection, practice_id, await queries.page(connection, practice_id, filters, after, limit))


async def _one(connection: Connection, practice_id: int, **key: Any) -> DocumentOut:
    row = await queries.find(connection, practice_id, **key)
    if row is None:
        raise NotFoundError("there is no such document")
    return (await _shown(connection, practice_id, [row]))[0]


async def _shown(connection: Connection, practice_id: int, rows: list[Row]) -> list[DocumentOut]:
    links: dict[UUID, list[LinkOut]] = {row["id"]: [] for row in rows}
    for link in await queries.links_of(connection, practice_id, list(links)):
        links[link["document_id"]].append(LinkOut(kind=link["kind"], id=link["target_id"]))
    own = set(DocumentOut.model_fields) - {"links", "sha256"}
    return [
        DocumentOut(**{name: row[name] for name in own}, sha256=row["sha256"].hex(), links=links[row["id"]])
        for row in rows
    ]


async def _accessed(
    connection: Connection, principal: Principal, wired: Wiring, operation: str, action: Action, subject: UUID | None
) -> None:
    access = access_by(principal, wired.clock.now(), operation, action, "document" if subject else None, subject)
    await record_access(connection, "claims", principal.practice_id, access)
