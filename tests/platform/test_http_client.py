"""Calls between services: what is repeated, what is not, and what travels along."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import orjson
import pytest
import stamina
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import SecretStr

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.context import enter_context
from ar_shared.platform.http_client import (
    CallRefusedError,
    ServiceClient,
    jwks_from_url,
    new_http_client,
    retry_after_seconds,
)
from ar_shared.platform.service_token import ServiceToken
from ar_shared.platform.settings import PlatformSettings
from tests.platform.conftest import NORTH

SETTINGS = PlatformSettings(service_client_id="followup-worker", service_client_secret=SecretStr("s"))
Reply = Callable[[httpx.Request], httpx.Response]


class Sibling:
    """The other service: answers calls from `replies`, the last one for ever, and tokens always."""

    def __init__(self, *replies: int | Exception, headers: dict[str, str] | None = None) -> None:
        self.replies = list(replies)
        self.headers = headers or {}
        self.calls: list[httpx.Request] = []
        self.token_requests: list[httpx.Request] = []
        self.now = 1000.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth2/token":
            self.token_requests.append(request)
            return httpx.Response(200, json={"access_token": f"t{len(self.token_requests)}", "expires_in": 600})
        self.calls.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return httpx.Response(reply, json={"code": "some_code"}, headers=self.headers)

    def http(self) -> httpx.AsyncClient:
        return new_http_client("http://sibling", transport=httpx.MockTransport(self))

    def client(self, http: httpx.AsyncClient, settings: PlatformSettings = SETTINGS) -> ServiceClient:
        token = ServiceToken(settings, http, now=lambda: self.now)
        return ServiceClient(http, token=token, now=lambda: self.now)


@pytest.fixture(autouse=True)
def _without_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
async def closing() -> AsyncIterator[list[httpx.AsyncClient]]:
    clients: list[httpx.AsyncClient] = []
    yield clients
    for client in clients:
        await client.aclose()


@pytest.fixture
def call(closing: list[httpx.AsyncClient]) -> Callable[[Sibling], ServiceClient]:
    def connect(sibling: Sibling) -> ServiceClient:
        closing.append(sibling.http())
        return sibling.client(closing[-1])

    return connect


Connect = Callable[[Sibling], ServiceClient]


@pytest.mark.parametrize("first", [429, 502, 503, 504, httpx.ConnectError("x"), httpx.ReadTimeout("x")])
async def test_a_read_is_repeated_until_the_service_is_back(call: Connect, first: int | Exception) -> None:
    sibling = Sibling(first, first, 200)
    assert await call(sibling).get("/v1/x") == {"code": "some_code"}
    assert len(sibling.calls) == 3


async def test_after_four_attempts_the_service_is_unavailable(call: Connect) -> None:
    sibling = Sibling(503)
    with pytest.raises(ServiceUnavailableError):
        await call(sibling).get("/v1/x")
    assert len(sibling.calls) == 4


async def test_a_write_with_a_key_is_repeated_with_the_same_key(call: Connect) -> None:
    sibling = Sibling(503, 200)
    await call(sibling).post("/v1/x", {"a": 1}, practice=NORTH, idempotency_key="k1")
    assert [request.headers["idempotency-key"] for request in sibling.calls] == ["k1", "k1"]
    assert {request.content for request in sibling.calls} == {orjson.dumps({"a": 1})}
    assert sibling.calls[0].headers["ar-practice"] == str(NORTH)


@pytest.mark.parametrize("failure", [503, httpx.ReadTimeout("x"), httpx.ConnectError("x")])
async def test_a_write_without_a_key_is_tried_once(call: Connect, failure: int | Exception) -> None:
    sibling = Sibling(failure)
    with pytest.raises(ServiceUnavailableError):
        await call(sibling).post("/v1/x", {})
    assert len(sibling.calls) == 1


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500])
async def test_a_refusal_is_not_repeated_and_keeps_its_code(call: Connect, status: int) -> None:
    sibling = Sibling(status)
    with pytest.raises(CallRefusedError) as caught:
        await call(sibling).get("/v1/x")
    assert (caught.value.status, caught.value.code, len(sibling.calls)) == (status, "some_code", 1)


async def test_a_conflict_that_says_when_to_come_back_is_repeated(call: Connect) -> None:
    sibling = Sibling(409, 409, 201, headers={"Retry-After": "1"})
    await call(sibling).post("/v1/x", {}, idempotency_key="k1")
    assert len(sibling.calls) == 3


async def test_ids_of_the_request_travel_along(call: Connect) -> None:
    context = enter_context("019a0000-0000-7000-8000-00000000abcd", "")
    sibling = Sibling(200)
    await call(sibling).get("/v1/x", params={"after": 3})
    headers = sibling.calls[0].headers
    assert headers["request-id"] == "019a0000-0000-7000-8000-00000000abcd"
    assert headers["traceparent"] == context.traceparent
    assert headers["authorization"] == "Bearer t1"
    assert sibling.calls[0].url.query == b"after=3"


async def test_a_token_is_kept_until_a_minute_before_it_expires(call: Connect) -> None:
    sibling = Sibling(200)
    client = call(sibling)
    await client.get("/v1/x")
    sibling.now += 539
    await client.get("/v1/x")
    assert len(sibling.token_requests) == 1
    sibling.now += 1
    await client.get("/v1/x")
    assert len(sibling.token_requests) == 2


async def test_a_refused_token_is_not_used_again(call: Connect) -> None:
    sibling = Sibling(401, 200)
    client = call(sibling)
    with pytest.raises(CallRefusedError):
        await client.get("/v1/x")
    await client.get("/v1/x")
    assert sibling.calls[-1].headers["authorization"] == "Bearer t2"


async def test_with_a_key_the_service_signs_an_assertion(closing: list[httpx.AsyncClient]) -> None:
    key = ECKey.generate_key("P-384", {"kid": "worker"})
    jwk = SecretStr(orjson.dumps(key.as_dict(private=True)).decode())
    sibling = Sibling(200)
    closing.append(sibling.http())
    settings = SETTINGS.model_copy(update={"service_client_key": jwk})
    await sibling.client(closing[0], settings).get("/v1/x")
    form = dict(httpx.QueryParams(sibling.token_requests[0].content.decode()))
    claims = jwt.decode(form["client_assertion"], key, algorithms=["ES384"]).claims
    assert (claims["iss"], claims["aud"]) == ("followup-worker", SETTINGS.token_url)
    assert claims["exp"] - claims["iat"] == 120
    assert "client_secret" not in form


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("soon", None),
        ("7", 7.0),
        ("Thu, 01 Jan 1970 00:17:10 GMT", 30.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_a_number_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value, 1000.0) == seconds


@pytest.mark.parametrize("reply", [httpx.Response(500), httpx.Response(200, text="<html>")])
async def test_keys_that_cannot_be_read_make_the_service_unavailable(reply: httpx.Response) -> None:
    async with new_http_client(transport=httpx.MockTransport(lambda _: reply)) as http:
        with pytest.raises(ServiceUnavailableError):
            await jwks_from_url(http, "http://issuer/jwks")()


async def test_keys_come_from_the_issuers_address() -> None:
    async with new_http_client(
        transport=httpx.MockTransport(lambda request: httpx.Response(200, json={"at": request.url.path}))
    ) as http:
        found: Any = await jwks_from_url(http, "http://issuer/jwks")()
    assert found == {"at": "/jwks"}
