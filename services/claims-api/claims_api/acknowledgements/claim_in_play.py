"""A locked claim while acknowledgements move it: pure, so that the rules can be read and tested without a database."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self
from uuid import UUID

from claims_api.acknowledgements.domain import AckVerdict, Hop, moved
from claims_api.claims.domain import REJECTIONS, AdjudicationState, SubmissionEvent, SubmissionState
from claims_api.transitions import IllegalTransitionError


@dataclass(slots=True)
class ClaimInPlay:
    """The columns of a claim that an acknowledgement may change, and those it is recognised by."""

    id: UUID
    external_id: str | None
    version: int
    charge_cents: int
    service_from: date
    service_to: date
    billing_entity_id: UUID
    profile: dict[str, str]
    submission: SubmissionState
    adjudication: AdjudicationState
    payer_control_number: str | None
    accepted_on: date | None
    is_changed: bool = field(default=False)

    @classmethod
    def of(cls, row: Any) -> Self:
        """From a row of `queries.lock_claims_*`."""
        return cls(
            id=row["id"],
            external_id=row["external_id"],
            version=row["version"],
            charge_cents=row["charge_cents"],
            service_from=row["service_from"],
            service_to=row["service_to"],
            billing_entity_id=row["billing_entity_id"],
            profile=row["profile"],
            submission=SubmissionState(row["submission_state"]),
            adjudication=AdjudicationState(row["adjudication_state"]),
            payer_control_number=row["payer_control_number"],
            accepted_on=row["accepted_on"],
        )

    def take(self, event: SubmissionEvent, reported_on: date) -> str | None:
        """Move by the tables; None, or why the move is not possible (then nothing changes).

        Acceptance by the payer dates the claim once. A later rejection by the payer takes that back here; the
        acknowledgement keeps it as evidence. A void that is refused leaves the claim as the payer has it.
        """
        if self.submission is SubmissionState.VOID_SENT and event in REJECTIONS:
            event = SubmissionEvent.VOID_REFUSED
        try:
            states = moved(self.submission, self.adjudication, event)
        except IllegalTransitionError as refusal:
            return str(refusal)
        self.is_changed = self.is_changed or states != (self.submission, self.adjudication)
        self.submission, self.adjudication = states
        if event is SubmissionEvent.PAYER_ACCEPTS and self.accepted_on is None:
            self.accepted_on, self.is_changed = reported_on, True
        elif event is SubmissionEvent.PAYER_REJECTS and self.accepted_on is not None:
            self.accepted_on, self.is_changed = None, True
        return None

    def take_payer_number(self, number: str | None, hop: Hop, verdict: AckVerdict) -> None:
        """The payer's claim control number, unless the claim was refused.

        The payer's own word replaces what another hop passed on. A split claim has several: the first one stays.
        """
        if number is None or verdict is AckVerdict.REJECTED:
            return
        is_better = hop is Hop.PAYER and verdict is not AckVerdict.SPLIT
        if number != self.payer_control_number and (is_better or self.payer_control_number is None):
            self.payer_control_number, self.is_changed = number, True

    def columns(self) -> tuple[Any, ...]:
        """For `queries.update_claims`."""
        return (
            self.id,
            self.submission.value,
            self.adjudication.value,
            self.payer_control_number,
            self.accepted_on,
        )
