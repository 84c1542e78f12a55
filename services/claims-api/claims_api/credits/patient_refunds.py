"""By when a patient's credit goes back: what the payer's remark says, and what the state's law says."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

SETTING: Final = "patient_refund_days"
"""Practice setting: state to days, where the law of a state sets them."""


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    days: PositiveInt
    source: str
    confirmed: bool


class RemarkRule(_Rule):
    """Days from the remittance that carries one of the codes."""

    codes: tuple[str, ...]


class StateRule(_Rule):
    """Days from the day the credit arose, by state."""

    state: str = Field(pattern="^[A-Z]{2}$")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    remark: tuple[RemarkRule, ...]
    state: tuple[StateRule, ...] = ()


RULES: Final = _File.model_validate(tomllib.loads(Path(__file__).with_name("patient_refunds.toml").read_text()))
REMARKS: Final = tuple(code for rule in RULES.remark for code in rule.codes)


@dataclass(frozen=True, slots=True)
class Due:
    """A last day, who sets it, and whether the figure was checked."""

    on: date
    source: str
    confirmed: bool


def patient_due(
    arisen_on: date, remark: tuple[str, date] | None, state: str | None, settings: Mapping[str, Any]
) -> Due | None:
    """The earlier of both days; None where nothing sets one. remark: code and the day its remittance came in.

    A remittance that came before the credit arose counts from the credit: nothing was owed before.
    """
    found = [due for due in (_by_remark(arisen_on, remark), _by_state(arisen_on, state, settings)) if due is not None]
    return min(found, key=lambda due: due.on, default=None)


def _by_remark(arisen_on: date, remark: tuple[str, date] | None) -> Due | None:
    if remark is None:
        return None
    code, came_on = remark
    rule = next((rule for rule in RULES.remark if code in rule.codes), None)
    if rule is None:
        return None
    return Due(max(came_on, arisen_on) + timedelta(days=rule.days), f"{rule.source} ({code})", rule.confirmed)


def _by_state(arisen_on: date, state: str | None, settings: Mapping[str, Any]) -> Due | None:
    own = settings.get(SETTING)
    days = own.get(state) if isinstance(own, dict) else None
    if isinstance(days, int) and not isinstance(days, bool) and days > 0:
        return Due(arisen_on + timedelta(days=days), f"the practice's setting for {state}", confirmed=True)
    rule = next((rule for rule in RULES.state if rule.state == state), None)
    return Due(arisen_on + timedelta(days=rule.days), rule.source, rule.confirmed) if rule else None
