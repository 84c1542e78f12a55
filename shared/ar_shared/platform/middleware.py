"""The one middleware, pure ASGI: ids in and out, body limit, metrics, access log, and the last line of defence.

A stack of `@app.middleware("http")` functions costs a quarter of a millisecond a request; this costs microseconds.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ar_shared.platform.context import enter_context
from ar_shared.platform.contract import Contract, Operation
from ar_shared.platform.logs import error_fields, get_logger
from ar_shared.platform.metrics import Metrics
from ar_shared.platform.problems import unhandled_response

RECORD_KEY: Final = "ar.record"
_SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_QUIET: Final = frozenset({"/livez", "/readyz", "/metrics"})
_OPERATIONAL: Final = _QUIET | {"/openapi.json", "/docs"}
_UNMATCHED: Final = Operation("unmatched", "", "unmatched", frozenset(), frozenset(), None)


@dataclass(slots=True)
class RequestRecord:
    """What a request turned out to be; the guard fills it in, the access log and the headers read it."""

    client_id: str | None = None
    practice: UUID | None = None
    headers: dict[str, str] = field(default_factory=dict)


class ResponseAbortedError(RuntimeError):
    """A response failed after it had begun: the connection must break, so that it does not look complete."""


class ServiceMiddleware:
    """Wraps the app; `contract` is asked per request because routes are added after middleware."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics,
        contract: Callable[[], Contract],
        max_body_bytes: int,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._contract = contract
        self._max_body_bytes = max_body_bytes
        self._timer = timer
        self._log = get_logger().bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = self._timer()
        exchange = _Exchange(scope, receive, send, self._operation, self._max_body_bytes)
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except Exception as error:  # nothing may pass: a server would log the exception's text
            self._log.error("unhandled_error", **error_fields(error))
            if exchange.status:
                raise ResponseAbortedError from None
            await unhandled_response()(scope, exchange.receive, exchange.send)
        finally:
            self._account(scope, exchange, self._timer() - started)

    def _operation(self, scope: Scope) -> Operation:
        operation_id = getattr(scope.get("route"), "operation_id", None)
        return self._contract().operations.get(operation_id or "", _UNMATCHED)

    def _account(self, scope: Scope, exchange: "_Exchange", seconds: float) -> None:
        operation = self._operation(scope)
        path = scope["path"]
        name = path.lstrip("/") if operation is _UNMATCHED and path in _OPERATIONAL else operation.operation_id
        status = exchange.status or 499  # the client went away before there was an answer
        self._metrics.observe_request(name, status, seconds)
        if path not in _QUIET:
            self._log.info(
                "request",
                method=scope["method"],
                route=operation.template,
                operation=name,
                status=status,
                duration_ms=round(seconds * 1000, 3),
                client_id=exchange.record.client_id,
                practice=exchange.record.practice,
            )


class _Exchange:
    """One request and its response on their way through."""

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        operation: Callable[[Scope], Operation],
        max_body_bytes: int,
    ) -> None:
        headers = dict(scope["headers"])
        self.record = RequestRecord()
        self.status = 0
        scope[RECORD_KEY] = self.record
        self._context = enter_context(
            headers.get(b"request-id", b"").decode("latin-1"), headers.get(b"traceparent", b"").decode("latin-1")
        )
        self._scope = scope
        self._receive = receive
        self._send = send
        self._operation = operation
        self._default_limit = max_body_bytes
        self._declared_length = headers.get(b"content-length", b"")
        self._received = 0

    async def receive(self) -> Message:
        """The next message; raises a 413 as soon as the body is known to be over its operation's limit."""
        limit = self._operation(self._scope).max_body_bytes or self._default_limit
        if self._declared_length.isdigit() and int(self._declared_length) > limit:
            raise HTTPException(413)
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > limit:
            raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            headers["Request-Id"] = self._context.request_id
            headers["traceparent"] = self._context.traceparent
            for name, value in self.record.headers.items():
                headers[name] = value
            for name, value in _SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)
