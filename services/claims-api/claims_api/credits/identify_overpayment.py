"""Say that an overpayment is known, and since when."""

from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.credits.changing import add_fact, lock_case, name_of
from claims_api.credits.overpayment_schemas import IdentifyIn
from claims_api.overpayments.domain import CaseEvent, check_knowledge, next_state


async def identify_overpayment(
    connection: Connection, acting: Acting, case_id: UUID, body: IdentifyIn, if_match: str | None
) -> None:
    """Moves the clock's start only back. Raises KnowledgeNotLaterError, IllegalTransitionError and If-Match's."""
    kept = await lock_case(connection, acting.practice_id, case_id, if_match)
    state = next_state(kept.case["state"], CaseEvent.IDENTIFY)
    check_knowledge(kept.case["identified_on"], body.identified_on, acting.today)
    known = {"identified_on": body.identified_on, "identified_by": name_of(acting), "basis": body.basis}
    await add_fact(connection, acting, kept, CaseEvent.IDENTIFY, {**known, "state": state.value}, body.basis)
