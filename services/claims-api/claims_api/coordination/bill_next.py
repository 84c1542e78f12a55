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
from ar_shared.platform.outbox import NewEvent, append_events
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
from claims_api.coordination.decided import decided_by_payer, differences, sentence
from claims_api.coordination.domain import CROSSOVER_DAYS, Decision, NextStep, blocker, crossover_until
from claims_api.coordination.errors import NotDecidedError, NothingForNextPayerError
from claims_api.versions.queries import lines_of

_NEVER_SENT: Final = frozenset({SubmissionState.DRAFT, SubmissionState.READY, SubmissionState.HELD})


@dataclass(frozen=True, slots=True)
class Step:
    """What follows: with BILLED the claim to the next payer, with a crossover the last day it is awaited."""

    step: NextStep
    claim_id: UUID
    next_claim_id: UUID | None = None
    awaited_until: date | None = None
    differences: Sequence[CobDifference] = ()


async def bill_next(
    connection: Connection,
    acting: Acting,
    claim_id: UUID,
    *,
    state: SubmissionState = SubmissionState.READY,
    crossover_days: int = CROSSOVER_DAYS,
    wait_is_over: bool = True,
) -> Step:
    """The claim's next step, kept and announced; the caller commits. A repeat makes no second claim.

    state: of the claim to the next payer. wait_is_over: whether an overdue crossover is billed by a claim of ours.
    Raises NotFoundError, NotDecidedError and NothingForNextPayerError; then nothing is kept.
    """
    claim = await queries.lock_claim(connection, acting.practice_id, claim_id)
    if claim is None:
        raise NotFoundError("there is no such claim")
    decision = await queries.decision_of(connection, acting.practice_id, claim)
    if decision is None or AdjudicationState(claim["adjudication_state"]) not in DECIDED_STATES:
        raise NotDecidedError("a later payer is billed after the payer before it has decided")
    debtor = await queries.next_debtor(connection, acting.practice_id, claim)
    if debtor is None:
        raise NothingForNextPayerError("nothing was moved to a later payer")
    return await _Next(connection, acting, claim, decision, debtor).step(state, crossover_days, wait_is_over)


class _Next:
    """One claim's step: what was decided, who comes next."""

    def __init__(self, connection: Connection, acting: Acting, claim: Row, decision: Row, debtor: Row) -> None:
        self._connection = connection
        self._acting = acting
        self._claim = claim
        self._decision = decision
        self._coverage_id: UUID = debtor["coverage_id"]
        self._sequence: int = debtor["sequence"]

    async def step(self, state: SubmissionState, crossover_days: int, wait_is_over: bool) -> Step:
        practice, claim_id = self._acting.practice_id, self._claim["id"]
        origin: UUID = self._claim["origin_claim_id"] or claim_id
        made = await queries.claim_to(self._connection, practice, origin, self._coverage_id, claim_id)
        if made is not None and made["remittance_id"] in (None, self._decision["remittance_id"]):
            return Step(NextStep.BILLED, claim_id, made["id"])
        if made is not None:
            return await self._tell_anew(made, state)
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
            if not wait_is_over:
                return await self._keep(Step(NextStep.CROSSOVER_OVERDUE, claim_id, awaited_until=until), carrier)
        return await self._bill(state)

    async def _tell_anew(self, made: Row, state: SubmissionState) -> Step:
        """The payer decided again: a claim that never went out is made anew, one that did is corrected by a person."""
        submission = SubmissionState(made["submission_state"])
        if submission not in _NEVER_SENT:
            return await self._keep(Step(NextStep.OUTDATED, self._claim["id"], made["id"]))
        cancelled = next_submission_state(submission, SubmissionEvent.CANCEL)
        await queries.cancel(
            self._connection, self._acting.practice_id, made["id"], cancelled.value, self._acting.moment.at
        )
        return await self._bill(state)

    async def _bill(self, state: SubmissionState) -> Step:
        connection, practice, claim = self._connection, self._acting.practice_id, self._claim
        lines, adjustments = await queries.decided_lines(connection, practice, self._decision)
        decided = [
            *(claim["other_payers"] or []),
            decided_by_payer(claim, self._decision, lines, adjustments),
        ]
        charges = [dict(row) for row in await lines_of(connection, practice, claim["id"], claim["version"])]
        wrong = differences(claim["charge_cents"], charges, decided)
        if wrong:
            return await self._keep(Step(NextStep.BLOCKED, claim["id"], differences=wrong))
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
            other_payers=decided,
            actor_id=self._acting.actor.id,
            actor_kind=self._acting.actor.kind,
            line_numbers={row["n"]: line_control_number(number, row["n"]) for row in charges},
        )
        await self._announce("claim.next_payer_billed", {"next_claim_id": new_id, "sequence": self._sequence})
        return await self._keep(Step(NextStep.BILLED, claim["id"], new_id))

    async def _keep(self, step: Step, carrier: str | None = None) -> Step:
        since = self._acting.moment.at.isoformat()
        blockers = [
            blocker("cob_unbalanced", sentence(one), since, "Look at the payer's remittance.")
            for one in step.differences
        ]
        if step.step is NextStep.OUTDATED:
            text = "The payer decided again after the next payer was billed."
            blockers = [blocker("next_claim_outdated", text, since, "Correct the claim to the next payer.")]
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
            blockers=blockers,
        )
        return step

    async def _announce(self, name: str, data: dict[str, Any]) -> None:
        told = {"external_id": self._claim["external_id"], **data}
        await append_events(
            self._connection,
            "claims",
            self._acting.practice_id,
            [NewEvent(name, "claim", self._claim["id"], told)],
            occurred_at=self._acting.moment.at,
            recorded_at=self._acting.machine,
        )
