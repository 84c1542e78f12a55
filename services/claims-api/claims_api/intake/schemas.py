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
    state: str = Field(examples=["processed"], description="A FileState: how far it is.")
    sha256: str
    size_bytes: int
    received_at: datetime
    attempts: int = Field(examples=[1], description="Tries since a transaction was last recorded.")
    findings: list[dict[str, Any]]
    interchanges: list[InterchangeOut]
    content: str = Field(description="Path of the original bytes.")


class OperationOut(WireModel):
    """Work on a file that goes on after its request. The numbers of the present try grow while it runs."""

    id: UUID = Field(description="The id of the file it works on.")
    kind: str = Field(examples=["edi_file"])
    state: str = Field(examples=["processing"], description="A FileState: how far it is.")
    is_cancelled: bool = Field(description="No further transaction is begun.")
    attempts: int = Field(examples=[1], description="Tries since a transaction was last recorded.")
    transactions_done: int = Field(examples=[2])
    transactions_total: int | None = Field(examples=[3], description="Null until the file was read to its end.")
    claims_read: int = Field(examples=[12_000], description="As far as any try came.")
    bytes_read: int = Field(examples=[5_242_880], description="As far as any try came; of `size_bytes`.")
    size_bytes: int = Field(examples=[47_185_920])
    started_at: datetime
    results: list[TransactionOut] = Field(description="What is done so far; it stays whatever happens to the rest.")
    file: str = Field(description="Path of the file.")
