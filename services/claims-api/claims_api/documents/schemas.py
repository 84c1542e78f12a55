"""Wire shapes of documents."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StrictBool, StringConstraints

from ar_shared.platform.types import SaneDate, StrictModel, WireModel
from claims_api.documents.domain import DocumentKind, DocumentSource, LinkKind

MediaType = Literal["application/pdf", "image/png", "image/jpeg", "image/tiff", "text/plain"]


class LinkIn(StrictModel):
    """Something the document belongs to, by our id."""

    kind: LinkKind
    id: UUID


class DocumentIn(StrictModel):
    """What a document is. It has no title and no file name: those tend to name patients.

    `sha256` is the digest of its bytes, in hexadecimal; they are sent afterwards and must have it.
    """

    kind: DocumentKind
    media_type: MediaType
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$"), Field(examples=["1f" * 32])]
    received_on: SaneDate
    dated_on: SaneDate | None = Field(default=None, description="The date on the paper.")
    source: DocumentSource = DocumentSource.UPLOAD
    links: list[LinkIn] = Field(default_factory=list, max_length=50)
    retain_until: SaneDate | None = Field(default=None, description="Through which day it must be kept.")
    legal_hold: StrictBool = Field(default=False, description="Kept whatever retain_until says.")
    attachment_control_number: Annotated[str, StringConstraints(pattern="^[A-Za-z0-9-]{1,50}$")] | None = None


class LinkOut(WireModel):
    """Something the document belongs to."""

    kind: LinkKind
    id: UUID


class DocumentOut(WireModel):
    """A document; `stored_at` is null until its bytes came."""

    id: UUID
    external_id: str
    kind: DocumentKind
    media_type: str
    sha256: str
    size_bytes: int | None
    received_on: date
    dated_on: date | None
    source: DocumentSource
    links: list[LinkOut]
    actor: dict[str, Any] = Field(description="Who brought it in.")
    retain_until: date | None
    legal_hold: bool
    attachment_control_number: str | None
    stored_at: datetime | None
    created_at: datetime
    updated_at: datetime
