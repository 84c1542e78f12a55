"""What stands behind a number: its proof, its entries, its open amounts, its course and its members."""

from datetime import date, timedelta
from typing import Any

import pytest

from ar_shared.kernel.clock import Clock
from ar_shared.platform.database import Database
from reporting_api.folding.fold_practice import fold_practice
from reporting_api.kpis.catalogue import CATALOGUE
from reporting_api.kpis.read_series import Every, days_of
from reporting_api.slices import Slice
from tests.reporting.builder import Claim, Ledger, a_line, contractual, credit_found, paid, to_patient
from tests.reporting.conftest import NewLedger
from tests.reporting.services import Services

TODAY = date(2026, 6, 30)


@pytest.fixture
async def ledger(new_ledger: NewLedger, database: Database, clock: Clock) -> Ledger:
    """Blue: 200 charged 100 days ago, of which 96 paid, 80 contractual, 24 the patient's. Green: 300 open, 20 owed
    back on a line of 50.
    """
    ledger = await new_ledger(TODAY - timedelta(days=100))
    await ledger.connection.execute("INSERT INTO claims.api_client_practice VALUES ('sandbox', $1)", ledger.practice_id)
    blue, green = Claim(await ledger.payer("Blue")), Claim(await ledger.payer("Green"), payer_class="medicare")
    line, other, overpaid = a_line(blue, 200, ledger.today), a_line(green, 300, ledger.today), a_line(green, 50, TODAY)
    await ledger.claim([line])
    await ledger.submit(blue)
    await ledger.advance_to(TODAY - timedelta(days=40))
    await ledger.adjudicate(blue, "paid", [paid(line, 96), contractual(line, 80), to_patient(line, 24)])
    await ledger.claim([other, overpaid])
    await ledger.adjudicate(green, "paid", [paid(overpaid, 70), credit_found(overpaid, 20)])
    await ledger.advance_to(TODAY)
    await fold_practice(database, clock, ledger.practice_id)
    return ledger


async def _ok(services: Services, ledger: Ledger, path: str, **params: Any) -> Any:
    response = await services.get(f"/v1/kpis/{path}", practice=ledger.practice, **params)
    assert response.status_code == 200, response.text
    return response.json()


async def test_every_kpi_is_proved_to_the_cent(services: Services, ledger: Ledger) -> None:
    for kpi in CATALOGUE:
        proof = await _ok(services, ledger, f"{kpi}/proof")

        assert proof["equal"] is True, (kpi, [part for part in proof["parts"] if not part["equal"]])
        assert proof["value"] == proof["proved_value"]


@pytest.mark.parametrize("by", Slice)
async def test_proofs_hold_in_every_slice_also_as_known_long_ago(by: Slice, services: Services, ledger: Ledger) -> None:
    for kpi in ("days_in_ar", "days_in_ar_net", "net_collection_rate", "first_pass_resolution", "denial_overturn_rate"):
        proof = await _ok(services, ledger, f"{kpi}/proof", by=by.value, as_of="2026-05-25", known_at="2026-05-26")

        assert proof["equal"] is True, (kpi, [part for part in proof["parts"] if not part["equal"]])


async def test_a_rollup_that_lost_a_cent_is_found_out(services: Services, ledger: Ledger) -> None:
    await ledger.connection.execute(
        "UPDATE reporting.measure_checkpoint SET cents = cents - 1 WHERE practice_id = $1 AND measure = 'payments' "
        "AND slice = 'total' AND service_month = '-infinity' AND month_end_on = '2026-05-31'",
        ledger.practice_id,
    )

    proof = await _ok(services, ledger, "net_collection_rate/proof", days=60)

    assert proof["equal"] is False
    assert [part["name"] for part in proof["parts"] if not part["equal"]] == ["payments/period"]


async def test_entries_add_up_to_the_sum_page_by_page(services: Services, ledger: Ledger) -> None:
    """Payments 96 + 70: two entries, one a page."""
    proof = await _ok(services, ledger, "gross_collection_rate/proof")
    [part] = [part for part in proof["parts"] if part["name"] == "payments/period"]
    entries: list[Any] = []
    cursor = None
    while True:
        page = await _ok(
            services,
            ledger,
            "gross_collection_rate/entries",
            measure="payments",
            limit=1,
            **({"cursor": cursor} if cursor else {}),
        )
        entries += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break

    assert sorted(entry["cents"] for entry in entries) == [7000, 9600]
    assert sum(entry["cents"] for entry in entries) == part["reported_cents"]
    assert all(entry["journal_id"] and entry["claim_id"] for entry in entries)


async def test_open_amounts_add_up_to_the_aging_and_name_their_charges(services: Services, ledger: Ledger) -> None:
    """100 days old: 24 of the patient, by service date; 300 of Green; 20 owed back."""
    page = await _ok(services, ledger, "ar_over_90/open")
    assert sorted((row["bucket"], row["responsibility"], row["cents"]) for row in page["items"]) == [
        ("91-120", "insurance", 30000),
        ("91-120", "patient", 2400),
        ("credit", "insurance", -2000),
    ]
    only = await _ok(services, ledger, "ar_over_90/open", bucket="91-120", by="responsibility", member="patient")
    assert [row["cents"] for row in only["items"]] == [2400]


async def test_a_part_that_the_kpi_does_not_divide_is_refused(services: Services, ledger: Ledger) -> None:
    response = await services.get(
        "/v1/kpis/gross_collection_rate/entries", practice=ledger.practice, measure="bad_debt"
    )
    assert (response.status_code, response.json()["code"]) == (422, "part_not_of_kpi")


async def test_a_series_restates_or_repeats_what_was_reported(services: Services, ledger: Ledger) -> None:
    """In April nothing was paid; by the end of May 96 + 70 of 200 + 350 charged."""
    series = await _ok(services, ledger, "gross_collection_rate/series", points=3, every="month")

    assert [(point["as_of"], point["numerator"], point["denominator"]) for point in series["points"]] == [
        ("2026-04-30", 0, 20000),
        ("2026-05-31", 16600, 55000),
        ("2026-06-30", 16600, 35000),  # the first charge is 100 days old
    ]
    then = await _ok(services, ledger, "gross_collection_rate/series", points=2, every="month", knowledge="then")
    assert [point["known_at"] for point in then["points"]] == ["2026-05-31", "2026-06-30"]


async def test_members_are_compared_each_by_its_own_sums(services: Services, ledger: Ledger) -> None:
    members = await _ok(services, ledger, "gross_collection_rate/members", by="payer", days=120)

    assert [(one["name"], one["numerator"], one["denominator"]) for one in members["items"]] == [
        ("Green", 7000, 35000),
        ("Blue", 9600, 20000),
    ]
    alone = await _ok(
        services, ledger, "gross_collection_rate", by="payer", member=members["items"][1]["member"], days=120
    )
    assert alone["value"] == 0.48


async def test_another_practices_payer_sums_nothing(
    services: Services, ledger: Ledger, new_ledger: NewLedger, database: Database, clock: Clock
) -> None:
    other = await new_ledger(TODAY)
    foreign = await other.payer("Blue")
    await other.claim([a_line(Claim(foreign), 900, TODAY)])
    await fold_practice(database, clock, other.practice_id)

    for path in ("gross_collection_rate", "gross_collection_rate/proof"):
        found = await _ok(services, ledger, path, by="payer", member=str(foreign))
        assert (found["value"], found["denominator"]) == (None, 0)


async def test_a_member_needs_the_slice_it_is_one_of(services: Services, ledger: Ledger) -> None:
    response = await services.get("/v1/kpis", practice=ledger.practice, member="medicare")
    assert (response.status_code, response.json()["code"]) == (422, "member_without_slice")


async def test_the_trend_compares_with_the_period_before(services: Services, ledger: Ledger) -> None:
    """The last 60 days charged 350 and were paid 166; the 60 before charged 200 and were paid nothing."""
    kpi = await _ok(services, ledger, "gross_collection_rate", days=60)

    assert (kpi["value"], kpi["trend"]["value"], kpi["trend"]["improved"]) == (0.4743, 0, True)
    assert kpi["trend"]["period"] == {"first_on": "2026-03-03", "last_on": "2026-05-01"}


async def test_what_nobody_records_is_not_available_and_says_what_is_missing(
    services: Services, ledger: Ledger
) -> None:
    kpi = await _ok(services, ledger, "cost_to_collect")

    assert (kpi["status"], kpi["value"]) == ("not_available", None)
    assert kpi["missing_input"] == "monthly costs of billing: staff, vendors, software, postage"


@pytest.mark.parametrize(
    ("every", "days"),
    [
        (Every.DAY, [date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1)]),
        (Every.WEEK, [date(2026, 3, 22), date(2026, 3, 29), date(2026, 4, 1)]),
        (Every.MONTH, [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 1)]),
    ],
)
def test_points_are_the_last_days_of_weeks_and_months(every: Every, days: list[date]) -> None:
    assert days_of(date(2026, 4, 1), every, 3) == days


async def test_practices_of_one_company_add_up_before_they_divide(
    services: Services, ledger: Ledger, new_ledger: NewLedger, database: Database, clock: Clock
) -> None:
    """166 of 350 in 90 days here, 50 of 50 there: 216 / 400 = 0.54, not the mean of 0.4743 and 1."""
    other = await new_ledger(TODAY)
    await other.connection.execute("INSERT INTO claims.api_client_practice VALUES ('sandbox', $1)", other.practice_id)
    line = a_line(Claim(await other.payer("Red")), 50, TODAY)
    await other.claim([line])
    await other.post([[paid(line, 50)]])
    await fold_practice(database, clock, other.practice_id)
    stranger = await new_ledger(TODAY)

    both = await services.get("/v1/group/kpis", practices=[str(ledger.practice), str(other.practice)])
    assert both.status_code == 200, both.text
    found = {item["id"]: item for item in both.json()["items"]}["gross_collection_rate"]
    assert (found["value"], found["numerator"], found["denominator"]) == (0.54, 21600, 40000)
    assert {one["practice"]: one["value"] for one in found["practices"]} == {
        str(ledger.practice): 0.4743,
        str(other.practice): 1,
    }

    refused = await services.get("/v1/group/kpis", practices=[str(ledger.practice), str(stranger.practice)])
    assert (refused.status_code, refused.json()["code"]) == (404, "practice_not_found")
