"""Agree to a bill, with the authority for its amount."""

from uuid import UUID

from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection
from claims_api.access.limits import decider, require_amount
from claims_api.acting import Acting
from claims_api.payables import queries
from claims_api.payables.changing import lock_bill, tell
from claims_api.payables.domain import BillEvent, OwnBillError, next_state


async def approve_bill(
    connection: Connection, principal: Principal, acting: Acting, bill_id: UUID, if_match: str | None
) -> None:
    """Raises OwnBillError, AboveAuthorityError, AuthorityMissingError, IllegalTransitionError and the errors of
    If-Match."""
    bill = await lock_bill(connection, acting.practice_id, bill_id, if_match)
    state = next_state(bill["state"], BillEvent.APPROVE)
    who = await decider(connection, principal)
    require_amount(who, "bill.approve", bill["amount_cents"])
    if not who.anything and bill["entered_by"] in (who.name, principal.actor.id):
        raise OwnBillError(f"{who.name} entered it")
    changes = {"state": state.value, "approved_by": who.name, "approved_on": acting.today}
    await queries.change_bill(connection, acting.practice_id, bill_id, acting.moment.at, changes)
    await tell(connection, acting, bill_id, "approved", {"amount_cents": bill["amount_cents"]})
