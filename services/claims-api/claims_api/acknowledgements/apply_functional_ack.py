"""Take in a 999: which transactions of a file of ours were taken in, and where their syntax was at fault."""

from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.x12.functional_ack import GroupAnswer, SegmentFault
from claims_api.acknowledgements import queries
from claims_api.acknowledgements.claim_in_play import ClaimInPlay
from claims_api.acknowledgements.domain import AckVerdict, Hop
from claims_api.acknowledgements.outcome import outcome_of, unmatched
from claims_api.acknowledgements.record_answers import Answer, Effect, record_answers
from claims_api.acting import Acting
from claims_api.claims.domain import SubmissionEvent
from claims_api.edi.outcome import Outcome, TransactionState, remark

KIND: Final = "999"
_GROUP_OUTCOMES: Final = {"A": "accepted", "E": "accepted", "P": "partly_accepted"}
_FAULTS_KEPT: Final = 50


async def apply_functional_ack(
    connection: Connection,
    acting: Acting,
    answer: GroupAnswer,
    file_id: UUID | None,
    key: str | None,
    *,
    sender: str | None = None,
) -> Outcome:
    """Moves each claim by the answer to its own transaction (AK2), or to the group where that has none.

    sender: ISA06 of the answer, which is the receiver of what we sent; None when it is not known, then the number
    must be of one file alone. An answer to no file or transaction of ours becomes `queued`. The caller commits.
    """
    found = await queries.submissions_by_control(
        connection, acting.practice_id, "group_control", answer.control, sender
    )
    if len(found) != 1:
        return unmatched("group_unknown", "The answer is to a group that was not sent from here.")
    rows = await queries.lock_claims_of_submissions(connection, acting.practice_id, found)
    if answer.code:
        outcome = _GROUP_OUTCOMES.get(answer.code, "rejected")
        await queries.set_outcome(connection, acting.practice_id, found[0], "group_outcome", outcome)
    by_control: dict[str, list[Row]] = {}
    for row in rows:
        by_control.setdefault(row["transaction_control"], []).append(row)
    said = [_answer(acting, answer, found[0], control, inside) for control, inside in by_control.items()]
    recorded = outcome_of(await record_answers(connection, acting, said, file_id, key), found)
    unknown = sum(one.control not in by_control for one in answer.sets)
    if unknown:
        recorded.state = TransactionState.QUEUED
        recorded.counts["unmatched"] = unknown
        recorded.findings.append(remark("set_unknown", "A transaction that was not in that group is answered."))
    if any(one.verdict is AckVerdict.UNKNOWN for one in said):
        recorded.state = TransactionState.QUEUED
        recorded.findings.append(remark("set_unanswered", "It does not say whether a transaction was accepted."))
    return recorded


def _answer(acting: Acting, answer: GroupAnswer, submission_id: UUID, control: str, rows: list[Row]) -> Answer:
    accepted = answer.is_accepted(control)
    verdict = AckVerdict.UNKNOWN if accepted is None else AckVerdict.ACCEPTED if accepted else AckVerdict.REJECTED
    one = next((one for one in answer.sets if one.control == control), None)
    code = one.code if one and one.code else answer.code
    event = {
        AckVerdict.ACCEPTED: SubmissionEvent.FILE_ACCEPTED,
        AckVerdict.REJECTED: SubmissionEvent.FILE_REJECTED,
    }.get(verdict)
    faults = one.faults if one else []
    return Answer(
        kind=KIND,
        hop=Hop.RECEIVER,
        verdict=verdict,
        submission_id=submission_id,
        claim_id=None,
        statuses=[
            {
                "transaction_control": control,
                "code": code,
                "reasons": one.reasons if one else answer.reasons,
                "faults": [_fault(fault) for fault in faults[:_FAULTS_KEPT]],
            }
        ],
        reported_on=acting.today,
        effects=[
            Effect(claim=ClaimInPlay.of(row), event=event, sent_version=row["sent_version"], codes=[f"999:{code}"])
            for row in rows
            if event is not None
        ],
    )


def _fault(fault: SegmentFault) -> dict[str, Any]:
    """Where and what, without the copy of the data."""
    return {
        "segment": fault.segment_id,
        "position": fault.position,
        "loop": fault.loop,
        "code": fault.code,
        "elements": [{"element": one.place.element, "code": one.code} for one in fault.elements],
    }
