"""Pay an approved refund out (E14, E15)."""

from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.refunds import queries
from claims_api.refunds.changing import check_left, journal, kept_on, lock_refund, move_item, tell_and_post
from claims_api.refunds.domain import RefundEvent, next_state
from claims_api.refunds.schemas import IssueIn


async def issue_refund(
    connection: Connection, acting: Acting, refund_id: UUID, body: IssueIn, if_match: str | None
) -> None:
    """The credit is asked once more: raises AboveCreditError when a later posting used it, PayerTookBackError,
    CreditProvisionalError, IllegalTransitionError and the errors of If-Match.

    Cash leaves the books now, as with every check that is written; until its bank line comes it is outstanding.
    What a payer had announced to take back (2040) it cannot take any more.
    """
    practice_id = acting.practice_id
    refund = await lock_refund(connection, practice_id, refund_id, if_match)
    state = next_state(refund["state"], RefundEvent.ISSUE)
    account, party = kept_on(refund)
    await check_left(connection, acting, refund)
    event = LedgerEvent.PAYER_REFUND if refund["side"] == "payer" else LedgerEvent.PATIENT_REFUND
    paid = await journal(
        connection, practice_id, refund, "refund_issued", event, debit=account, debit_party=party, credit=Account.CASH
    )
    changes = {
        "state": state.value,
        "method": body.method.value,
        "reference": body.reference,
        "issued_on": body.issued_on,
        "issue_journal_id": paid.id,
    }
    await move_item(connection, acting, refund, -refund["amount_cents"])
    await queries.change_refund(connection, practice_id, refund_id, acting.moment.at, changes)
    await tell_and_post(connection, acting, refund, "issued", [paid])
