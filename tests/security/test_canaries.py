"""Patient data leave a service only in answers to who may read them: never in a log, a metric, an event, a header, an
address or an error."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio

from ar_tools.stack import SERVICES, Stack

from .canaries import ALL, MEMBER, WORD, found_in, text
from .contract import Operation, operations
from .files import broken, claim_file, payment_file, refusal_file
from .recipes import RECIPES, seed
from .stack_world import over
from .world import Call, World, fresh

pytestmark = pytest.mark.asyncio(loop_scope="module")

UPLOAD: Final = "claims_api.uploadEdiFile"
LONG: Final = text("long ") * 1_000
BAD_VALUES: Final = (f"{WORD}\x00", LONG, {text("key"): text("value")}, [text("entry")], 7731)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(stack: Stack) -> AsyncIterator[World]:
    async with over(stack) as world:
        yield world


class Answers:
    """Everything the services said, with what they were asked."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, httpx.Response]] = []

    def leaks(self) -> list[str]:
        """Canaries in headers of any answer and in bodies of refusals."""
        return [leak for asked, answer in self.seen for leak in _leaks(asked, answer)]

    def count(self, status: int) -> int:
        """How many answers had this class of status."""
        return sum(answer.status_code // 100 == status for _, answer in self.seen)


def _leaks(asked: str, answer: httpx.Response) -> Iterator[str]:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    if canaries := found_in(headers):
        yield f"{asked}: {canaries} in headers"
    if answer.status_code >= 400 and (canaries := found_in(answer.content)):
        yield f"{asked}: {canaries} in a {answer.status_code}: {answer.text[:200]}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def answers(world: World) -> Answers:
    """After every operation was called rightly, and wrongly in every way we can think of."""
    said = Answers()
    for client in world.http.values():
        client.event_hooks["response"] = [_noting(said)]
    await seed(world, world.north)
    await seed(world, world.south)
    for key, operation in operations().items():
        call = await RECIPES[key](world, world.north)
        assert (await world.control(key, world.north, call)).status_code == call.status, key
        for wrong in _wrong_calls(operation, call):
            await world.control(key, world.north, wrong)
        for headers in _wrong_headers():
            await world.send(operation, replace(call, headers={**call.headers, **headers}), client="north")
    for content in _wrong_files(world):
        await world.control(UPLOAD, world.north, Call(content=content))
    for line in (f'{{"{text("key")}": "{MEMBER}"', f'{{"patient": "{text("patient")}"}}', text("line")):
        call = Call(content=line.encode(), media_type="application/x-ndjson")
        await world.control("claims_api.createClaims", world.north, call)
    await world.settle_events(world.north)
    await world.settle_events(world.south)
    return said


def _noting(said: Answers) -> Any:
    async def note(answer: httpx.Response) -> None:
        await answer.aread()
        said.seen.append((f"{answer.request.method} {answer.request.url.path}", answer))

    return note


def _wrong_calls(operation: Operation, call: Call) -> Iterator[Call]:
    yield replace(call, query={**call.query, text("parameter"): text("value")})
    for name in call.path:
        yield replace(call, path={**call.path, name: text("path")})
    for parameter in operation.document.get("parameters", []):
        if parameter["in"] == "query":
            yield replace(call, query={**call.query, parameter["name"]: text("query")})
    cut_off = f'{{"{text("key")}": "{text("value")}'
    yield replace(call, body=None, content=cut_off.encode(), media_type="application/json")
    yield replace(call, body=None, content=text("text").encode(), media_type=f"text/{WORD}")
    if operation.has_json:
        for body in _wrong_bodies(call.body):
            yield replace(call, body=body)


def _wrong_bodies(body: Any) -> Iterator[Any]:
    """The body with one part of it replaced by something unfit, or with a field that nobody knows."""
    if isinstance(body, dict):
        yield {**body, text("field"): text("value")}
        for name, value in body.items():
            for bad in _wrong_bodies(value):
                yield {**body, name: bad}
    elif isinstance(body, list):
        for place, value in enumerate(body):
            for bad in _wrong_bodies(value):
                yield [*body[:place], bad, *body[place + 1 :]]
    else:
        yield from BAD_VALUES


def _wrong_headers() -> Iterator[dict[str, str]]:
    for name in ("Request-Id", "traceparent", "Idempotency-Key", "AR-Practice", "AR-Actor", "If-Match", "User-Agent"):
        yield {name: text("header")}
    yield {"Accept": f"text/{WORD}", "Cookie": f"name={WORD}", "Referer": f"http://example.org/{WORD}"}


def _wrong_files(world: World) -> Iterator[bytes]:
    north = world.north
    number = north.names["patient_control_number"][-1]
    files = [
        claim_file(north.npi, north.tin, fresh("ACCOUNT")),
        payment_file(north.npi, [(number, "CO*45")], fresh("TRACE")),
        refusal_file(number),
    ]
    for content in files:
        yield broken(content)
        yield content.replace(b"~", b"\n")
        yield content.replace(b"ST*", b"ST*" + WORD.encode())
        yield content.replace(b"*0001", b"*" + MEMBER.encode())
        yield content.replace(b"20260105", MEMBER.encode())
        yield content.replace(b"G0463", MEMBER.encode())
        yield content.replace(b"*100", b"*" + WORD.encode())
        yield content.replace(b"LX*1~", b"LX*1~ZZZ*" + text("unknown").encode() + b"~")
    yield text("no interchange at all").encode()
    yield b"ISA*" + text("header").encode()


async def test_refusals_and_headers_hold_no_patient_data(answers: Answers) -> None:
    assert answers.leaks() == []
    assert answers.count(4) > 500
    assert answers.count(5) == 0


async def test_logs_hold_no_patient_data(stack: Stack, answers: Answers) -> None:
    logs = {path.name: path.read_bytes() for path in stack.folder.rglob("*.log")}

    assert {name: found_in(log) for name, log in logs.items()} == {name: [] for name in logs}
    assert set(logs) >= {f"{service.package}.log" for service in SERVICES} | {"postgres.log"}
    assert all(b'"event":"request"' in logs[f"{service.package}.log"] for service in SERVICES)


async def test_metrics_hold_no_patient_data(world: World, answers: Answers) -> None:
    for package, http in world.http.items():
        exposition = (await http.get("/metrics")).text
        assert found_in(exposition) == [], package
        assert "ar_http_requests_total" in exposition


async def test_the_event_feed_holds_no_patient_data(world: World, answers: Answers) -> None:
    for practice in (world.north, world.south):
        after, count = 0, 0
        while True:
            page = await world.control("claims_api.listEvents", practice, Call(query={"after": after, "limit": 1000}))
            assert found_in(page.content) == []
            if not (items := page.json()["items"]):
                break
            after, count = items[-1]["sequence"], count + len(items)
        assert count > 10


async def test_the_access_log_holds_no_patient_data(world: World, answers: Answers) -> None:
    for schema in ("claims", "followup"):
        rows = await world.admin.fetch(f"SELECT entry::text FROM {schema}.access_log")
        assert rows
        assert [row["entry"] for row in rows if found_in(row["entry"])] == []


async def test_operational_pages_hold_no_patient_data(world: World, answers: Answers) -> None:
    for http in world.http.values():
        for path in ("/livez", "/readyz", "/openapi.json", "/docs"):
            assert found_in((await http.get(path)).content) == []


async def test_the_search_finds_every_canary_where_it_may_be(world: World, answers: Answers) -> None:
    """Without this the tests above could look for what was never there."""
    shown = b""
    for kind in ("patient", "coverage", "guarantor"):
        call = Call(path={"party_id": world.north.one(kind)})
        shown += (await world.control(f"claims_api.read{kind.capitalize()}", world.north, call)).content
    call = Call(path={"claim_id": world.north.one("claim")})
    shown += (await world.control("claims_api.readClaim", world.north, call)).content
    shown += claim_file(world.north.npi, world.north.tin, "A1")
    assert found_in(shown) == list(ALL)


@pytest.mark.parametrize("canary", ALL)
async def test_a_planted_leak_is_found_in_a_log_a_header_and_an_error(tmp_path: Path, canary: str) -> None:
    log = tmp_path / "service.log"
    log.write_text(f'{{"event":"request"}}\n{{"event":"oops","detail":"{canary.upper()}"}}\n')
    assert canary in found_in(log.read_bytes())
    request = httpx.Request("GET", "http://service/v1/claims")
    said = Answers()
    said.seen = [
        ("header", httpx.Response(200, request=request, headers={"Location": f"/v1/patients/{canary}"})),
        ("error", httpx.Response(422, request=request, json={"detail": f"{canary} is not valid"})),
        ("allowed", httpx.Response(200, request=request, json={"last_name": canary})),
    ]
    assert [leak.split(":")[0] for leak in said.leaks()] == ["header", "error"]
