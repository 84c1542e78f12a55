"""What becomes of a refund: cleared, cancelled, voided, stale, unclaimed property, paid to the state (E37)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.acting import Acting
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import NewJournal, mirror_of
from claims_api.receipts.changing import lock_receipt
from claims_api.receipts.queries import change_amounts
from claims_api.refunds import queries
from claims_api.refunds.changing import check_left, journal, kept_on, lock_refund, move_item, tell_and_post
from claims_api.refunds.domain import NotUnclaimedError, RefundEvent, RefundState, next_state

TOLD: Final[Mapping[RefundEvent, str]] = MappingProxyType(
    {
        RefundEvent.CLEAR: "cleared",
        RefundEvent.CANCEL: "cancelled",
        RefundEvent.VOID: "voided",
        RefundEvent.MARK_STALE: "stale",
        RefundEvent.TURN_OVER: "unclaimed",
        RefundEvent.REMIT: "remitted",
    }
)


async def follow_refund(
    connection: Connection, acting: Acting, refund_id: UUID, event: RefundEvent, reason: str, if_match: str | None
) -> None:
    """Raises IllegalTransitionError, AboveCreditError, CreditProvisionalError, NotUnclaimedError (unclaimed property)
    and the errors of If-Match. What had been posted is undone by linked journals."""
    practice_id = acting.practice_id
    refund = await lock_refund(connection, practice_id, refund_id, if_match)
    before = RefundState(refund["state"])
    after = next_state(before, event)
    journals: list[NewJournal] = []
    if before is RefundState.ISSUED and event in (RefundEvent.VOID, RefundEvent.MARK_STALE):
        journals.append(await _undone(connection, practice_id, refund["issue_journal_id"], reason))
        await move_item(connection, acting, refund, refund["amount_cents"])
    if event in (RefundEvent.VOID, RefundEvent.CANCEL) and refund["due_journal_id"] is not None:
        journals.append(await _undone(connection, practice_id, refund["due_journal_id"], reason))
        await _give_back(connection, acting, refund)
    changes: dict[str, Any] = {"state": after.value}
    if event is RefundEvent.TURN_OVER:
        if refund["payer_item_id"] is not None:
            raise NotUnclaimedError("the payer takes it from a later payment")
        account, party = kept_on(refund)
        await check_left(connection, acting, refund)
        journals.append(
            await journal(
                connection,
                practice_id,
                refund,
                "refund_unclaimed",
                LedgerEvent.UNCLAIMED_PROPERTY,
                debit=account,
                debit_party=party,
                credit=Account.UNCLAIMED_PROPERTY,
                credit_party=refund_id,
            )
        )
    if event is RefundEvent.REMIT:
        journals.append(
            await journal(
                connection,
                practice_id,
                refund,
                "refund_remitted",
                LedgerEvent.UNCLAIMED_PROPERTY,
                debit=Account.UNCLAIMED_PROPERTY,
                debit_party=refund_id,
                credit=Account.CASH,
            )
        )
        changes["remitted_on"] = acting.today
    await queries.change_refund(connection, practice_id, refund_id, acting.moment.at, changes)
    await tell_and_post(connection, acting, refund, TOLD[event], journals)


async def _undone(connection: Connection, practice_id: int, journal_id: UUID, reason: str) -> NewJournal:
    return await mirror_of(connection, practice_id, journal_id, kind="refund_undone", reason=reason)


async def _give_back(connection: Connection, acting: Acting, refund: Row) -> None:
    receipt = await lock_receipt(connection, acting.practice_id, refund["receipt_id"], seen=False)
    cents = refund["amount_cents"]
    await change_amounts(
        connection, acting.practice_id, receipt["id"], acting.moment.at, unapplied=cents, refunded=-cents
    )
