"""Money nobody asks for: by party with its age, dormant after years, a letter in its window, a report by its day."""

from datetime import date
from typing import Any

import httpx
import pytest

from claims_api.unclaimed_property.domain import RULES, DormancyRule, Step, dates_of, next_step, rule_of

# Relative, because the tests are not on the import path.
from ..receipts.front_desk import with_share  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.world import World  # noqa: TID252
from .desk import Overpayments, at

DEFAULT = RULES[None]
SINCE = date(2020, 6, 30)
WHY = {"reason": "agreed"}


@pytest.mark.parametrize(
    ("since", "dormant", "report"),
    [
        (date(2020, 6, 30), date(2023, 6, 30), date(2023, 11, 1)),  # dormant on the cutoff itself: this report
        (date(2020, 7, 1), date(2023, 7, 1), date(2024, 11, 1)),  # a day later: a year later
        (date(2020, 2, 29), date(2023, 2, 28), date(2023, 11, 1)),
    ],
)
def test_what_is_dormant_on_the_cutoff_is_reported_with_it(since: date, dormant: date, report: date) -> None:
    dates = dates_of(DEFAULT, since, None)
    assert (dates.dormant_on, dates.report_on) == (dormant, report)


def test_a_contact_lets_dormancy_begin_anew_and_an_older_one_does_not() -> None:
    assert dates_of(DEFAULT, SINCE, date(2021, 1, 5)).dormant_on == date(2024, 1, 5)
    assert dates_of(DEFAULT, SINCE, date(2019, 1, 5)).dormant_on == date(2023, 6, 30)


def test_the_letter_goes_out_between_120_and_60_days_before_the_report() -> None:
    dates = dates_of(DEFAULT, SINCE, None)
    assert (dates.letter_from, dates.letter_by) == (date(2023, 7, 4), date(2023, 9, 2))


@pytest.mark.parametrize(
    ("today", "letter_on", "step"),
    [
        (date(2023, 7, 3), None, Step.FIND_OWNER),
        (date(2023, 7, 4), None, Step.SEND_LETTER),
        (date(2023, 10, 31), None, Step.SEND_LETTER),
        (date(2023, 9, 2), date(2023, 7, 4), Step.AWAIT_ANSWER),
        (date(2023, 9, 3), date(2023, 7, 4), Step.TURN_OVER),
    ],
)
def test_what_comes_next_on_each_side_of_each_day(today: date, letter_on: date | None, step: Step) -> None:
    dates = dates_of(DEFAULT, SINCE, None)
    assert next_step(dates, today, letter_on=letter_on, is_unclaimed=False) is step
    assert next_step(dates, today, letter_on=letter_on, is_unclaimed=True) is Step.PAY_STATE


def test_a_rule_whose_letter_comes_before_dormancy_is_not_turned_over_before_it() -> None:
    dates = dates_of(RULES["CA"], SINCE, None)
    assert dates.letter_by < dates.dormant_on
    sent = dates.letter_from
    assert next_step(dates, date(2023, 6, 29), letter_on=sent, is_unclaimed=False) is Step.AWAIT_ANSWER
    assert next_step(dates, date(2023, 6, 30), letter_on=sent, is_unclaimed=False) is Step.TURN_OVER


@pytest.mark.parametrize(
    ("state", "settings", "years", "confirmed"),
    [
        ("FL", {}, 5, False),
        ("IA", {}, 3, False),
        (None, {}, 3, False),
        ("IA", {"IA": {"dormancy_years": 2}}, 2, True),
        ("IL", {"IA": {"dormancy_years": 2}}, 3, False),
        ("IA", {"IA": {"dormancy_yeers": 2}}, 3, False),
        ("IA", {"IA": {"dormancy_years": 0}}, 3, False),
    ],
)
def test_the_state_decides_else_the_default_and_the_practice_may_override(
    state: str | None, settings: dict[str, Any], years: int, confirmed: bool
) -> None:
    rule = rule_of(state, {"unclaimed_property": settings})
    assert (rule.dormancy_years, rule.confirmed) == (years, confirmed)


def test_no_figure_that_is_shipped_says_it_was_checked() -> None:
    assert [rule.state for rule in RULES.values() if rule.confirmed] == []


def test_a_misspelt_field_or_day_stops_the_start() -> None:
    good = DEFAULT.model_dump()
    for bad in ({**good, "dormancy": 3}, {**good, "cutoff": "13-01"}, {**good, "state": "Iowa"}):
        with pytest.raises(ValueError, match="validation error"):
            DormancyRule.model_validate(bad)


async def test_unapplied_money_is_listed_by_party_with_its_age_and_goes_to_the_state_in_the_end(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await with_share(world, bill), Overpayments(http)
    owner = {"guarantor_id": str(visit.guarantor_id)}
    paid = {"kind": "patient", "method": "check", **owner}
    await at(world, date(2026, 11, 23))
    await desk.ok("POST", "/v1/receipts", {**paid, "amount_cents": 2600, "received_on": "2026-06-30"}, 201)
    await desk.ok("POST", "/v1/receipts", {**paid, "amount_cents": 400, "received_on": "2026-06-01"}, 201)
    unknown = {"kind": "unidentified", "method": "check", "amount_cents": 50, "received_on": "2026-11-20"}
    await desk.ok("POST", "/v1/receipts", unknown, 201)

    page = await desk.ok("GET", "/v1/unapplied-money?limit=1")
    (mine,) = page["items"]
    (nobodys,) = (await desk.ok("GET", f"/v1/unapplied-money?limit=1&cursor={page['next_cursor']}"))["items"]

    assert (mine["unapplied_cents"], mine["receipt_count"], mine["oldest_on"]) == (3000, 2, "2026-06-01")
    assert (mine["age_days"], mine["last_contact_on"], mine["dormant_on"]) == (175, "2026-06-30", "2029-06-30")
    assert (nobodys["kind"], nobodys["guarantor_id"], nobodys["state"]) == ("unidentified", None, None)

    held = f"/v1/unclaimed-property?guarantor_id={visit.guarantor_id}"
    await at(world, date(2029, 7, 3))
    assert [item["step"] for item in (await desk.ok("GET", held))["items"]] == ["find_owner", "find_owner"]
    await at(world, date(2029, 7, 4))
    due = (await desk.ok("GET", held))["items"]
    assert [(item["step"], item["operation"], item["confirmed"]) for item in due] == [
        ("send_letter", "recordOwnerContact", False)
    ] * 2
    letter = {**owner, "kind": "due_diligence_letter", "contacted_on": "2029-07-04"}
    await desk.ok("POST", "/v1/owner-contacts", letter, 201)
    early = await http.post("/v1/owner-contacts", json={**letter, "contacted_on": "2029-07-05"})
    assert early.status_code == 422
    await at(world, date(2029, 9, 3))
    assert {item["operation"] for item in (await desk.ok("GET", held))["items"]} == {"requestRefund"}

    ask = {"receipt_id": due[1]["source_id"], "amount_cents": due[1]["amount_cents"], **WHY}
    refund = await desk.ok("POST", "/v1/refunds", ask, 201)
    for verb, body in (("approve", None), ("turn-over", WHY), ("remit", WHY)):
        (item,) = [item for item in (await desk.ok("GET", held))["items"] if item["source"] == "refund"]
        assert (
            item["operation"]
            == {
                "approve": "approveRefund",
                "turn-over": "turnRefundOver",
                "remit": "remitRefund",
            }[verb]
        )
        headers = {"If-Match": f'"{refund["version"]}"'}
        refund = await desk.ok("POST", f"/v1/refunds/{refund['id']}/{verb}", body, headers=headers)
    assert (refund["state"], refund["remitted_on"]) == ("remitted", "2029-09-03")
    contact = {**owner, "kind": "owner_contact", "contacted_on": "2029-09-03"}
    await desk.ok("POST", "/v1/owner-contacts", contact, 201)
    (left,) = (await desk.ok("GET", held))["items"]
    assert (left["step"], left["dormant_on"], left["letter_on"]) == ("find_owner", "2032-09-03", None)
