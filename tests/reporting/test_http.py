"""The service as its clients see it, with the real claims-api on the other side of the wire."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from ar_tools.test_databases import DatabaseUrls
from reporting_api.folding.fold_practice import fold_practice
from reporting_api.kpis.catalogue import CATALOGUE
from reporting_api.snapshots.take_snapshot import Snapshots
from tests.reporting.builder import Claim, Ledger, a_ledger, a_line, at_noon, credit_found, paid, to_patient
from tests.reporting.conftest import NewLedger
from tests.reporting.services import Services

TODAY = date(2026, 6, 30)
PATIENT = {"last_name": "Sandboxer", "first_name": "Pat", "birth_date": "1980-05-17", "sex": "F"}
COVERAGE = {
    "patient": {"external_id": "PAT-1"},
    "payer": {"external_id": "PAY-PRAIRIE"},
    "plan": {"external_id": "PLAN-PRAIRIE-PPO"},
    "member_id": "TEST-PAID",
}
CLAIM = {
    "external_id": "C-1",
    "patient": {"external_id": "PAT-1"},
    "coverage": {"external_id": "COV-1"},
    "billing_entity": {"external_id": "BE-1"},
    "rendering_provider": {"external_id": "PRV-1"},
    "location": {"external_id": "LOC-1"},
    "place_of_service": "11",
    "diagnoses": ["E119"],
    "lines": [{"procedure_code": "G0463", "charge_cents": 12_000, "service_from": "2026-01-05"}],
}


async def _ok(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


def _amounts(row: dict[str, Any]) -> dict[str, int]:
    return {bucket["bucket"]: bucket["cents"] for bucket in row["buckets"] if bucket["cents"]}


async def a_practice(services: Services, new_ledger: NewLedger) -> Ledger:
    """A practice of the sandbox client's with money of two payers, a patient, and a credit; not folded yet."""
    ledger = await new_ledger(TODAY - timedelta(days=95))
    admin = ledger.connection
    await admin.execute("INSERT INTO claims.api_client_practice VALUES ('sandbox', $1)", ledger.practice_id)
    blue, green = await ledger.payer("Blue"), await ledger.payer("Green")
    old, new, overpaid = (a_line(Claim(payer), 100, ledger.today) for payer in (blue, green, green))
    await ledger.claim([old])
    await ledger.advance_to(TODAY - timedelta(days=10))
    new.service_on = overpaid.service_on = ledger.today
    await ledger.claim([new])
    await ledger.claim([overpaid])
    await ledger.submit(new.claim)
    await ledger.adjudicate(new.claim, "paid", [paid(new, 30), to_patient(new, 20)])
    await ledger.post([[paid(overpaid, 110), credit_found(overpaid, 10)]])
    await ledger.advance_to(TODAY)
    return ledger


@pytest.fixture
async def ledger(services: Services, new_ledger: NewLedger) -> Ledger:
    ledger = await a_practice(services, new_ledger)
    wiring = services.app.state.wiring
    await fold_practice(wiring.database, wiring.clock, ledger.practice_id)
    return ledger


@pytest.fixture
async def lone_ledger(services_alone: Services, fresh_database: DatabaseUrls) -> AsyncIterator[Ledger]:
    connection = await asyncpg.connect(fresh_database.admin)

    async def make(today: date) -> Ledger:
        return await a_ledger(connection, today)

    ledger = await a_practice(services_alone, make)
    await services_alone.follower.follow()
    yield ledger
    await connection.close()


async def test_a_claim_taken_in_over_http_is_aging_and_progress_here(services_alone: Services) -> None:
    services = services_alone
    await _ok(await services.claims.put("/v1/patients/by-external-id/PAT-1", json=PATIENT))
    await _ok(await services.claims.put("/v1/coverages/by-external-id/COV-1", json=COVERAGE))
    await _ok(await services.claims.post("/v1/claims", json=CLAIM))
    assert (await _ok(await services.get("/v1/progress")))["sequence"] == 0

    await services.settle()

    progress = await _ok(await services.get("/v1/progress"))
    assert progress["sequence"] == progress["head"] == 1
    aging = await _ok(await services.get("/v1/aging", basis="first_bill"))
    assert _amounts(aging["total"]) == {"unbilled": 12_000}
    assert [row["open_cents"] for row in aging["rows"]] == [12_000]
    assert aging["rows"][0]["payer_id"] is not None
    assert aging["exact_for"]["sequence"] == 1


async def test_aging_by_payer_names_payers_and_puts_persons_in_one_row(services: Services, ledger: Ledger) -> None:
    aging = await _ok(await services.get("/v1/aging", practice=ledger.practice))

    rows = {row["name"]: (_amounts(row), row["credit_cents"]) for row in aging["rows"]}
    assert rows == {
        "Blue": ({"91-120": 10_000}, 0),
        "Green": ({"0-30": 5_000}, 1_000),
        "Patients, clients and agencies": ({"0-30": 2_000}, 0),
    }
    assert aging["rows"][0]["name"] == "Blue"
    assert (aging["total"]["open_cents"], aging["total"]["over_90_cents"]) == (17_000, 10_000)
    assert aging["total"]["credit_cents"] == 1_000


async def test_aging_by_responsibility_adds_up_to_the_same(services: Services, ledger: Ledger) -> None:
    aging = await _ok(await services.get("/v1/aging", practice=ledger.practice, by="responsibility"))

    assert {row["name"]: row["open_cents"] for row in aging["rows"]} == {"insurance": 15_000, "patient": 2_000}
    assert aging["total"]["open_cents"] == 17_000


async def test_a_kpi_says_what_it_takes_to_check_it(services: Services, ledger: Ledger) -> None:
    """170 open - 10 credit; 200 charged in the last 90 days: 160 / (200 / 90) = 72 days."""
    kpi = await _ok(await services.get("/v1/kpis/days_in_ar", practice=ledger.practice))

    assert (kpi["value"], kpi["met"], kpi["target"]) == (72.0, False, {"value": 35.0, "comparison": "<"})
    assert (kpi["numerator"], kpi["denominator"]) == (16_000, 222.22)
    assert kpi["variants"][0] == {"name": "debit_only", "value": 76.5, "numerator": 17_000, "denominator": 222.22}
    assert kpi["period"] == {"first_on": "2026-04-02", "last_on": "2026-06-30"}
    assert (kpi["as_of"], kpi["known_at"]) == ("2026-06-30", "2026-06-30")
    assert kpi["exact_for"]["sequence"] == ledger.sequence
    assert kpi["exact_for"]["at"].startswith("2026-06-20")


async def test_the_list_holds_the_same_answers(services: Services, ledger: Ledger) -> None:
    listed = await _ok(await services.get("/v1/kpis", practice=ledger.practice, as_of="2026-06-25"))

    assert [item["id"] for item in listed["items"]] == [*CATALOGUE]
    for item in listed["items"][:8]:
        alone = await _ok(await services.get(f"/v1/kpis/{item['id']}", practice=ledger.practice, as_of="2026-06-25"))
        assert alone == item


async def test_an_operator_sets_targets(services: Services, ledger: Ledger) -> None:
    kpi = await _ok(await services.get("/v1/kpis/ar_over_90", practice=ledger.practice))

    assert kpi["target"] == {"value": 0.2, "comparison": "<"}


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"as_of": "2026-07-01"}, "as_of_ahead"),
        ({"as_of": "2026-06-30", "known_at": "2026-06-29"}, "known_before_as_of"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/kpis", "/v1/kpis/ar_over_90", "/v1/aging"])
async def test_what_cannot_have_been_known_is_refused(
    path: str, params: dict[str, str], code: str, services: Services, ledger: Ledger
) -> None:
    refused = await services.get(path, practice=ledger.practice, **params)

    assert (refused.status_code, refused.json()["code"]) == (422, code)


@pytest.mark.parametrize(
    "params", [{"as_of": "2026-06-30"}, {"as_of": "2026-06-29", "known_at": "2026-06-29"}, {"known_at": "2027-01-01"}]
)
async def test_what_can_have_been_known_is_answered(params: dict[str, str], services: Services, ledger: Ledger) -> None:
    await _ok(await services.get("/v1/aging", practice=ledger.practice, **params))


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/v1/kpis/days_in_hell", {}, 404),
        ("/v1/kpis/Days", {}, 422),
        ("/v1/aging", {"by": "moon"}, 422),
        ("/v1/aging", {"basis": "moon"}, 422),
        ("/v1/aging", {"as_off": "2026-01-01"}, 422),
        ("/v1/aging", {"as_of": "0001-01-01"}, 422),
        ("/v1/aging", {"as_of": "1900-01-01"}, 200),
        ("/v1/kpis", {"as_of": "1900-01-01"}, 200),
    ],
)
async def test_odd_requests(path: str, params: dict[str, str], status: int, services: Services, ledger: Ledger) -> None:
    assert (await services.get(path, practice=ledger.practice, **params)).status_code == status


async def test_another_practice_is_not_there(services: Services, new_ledger: NewLedger) -> None:
    foreign = await new_ledger(TODAY)

    assert (await services.get("/v1/aging", practice=foreign.practice)).status_code == 404


async def test_the_gauges_add_practices_up(services_alone: Services, lone_ledger: Ledger) -> None:
    metrics = services_alone.app.state.wiring.metrics
    snapshots = Snapshots(services_alone.app.state.wiring.reports, services_alone.app.state.wiring.clock, metrics)
    await snapshots.take(services_alone.follower.practices)
    shown = metrics.registry.get_sample_value

    assert shown("ar_consumer_lag_count", {"service": "reporting-api"}) == 0
    assert shown("ar_receivable_days") == 72.0
    assert shown("ar_receivable_over_90_ratio") == 10_000 / 17_000
    assert shown("ar_receivable_open_cents", {"bucket": "91-120"}) == 10_000
    assert shown("ar_receivable_credit_cents") == 1_000
    assert shown("ar_remittance_unmatched_count") == 0


async def test_a_difference_from_the_balances_shows_when_two_snapshots_find_it(
    services_alone: Services, lone_ledger: Ledger
) -> None:
    """The builder writes no balances, so that 17,000 cents are unproved here; with balances nothing is."""
    wiring = services_alone.app.state.wiring
    snapshots = Snapshots(wiring.reports, wiring.clock, wiring.metrics)

    async def unproved() -> Any:
        await snapshots.take(services_alone.follower.practices)
        return wiring.metrics.registry.get_sample_value("ar_receivable_unproved_cents")

    assert [await unproved(), await unproved()] == [0, 17_000]
    await lone_ledger.connection.execute(
        "INSERT INTO claims.ar_balance (practice_id, charge_id, account, party_id, sequence, balance_cents, "
        "responsible_on, updated_at) SELECT $1, gen_random_uuid(), 1100, gen_random_uuid(), 1, 17000, $2, $3",
        lone_ledger.practice_id,
        TODAY,
        at_noon(TODAY),
    )
    assert [await unproved(), await unproved()] == [0, 0]


async def test_one_practices_trouble_does_not_stop_the_others(services_alone: Services, lone_ledger: Ledger) -> None:
    broken = await a_ledger(lone_ledger.connection, TODAY)
    line = a_line(Claim(await broken.payer("Blue")), 1, TODAY)
    await broken.claim([line])
    await lone_ledger.connection.execute(
        "UPDATE claims.practice SET time_zone = 'Nowhere/Land' WHERE id = $1", broken.practice_id
    )
    await lone_ledger.event("note.added")

    await services_alone.follower.follow()

    progress = await _ok(await services_alone.get("/v1/progress", practice=lone_ledger.practice))
    assert progress["sequence"] == progress["head"] == lone_ledger.sequence
    lag = services_alone.app.state.wiring.metrics.registry.get_sample_value
    assert lag("ar_consumer_lag_count", {"service": "reporting-api"}) == 1
