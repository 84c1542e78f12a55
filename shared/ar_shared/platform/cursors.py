"""Opaque page cursors: the position after the last row, bound to the practice and the filters it was made for."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Annotated, Final, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import Field

from ar_shared.kernel.errors import FieldError, InvalidRequestError
from ar_shared.platform.types import WireModel

MAX_PAGE_SIZE: Final = 200
DEFAULT_PAGE_SIZE: Final = 50
_TAG_BYTES: Final = 16
_MAX_CURSOR_LENGTH: Final = 512

Item = TypeVar("Item")
Scalar = str | int | bool | None
PageSize = Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE, description="How many entries a page may hold.")]
CursorParameter = Annotated[
    str | None,
    Query(max_length=_MAX_CURSOR_LENGTH, description="`next_cursor` of the page before; same filters."),
]


class Page(WireModel, Generic[Item]):
    """One page; `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None = Field(default=None, examples=["WyIyMDI2LTAzLTMxIl0"])


class CursorInvalidError(InvalidRequestError):
    """Tampered with, made for other filters or another practice, or made under an older key."""

    code = "cursor_invalid"
    title = "The cursor does not belong to this list"

    def __init__(self) -> None:
        super().__init__(
            errors=(FieldError("/cursor", self.code, "Is not a cursor of this list."),),
            suggestion="Start again without a cursor.",
        )


class Cursors:
    """Signs and reads cursors.

    A position holds sort keys (ids, dates, numbers) and never a name: cursors appear in URLs. They are signed, not
    encrypted.
    """

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"ar-cursor " + secret.encode()).digest()

    def encode(self, operation: str, practice_id: int, filters: Mapping[str, Scalar], position: list[str | int]) -> str:
        """The cursor after the row at `position` of a list with these filters."""
        payload = orjson.dumps(position)
        tag = self._tag(operation, practice_id, filters, payload)
        return base64.urlsafe_b64encode(tag + payload).rstrip(b"=").decode()

    def decode(self, cursor: str, operation: str, practice_id: int, filters: Mapping[str, Scalar]) -> list[str | int]:
        """The position inside a cursor. Raises CursorInvalidError."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise CursorInvalidError from None
        tag, payload = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(operation, practice_id, filters, payload)):
            raise CursorInvalidError
        position: list[str | int] = orjson.loads(payload)
        return position

    def _tag(self, operation: str, practice_id: int, filters: Mapping[str, Scalar], payload: bytes) -> bytes:
        scope = orjson.dumps([operation, practice_id, sorted(filters.items())])
        message = len(scope).to_bytes(4, "big") + scope + payload
        return hmac.digest(self._key, message, "sha256")[:_TAG_BYTES]
