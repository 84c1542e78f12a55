"""Agree to a refund, with the authority for its amount; never one's own above the practice's setting."""

from typing import Any
from uuid import UUID

from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection
from claims_api.access.limits import decider, require_amount
from claims_api.acting import Acting
from claims_api.ledger.events import LedgerEvent
from claims_api.receipts.changing import kept_on as money_on
from claims_api.receipts.changing import lock_receipt
from claims_api.receipts.queries import change_amounts, practice_settings
from claims_api.refunds import queries
from claims_api.refunds.changing import journal, kept_on, lock_refund, tell_and_post
from claims_api.refunds.domain import RefundEvent, check_credit, check_own, next_state


async def approve_refund(
    connection: Connection, principal: Principal, acting: Acting, refund_id: UUID, if_match: str | None
) -> None:
    """Unapplied money becomes a refund due: a patient's E14, an insurer's E15.

    Raises OwnRequestError, AboveAuthorityError, AuthorityMissingError, AboveCreditError when the money was used
    meanwhile, IllegalTransitionError and the errors of If-Match.
    """
    practice_id = acting.practice_id
    refund = await lock_refund(connection, practice_id, refund_id, if_match)
    state = next_state(refund["state"], RefundEvent.APPROVE)
    who = await decider(connection, principal)
    require_amount(who, "refund.approve", refund["amount_cents"])
    if not who.anything:
        settings = await practice_settings(connection, practice_id)
        check_own(refund["requested_by"], who.name, refund["amount_cents"], settings)
    changes: dict[str, Any] = {"state": state.value, "approved_by": who.name}
    journals = []
    if refund["receipt_id"] is not None:
        receipt = await lock_receipt(connection, practice_id, refund["receipt_id"], seen=False)
        cents = refund["amount_cents"]
        check_credit(cents, receipt["unapplied_cents"], 0)
        due = await journal(
            connection,
            practice_id,
            refund,
            "refund_due",
            LedgerEvent.PAYER_REFUND if refund["side"] == "payer" else LedgerEvent.PATIENT_REFUND,
            debit=money_on(receipt["kind"]),
            debit_party=receipt["id"],
            credit=kept_on(refund)[0],
            credit_party=refund_id,
        )
        changes["due_journal_id"] = due.id
        journals.append(due)
        await change_amounts(connection, practice_id, receipt["id"], acting.moment.at, unapplied=-cents, refunded=cents)
    await queries.change_refund(connection, practice_id, refund_id, acting.moment.at, changes)
    await tell_and_post(connection, acting, refund, "approved", journals)
