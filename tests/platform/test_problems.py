"""Every error is a problem document of ours and repeats nothing of the request."""

from typing import Any

import httpx
import pytest

from tests.platform.conftest import CANARY, World

Body = dict[str, Any]


def is_problem(response: httpx.Response, status: int, code: str) -> Body:
    body: Body = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["type"] == f"urn:ledgerwell:problem:{code}"
    assert body["request_id"] == response.headers["request-id"]
    assert {"title", "detail", "retryable", "errors"} <= body.keys()
    return body


async def test_an_unknown_path_is_a_problem(http: httpx.AsyncClient) -> None:
    is_problem(await http.get("/v1/nothing"), 404, "route_not_found")


async def test_a_wrong_method_is_a_problem_that_names_the_right_ones(http: httpx.AsyncClient) -> None:
    response = await http.delete("/v1/client")
    is_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "GET"


async def test_a_wrong_method_is_told_all_methods_of_the_path(http: httpx.AsyncClient) -> None:
    assert (await http.delete("/v1/things")).headers["allow"] == "GET, POST"


async def test_an_error_of_a_feature_keeps_its_code(http: httpx.AsyncClient, world: World) -> None:
    response = await http.get("/v1/things/019a0000-0000-7000-8000-00000000000a", headers=world.bearer())
    assert is_problem(response, 404, "thing_not_found")["retryable"] is False


async def test_unavailability_says_when_to_come_back(http: httpx.AsyncClient) -> None:
    response = await http.get("/v1/database-down")
    assert is_problem(response, 503, "service_unavailable")["retryable"] is True
    assert response.headers["retry-after"] == "7"


async def test_a_refusal_carries_fields_edi_place_and_the_resource_in_the_way(http: httpx.AsyncClient) -> None:
    body = is_problem(await http.get("/v1/refused"), 422, "invalid_request")
    assert body["errors"] == [
        {"in": "body", "pointer": "/lines/1", "code": "units_missing", "message": "Units are required."}
    ]
    assert body["edi"] == {"transaction": "0001", "segment_index": 12, "segment": "SV1"}
    assert body["existing"] == "/v1/things/1"


async def test_a_defect_shows_nothing_of_its_exception(
    http: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    response = await http.get("/v1/defect")
    is_problem(response, 500, "internal_error")
    assert CANARY not in response.text + capsys.readouterr().out


async def test_a_reply_that_fails_half_way_breaks_off_without_the_exceptions_text(
    http: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RuntimeError) as caught:
        await http.get("/v1/half")
    assert type(caught.value).__name__ == "ResponseAbortedError"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert CANARY not in str(caught.value) + capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": None}, ("/name", "wrong_type")),
        ({"name": CANARY * 3}, ("/name", "too_long")),
        ({"name": f"\x00{CANARY}"}, ("/name", "control_characters")),
        ({"npi": CANARY}, ("/npi", "npi_invalid")),
        ({"npi": "1234567890"}, ("/npi", "npi_invalid")),
        ({"lines": CANARY}, ("/lines", "wrong_type")),
        ({"lines": [{"charge_cents": CANARY}]}, ("/lines/0/charge_cents", "wrong_type")),
        ({"lines": [{"charge_cents": 10**13 + 1}]}, ("/lines/0/charge_cents", "too_large")),
        ({"lines": [{"charge_cents": 1, CANARY: 1}]}, ("/lines/0", "unknown_field")),
        ({CANARY: CANARY}, ("", "unknown_field")),
        ({"kind": CANARY}, ("/kind", "wrong_type")),
        ({"extra": {CANARY: CANARY}}, ("/extra", "wrong_type")),
        ({"extra": {"123456789": CANARY}}, ("/extra", "wrong_type")),
    ],
)
async def test_a_refused_field_is_named_and_its_content_never_repeated(
    http: httpx.AsyncClient, world: World, a_thing: Body, change: Body, expected: tuple[str, str]
) -> None:
    response = await http.post("/v1/things", json=a_thing | change, headers=world.bearer())
    body = is_problem(response, 422, "invalid_request")
    assert expected in [(error["pointer"], error["code"]) for error in body["errors"]]
    assert not [word for word in (*CANARY.split(), "123456789", "ThingLine") if word in response.text]


async def test_a_missing_field_is_named(http: httpx.AsyncClient, world: World, a_thing: Body) -> None:
    del a_thing["npi"]
    body = is_problem(await http.post("/v1/things", json=a_thing, headers=world.bearer()), 422, "invalid_request")
    assert body["errors"] == [{"in": "body", "pointer": "/npi", "code": "missing", "message": "Is required."}]


async def test_a_misspelt_field_gets_the_right_name_as_suggestion(
    http: httpx.AsyncClient, world: World, a_thing: Body
) -> None:
    response = await http.post("/v1/things", json=a_thing | {"linse": []}, headers=world.bearer())
    assert response.json()["errors"][0]["suggestion"] == "Did you mean lines?"


async def test_broken_json_is_refused_without_quoting_it(http: httpx.AsyncClient, world: World) -> None:
    headers = world.bearer() | {"Content-Type": "application/json"}
    response = await http.post("/v1/things", content=f'{{"name": {CANARY}'.encode(), headers=headers)
    assert is_problem(response, 422, "invalid_request")["errors"][0]["code"] == "json_invalid"
    assert not [word for word in CANARY.split() if word in response.text]


async def test_a_bad_path_parameter_is_refused_without_quoting_it(http: httpx.AsyncClient, world: World) -> None:
    response = await http.get(f"/v1/things/{CANARY}", headers=world.bearer())
    body = is_problem(response, 422, "invalid_request")
    assert body["errors"] == [
        {"in": "path", "pointer": "/thing_id", "code": "wrong_type", "message": "Must be a UUID."}
    ]


async def test_an_unknown_query_parameter_is_refused_with_the_nearest_name(
    http: httpx.AsyncClient, world: World
) -> None:
    refused = await http.get("/v1/things?limitt=3", headers=world.bearer())
    assert is_problem(refused, 422, "unknown_parameter")["suggestion"] == "Did you mean limit?"
    unlike = await http.get(f"/v1/things?{CANARY}=3", headers=world.bearer())
    assert is_problem(unlike, 422, "unknown_parameter")["suggestion"] == "Parameters of this operation: limit, state."
    assert CANARY.split()[0] not in unlike.text
    assert (await http.get("/v1/things?limit=3&state=open", headers=world.bearer())).status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/xml"])
async def test_a_body_of_another_type_is_415(http: httpx.AsyncClient, world: World, content_type: str) -> None:
    headers = world.bearer() | {"Content-Type": content_type}
    response = await http.post("/v1/things", content=b"{}", headers=headers)
    is_problem(response, 415, "unsupported_media_type")


async def test_a_route_may_publish_another_media_type(http: httpx.AsyncClient) -> None:
    accepted = await http.post("/v1/files", content=b"ISA*", headers={"Content-Type": "application/edi-x12"})
    assert (accepted.status_code, accepted.json()) == (200, 4)
    refused = await http.post("/v1/files", content=b"{}", headers={"Content-Type": "application/json"})
    assert is_problem(refused, 415, "unsupported_media_type")["detail"] == "accepted here: application/edi-x12"


@pytest.mark.parametrize(("size", "status"), [(2000, 422), (2001, 413)])
async def test_the_body_limit_holds_for_a_declared_length(
    http: httpx.AsyncClient, world: World, size: int, status: int
) -> None:
    headers = world.bearer() | {"Content-Type": "application/json"}
    response = await http.post("/v1/things", content=b" " * size, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("size", "status"), [(5000, 200), (5001, 413)])
async def test_the_body_limit_of_a_route_holds_for_a_stream_of_unknown_length(
    http: httpx.AsyncClient, size: int, status: int
) -> None:
    async def chunks() -> Any:
        for _ in range(size // 500):
            yield b"x" * 500
        yield b"x" * (size % 500)

    response = await http.post("/v1/files", content=chunks(), headers={"Content-Type": "application/edi-x12"})
    assert response.status_code == status
    if status == 413:
        is_problem(response, 413, "body_too_large")
