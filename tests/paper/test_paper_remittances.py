"""A paper EOB or lockbox check, entered by a person: the checks and postings of an 835, never posted twice."""

from typing import Any

import httpx
import pytest

from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import World  # noqa: TID252

CAS = [
    {"group_code": "CO", "carc": "45", "amount_cents": 8000},
    {"group_code": "PR", "carc": "2", "amount_cents": 2400},
]
LINE = {
    "procedure_code": "G0463",
    "service_from": "2026-11-02",
    "charge_cents": 20000,
    "paid_cents": 9600,
    "adjustments": CAS,
}


def paper(pcn: str, **changes: Any) -> dict[str, Any]:
    return {
        "payer": {"external_id": "PAY-PRAIRIE"},
        "billing_entity": {"external_id": "BE-1"},
        "trace_number": "0045512",
        "amount_cents": 9600,
        "paid_on": "2026-11-20",
        "claims": [
            {"patient_control_number": pcn, "charge_cents": 20000, "paid_cents": 9600, "lines": [LINE]},
        ],
        "document_reference": "lockbox 12",
        "note": "second page hard to read",
        **changes,
    }


async def enter(http: httpx.AsyncClient, body: dict[str, Any]) -> httpx.Response:
    return await http.post("/v1/remittances/manual", json=body)


async def test_a_paper_remittance_posts_as_its_835_would(world: World, bill: Billing, http: httpx.AsyncClient) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    line = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")
    file = await world.post(Era((Clp(other.pcn, "200", "96", (line,)),)))

    answer = await enter(http, paper(visit.pcn))

    made = answer.json()
    assert (answer.status_code, made["state"], made["entry"]) == (201, "posted", "manual"), answer.text
    assert await world.open_of(visit) == await world.open_of(other)
    assert await world.movements(made["id"]) == await world.movements(file.remittance_id)
    [action] = made["history"]
    assert (action["kind"], action["reason"]) == ("enter", "second page hard to read")


async def test_provider_adjustments_and_denials_are_entered_too(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    denied = LINE | {"paid_cents": 0, "adjustments": [{"group_code": "CO", "carc": "197", "amount_cents": 20000}]}
    claim = {"claim_id": str(visit.id), "charge_cents": 20000, "paid_cents": 0, "lines": [denied]}
    interest = [{"code": "L6", "amount_cents": -150}]

    made = (await enter(http, paper("", claims=[claim], provider_adjustments=interest, amount_cents=150))).json()

    assert (made["state"], made["counts"]["denials"]) == ("posted", 1)
    assert await world.claim_state(visit) == "denied"
    assert ("E20", 1040, 4220, 150) in await world.movements(made["id"])


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"amount_cents": 9601}, "/amount_cents", "transaction_differs"),
        ({"line": {"paid_cents": 9500}}, "/claims/0/lines/0/paid_cents", "line_differs"),
        ({"claim": {"charge_cents": 20100}}, "/claims/0/charge_cents", "claim_charge_differs"),
        ({"claim": {"paid_cents": 9700}}, "/claims/0/paid_cents", "claim_paid_differs"),
        ({"claim": {"patient_cents": 2300}}, "/claims/0/patient_cents", "patient_part_differs"),
    ],
)
async def test_what_does_not_add_up_is_refused_with_each_difference_where_it_stands(
    world: World, bill: Billing, http: httpx.AsyncClient, changes: dict[str, Any], pointer: str, code: str
) -> None:
    visit = await bill(("G0463", 20000))
    claim = {"patient_control_number": visit.pcn, "charge_cents": 20000, "paid_cents": 9600}
    claim |= changes.pop("claim", {})
    body = paper(visit.pcn, claims=[claim | {"lines": [LINE | changes.pop("line", {})]}], **changes)

    answer = await enter(http, body)

    assert (answer.status_code, answer.json()["code"]) == (422, "eob_unbalanced")
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in answer.json()["errors"]}
    assert await world.count("remittance") == 0


async def test_the_same_check_entered_twice_is_a_duplicate(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    first = (await enter(http, paper(visit.pcn))).json()
    postings = await world.count("posting")

    again = (await enter(http, paper(visit.pcn))).json()
    written_otherwise = (await enter(http, paper(visit.pcn, paid_on="2026-11-19", trace_number="45512"))).json()

    assert (again["state"], again["duplicate_of"]) == ("duplicate", first["id"])
    assert (written_otherwise["state"], written_otherwise["duplicate_of"]) == ("queued", first["id"])
    assert await world.count("posting") == postings


@pytest.mark.parametrize("first", ["paper", "file"])
async def test_paper_and_file_of_one_check_never_both_post(
    world: World, bill: Billing, http: httpx.AsyncClient, first: str
) -> None:
    visit = await bill(("G0463", 20000))
    line = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")
    era = Era((Clp(visit.pcn, "200", "96", (line,), icn="ICN1"),), trace="0045512", method="CHK", paid_on="20261119")

    if first == "paper":
        await enter(http, paper(visit.pcn))
        later = (await world.post(era)).state
    else:
        await world.post(era)
        later = (await enter(http, paper(visit.pcn))).json()["state"]

    assert later == "queued"
    assert await world.open_of(visit) == {(1110, "patient"): 2400}


async def test_another_check_of_the_payer_is_another_payment(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, other = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    await enter(http, paper(visit.pcn))

    made = (await enter(http, paper(other.pcn, trace_number="0045513"))).json()

    assert made["state"] == "posted"


async def test_what_was_entered_in_error_is_reversed_and_entered_again(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, right = await bill(("G0463", 20000)), await bill(("G0463", 20000))
    wrong = await enter(http, paper(visit.pcn))
    tag = {"If-Match": wrong.headers["ETag"]}

    undone = await http.post(
        f"/v1/remittances/{wrong.json()['id']}/reverse", json={"reason": "wrong claim"}, headers=tag
    )
    again = (await enter(http, paper(right.pcn))).json()

    assert (undone.status_code, undone.json()["state"]) == (200, "reversed"), undone.text
    assert [one["kind"] for one in undone.json()["history"]] == ["enter", "reverse"]
    assert again["state"] == "posted"
    assert await world.open_of(visit) == {(1100, "payer"): 20000}
    assert await world.open_of(right) == {(1110, "patient"): 2400}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"payer": {"external_id": "NOBODY"}}, "/payer"),
        ({"billing_entity": {"external_id": "NOBODY"}}, "/billing_entity"),
    ],
)
async def test_an_unknown_payer_or_payee_is_refused(
    world: World, http: httpx.AsyncClient, changes: dict[str, Any], pointer: str
) -> None:
    answer = await enter(http, paper("X", **changes))

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
