"""Wire shapes of files that came in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from ar_shared.platform.types import WireModel


class TransactionOut(WireModel):
    """One transaction (ST) of a file, or one interchange answer (TA1)."""

    n: int
    set: str = Field(examples=["835"])
    control: str | None
    state: str = Field(examples=["posted"], description="A TransactionState: what the transaction became.")
    findings: list[dict[str, Any]]
    counts: dict[str, int]
    links: dict[str, str]


class GroupOut(WireModel):
    """One functional group."""

    control: str | None
    transactions: list[TransactionOut]


class InterchangeOut(WireModel):
    """One interchange."""

    control: str | None
    sender: str | None
    receiver: str | None
    groups: list[GroupOut]


class FileOut(WireModel):
    """A file: what is inside and what became of it. `findings` are those of its envelope."""

    id: UUID
    purpose: str | None
    state: str = Field(description="received, processing or processed.")
    sha256: str
    size_bytes: int
    received_at: datetime
    findings: list[dict[str, Any]]
    interchanges: list[InterchangeOut]
    content: str = Field(description="Path of the original bytes.")
