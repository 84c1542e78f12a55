"""By when a payer's credit goes back: rules by financial class, and a misspelt class stops the start."""

from datetime import date

import pytest
from pydantic import ValidationError

from claims_api.credits.clock import due_on, read_clock_rules
from claims_api.parties.domain import FinancialClass

RULE = """
[[rule]]
financial_classes = ["{name}"]
days = 60
source = "test"
confirmed = false
effective_from = 2020-01-01
"""


@pytest.mark.parametrize("name", FinancialClass)
def test_a_rule_names_classes_that_exist(name: str) -> None:
    (rule,) = read_clock_rules(RULE.format(name=name))
    assert rule.financial_classes == (name,)


@pytest.mark.parametrize("name", ["medicare_advantage", "medicair", ""])
def test_a_class_that_does_not_exist_stops_the_start(name: str) -> None:
    with pytest.raises(ValidationError, match="financial_classes"):
        read_clock_rules(RULE.format(name=name))


@pytest.mark.parametrize("name", ["medicare", "medicaid"])
def test_the_day_of_identification_is_day_zero_of_sixty(name: str) -> None:
    found = due_on(name, date(2026, 1, 1))
    assert found is not None
    assert found[0] == date(2026, 3, 2)


@pytest.mark.parametrize(("day", "has_one"), [(date(2024, 12, 31), False), (date(2025, 1, 1), True)])
def test_the_medicare_rule_holds_from_its_first_day(day: date, has_one: bool) -> None:
    assert (due_on("medicare", day) is not None) is has_one


@pytest.mark.parametrize("name", ["commercial", "self_pay", None])
def test_no_rule_of_ours_sets_a_last_day_for_the_others(name: str | None) -> None:
    assert due_on(name, date(2026, 1, 1)) is None
