"""A patient's credit goes back within 30 days where the payer's remark says so, and as the state's law says."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from claims_api.credits.patient_refunds import REMARKS, patient_due

# Relative, because the tests are not on the import path.
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import World  # noqa: TID252
from .desk import Overpayments, at

ARISEN = date(2026, 1, 1)


@pytest.mark.parametrize("code", ["MA10", "MA59", "MA72", "N720"])
def test_each_remark_sets_thirty_days_from_the_remittance_and_never_before_the_credit(code: str) -> None:
    later = patient_due(ARISEN, (code, ARISEN + timedelta(days=5)), None, {})
    earlier = patient_due(ARISEN, (code, ARISEN - timedelta(days=5)), None, {})
    assert later is not None
    assert earlier is not None
    assert (later.on, earlier.on) == (date(2026, 2, 5), date(2026, 1, 31))
    assert later.confirmed
    assert code in REMARKS


@pytest.mark.parametrize("code", ["MA01", "N386"])
def test_another_remark_and_none_set_no_day(code: str) -> None:
    assert patient_due(ARISEN, (code, ARISEN), None, {}) is None
    assert patient_due(ARISEN, None, "IA", {}) is None


@pytest.mark.parametrize(
    ("setting", "remark", "due"),
    [
        ({"IA": 60}, None, 60),
        ({"IA": 60}, ("MA59", ARISEN), 30),  # the earlier day counts, whoever sets it
        ({"IA": 29}, ("MA59", ARISEN), 29),
        ({"IL": 60}, None, None),
        ({"IA": 0}, None, None),
        ({"IA": True}, None, None),
    ],
)
def test_a_states_days_are_the_practices_setting(
    setting: dict[str, Any], remark: tuple[str, date] | None, due: int | None
) -> None:
    found = patient_due(ARISEN, remark, "IA", {"patient_refund_days": setting})
    assert (found and (found.on - ARISEN).days) == due


async def test_the_queue_shows_the_day_that_the_payers_remark_sets(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await bill(("G0463", 20000)), Overpayments(http)
    owed = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")
    await world.post(Era((Clp(visit.pcn, "200", "96", (owed,), icn="A"),), trace="FIRST"))
    receipt = {"kind": "patient", "method": "check", "amount_cents": 2400, "received_on": "2026-11-20"}
    applied = {"charge_id": str(visit.charges[0]), "amount_cents": 2400}
    body = {**receipt, "guarantor_id": str(visit.guarantor_id), "allocations": [applied]}
    await desk.ok("POST", "/v1/receipts", body, 201)
    back = Svc("G0463", "-200", "-96", "CO-45 -80, PR-2 -24")
    new = Svc("G0463", "200", "120", "CO-45 80", remarks="MA59")
    claims = (
        Clp(visit.pcn, "-200", "-96", (back,), status="22", icn="A"),
        Clp(visit.pcn, "200", "120", (new,), icn="B"),
    )
    await world.post(Era(claims, trace="SECOND"))
    await at(world, date(2026, 11, 23))

    (credit,) = (await desk.ok("GET", "/v1/credits?side=patient"))["items"]

    assert (credit["amount_cents"], credit["suggestion"], credit["operation"]) == (
        2400,
        "patient_overpaid",
        "requestRefund",
    )
    assert credit["due_on"] == "2026-12-23"
    assert "MA59" in credit["due_source"]
    assert credit["overpayment_id"] is None
