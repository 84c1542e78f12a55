"""The request being served: its id and trace, for log lines, problem documents and outgoing calls."""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ar_shared.kernel.ids import uuid7

# Only a UUID is taken over from a caller: a free-form id could carry a name or a member number into the logs.
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
_TRACEPARENT: Final = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Ids of one request; `traceparent` is the header to send on (W3C Trace Context, version 00)."""

    request_id: str
    trace_id: str
    span_id: str
    trace_flags: str = "01"

    @property
    def traceparent(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{self.trace_flags}"


_current: ContextVar[RequestContext | None] = ContextVar("ar_request_context", default=None)


def current_context() -> RequestContext | None:
    """The context of the request this task serves; None in background work."""
    return _current.get()


def enter_context(request_id: str, traceparent: str) -> RequestContext:
    """Start a request: keep the caller's ids where they are well formed, mint the rest."""
    context = _context_from(request_id, traceparent)
    _current.set(context)
    return context


def _context_from(request_id: str, traceparent: str) -> RequestContext:
    own_id = str(UUID(request_id) if _UUID.fullmatch(request_id) else uuid7())
    span_id = secrets.token_hex(8)
    match = _TRACEPARENT.fullmatch(traceparent)
    if match is None or not (match[1].strip("0") and match[2].strip("0")):
        return RequestContext(own_id, secrets.token_hex(16), span_id)
    return RequestContext(own_id, match[1], span_id, match[3])
