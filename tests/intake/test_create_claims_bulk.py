"""Many claims in one request: each line stands for itself, and a repeat changes nothing."""

import asyncio
import itertools
from typing import Any

import orjson
import pytest

from ar_shared.kernel.errors import ServiceUnavailableError
from claims_api.claims import create_claims_bulk
from claims_api.claims.take_in_chunk import take_in_chunk

from .conftest import Sandbox, a_claim
from .world import event_types, one, rows

pytestmark = pytest.mark.usefixtures("patient")

NDJSON = {"Content-Type": "application/x-ndjson"}
SECRET = "CANARY7"


def body(*claims: Any) -> bytes:
    return b"\n".join(claim if isinstance(claim, bytes) else orjson.dumps(claim) for claim in claims)


async def send(sandbox: Sandbox, *claims: Any) -> list[dict[str, Any]]:
    answer = await sandbox.http.post("/v1/claims/bulk", content=body(*claims), headers=NDJSON)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [orjson.loads(line) for line in answer.content.splitlines()]


def statuses(results: list[dict[str, Any]]) -> list[str]:
    return [result["status"] for result in results]


async def test_each_line_becomes_a_claim_like_one_that_came_alone(sandbox: Sandbox) -> None:
    alone = (await sandbox.http.post("/v1/claims", json=a_claim(external_id="ALONE"))).json()

    [first, second] = await send(sandbox, a_claim(external_id="B-1"), a_claim(external_id="B-2"))

    assert (first["line"], first["status"], second["line"], second["status"]) == (1, "created", 2, "created")
    read = (await sandbox.http.get(f"/v1/claims/{first['claim_id']}")).json()
    own = {"id", "external_id", "patient_control_number", "lines", "created_at", "updated_at"}
    assert {name: read[name] for name in read.keys() - own} == {name: alone[name] for name in alone.keys() - own}
    assert [line["charge_cents"] for line in read["lines"]] == [12000, 3000, 15000]
    posted = "SELECT count(*), sum(amount_cents)::bigint FROM claims.posting WHERE practice_id = $1"
    assert await one(sandbox, posted) == (9, 90000)


async def test_the_same_lines_again_exist_and_nothing_is_written(sandbox: Sandbox) -> None:
    first = await send(sandbox, a_claim(external_id="B-1"), a_claim(external_id="B-2"))

    again = await send(sandbox, a_claim(external_id="B-2"), a_claim(external_id="B-1"))

    assert statuses(again) == ["exists", "exists"]
    assert [result["claim_id"] for result in again] == [first[1]["claim_id"], first[0]["claim_id"]]
    assert await one(sandbox, "SELECT count(*) FROM claims.claim WHERE practice_id = $1") == 2


async def test_a_line_equals_a_claim_that_came_alone(sandbox: Sandbox) -> None:
    alone = (await sandbox.http.post("/v1/claims", json=a_claim(external_id="B-1"))).json()

    same, other = await send(sandbox, a_claim(external_id="B-1"), a_claim(external_id="B-1", diagnoses=["I10"]))

    assert (same["status"], same["claim_id"]) == ("exists", alone["id"])
    assert (other["status"], other["claim_id"]) == ("conflict", alone["id"])
    assert [error["code"] for error in other["errors"]] == ["claim_exists"]


async def test_one_request_may_repeat_itself(sandbox: Sandbox) -> None:
    results = await send(
        sandbox, a_claim(external_id="B-1"), a_claim(external_id="B-1"), a_claim(external_id="B-1", diagnoses=["I10"])
    )

    assert statuses(results) == ["created", "exists", "conflict"]


@pytest.mark.parametrize(
    ("line", "pointer", "code"),
    [
        (b"{", "", "json_invalid"),
        (b"[]", "", "wrong_type"),
        (a_claim(external_id=None), "/external_id", "missing"),
        (a_claim(external_id="X", surprise=SECRET), "", "unknown_field"),
        (a_claim(external_id="X", patient={"external_id": "NOBODY"}), "/patient", "reference_unknown"),
        (a_claim(external_id="X", coverage={"external_id": "NOTHING"}), "/coverage", "reference_unknown"),
        (a_claim(external_id="X", location={"external_id": "NOWHERE"}), "/location", "reference_unknown"),
        (
            a_claim(
                external_id="X", lines=[{"procedure_code": "G0463", "charge_cents": 1, "service_from": "2199-01-01"}]
            ),
            "/lines/0/service_from",
            "service_in_future",
        ),
        (a_claim(external_id="X", lines=[]), "/lines", "too_few"),
    ],
)
async def test_a_bad_line_says_why_and_stops_no_other(sandbox: Sandbox, line: Any, pointer: str, code: str) -> None:
    results = await send(sandbox, a_claim(external_id="B-1"), line, a_claim(external_id="B-2"))

    assert statuses(results) == ["created", "invalid", "created"]
    assert [(error["pointer"], error["code"]) for error in results[1]["errors"]] == [(pointer, code)]
    assert SECRET not in str(results)
    assert await one(sandbox, "SELECT count(*) FROM claims.claim WHERE practice_id = $1") == 2


async def test_a_coverage_of_somebody_else_is_refused(sandbox: Sandbox) -> None:
    await sandbox.put("/v1/patients/by-external-id/PAT-2", {"last_name": "Other", "birth_date": "1990-01-01"})

    [result] = await send(sandbox, a_claim(external_id="B-1", patient={"external_id": "PAT-2"}))

    assert [error["code"] for error in result["errors"]] == ["coverage_of_another_patient"]


async def test_references_by_our_own_ids_are_found_too(sandbox: Sandbox, patient: dict[str, Any]) -> None:
    [result] = await send(sandbox, a_claim(external_id="B-1", patient={"id": patient["id"]}))

    assert result["status"] == "created"


async def test_a_charge_has_one_claim(sandbox: Sandbox) -> None:
    line = {"external_id": "CHG-1", "procedure_code": "G0463", "charge_cents": 1, "service_from": "2026-11-02"}

    results = await send(sandbox, a_claim(external_id="B-1", lines=[line]), a_claim(external_id="B-2", lines=[line]))
    again = await send(sandbox, a_claim(external_id="B-3", lines=[line, {**line, "external_id": "CHG-2"}]))
    twice = await send(sandbox, a_claim(external_id="B-4", lines=[{**line, "external_id": "CHG-3"}] * 2))

    assert statuses(results + again + twice) == ["created", "conflict", "conflict", "conflict"]
    assert again[0]["errors"][0]["code"] == "charge_exists"


async def test_empty_lines_have_a_number_and_no_result(sandbox: Sandbox) -> None:
    results = await send(sandbox, b"", a_claim(external_id="B-1"), b"  ", a_claim(external_id="B-2"), b"")

    assert [(result["line"], result["status"]) for result in results] == [(2, "created"), (4, "created")]


async def test_a_request_without_a_body_is_refused(sandbox: Sandbox) -> None:
    answer = await sandbox.http.post("/v1/claims/bulk", content=b"", headers=NDJSON)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_a_request_of_blank_lines_has_no_results(sandbox: Sandbox) -> None:
    answer = await sandbox.http.post("/v1/claims/bulk", content=b"\n\n", headers=NDJSON)

    assert (answer.status_code, answer.content) == (200, b"")


async def test_two_requests_with_the_same_lines_at_once_make_each_claim_once(sandbox: Sandbox) -> None:
    lines = [a_claim(external_id=f"B-{n}") for n in range(20)]

    answers = await asyncio.gather(*(send(sandbox, *lines) for _ in range(3)))

    assert all(set(statuses(answer)) <= {"created", "exists"} for answer in answers)
    assert sum(statuses(answer).count("created") for answer in answers) == 20
    assert await one(sandbox, "SELECT count(*) FROM claims.claim WHERE practice_id = $1") == 20


def losing(chunk: int) -> Any:
    """A `take_in_chunk` whose `chunk`th call (from 1) loses the database."""
    calls = itertools.count(1)

    async def take_in(*arguments: Any) -> Any:
        if next(calls) == chunk:
            raise ServiceUnavailableError
        return await take_in_chunk(*arguments)

    return take_in


async def test_a_lost_database_is_told_line_by_line_and_what_is_committed_stays(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(create_claims_bulk, "CHUNK", 2)
    monkeypatch.setattr(create_claims_bulk, "take_in_chunk", losing(2))
    lines = [a_claim(external_id=f"B-{n}") for n in range(9)]

    results = await send(sandbox, *lines)

    # The third chunk was on its way already; the fourth and fifth were not begun.
    assert statuses(results) == ["created"] * 2 + ["failed"] * 2 + ["created"] * 2 + ["failed"] * 3
    assert [result["line"] for result in results] == list(range(1, 10))
    assert await one(sandbox, "SELECT count(*) FROM claims.claim WHERE practice_id = $1") == 4
    assert statuses(await send(sandbox, *lines)).count("created") == 5


async def test_a_database_lost_before_the_answer_begins_is_a_503(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(create_claims_bulk, "take_in_chunk", losing(1))

    answer = await sandbox.http.post("/v1/claims/bulk", content=body(a_claim(external_id="B-1")), headers=NDJSON)

    assert answer.status_code == 503


async def test_a_claim_that_stands_in_two_chunks_is_made_once(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(create_claims_bulk, "CHUNK", 2)
    names = ["B-1", "B-2", "B-2", "B-1", "B-3", "B-1"]

    results = await send(sandbox, *(a_claim(external_id=name) for name in names))

    assert statuses(results) == ["created", "created", "exists", "exists", "created", "exists"]


async def test_another_media_type_and_a_reader_are_refused(sandbox: Sandbox) -> None:
    refused = await sandbox.http.post("/v1/claims/bulk", json=[a_claim()])

    assert (refused.status_code, refused.json()["code"]) == (415, "unsupported_media_type")


async def test_one_access_row_tells_of_the_request(sandbox: Sandbox) -> None:
    await send(sandbox, a_claim(external_id="B-1"), a_claim(external_id="B-2"))

    kept = await rows(
        sandbox,
        "SELECT entry->>'action' AS action FROM claims.access_log_pending "
        "WHERE practice_id = $1 AND entry->>'operation' = 'createClaims'",
    )
    assert [row["action"] for row in kept] == ["change"]
    assert await event_types(sandbox) == []
