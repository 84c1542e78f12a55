"""Optimistic locking with `ETag` and `If-Match` (RFC 9110 section 13.1.1, strong comparison)."""

import re
from typing import Annotated, Final

from fastapi import Header

from ar_shared.kernel.errors import PreconditionFailedError, PreconditionRequiredError

_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')

IfMatch = Annotated[str | None, Header(alias="If-Match", description="ETag of the version you read.", examples=['"7"'])]


def etag_of(version: int) -> str:
    """The ETag of a row version: `7` is `"7"`."""
    return f'"{version}"'


def require_match(if_match: str | None, current_version: int) -> None:
    """Let a change through only if the caller saw the current version.

    Raises PreconditionRequiredError without a tag (`*` counts as none: it would overwrite what was not seen) and
    PreconditionFailedError if no tag is the current one.
    """
    if if_match is None or if_match.strip() in ("", "*"):
        raise PreconditionRequiredError
    current = str(current_version)
    if not any(not weak and tag == current for weak, tag in _TAG.findall(if_match)):
        raise PreconditionFailedError
