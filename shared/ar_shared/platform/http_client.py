"""The one way to call another HTTP service: timeouts, retries that are safe, ids passed on.

A call is repeated only if repeating it cannot do harm: reads, and writes that carry an Idempotency-Key.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from uuid import UUID

import httpx
import orjson
import stamina

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.auth.keys import JwksFetch
from ar_shared.platform.context import current_context
from ar_shared.platform.service_token import ServiceToken

_TIMEOUT: Final = httpx.Timeout(10.0, connect=2.0)
_LIMITS: Final = httpx.Limits(max_connections=50, max_keepalive_connections=20)
_ATTEMPTS: Final = 4
_MAX_WAIT_SECONDS: Final = 30.0
_RETRIED_STATUSES: Final = frozenset({429, 502, 503, 504})
_SAFE_METHODS: Final = frozenset({"GET", "HEAD"})


class CallRefusedError(Exception):
    """The other service said no: its status and the stable code of its problem document."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class _RetryLater(Exception):  # noqa: N818 - a signal, never seen outside
    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def new_http_client(base_url: str = "", *, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """An httpx client with our timeouts and limits. It follows no redirects. The caller closes it."""
    return httpx.AsyncClient(base_url=base_url, timeout=_TIMEOUT, limits=_LIMITS, transport=transport)


def jwks_from_url(client: httpx.AsyncClient, url: str) -> JwksFetch:
    """Reads the token issuer's public keys; the fetch raises ServiceUnavailableError."""

    async def fetch() -> Mapping[str, Any]:
        try:
            response = await client.get(url)
            response.raise_for_status()
            document: dict[str, Any] = orjson.loads(response.content)
        except (httpx.HTTPError, ValueError) as error:
            raise ServiceUnavailableError("the token issuer's keys cannot be read") from error
        return document

    return fetch


class ServiceClient:
    """Calls one of our own services as a client of its API.

    Raises CallRefusedError for a 4xx that will not change by waiting, and ServiceUnavailableError when the service
    stays away for four attempts.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        token: ServiceToken,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._token = token
        self._now = now

    async def get(self, path: str, *, practice: UUID | None = None, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON body of a GET."""
        return await self._call("GET", path, {"practice": practice}, params=params)

    async def post(
        self, path: str, body: Any, *, practice: UUID | None = None, idempotency_key: str | None = None
    ) -> Any:
        """The JSON body of a POST, None if it is empty. Without an idempotency key it is tried only once."""
        return await self._call(
            "POST", path, {"practice": practice, "key": idempotency_key}, content=orjson.dumps(body)
        )

    async def _call(self, method: str, path: str, about: Mapping[str, Any], **request: Any) -> Any:
        repeatable = method in _SAFE_METHODS or about.get("key") is not None
        try:
            async for attempt in stamina.retry_context(
                on=self._backoff, attempts=_ATTEMPTS if repeatable else 1, timeout=_MAX_WAIT_SECONDS
            ):
                with attempt:
                    response = await self._send(method, path, about, **request)
        except (_RetryLater, httpx.TransportError) as error:
            raise ServiceUnavailableError("a service we need does not answer") from error
        return orjson.loads(response.content) if response.content else None

    async def _send(self, method: str, path: str, about: Mapping[str, Any], **request: Any) -> httpx.Response:
        headers = _headers(await self._token.get(), about)
        response = await self._client.request(method, path, headers=headers, **request)
        status = response.status_code
        if status in _RETRIED_STATUSES or (status == 409 and "retry-after" in response.headers):
            raise _RetryLater(response)
        if status == 401:
            self._token.forget()
        if status >= 300:
            raise CallRefusedError(status, _code_of(response))
        return response

    def _backoff(self, error: Exception) -> bool | float:
        if isinstance(error, _RetryLater):
            wait = retry_after_seconds(error.response.headers.get("retry-after"), self._now())
            return True if wait is None else min(wait, _MAX_WAIT_SECONDS)
        return isinstance(error, httpx.TransportError)


def retry_after_seconds(value: str | None, now: float) -> float | None:
    """Seconds a Retry-After header asks for, a number or a date (RFC 9110 section 10.2.3); None if unreadable."""
    if value is None:
        return None
    if value.isdigit():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (at - datetime.fromtimestamp(now, UTC)).total_seconds())


def _headers(token: str, about: Mapping[str, Any]) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    context = current_context()
    if context is not None:
        headers |= {"Request-Id": context.request_id, "traceparent": context.traceparent}
    if about.get("practice") is not None:
        headers["AR-Practice"] = str(about["practice"])
    if about.get("key") is not None:
        headers["Idempotency-Key"] = about["key"]
    return headers


def _code_of(response: httpx.Response) -> str:
    try:
        return str(orjson.loads(response.content)["code"])
    except (ValueError, KeyError, TypeError):
        return "unknown"
