"""Keep what was said, move the claims it is about, and tell the world: the part that all three answers share."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.acknowledgements import queries
from claims_api.acknowledgements.claim_in_play import ClaimInPlay
from claims_api.acknowledgements.domain import AckVerdict, Hop
from claims_api.acting import Acting
from claims_api.claims.domain import REJECTED_STATES, SubmissionEvent
from claims_api.reviews.open_reviews import NewReview, open_reviews
from claims_api.telling import tell


@dataclass(slots=True, kw_only=True)
class Effect:
    """What an answer does to one claim. `sent_version` is the version it answers, None when nobody can tell.

    `codes` are for events: codes only, never a text of the sender.
    """

    claim: ClaimInPlay
    event: SubmissionEvent | None
    sent_version: int | None
    codes: list[str]


@dataclass(slots=True, kw_only=True)
class Answer:
    """One row of `acknowledgement`: about a claim, or about a file (`claim_id` None) with its claims as effects."""

    kind: str
    hop: Hop
    verdict: AckVerdict
    submission_id: UUID | None
    claim_id: UUID | None
    statuses: list[dict[str, Any]]
    reported_on: date
    payer_control_number: str | None = None
    clearinghouse_number: str | None = None
    effects: list[Effect] = field(default_factory=list)

    def columns(self, row_id: UUID) -> tuple[Any, ...]:
        return (
            row_id,
            self.kind,
            self.hop.value,
            self.verdict.value,
            self.submission_id,
            self.claim_id,
            self.payer_control_number,
            self.clearinghouse_number,
            orjson.dumps(self.statuses).decode(),
            self.reported_on,
        )

    def identity(self) -> bytes:
        """Equal for two answers that say the same."""
        return orjson.dumps(self.columns(UUID(int=0))[:-1], default=str)


@dataclass(slots=True)
class Recorded:
    """`said` counts claims by verdict, `repeated` answers heard before, `impossible` moves that a person looks at."""

    said: Counter[AckVerdict] = field(default_factory=Counter)
    repeated: int = 0
    impossible: int = 0


async def record_answers(
    connection: Connection, acting: Acting, answers: Sequence[Answer], file_id: UUID | None, key: str | None
) -> Recorded:
    """Keeps each answer once; the caller has locked the claims and commits.

    An impossible move is kept as an answer, opens a review, and leaves the claim where it is.
    """
    recorded = Recorded()
    fresh = await _keep(connection, acting, answers, file_id, key)
    recorded.repeated = len(answers) - len(fresh)
    events: list[NewEvent] = []
    reviews: list[NewReview] = []
    claims: dict[UUID, ClaimInPlay] = {}
    for answer in fresh:
        for effect in answer.effects:
            claims[effect.claim.id] = effect.claim
            recorded.said[answer.verdict] += 1
            problem = _apply(answer, effect)
            if problem is not None:
                recorded.impossible += answer.verdict not in (AckVerdict.NOT_FOUND, AckVerdict.UNKNOWN)
                reviews.append(problem)
            elif effect.event is not None:
                events.append(_event(answer, effect))
    changed = [claim.columns() for claim in claims.values() if claim.is_changed]
    if changed:
        await queries.update_claims(connection, acting.practice_id, changed, acting.moment.at)
    await tell(connection, acting, events)
    await open_reviews(
        connection,
        acting.practice_id,
        reviews,
        opened_on=acting.today,
        occurred_at=acting.moment.at,
        recorded_at=acting.machine,
    )
    return recorded


async def _keep(
    connection: Connection, acting: Acting, answers: Sequence[Answer], file_id: UUID | None, key: str | None
) -> list[Answer]:
    """The answers that were not heard before, in their order."""
    distinct = {answer.identity(): answer for answer in reversed(answers)}
    ids = sorted(uuid7() for _ in distinct)  # ids of one instant sort in the order of the file
    by_id = dict(zip(ids, reversed(distinct.values()), strict=True))
    if not by_id:
        return []
    kept = await queries.insert_new_acknowledgements(
        connection,
        acting.practice_id,
        [answer.columns(row_id) for row_id, answer in by_id.items()],
        file_id=file_id,
        transaction_key=key,
        received_at=acting.moment.at,
    )
    return [answer for row_id, answer in by_id.items() if row_id in kept]


def _apply(answer: Answer, effect: Effect) -> NewReview | None:
    """Move the claim; what a person must look at, if anything."""
    claim = effect.claim
    if answer.verdict is AckVerdict.NOT_FOUND:
        return _review(claim, "review", f"{answer.hop} ({answer.hop.phrase}) knows no such claim")
    if answer.verdict is AckVerdict.UNKNOWN:
        return _review(claim, "unknown_code", f"{answer.kind} with a status code that is not known here")
    is_older = effect.sent_version is not None and effect.sent_version != claim.version
    if not is_older:
        claim.take_payer_number(answer.payer_control_number, answer.hop, answer.verdict)
    if effect.event is None:
        return None
    if is_older:
        reason = f"{answer.kind} answers an older version of the claim: {effect.event.phrase}"
        return _review(claim, "review", reason)
    refusal = claim.take(effect.event, answer.reported_on)
    return _review(claim, "review", f"{answer.kind}: {refusal}") if refusal else None


def _review(claim: ClaimInPlay, kind: str, reason: str) -> NewReview:
    return NewReview(kind, reason, claim.id, claim.charge_cents)


def _event(answer: Answer, effect: Effect) -> NewEvent:
    claim = effect.claim
    data: dict[str, Any] = {
        "external_id": claim.external_id,
        "submission_state": claim.submission.value,
        "hop": answer.hop.value,
        "statuses": effect.codes,
    }
    if claim.submission in REJECTED_STATES and answer.verdict is AckVerdict.REJECTED:
        return NewEvent("claim.rejected", "claim", claim.id, data)
    return NewEvent("claim.acknowledged", "claim", claim.id, {**data, "outcome": answer.verdict.value})
