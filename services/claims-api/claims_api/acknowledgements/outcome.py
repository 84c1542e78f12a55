"""What an acknowledgement became, told the same way for all three kinds."""

from collections.abc import Sequence
from uuid import UUID

from claims_api.acknowledgements.record_answers import Recorded
from claims_api.edi.outcome import Outcome, TransactionState, remark


def unmatched(code: str, text: str, count: int = 1) -> Outcome:
    """Nothing of ours is meant: kept, and a person looks at it."""
    return Outcome(TransactionState.QUEUED, [remark(code, text)], {"unmatched": count})


def outcome_of(recorded: Recorded, submission_ids: Sequence[UUID]) -> Outcome:
    """`duplicate` when everything was heard before; impossible moves are told as a finding."""
    counts = {verdict.value: count for verdict, count in sorted(recorded.said.items())}
    counts["claims"] = recorded.said.total()
    if recorded.repeated:
        counts["repeated"] = recorded.repeated
    outcome = Outcome(TransactionState.PROCESSED, counts=counts)
    if recorded.impossible:
        counts["impossible"] = recorded.impossible
        outcome.findings.append(
            remark("move_not_possible", "Claims are in a state in which this cannot happen; see their reviews.")
        )
    if recorded.repeated and not counts["claims"]:
        outcome.state = TransactionState.DUPLICATE
    if len(submission_ids) == 1:
        outcome.links["submission"] = f"/v1/submissions/{submission_ids[0]}"
    return outcome
