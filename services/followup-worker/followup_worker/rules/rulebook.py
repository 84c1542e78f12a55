"""Reads `rulebook.toml`. A misspelt condition, state or role stops start-up, not the night run.

Conditions are a closed set of thresholds that must all hold; there is no language. Every "at least" counts its
boundary in: `business_days_since_sent = 3` fires on the third business day after the day of sending (day 0).
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

SubmissionState = Literal[
    "draft",
    "scrub_failed",
    "ready",
    "held",
    "sent",
    "file_rejected",
    "file_accepted",
    "ch_rejected",
    "payer_rejected",
    "payer_accepted",
    "superseded",
    "void_sent",
    "voided",
]
AdjudicationState = Literal[
    "none",
    "pended",
    "info_requested",
    "paid",
    "partially_denied",
    "denied",
    "zero_paid",
    "forwarded",
    "reversed",
]
DenialState = Literal[
    "new",
    "in_review",
    "corrected",
    "records_sent",
    "appealed",
    "patient_billed",
    "payer_billed",
    "written_off",
    "overturned",
    "partially_overturned",
    "upheld",
    "expired",
    "withdrawn",
]
ReversalState = Literal["awaiting_correction", "awaiting_reversal"]
RemittanceState = Literal["posted", "posted_with_held", "queued", "duplicate", "rejected", "reversed"]
ReviewKind = Literal["review", "watch", "unknown_code", "out_of_order", "possible_duplicate", "suspense"]
Owner = Literal["biller", "denial_specialist", "payment_poster", "team_lead"]
Subject = Literal["claim", "denial", "remittance", "review_item"]

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=400)]
RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{2,39}$")]
Days = Annotated[int, Field(strict=True, ge=0, le=1000)]
AtLeastCents = Annotated[int, Field(strict=True, ge=0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimWhen(_Frozen):
    """About a claim that was meant to reach a payer (test and draft imports never count)."""

    subject: Literal["claim"]
    submission_states: tuple[SubmissionState, ...] = Field(min_length=1)
    adjudication_states: tuple[AdjudicationState, ...] | None = None
    business_days_since_sent: Days | None = None
    days_past_usual_answer: Days | None = None
    open_cents: AtLeastCents | None = None
    reversal_states: tuple[ReversalState, ...] | None = None
    days_past_reversal_due: Days | None = None

    @model_validator(mode="after")
    def lateness_is_of_a_reversal(self) -> Self:
        if (self.reversal_states is None) != (self.days_past_reversal_due is None):
            raise ValueError("reversal_states and days_past_reversal_due go together")
        return self


class DenialWhen(_Frozen):
    """About one denial case."""

    subject: Literal["denial"]
    denial_states: tuple[DenialState, ...] = Field(min_length=1)
    denied_cents: AtLeastCents | None = None


class RemittanceWhen(_Frozen):
    """About one 835 payment.

    `days_without_money`: so long ago is the day of the payment and the bank has not settled it; never true for a
    practice that brings no bank statements in.
    """

    subject: Literal["remittance"]
    remittance_states: tuple[RemittanceState, ...] = Field(min_length=1)
    held_claims: Annotated[int, Field(strict=True, ge=1)] | None = None
    days_without_money: Days | None = None


class ReviewWhen(_Frozen):
    """About one open review item."""

    subject: Literal["review_item"]
    review_kinds: tuple[ReviewKind, ...] = Field(min_length=1)
    amount_cents: AtLeastCents | None = None


When = Annotated[ClaimWhen | DenialWhen | RemittanceWhen | ReviewWhen, Field(discriminator="subject")]


class Deadline(_Frozen):
    """The last day on which acting still helps; `days` counts from the day after `counts_from`.

    `denial_case`: the nearest of the case's own dates (correction, appeal) that has not passed.
    """

    counts_from: Literal["service_date", "sent_date", "denial_case"]
    days: Days | None = None

    @model_validator(mode="after")
    def only_days_need_a_number(self) -> Self:
        if (self.days is None) != (self.counts_from == "denial_case"):
            raise ValueError("days belongs to service_date and sent_date, and only there")
        return self


class Rule(_Frozen):
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
        if self.deadline is not None:
            has_case = self.when.subject == "denial"
            if self.when.subject not in ("claim", "denial") or has_case != (self.deadline.counts_from == "denial_case"):
                raise ValueError("a claim counts from its dates, a denial from its case, others have no deadline")
        return self

    def is_effective(self, day: date) -> bool:
        """Whether the rule applies on a day; both ends count in."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class Rulebook(_Frozen):
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
