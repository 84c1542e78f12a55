"""Who may call what, for which practice, on whose behalf."""

import time
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey

from ar_shared.platform.auth import ClientRecord
from tests.platform.conftest import NORTH, SOUTH, World, connected

RANDOM = "019a0000-0000-7000-8000-0000000000ff"


async def test_no_token_is_401_with_a_challenge(http: httpx.AsyncClient) -> None:
    response = await http.get("/v1/things")
    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic abc", "Bearer a.b.c", "Bearer é", "x"])
async def test_what_is_not_a_token_is_401(http: httpx.AsyncClient, authorization: str) -> None:
    headers = {b"authorization": authorization.encode()}
    assert (await http.get("/v1/things", headers=headers)).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"exp": None},
        {"iss": "https://elsewhere.example"},
        {"aud": "another-api"},
        {"aud": None},
        {"client_id": None},
        {"client_id": 7},
        {"sub": None},
        {"scope": ["claims:read"]},
        {"nbf": 99999999999},
        {"act": {"sub": "another-client"}, "sub": "staff-1"},
        {"act": "one"},
    ],
)
async def test_a_token_with_one_wrong_claim_is_401(
    http: httpx.AsyncClient, world: World, claims: dict[str, Any]
) -> None:
    assert (await http.get("/v1/things", headers=world.bearer())).status_code == 200
    response = await http.get("/v1/things", headers=world.bearer(**claims))
    assert (response.status_code, response.json()["code"]) == (401, "token_invalid")


async def test_a_token_signed_by_another_key_is_401(http: httpx.AsyncClient, world: World) -> None:
    stranger = World(issuer_key=ECKey.generate_key("P-256", {"kid": "issuer-1"}))
    assert (await http.get("/v1/things", headers=stranger.bearer())).status_code == 401


async def test_a_client_that_was_switched_off_is_401(http: httpx.AsyncClient, world: World) -> None:
    del world.clients["one"]
    assert (await http.get("/v1/things", headers=world.bearer())).status_code == 401


async def test_a_missing_scope_is_403_and_no_scope_implies_another(http: httpx.AsyncClient, world: World) -> None:
    response = await http.get("/v1/things", headers=world.bearer(scope="claims:write claims claims:* claims:rea"))
    assert (response.status_code, response.json()["code"]) == (403, "scope_missing")
    assert response.json()["detail"] == "this operation needs the scope claims:read"


async def test_authentication_comes_before_any_word_about_the_request(http: httpx.AsyncClient) -> None:
    responses = [
        await http.get("/v1/things?limitt=3"),
        await http.post("/v1/things", json={"name": 7}),
        await http.get("/v1/things/not-a-uuid"),
        await http.get("/v1/things", headers={"AR-Practice": "not-a-uuid"}),
    ]
    assert [response.status_code for response in responses] == [401] * 4


async def test_a_client_with_one_practice_need_not_name_it(http: httpx.AsyncClient, world: World) -> None:
    unnamed = await http.get("/v1/things", headers=world.bearer())
    named = await http.get("/v1/things", headers=world.bearer() | {"AR-Practice": str(NORTH)})
    assert unnamed.json() == named.json() == {"practice_id": 1, "actor": "one", "actor_kind": "client"}


async def test_a_client_with_several_practices_must_name_one(http: httpx.AsyncClient, world: World) -> None:
    refused = await http.get("/v1/things", headers=world.bearer("both"))
    assert (refused.status_code, refused.json()["code"]) == (422, "practice_required")
    for practice, number in ((NORTH, 1), (SOUTH, 2)):
        response = await http.get("/v1/things", headers=world.bearer("both") | {"AR-Practice": str(practice)})
        assert response.json()["practice_id"] == number


async def test_a_practice_not_granted_looks_exactly_like_an_unknown_one(http: httpx.AsyncClient, world: World) -> None:
    bodies = []
    for practice in (str(SOUTH), RANDOM, "not-a-uuid"):
        response = await http.get("/v1/things", headers=world.bearer() | {"AR-Practice": practice})
        assert response.status_code == 404
        bodies.append({**response.json(), "request_id": ""})
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["code"] == "practice_not_found"


async def test_an_operation_outside_practices_needs_none(http: httpx.AsyncClient, world: World) -> None:
    response = await http.get("/v1/client", headers=world.bearer("both", "internal:events"))
    assert response.json() == "both"
    assert (await http.get("/v1/client", headers=world.bearer("both"))).status_code == 403


async def test_the_registry_is_asked_once_for_many_requests(http: httpx.AsyncClient, world: World) -> None:
    for _ in range(3):
        await http.get("/v1/things", headers=world.bearer())
    assert world.lookups == ["one"]


async def test_without_caching_the_registry_is_asked_each_time(world: World) -> None:
    world.settings = world.settings.model_copy(update={"client_cache_seconds": 0.0})
    async with connected(world.app()) as http:
        await http.get("/v1/things", headers=world.bearer())
        world.clients["one"] = ClientRecord("one", "vendor", {})
        assert (await http.get("/v1/things", headers=world.bearer())).status_code == 422
    assert world.lookups == ["one", "one"]


async def test_a_signed_actor_is_the_acting_user(http: httpx.AsyncClient, world: World) -> None:
    headers = world.bearer() | {"AR-Actor": world.actor_statement()}
    assert (await http.get("/v1/things", headers=headers)).json() == {
        "practice_id": 1,
        "actor": "staff-17",
        "actor_kind": "user",
    }


async def test_a_user_token_names_the_user(http: httpx.AsyncClient, world: World) -> None:
    headers = world.bearer(sub="staff-9", act={"sub": "one"})
    body = (await http.get("/v1/things", headers=headers)).json()
    assert (body["actor"], body["actor_kind"]) == ("staff-9", "user")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "both"},
        {"aud": "elsewhere"},
        {"exp": 1},
        {"exp": int(time.time()) + 7200},
        {"sub": "Zyzzyva Quackenbush"},
        {"kind": "job"},
        {"kind": "admin"},
        {"iat": None},
    ],
)
async def test_an_actor_statement_with_one_wrong_claim_is_401(
    http: httpx.AsyncClient, world: World, claims: dict[str, Any]
) -> None:
    headers = world.bearer() | {"AR-Actor": world.actor_statement(**claims)}
    response = await http.get("/v1/things", headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, "actor_invalid")


async def test_an_actor_signed_by_a_stranger_or_by_nobody_is_401(http: httpx.AsyncClient, world: World) -> None:
    stranger = World().actor_statement()
    for statement in (stranger, "staff-17", "a.b.c", world.token()):
        headers = world.bearer() | {"AR-Actor": statement}
        assert (await http.get("/v1/things", headers=headers)).status_code == 401


async def test_a_client_without_registered_keys_cannot_name_an_actor(http: httpx.AsyncClient, world: World) -> None:
    headers = world.bearer("both") | {"AR-Practice": str(NORTH), "AR-Actor": world.actor_statement(iss="both")}
    assert (await http.get("/v1/things", headers=headers)).status_code == 401


async def test_our_own_service_acts_as_a_job_or_names_its_rule(http: httpx.AsyncClient, world: World) -> None:
    plain = await http.get("/v1/things", headers=world.bearer("service"))
    assert plain.json()["actor_kind"] == "job"
    statement = world.actor_statement(iss="service", sub="no-answer", kind="rule")
    named = await http.get("/v1/things", headers=world.bearer("service") | {"AR-Actor": statement})
    assert (named.json()["actor"], named.json()["actor_kind"]) == ("no-answer", "rule")


async def test_the_rate_limit_is_announced_and_then_enforced(world: World) -> None:
    world.settings = world.settings.model_copy(update={"rate_limit_per_minute": 2})
    async with connected(world.app()) as http:
        first = await http.get("/v1/things", headers=world.bearer())
        assert first.headers["ratelimit"].startswith('"client";r=1;')
        assert first.headers["ratelimit-policy"] == '"client";q=2;w=60'
        await http.get("/v1/things", headers=world.bearer())
        refused = await http.get("/v1/things", headers=world.bearer())
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert 1 <= int(refused.headers["retry-after"]) <= 30
        other = world.bearer("both") | {"AR-Practice": str(NORTH)}
        assert (await http.get("/v1/things", headers=other)).status_code == 200
        assert "ar_http_rate_limited_total" in (await http.get("/metrics")).text
