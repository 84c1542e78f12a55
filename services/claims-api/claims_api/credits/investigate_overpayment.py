"""Record when a search for related overpayments began and ended: it stops the clock where the law lets it."""

from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.credits.changing import add_fact, lock_case
from claims_api.credits.overpayment_schemas import EndInvestigationIn, StartInvestigationIn
from claims_api.overpayments.domain import CaseEvent, check_end, check_start, next_state


async def start_investigation(
    connection: Connection, acting: Acting, case_id: UUID, body: StartInvestigationIn, if_match: str | None
) -> None:
    """Raises InvestigationNotPossibleError (a second one, begun after the last day), IllegalTransitionError."""
    kept = await lock_case(connection, acting.practice_id, case_id, if_match)
    state = next_state(kept.case["state"], CaseEvent.INVESTIGATE)
    before = kept.case["investigation_started_on"] is not None
    check_start(kept.case["due_on"], kept.case["identified_on"], body.started_on, acting.today, before=before)
    changes = {"investigation_started_on": body.started_on, "state": state.value}
    await add_fact(connection, acting, kept, CaseEvent.INVESTIGATE, changes, body.reason)


async def end_investigation(
    connection: Connection, acting: Acting, case_id: UUID, body: EndInvestigationIn, if_match: str | None
) -> None:
    """Raises InvestigationNotPossibleError for a day before its start or to come, IllegalTransitionError."""
    kept = await lock_case(connection, acting.practice_id, case_id, if_match)
    state = next_state(kept.case["state"], CaseEvent.CONCLUDE)
    check_end(kept.case["investigation_started_on"], body.ended_on, acting.today)
    changes = {"investigation_ended_on": body.ended_on, "state": state.value}
    await add_fact(connection, acting, kept, CaseEvent.CONCLUDE, changes, body.reason)
