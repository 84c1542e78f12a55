"""Take a claim's next step after its payer has decided: a claim to the next payer, or the reason why not."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from ar_shared.x12.claim_cob import CobDifference
from claims_api.acting import Acting
from claims_api.claims.control_numbers import RANDOM_BITS, line_control_number, mint_patient_control_number
from claims_api.claims.create_claim import coverage_snapshot
from claims_api.claims.domain import (
    DECIDED_STATES,
    AdjudicationState,
    SubmissionEvent,
    SubmissionState,
    next_submission_state,
)
from claims_api.coordination import queries
from claims_api.coordination.correct_next import correct_next
from claims_api.coordination.decided import decided_by_payer, differences, sentence
from claims_api.coordination.domain import CROSSOVER_DAYS, Decision, NextStep, blocker, crossover_until
from claims_api.coordination.errors import NotDecidedError, NothingForNextPayerError
from claims_api.denials.pass_on_denials import pass_on_denials
from claims_api.reviews.close_reviews import close_reviews
from claims_api.reviews.open_reviews import NewReview, open_reviews
from claims_api.telling import tell
from claims_api.versions.domain import UNPROCESSABLE
from claims_api.versions.queries import lines_of

_NEVER_SENT: Final = frozenset({SubmissionState.DRAFT, SubmissionState.READY, SubmissionState.HELD})


@dataclass(frozen=True, slots=True)
class Step:
    """What follows: with BILLED the claim to the next payer, with a crossover the last day it is awaited.

    With OUTDATED `reasons` say why the next payer's claim could not be replaced here.
    """

    step: NextStep
    claim_id: UUID
    next_claim_id: UUID | None = None
    awaited_until: date | None = None
    differences: Sequence[CobDifference] = ()
    reasons: Sequence[str] = ()


async def bill_next(
    connection: Connection,
    acting: Acting,
    claim_id: UUID,
    *,
    state: SubmissionState = SubmissionState.READY,
    crossover_days: int = CROSSOVER_DAYS,
    asked: bool = True,
) -> Step:
    """The claim's next step, kept and announced; the caller commits. A repeat makes no second claim.

    state: of the claim to the next payer. asked: whether somebody asked for it; the rule by itself bills no overdue
    crossover and passes no denial on, both are decisions.
    Where the payer denied what it was billed and moved nothing on, what is open goes to the next payer first (E40).
    Raises NotFoundError, NotDecidedError and NothingForNextPayerError; then nothing is kept.
    """
    claim = await queries.lock_claim(connection, acting.practice_id, claim_id)
    if claim is None:
        raise NotFoundError("there is no such claim")
    decision = await queries.decision_of(connection, acting.practice_id, claim)
    if decision is None or AdjudicationState(claim["adjudication_state"]) not in DECIDED_STATES:
        raise NotDecidedError("a later payer is billed after the payer before it has decided")
    debtor = await queries.next_debtor(connection, acting.practice_id, claim)
    before = await queries.step_of(connection, acting.practice_id, claim_id)
    next_payer = debtor or await queries.later_coverage(connection, acting.practice_id, claim)
    if next_payer is None:
        raise NothingForNextPayerError("nothing was moved to a later payer")
    step = _Next(connection, acting, claim, decision, next_payer, before, owes=debtor is not None)
    return await step.step(state, crossover_days, asked)


class _Next:
    """One claim's step: what was decided, who comes next and whether anything was moved there, the step before."""

    def __init__(
        self,
        connection: Connection,
        acting: Acting,
        claim: Row,
        decision: Row,
        next_payer: Row,
        before: Row | None,
        *,
        owes: bool,
    ) -> None:
        self._connection = connection
        self._acting = acting
        self._claim = claim
        self._decision = decision
        self._coverage_id: UUID = next_payer["coverage_id"]
        self._sequence: int = next_payer["sequence"]
        self._before = before
        self._owes = owes

    async def step(self, state: SubmissionState, crossover_days: int, asked: bool) -> Step:
        practice, claim_id = self._acting.practice_id, self._claim["id"]
        origin: UUID = self._claim["origin_claim_id"] or claim_id
        made = await queries.claim_to(self._connection, practice, origin, self._coverage_id, claim_id)
        if made is not None and made["step"] != NextStep.OUTDATED and self._tells_this(made):
            return Step(NextStep(made["step"] or NextStep.BILLED), claim_id, made["id"])
        if made is not None:
            return await self._tell_anew(made, state)
        if not (self._owes or self._is_denied):
            raise NothingForNextPayerError("nothing was moved to a later payer")
        facts: dict[str, Any] = self._decision["facts"] or {}
        carrier: str | None = facts.get("crossover", {}).get("last") if "crossover" in facts else None
        decision = Decision(
            self._decision["clp_status"], frozenset(self._decision["remarks"]), carrier, self._decision["remitted_on"]
        )
        until = crossover_until(decision, crossover_days)
        if until is not None:
            if await queries.has_answered(self._connection, practice, claim_id, self._coverage_id):
                return await self._keep(Step(NextStep.CROSSOVER_ANSWERED, claim_id))
            if self._acting.today <= until:
                return await self._keep(Step(NextStep.CROSSOVER_AWAITED, claim_id, awaited_until=until), carrier)
            if not asked:
                return await self._keep(Step(NextStep.CROSSOVER_OVERDUE, claim_id, awaited_until=until), carrier)
        if not (self._owes or asked):
            raise NothingForNextPayerError("a person decides whether the next payer is billed for what was denied")
        return await self._bill(state)

    def _tells_this(self, made: Row) -> bool:
        return made["remittance_id"] in (None, self._decision["remittance_id"])

    @property
    def _is_denied(self) -> bool:
        """Whether the payer denied the claim, or a part of it, by a decision that counts in law."""
        denied = (AdjudicationState.DENIED, AdjudicationState.PARTIALLY_DENIED)
        is_decision = set(UNPROCESSABLE).isdisjoint(self._decision["remarks"])
        return AdjudicationState(self._claim["adjudication_state"]) in denied and is_decision

    async def _tell_anew(self, made: Row, state: SubmissionState) -> Step:
        """The payer decided again: a claim that never went out is made anew, one that did is replaced."""
        submission = SubmissionState(made["submission_state"])
        if submission not in _NEVER_SENT:
            return await self._correct(made["id"])
        cancelled = next_submission_state(submission, SubmissionEvent.CANCEL)
        await queries.cancel(
            self._connection, self._acting.practice_id, made["id"], cancelled.value, self._acting.moment.at
        )
        if not (self._owes or self._is_denied):
            return await self._keep(Step(NextStep.NOTHING_LEFT, self._claim["id"]))
        return await self._bill(state)

    async def _correct(self, made_id: UUID) -> Step:
        """A replacement (frequency 7) of the next payer's claim with this decision, or the reason for a person."""
        told, wrong, _ = await self._told()
        if wrong:
            return await self._keep(Step(NextStep.BLOCKED, self._claim["id"], differences=wrong))
        moved = await queries.moved_on(self._connection, self._acting.practice_id, self._decision, self._coverage_id)
        owes = self._owes or moved or await self._pass_on() > 0
        corrected = await correct_next(self._connection, self._acting, made_id, told, owes=owes)
        if corrected.version is None:
            return await self._keep(Step(NextStep.OUTDATED, self._claim["id"], made_id, reasons=corrected.reasons))
        data = {"next_claim_id": made_id, "version": corrected.version}
        await self._announce("claim.next_claim_corrected", data)
        return await self._keep(Step(NextStep.CORRECTED, self._claim["id"], made_id))

    async def _told(self) -> tuple[list[dict[str, Any]], list[CobDifference], list[int]]:
        """All decisions that the next payer is told, where they do not add up, and the numbers of the lines."""
        connection, practice, claim = self._connection, self._acting.practice_id, self._claim
        lines, adjustments = await queries.decided_lines(connection, practice, self._decision)
        told = [*(claim["other_payers"] or []), decided_by_payer(claim, self._decision, lines, adjustments)]
        charges = [dict(row) for row in await lines_of(connection, practice, claim["id"], claim["version"])]
        return told, differences(claim["charge_cents"], charges, told), [charge["n"] for charge in charges]

    async def _pass_on(self) -> int:
        """Cents of what was denied that the next payer owes now."""
        if not self._is_denied:
            return 0
        claim_id: UUID = self._claim["id"]
        coverage_id, sequence = self._coverage_id, self._sequence
        return await pass_on_denials(
            self._connection, self._acting, claim_id, coverage_id=coverage_id, sequence=sequence
        )

    async def _bill(self, state: SubmissionState) -> Step:
        connection, practice, claim = self._connection, self._acting.practice_id, self._claim
        told, wrong, numbers = await self._told()
        if wrong:
            return await self._keep(Step(NextStep.BLOCKED, claim["id"], differences=wrong))
        if not self._owes and not await self._pass_on():
            raise NothingForNextPayerError("nothing of what was denied is open")
        cover = await queries.coverage(connection, practice, self._coverage_id)
        if cover is None:
            raise RuntimeError("a balance names its coverage")
        new_id = uuid7()
        number = mint_patient_control_number(secrets.randbits(RANDOM_BITS))
        await queries.insert_claim(
            connection,
            practice,
            claim["id"],
            new_id=new_id,
            control_number=number,
            cover=cover,
            snapshot=coverage_snapshot(dict(cover)),
            sequence=self._sequence,
            state=state.value,
            made_at=self._acting.moment.at,
            other_payers=told,
            actor_id=self._acting.actor.id,
            actor_kind=self._acting.actor.kind,
            line_numbers={n: line_control_number(number, n) for n in numbers},
        )
        await self._announce("claim.next_payer_billed", {"next_claim_id": new_id, "sequence": self._sequence})
        return await self._keep(Step(NextStep.BILLED, claim["id"], new_id))

    async def _keep(self, step: Step, carrier: str | None = None) -> Step:
        since = self._acting.moment.at.isoformat()
        blockers = [
            blocker("cob_unbalanced", sentence(one), since, "Look at the payer's remittance.")
            for one in step.differences
        ]
        blockers += [
            blocker("next_claim_outdated", text, since, "Correct the claim to the next payer.") for text in step.reasons
        ]
        if step.step is NextStep.CROSSOVER_AWAITED:
            text = f"The payer passed the claim on; the next payer is awaited through {step.awaited_until}."
            blockers = [
                blocker("crossover_awaited", text, since, "The next payer's remittance, or the end of the wait.")
            ]
            await self._announce("claim.crossover_awaited", {"awaited_until": step.awaited_until})
        await queries.keep_step(
            self._connection,
            self._acting.practice_id,
            step.claim_id,
            step.step.value,
            self._acting.moment.at,
            remittance_id=self._decision["remittance_id"],
            next_coverage_id=self._coverage_id,
            next_claim_id=step.next_claim_id,
            crossover_payer=carrier,
            awaited_until=step.awaited_until,
            review_id=await self._review(step),
            blockers=blockers,
        )
        return step

    async def _review(self, step: Step) -> UUID | None:
        """The work item of the step: one while a person must correct the next claim, closed when that is no more so."""
        open_id: UUID | None = self._before["review_id"] if self._before else None
        now, machine = self._acting.moment.at, self._acting.machine
        if step.step is not NextStep.OUTDATED:
            if open_id is not None:
                await close_reviews(self._connection, self._acting.practice_id, [open_id], now=now, machine=machine)
            return None
        if open_id is not None:
            return open_id
        reason = "the payer before decided again: " + "; ".join(step.reasons)
        [review_id] = await open_reviews(
            self._connection,
            self._acting.practice_id,
            [NewReview("review", reason, step.next_claim_id, abs(self._decision["paid_cents"]))],
            opened_on=self._acting.today,
            occurred_at=now,
            recorded_at=machine,
        )
        return review_id

    async def _announce(self, name: str, data: dict[str, Any]) -> None:
        told = {"external_id": self._claim["external_id"], **data}
        await tell(self._connection, self._acting, [NewEvent(name, "claim", self._claim["id"], told)])
