"""The repayment clock: sixty days from knowledge, stopped by an investigation to day 180 at the most."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from claims_api.overpayments.clock import (
    NO_RULE,
    Clock,
    clock_of,
    due_on,
    look_back_from,
    read_clock_rules,
    suspended_until,
)
from claims_api.overpayments.domain import (
    TRANSITIONS,
    CaseEvent,
    CaseState,
    InvestigationNotPossibleError,
    check_end,
    check_start,
    next_state,
)
from claims_api.parties.domain import FinancialClass
from claims_api.transitions import IllegalTransitionError

RULE = """
[[rule]]
financial_classes = ["{name}"]
days = 60
source = "test"
confirmed = false
effective_from = 2020-01-01
"""
KNOWN = date(2026, 1, 1)
MEDICARE = clock_of("medicare", KNOWN, {}, {})
MEDICAID = clock_of("medicaid", KNOWN, {}, {})


def day(n: int) -> date:
    """Day n after knowledge, which is day 0."""
    return KNOWN + timedelta(days=n)


@pytest.mark.parametrize("name", FinancialClass)
def test_a_rule_names_classes_that_exist(name: str) -> None:
    (rule,) = read_clock_rules(RULE.format(name=name))
    assert rule.financial_classes == (name,)


@pytest.mark.parametrize("name", ["medicare_advantage", "medicair", ""])
def test_a_class_that_does_not_exist_stops_the_start(name: str) -> None:
    with pytest.raises(ValidationError, match="financial_classes"):
        read_clock_rules(RULE.format(name=name))


@pytest.mark.parametrize("clock", [MEDICARE, MEDICAID], ids=["medicare", "medicaid"])
def test_the_day_of_knowledge_is_day_zero_of_sixty(clock: Clock) -> None:
    assert due_on(clock, KNOWN, None, None) == day(60) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("started", "ended", "due"),
    [
        (0, None, 240),  # from the first day, and still going on: to day 180, then all sixty days
        (0, 0, 60),  # begun and over on the day of knowledge: nothing was stopped
        (0, 179, 239),
        (0, 180, 240),
        (0, 181, 240),  # the clamp: a longer investigation stops the clock no longer
        (10, 40, 90),  # ten days were used, thirty stood still, fifty are left
        (10, 180, 230),
        (10, 200, 230),
        (59, 60, 61),
        (60, 100, 100),  # begun on the last day: it is due the day it ends
    ],
)
def test_an_investigation_stops_the_clock_from_its_start_to_its_end_and_never_after_day_180(
    started: int, ended: int | None, due: int
) -> None:
    assert due_on(MEDICARE, KNOWN, day(started), None if ended is None else day(ended)) == day(due)


def test_the_clock_goes_on_on_the_day_the_investigation_ends_or_on_day_180() -> None:
    assert suspended_until(MEDICARE, KNOWN, day(5), day(179)) == day(179)
    assert suspended_until(MEDICARE, KNOWN, day(5), day(181)) == day(180)
    assert suspended_until(MEDICARE, KNOWN, day(5), None) == day(180)
    assert suspended_until(MEDICARE, KNOWN, None, None) is None


def test_medicaid_has_no_suspension() -> None:
    assert due_on(MEDICAID, KNOWN, day(0), day(100)) == day(60)


def test_without_knowledge_no_day_is_due_and_without_a_rule_neither() -> None:
    assert due_on(MEDICARE, None, None, None) is None
    assert due_on(NO_RULE, KNOWN, None, None) is None


@pytest.mark.parametrize(("on", "days"), [(date(2024, 12, 31), None), (date(2025, 1, 1), 60)])
def test_the_medicare_rule_holds_from_its_first_day(on: date, days: int | None) -> None:
    assert clock_of("medicare", on, {}, {}).days == days


@pytest.mark.parametrize(
    ("name", "presumed", "days"),
    [
        ("medicare", True, 60),
        ("medicaid", True, 60),
        ("other_government", True, None),
        ("commercial", False, None),
        ("workers_comp_auto", False, None),
        (None, False, None),
    ],
)
def test_a_federal_payers_credit_is_presumed_known_when_posted(
    name: str | None, presumed: bool, days: int | None
) -> None:
    clock = clock_of(name, KNOWN, {}, {})
    assert (clock.presumed, clock.days) == (presumed, days)


@pytest.mark.parametrize(
    ("settings", "profile", "presumed", "days", "source"),
    [
        ({"commercial": {"presumed": True, "days": 90}}, {}, True, 90, "the practice's setting"),
        ({"medicare": {"days": 30}}, {}, False, None, NO_RULE.source),  # another class's override
        ({"commercial": {"days": 90}}, {"credit_days": "45"}, False, 45, "the payer's profile"),
        ({}, {"credit_presumed": "yes"}, True, None, "the payer's profile"),
        ({"commercial": {"dayz": 90}}, {}, False, None, NO_RULE.source),
        ({"commercial": {"days": 0}}, {"credit_days": "0"}, False, None, NO_RULE.source),
    ],
)
def test_practice_and_payer_say_otherwise_and_nonsense_is_passed_over(
    settings: dict[str, Any], profile: dict[str, str], presumed: bool, days: int | None, source: str
) -> None:
    clock = clock_of("commercial", KNOWN, {"overpayment_clock": settings}, profile)
    assert (clock.presumed, clock.days, clock.source) == (presumed, days, source)


def test_a_payer_may_be_taken_out_of_the_presumption_of_its_class() -> None:
    clock = clock_of("medicare", KNOWN, {}, {"credit_presumed": "no"})
    assert (clock.presumed, clock.days, clock.suspension_days) == (False, 60, 180)


def test_the_look_back_is_six_years_to_the_day() -> None:
    assert look_back_from(MEDICARE, date(2026, 3, 2)) == date(2020, 3, 2)
    assert look_back_from(MEDICARE, date(2028, 2, 29)) == date(2022, 2, 28)
    assert look_back_from(NO_RULE, KNOWN) is None


def test_an_investigation_begins_on_the_last_day_but_not_a_day_later_and_only_once() -> None:
    check_start(day(60), KNOWN, day(60), day(60), before=False)
    check_start(day(60), KNOWN, day(0), day(60), before=False)
    for started, before in ((61, False), (-1, False), (5, True)):
        with pytest.raises(InvestigationNotPossibleError):
            check_start(day(60), KNOWN, day(started), day(61), before=before)
    with pytest.raises(InvestigationNotPossibleError):
        check_start(day(60), KNOWN, day(11), day(10), before=False)


def test_an_investigation_ends_between_its_first_day_and_today() -> None:
    check_end(day(5), day(5), day(5))
    for ended in (4, 8):
        with pytest.raises(InvestigationNotPossibleError):
            check_end(day(5), day(ended), day(7))


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("event", CaseEvent)
def test_a_case_takes_only_the_steps_of_its_table(state: CaseState, event: CaseEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state.value, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(IllegalTransitionError):
            next_state(state.value, event)
