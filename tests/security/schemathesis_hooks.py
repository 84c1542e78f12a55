"""How schemathesis sends the media types that it does not know."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/edi-x12", "application/x-ndjson")
def as_text(_context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
