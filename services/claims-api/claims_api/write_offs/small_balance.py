"""The small-balance rule of a day, from `small_balance.toml`."""

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt


class SmallBalanceRule(BaseModel):
    """Guarantors who owe at most `up_to_cents` in all, the newest of it for at least `min_age_days`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    because: str
    source: str
    up_to_cents: PositiveInt
    min_age_days: NonNegativeInt
    effective_from: date


@cache
def small_balance_rules() -> Sequence[SmallBalanceRule]:
    """Oldest first. Raises ValueError when the file is wrong."""
    text = Path(__file__).with_name("small_balance.toml").read_text()
    rules = [SmallBalanceRule.model_validate(row) for row in tomllib.loads(text)["rule"]]
    return tuple(sorted(rules, key=lambda rule: rule.effective_from))


def rule_on(day: date) -> SmallBalanceRule:
    """The rule in force on the day, the first one before any was."""
    rules = small_balance_rules()
    return next((rule for rule in reversed(rules) if rule.effective_from <= day), rules[0])
