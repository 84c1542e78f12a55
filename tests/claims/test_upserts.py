"""What an integrator owns is created and replaced under its own ids: authorizations and subscribers."""

from typing import Any

import pytest

from .conftest import Sandbox

PERSON = {"last_name": "Sandboxer", "first_name": "Sam", "birth_date": "1950-01-02", "sex": "M"}
PERMISSION = {
    "coverage": {"external_id": "COV-1"},
    "number": "A-1001",
    "starts_on": "2026-11-01",
    "ends_on": "2026-12-31",
    "units": "12",
    "units_used": "2.5",
}


async def test_an_authorization_is_made_and_replaced_under_the_callers_id(
    sandbox: Sandbox, patient: dict[str, Any]
) -> None:
    made = await sandbox.put("/v1/authorizations/by-external-id/AUT-1", PERMISSION)
    used = await sandbox.put("/v1/authorizations/by-external-id/AUT-1", {**PERMISSION, "units_used": "12"})

    assert (made["number"], made["units"], made["units_used"]) == ("A-1001", "12.000", "2.500")
    assert (used["id"], used["units_used"]) == (made["id"], "12.000")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"ends_on": "2026-10-31"}, 422, "ends_before_start"),
        ({"units": "0.0005"}, 422, "too_precise"),
        ({"units_used": "-1"}, 422, "too_small"),
        ({"coverage": {"external_id": "COV-9"}}, 422, "reference_unknown"),
        ({"ends_on": "2026-11-01"}, 201, None),  # one day
    ],
)
async def test_an_authorization_that_cannot_be_is_refused_with_its_reason(
    sandbox: Sandbox, patient: dict[str, Any], change: dict[str, Any], status: int, code: str | None
) -> None:
    answer = await sandbox.http.put("/v1/authorizations/by-external-id/AUT-1", json={**PERMISSION, **change})

    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["errors"][0]["code"] == code


async def test_a_number_names_one_authorization_of_a_coverage(sandbox: Sandbox, patient: dict[str, Any]) -> None:
    await sandbox.put("/v1/authorizations/by-external-id/AUT-1", PERMISSION)

    answer = await sandbox.http.put("/v1/authorizations/by-external-id/AUT-2", json=PERMISSION)

    assert (answer.status_code, answer.json()["code"]) == (409, "identifier_taken")
    assert answer.json()["errors"][0]["pointer"] == "/number"


async def test_a_changed_subscriber_reaches_every_coverage_that_names_them_and_no_other(
    sandbox: Sandbox, patient: dict[str, Any]
) -> None:
    subscriber = await sandbox.put("/v1/subscribers/by-external-id/SUB-1", PERSON)
    cover = {
        "patient": {"external_id": "PAT-1"},
        "payer": {"external_id": "PAY-PRAIRIE"},
        "member_id": "M77",
        "relation": "19",
    }
    shared = {**cover, "subscriber_of": {"external_id": "SUB-1"}}
    for number in (2, 3):
        made = await sandbox.put(f"/v1/coverages/by-external-id/COV-{number}", {**shared, "rank": number})
        assert (made["subscriber_id"], made["subscriber"]["first_name"]) == (subscriber["id"], "Sam")
    await sandbox.put("/v1/coverages/by-external-id/COV-4", {**cover, "rank": 4, "subscriber": PERSON})

    await sandbox.put("/v1/subscribers/by-external-id/SUB-1", {**PERSON, "first_name": "Samuel"})

    said = {
        number: (await sandbox.http.get(f"/v1/coverages/by-external-id/COV-{number}")).json()["subscriber"][
            "first_name"
        ]
        for number in (2, 3, 4)
    }
    assert said == {2: "Samuel", 3: "Samuel", 4: "Sam"}


async def test_a_coverage_says_its_subscriber_once(sandbox: Sandbox, patient: dict[str, Any]) -> None:
    await sandbox.put("/v1/subscribers/by-external-id/SUB-1", PERSON)
    both = {
        "patient": {"external_id": "PAT-1"},
        "payer": {"external_id": "PAY-PRAIRIE"},
        "member_id": "M77",
        "subscriber": PERSON,
        "subscriber_of": {"external_id": "SUB-1"},
    }

    answer = await sandbox.http.put("/v1/coverages/by-external-id/COV-2", json=both)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "subscriber_twice")
