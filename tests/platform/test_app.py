"""Ids, headers, health, metrics and the published contract."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from ar_shared.platform.app import LifespanPart, create_service_app
from tests.platform.conftest import CANARY, World, connected


async def test_a_well_formed_request_id_and_trace_come_back(http: httpx.AsyncClient) -> None:
    request_id = "019a0000-0000-7000-8000-00000000abcd"
    traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
    response = await http.get("/livez", headers={"Request-Id": request_id, "traceparent": traceparent})
    assert response.headers["request-id"] == request_id
    version, trace, span, flags = response.headers["traceparent"].split("-")
    assert (version, trace, flags) == ("00", "4bf92f3577b34da6a3ce929d0e0e4736", "00")
    assert span != "00f067aa0ba902b7"


@pytest.mark.parametrize("request_id", ["", CANARY, "019a0000-0000-7000-8000-00000000abcdX", "x" * 36])
async def test_a_request_id_that_could_carry_data_is_replaced(http: httpx.AsyncClient, request_id: str) -> None:
    answered = (await http.get("/livez", headers={"Request-Id": request_id})).headers["request-id"]
    assert answered != request_id
    assert len(answered) == 36


@pytest.mark.parametrize("traceparent", ["", CANARY, "00-" + "0" * 32 + "-00f067aa0ba902b7-01"])
async def test_a_malformed_trace_starts_a_new_one(http: httpx.AsyncClient, traceparent: str) -> None:
    answered = (await http.get("/livez", headers={"traceparent": traceparent})).headers["traceparent"]
    assert len(answered) == 55
    assert "0" * 32 not in answered


async def test_replies_carry_security_headers_and_are_not_cached(http: httpx.AsyncClient) -> None:
    headers = (await http.get("/v1/nothing")).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")


async def test_readiness_follows_the_probes_and_liveness_does_not(http: httpx.AsyncClient, world: World) -> None:
    assert (await http.get("/readyz")).json() == {"status": "ready", "checks": {"database": True}}
    world.is_ready = False
    waiting = await http.get("/readyz")
    assert (waiting.status_code, waiting.headers["retry-after"]) == (503, "2")
    assert waiting.json()["checks"] == {"database": False}
    assert "refused" not in waiting.text
    assert (await http.get("/livez")).status_code == 200
    world.is_ready = True
    assert (await http.get("/readyz")).status_code == 200


async def test_requests_are_counted_by_operation_and_status_class(http: httpx.AsyncClient, world: World) -> None:
    await http.get("/v1/things", headers=world.bearer())
    await http.get("/v1/things")
    await http.get(f"/v1/{CANARY}")
    text = (await http.get("/metrics")).text
    labels = 'operation="listThings",service="ledgerwell"'
    assert f'ar_http_requests_total{{{labels},status_class="2xx"}} 1.0' in text
    assert f'ar_http_requests_total{{{labels},status_class="4xx"}} 1.0' in text
    assert 'operation="unmatched"' in text
    assert f"ar_http_request_seconds_count{{{labels}}} 2.0" in text
    assert CANARY.split()[0] not in text
    assert all(line.startswith(("#", "ar_")) for line in text.splitlines())


async def test_the_access_log_has_the_route_and_never_the_path_or_query(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    async with connected(world.app()) as http:
        await http.get(f"/v1/things/{CANARY}?state={CANARY}", headers=world.bearer())
        await http.get("/livez")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["event"], line["route"], line["status"]) for line in lines] == [
        ("request", "/v1/things/{thing_id}", 422)
    ]
    assert lines[0]["operation"] == "getThing"
    assert not [word for word in CANARY.split() if word in str(lines)]


async def test_the_contract_describes_errors_scopes_and_operations(http: httpx.AsyncClient) -> None:
    document = (await http.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    operation = document["paths"]["/v1/things/{thing_id}"]["get"]
    assert operation["operationId"] == "getThing"
    assert operation["security"] == [{"oauth2": ["claims:read"]}]
    assert {"401", "403", "404", "422", "429", "500", "503"} <= operation["responses"].keys()
    assert "thing_not_found" in operation["responses"]["404"]["description"]
    assert "HTTPValidationError" not in json.dumps(document)
    assert "413" in document["paths"]["/v1/things"]["post"]["responses"]
    headers = {parameter["name"] for parameter in operation["parameters"]}
    assert {"AR-Practice", "AR-Actor", "thing_id"} == headers


async def test_the_docs_page_lists_operations_and_loads_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    response = await http.get("/docs")
    assert "listThings" in response.text
    assert "<script" not in response.text
    assert "://" not in response.text


async def test_parts_of_the_lifespan_are_entered_in_order_and_left_in_reverse(world: World) -> None:
    seen: list[str] = []

    def part(name: str) -> LifespanPart:
        @asynccontextmanager
        async def run(_app: FastAPI) -> AsyncIterator[None]:
            seen.append(f"{name} in")
            yield
            seen.append(f"{name} out")

        return run

    app = create_service_app(
        world.settings,
        title="Toy",
        summary="",
        version="1",
        routers=[],
        directory=world,
        fetch_jwks=world.jwks,
        probes={},
        lifespan=[part("pool"), part("loop")],
    )
    async with app.router.lifespan_context(app):
        seen.append("serving")
    assert seen == ["pool in", "loop in", "serving", "loop out", "pool out"]
