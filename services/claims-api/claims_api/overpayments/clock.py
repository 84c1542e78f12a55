"""By when an overpayment goes back to the payer: rules from `clock.toml`, and what practice and payer override."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt

from claims_api.parties.domain import FinancialClass

SETTING: Final = "overpayment_clock"
"""Practice setting: financial class to the fields of `Clock` that differ there."""
PRESUMED_BY_PAYER: Final = "credit_presumed"
DAYS_BY_PAYER: Final = "credit_days"
_LONGEST_DAYS: Final = 3650


class Clock(BaseModel):
    """How the days of one payer's overpayments are counted; `days` None: only its contract could set a last day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: PositiveInt | None = None
    presumed: bool = False
    suspension_days: NonNegativeInt = 0
    look_back_years: PositiveInt | None = None
    look_back_confirmed: bool = False
    source: str = "no rule of ours sets a day; the payer's contract or a state's law may"
    confirmed: bool = False


class ClockRule(Clock):
    """The clock of payers of these classes, for what is identified from `effective_from` on."""

    financial_classes: tuple[FinancialClass, ...]
    effective_from: date


def read_clock_rules(text: str) -> Sequence[ClockRule]:
    """The rules of the file's text, newest first. Raises ValidationError, also for a class that does not exist."""
    rules = [ClockRule.model_validate(row) for row in tomllib.loads(text)["rule"]]
    return tuple(sorted(rules, key=lambda rule: rule.effective_from, reverse=True))


RULES: Final = read_clock_rules(Path(__file__).with_name("clock.toml").read_text())
NO_RULE: Final = Clock()


def clock_of(financial_class: str | None, on: date, settings: Mapping[str, Any], profile: Mapping[str, Any]) -> Clock:
    """The product's rule of that day, then the practice's setting, then the payer's profile; the last one wins.

    An override that makes no sense (a misspelt field, days below 1) is passed over: the rule before it holds.
    """
    rules = (rule for rule in RULES if financial_class in rule.financial_classes and rule.effective_from <= on)
    rule = next(rules, None)
    clock = Clock(**rule.model_dump(include=set(Clock.model_fields))) if rule else NO_RULE
    classes = settings.get(SETTING)
    own = classes.get(financial_class) if isinstance(classes, dict) else None
    if isinstance(own, dict):
        clock = _overridden(clock, own, "the practice's setting")
    return _overridden(clock, _of_payer(profile), "the payer's profile")


def due_on(clock: Clock, identified_on: date | None, started_on: date | None, ended_on: date | None) -> date | None:
    """The last day, both days named counted as passed: identified on day 0, due on day `days`.

    An investigation stops the count from its start to its end, or to the last day on which it may (its clamp); while
    it goes on, the answer is the latest day that can still come out.
    """
    if clock.days is None or identified_on is None:
        return None
    due = identified_on + timedelta(days=clock.days)
    until = suspended_until(clock, identified_on, started_on, ended_on)
    return due if started_on is None or until is None else due + (until - started_on)


def suspended_until(clock: Clock, identified_on: date, started_on: date | None, ended_on: date | None) -> date | None:
    """The day from which the count goes on: the end of the investigation, never after the clamp. None: no stop."""
    if started_on is None or clock.suspension_days == 0:
        return None
    clamp = identified_on + timedelta(days=clock.suspension_days)
    return max(min(ended_on or clamp, clamp), started_on)


def look_back_from(clock: Clock, identified_on: date | None) -> date | None:
    """The first day whose receipts go back; 29 February looks back to the 28th where its year has no 29th."""
    if clock.look_back_years is None or identified_on is None:
        return None
    year = identified_on.year - clock.look_back_years
    try:
        return identified_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _overridden(clock: Clock, own: Mapping[str, Any], source: str) -> Clock:
    if not own or not set(own) <= {"days", "presumed", "suspension_days", "look_back_years"}:
        return clock
    try:
        return Clock.model_validate({**clock.model_dump(), **own, "source": source, "confirmed": True})
    except ValueError:
        return clock


def _of_payer(profile: Mapping[str, Any]) -> dict[str, Any]:
    own: dict[str, Any] = {}
    if (presumed := profile.get(PRESUMED_BY_PAYER)) in ("yes", "no"):
        own["presumed"] = presumed == "yes"
    days = str(profile.get(DAYS_BY_PAYER, ""))
    if days.isdecimal() and 0 < int(days) <= _LONGEST_DAYS:
        own["days"] = int(days)
    return own
