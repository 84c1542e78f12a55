"""Move claims by what payers decided: one statement over the decisions that posting staged."""

from datetime import date, datetime
from typing import Final

from ar_shared.platform.database import Connection
from claims_api.claims.domain import (
    ADJUDICATION_TRANSITIONS,
    SUBMISSION_TRANSITIONS,
    AdjudicationEvent,
    SubmissionEvent,
    SubmissionState,
    remittance_is_out_of_order,
)

UNEXPECTED_STATES: Final = [state.value for state in SubmissionState if remittance_is_out_of_order(state)]
"""Submission states from which an 835 posts and is flagged as out of order."""

# A void is confirmed by the payer's reversal that no correction follows in the same payment.
_SUBMISSION_MOVES: Final = [
    *(
        (state.value, None, to.value)
        for (state, event), to in SUBMISSION_TRANSITIONS.items()
        if event is SubmissionEvent.ADJUDICATE and to is not state
    ),
    *(
        (state.value, AdjudicationEvent.REMIT_REVERSED.value, to.value)
        for (state, event), to in SUBMISSION_TRANSITIONS.items()
        if event is SubmissionEvent.VOID_CONFIRMED
    ),
]
_ADJUDICATION_MOVES: Final = [
    (state.value, event.value, to.value)
    for (state, event), to in ADJUDICATION_TRANSITIONS.items()
    if event.value.startswith("remit_")
]

# A move that is in neither table leaves its state alone (a reversal of what we never saw decided).
_RECORD: Final = """
UPDATE claims.claim c
SET adjudication_state = coalesce(a.after, c.adjudication_state),
    submission_state = coalesce(u.after, c.submission_state),
    payer_control_number = coalesce(d.payer_number, c.payer_control_number),
    adjudicated_on = $3, row_version = c.row_version + 1, updated_at = $2
FROM {decisions} d
JOIN claims.claim b ON b.practice_id = $1 AND b.id = d.claim_id
LEFT JOIN unnest($4::text[], $5::text[], $6::text[]) AS a(before, event, after)
  ON a.before = b.adjudication_state AND a.event = d.event
LEFT JOIN unnest($7::text[], $8::text[], $9::text[]) AS u(before, event, after)
  ON u.before = b.submission_state AND (u.event IS NULL OR u.event = d.event)
WHERE c.practice_id = $1 AND c.id = d.claim_id
"""


async def record_decisions(
    connection: Connection, practice_id: int, *, decisions: str, decided_on: date, now: datetime
) -> None:
    """decisions: an SQL source (claim_id, event, payer_number), one row a claim; event is an AdjudicationEvent."""
    await connection.execute(
        _RECORD.format(decisions=decisions),
        practice_id,
        now,
        decided_on,
        *[list(column) for column in zip(*_ADJUDICATION_MOVES, strict=True)],
        *[list(column) for column in zip(*_SUBMISSION_MOVES, strict=True)],
    )
