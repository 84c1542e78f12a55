"""Take in a TA1: whether a whole file of ours was taken in."""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.x12.interchange_ack import InterchangeAnswer
from claims_api.acknowledgements import queries
from claims_api.acknowledgements.claim_in_play import ClaimInPlay
from claims_api.acknowledgements.domain import AckVerdict, Hop
from claims_api.acknowledgements.outcome import outcome_of, unmatched
from claims_api.acknowledgements.record_answers import Answer, Effect, record_answers
from claims_api.acting import Acting
from claims_api.claims.domain import SubmissionEvent
from claims_api.edi.outcome import Outcome

KIND: Final = "TA1"


async def apply_interchange_ack(
    connection: Connection,
    acting: Acting,
    answer: InterchangeAnswer,
    file_id: UUID | None,
    key: str | None,
    *,
    sender: str | None = None,
) -> Outcome:
    """A refused interchange rejects every claim in it; an accepted one only says that it arrived.

    sender: ISA06 of the answer, which is the receiver of what we sent; None when it is not known, then the number
    must be of one file alone. An answer to no file of ours becomes `queued`. The caller commits.
    """
    found = await queries.submissions_by_control(
        connection, acting.practice_id, "interchange_control", answer.control, sender
    )
    if len(found) != 1:
        return unmatched("interchange_unknown", "The answer is to an interchange that was not sent from here.")
    verdict = AckVerdict.ACCEPTED if answer.is_accepted else AckVerdict.REJECTED
    # Locked also when nothing moves: two copies of one answer come one after the other.
    rows = await queries.lock_claims_of_submissions(connection, acting.practice_id, found)
    effects = [
        Effect(
            claim=ClaimInPlay.of(row),
            event=SubmissionEvent.FILE_REJECTED,
            sent_version=row["sent_version"],
            codes=[f"TA1:{answer.code}:{answer.note}"],
        )
        for row in rows
        if verdict is AckVerdict.REJECTED
    ]
    await queries.set_outcome(connection, acting.practice_id, found[0], "interchange_outcome", verdict.value)
    said = Answer(
        kind=KIND,
        hop=Hop.RECEIVER,
        verdict=verdict,
        submission_id=found[0],
        claim_id=None,
        statuses=[{"code": answer.code, "note": answer.note}],
        reported_on=acting.today,
        effects=effects,
    )
    return outcome_of(await record_answers(connection, acting, [said], file_id, key), found)
