"""By when a payer's credit is returned, from `clock.toml`."""

import tomllib
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, PositiveInt

from claims_api.parties.domain import FinancialClass


class ClockRule(BaseModel):
    """Days from identification for payers of these financial classes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    financial_classes: tuple[FinancialClass, ...]
    days: PositiveInt
    source: str
    confirmed: bool
    effective_from: date


def read_clock_rules(text: str) -> Sequence[ClockRule]:
    """The rules of the file's text, newest first. Raises ValidationError, also for a class that does not exist."""
    rules = [ClockRule.model_validate(row) for row in tomllib.loads(text)["rule"]]
    return tuple(sorted(rules, key=lambda rule: rule.effective_from, reverse=True))


RULES: Final = read_clock_rules(Path(__file__).with_name("clock.toml").read_text())


def due_on(financial_class: str | None, identified_on: date) -> tuple[date, ClockRule] | None:
    """The last day, and the rule; None where only a contract or a state's law may set one."""
    for rule in RULES:
        if financial_class in rule.financial_classes and rule.effective_from <= identified_on:
            return identified_on + timedelta(days=rule.days), rule
    return None
