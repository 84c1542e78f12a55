"""How an overpayment goes back, the paper that shows it, and the end that no posting can tell."""

from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection
from claims_api.access.limits import decider, require_amount
from claims_api.acting import Acting
from claims_api.credits import queries
from claims_api.credits.changing import add_fact, lock_case
from claims_api.credits.overpayment_schemas import AttachProofIn, ChooseMethodIn, CloseOverpaymentIn
from claims_api.overpayments.domain import CaseEvent, CreditStillThereError, next_state
from claims_api.overpayments.keep_case import Kept

DECISION = "overpayment.decide"


async def choose_method(
    connection: Connection,
    principal: Principal,
    acting: Acting,
    case_id: UUID,
    body: ChooseMethodIn,
    if_match: str | None,
) -> None:
    """With the authority for its amount. Moves no money: the refund or the corrected claim does.

    Raises AuthorityMissingError, AboveAuthorityError, IllegalTransitionError.
    """
    kept = await lock_case(connection, acting.practice_id, case_id, if_match)
    state = next_state(kept.case["state"], CaseEvent.CHOOSE)
    await _require(connection, principal, kept)
    changes = {"method": body.method.value, "state": state.value}
    await add_fact(connection, acting, kept, CaseEvent.CHOOSE, changes, body.reason)


async def attach_proof(
    connection: Connection, acting: Acting, case_id: UUID, body: AttachProofIn, if_match: str | None
) -> None:
    """Also after the end. Raises InvalidRequestError for a document that is not there."""
    kept = await lock_case(connection, acting.practice_id, case_id, if_match)
    state = next_state(kept.case["state"], CaseEvent.PROVE)
    if not await queries.has_document(connection, acting.practice_id, body.document_id):
        missing = FieldError("/document_id", "unknown_reference", "There is no such document.")
        raise InvalidRequestError(errors=(missing,))
    changes = {"proof_document_id": body.document_id, "state": state.value}
    await add_fact(connection, acting, kept, CaseEvent.PROVE, changes, body.reason)


async def close_overpayment(
    connection: Connection,
    principal: Principal,
    acting: Acting,
    case_id: UUID,
    body: CloseOverpaymentIn,
    if_match: str | None,
) -> None:
    """With the authority for its amount, and only without a credit in the books.

    Raises CreditStillThereError, AuthorityMissingError, AboveAuthorityError, IllegalTransitionError.
    """
    kept = await lock_case(connection, acting.practice_id, case_id, if_match)
    state = next_state(kept.case["state"], CaseEvent.CLOSE)
    if kept.case["credit_cents"]:
        raise CreditStillThereError(f"{kept.case['credit_cents']} cents are owed back")
    await _require(connection, principal, kept)
    changes = {"state": state.value, "closed_on": acting.today, "close_reason": body.close_reason}
    await add_fact(connection, acting, kept, CaseEvent.CLOSE, changes, body.reason)


async def _require(connection: Connection, principal: Principal, kept: Kept) -> None:
    cents = max(kept.case["credit_cents"], kept.case["stated_cents"] or 0)
    require_amount(await decider(connection, principal), DECISION, cents)
