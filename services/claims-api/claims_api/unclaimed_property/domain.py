"""When money becomes unclaimed property, and what has to be done by when."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt

from claims_api.phrases import Phrased

SETTING: Final = "unclaimed_property"
"""Practice setting: state to the fields of `DormancyRule` that differ there."""
MONTH_DAY: Final = r"^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]|30|31|29)$"


class ContactKind(Phrased):
    """What passed between us and the owner."""

    OWNER_CONTACT = "owner_contact", "the owner wrote, called, paid or came: dormancy begins anew"
    DUE_DILIGENCE_LETTER = "due_diligence_letter", "we wrote to the last known address"
    LETTER_RETURNED = "letter_returned", "the letter came back"


class Step(Phrased):
    """What comes next for one amount."""

    FIND_OWNER = "find_owner", "it is not dormant yet: refund it, apply it, look for the owner"
    SEND_LETTER = "send_letter", "it will be reported: the due-diligence letter goes out in its window"
    AWAIT_ANSWER = "await_answer", "the letter is out; if nobody answers it is reported"
    TURN_OVER = "turn_over", "it is dormant: it becomes unclaimed property and is reported"
    PAY_STATE = "pay_state", "it is unclaimed property: the state is paid with the report"


class DormancyRule(BaseModel):
    """The terms of one state, or the default's; month-days as `11-01`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    dormancy_years: PositiveInt
    cutoff: str = Field(pattern=MONTH_DAY)
    report_by: str = Field(pattern=MONTH_DAY)
    letter_from_days: NonNegativeInt
    letter_by_days: NonNegativeInt
    source: str
    confirmed: bool


def read_rules(text: str) -> Mapping[str | None, DormancyRule]:
    """By state; None is the default. Raises ValidationError, and KeyError for a file without a default."""
    rules = {(rule := DormancyRule.model_validate(row)).state: rule for row in tomllib.loads(text)["rule"]}
    if None not in rules:
        raise KeyError("a default is missing")
    return rules


RULES: Final = read_rules(Path(__file__).with_name("unclaimed.toml").read_text())


def rule_of(state: str | None, settings: Mapping[str, Any]) -> DormancyRule:
    """The state's rule, else the default; the practice's fields win. An override that makes no sense is passed over."""
    rule = RULES.get(state) or RULES[None]
    states = settings.get(SETTING)
    own = states.get(state) if isinstance(states, dict) else None
    if not isinstance(own, dict) or not set(own) <= {
        "dormancy_years",
        "cutoff",
        "report_by",
        "letter_from_days",
        "letter_by_days",
    }:
        return rule
    try:
        source = f"the practice's setting for {state}"
        return DormancyRule.model_validate({**rule.model_dump(), **own, "source": source, "confirmed": True})
    except ValueError:
        return rule


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of one amount: dormant from `dormant_on`, the letter between both days, the report by `report_on`."""

    dormant_on: date
    letter_from: date
    letter_by: date
    report_on: date


def dates_of(rule: DormancyRule, since: date, contact_on: date | None) -> Dates:
    """since: the day on which it was owed. Dormant on the very day of the cutoff is reported with that cutoff."""
    begun = max(since, contact_on or since)
    dormant = _years_later(begun, rule.dormancy_years)
    cutoff = _on_or_after(rule.cutoff, dormant)
    report = _on_or_after(rule.report_by, cutoff + timedelta(days=1))
    return Dates(
        dormant_on=dormant,
        letter_from=report - timedelta(days=rule.letter_from_days),
        letter_by=report - timedelta(days=rule.letter_by_days),
        report_on=report,
    )


def next_step(dates: Dates, today: date, *, letter_on: date | None, is_unclaimed: bool) -> Step:
    """letter_on: of a letter in this dormancy. The letter may be due before the amount is dormant."""
    if is_unclaimed:
        return Step.PAY_STATE
    if letter_on is None:
        return Step.SEND_LETTER if today >= dates.letter_from else Step.FIND_OWNER
    return Step.TURN_OVER if today >= dates.dormant_on and today > dates.letter_by else Step.AWAIT_ANSWER


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def _on_or_after(month_day: str, day: date) -> date:
    month, number = (int(part) for part in month_day.split("-"))
    this_year = _in_year(day.year, month, number)
    return this_year if this_year >= day else _in_year(day.year + 1, month, number)


def _in_year(year: int, month: int, day: int) -> date:
    """The last day of the month where it has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
