"""Reads `rulebook.toml`. A misspelt condition, state or role stops start-up, not the night run."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from followup_worker.rules.conditions import Days, Frozen, When

Owner = Literal["biller", "denial_specialist", "payment_poster", "team_lead"]

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=400)]
RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{2,39}$")]


CountsFrom = Literal["service_date", "sent_date", "denial_case", "issued_date", "repayment", "investigation"]
COUNTED: Final = ("service_date", "sent_date", "issued_date")
"""Dates from which a rule's own days are counted; the others are last days already."""
DEADLINES: Final[Mapping[str, tuple[CountsFrom, ...]]] = MappingProxyType(
    {
        "claim": ("service_date", "sent_date"),
        "denial": ("denial_case",),
        "refund": ("issued_date",),
        "overpayment_case": ("repayment", "investigation"),
    }
)


class Deadline(Frozen):
    """The last day on which acting still helps; `days` counts from the day after `counts_from`.

    `denial_case`: the nearest of the case's own dates (correction, appeal) that has not passed. `repayment`: the last
    day of an overpayment's clock. `investigation`: the day on which its clock goes on, else the last day.
    """

    counts_from: CountsFrom
    days: Days | None = None

    @model_validator(mode="after")
    def only_days_need_a_number(self) -> Self:
        if (self.days is None) == (self.counts_from in COUNTED):
            raise ValueError(f"days belongs to {', '.join(COUNTED)}, and only there")
        return self


class Rule(Frozen):
    """One reason to ask a person for something."""

    name: RuleName
    label: Sentence
    because: Sentence
    source: Sentence
    owner: Owner
    weight: Annotated[int, Field(strict=True, ge=0, le=100)]
    due_business_days: Days
    repeat_days: Annotated[int, Field(strict=True, ge=1, le=365)]
    deadline: Deadline | None = None
    effective_from: date
    effective_to: date | None = None
    when: When

    @model_validator(mode="after")
    def dates_and_deadline_fit(self) -> Self:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        allowed = DEADLINES.get(self.when.subject, ())
        if self.deadline is not None and self.deadline.counts_from not in allowed:
            raise ValueError(
                "a claim counts from its dates, a denial from its case, a refund from its issue, an overpayment from "
                "its clock, others have no deadline"
            )
        return self

    def is_effective(self, day: date) -> bool:
        """Whether the rule applies on a day; both ends count in."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class Rulebook(Frozen):
    """All rules, each name once."""

    rule: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def names_are_unique(self) -> Self:
        names = [rule.name for rule in self.rule]
        if len(set(names)) != len(names):
            raise ValueError("a rule name appears twice")
        return self

    def effective(self, day: date) -> tuple[Rule, ...]:
        """Rules that apply on a day, in the order of the file."""
        return tuple(rule for rule in self.rule if rule.is_effective(day))

    def by_name(self) -> Mapping[str, Rule]:
        """Rules by name, those out of date included."""
        return {rule.name: rule for rule in self.rule}

    def weights(self) -> Mapping[str, int]:
        """What each rule adds to the score of its items."""
        return {rule.name: rule.weight for rule in self.rule}


def read_rulebook(path: Path) -> Rulebook:
    """The rules in a file. Raises tomllib.TOMLDecodeError or pydantic.ValidationError, which name the place."""
    with path.open("rb") as file:
        return Rulebook.model_validate(tomllib.load(file))
