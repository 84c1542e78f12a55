"""A person decides about a payment that waits: it posts as far as it adds up, or it is refused for good."""

from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import FieldError, NotFoundError
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.etags import require_match
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.held_money import queries
from claims_api.held_money.errors import DepositDiffersError, RemittanceNotQueuedError
from claims_api.held_money.post_held import HeldPosting
from claims_api.held_money.stage_stored import stored_entries
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.remittances.keep_action import keep_action
from claims_api.remittances.post_claims import hold_money
from claims_api.remittances.provider_entries import (
    PaymentEntries,
    keep_entries,
    keep_items,
    move_entries,
    review_entries,
)
from claims_api.remittances.queries import provider_adjustment_rows
from claims_api.reviews.open_reviews import NewReview, open_reviews
from claims_api.telling import tell

RELEASER: Final = "release_remittances"
DIFFERENCE: Final = "the deposit is not what claims and provider adjustments of the remittance come to"
_DIFFERENCE_N: Final = 400_000
"""Number of the difference in the journal of held money; held claims have their own number, entries come after."""
_DIFFERENCE: Final = f"""
INSERT INTO ledger_move (round, journal_id, n, entry, amount_cents, short_cents, debit_account, debit_party,
    credit_account, credit_party)
SELECT 0, $2::uuid, {_DIFFERENCE_N}, '{LedgerEvent.REMITTANCE_HELD}', abs($3::bigint), 0,
       CASE WHEN $3 > 0 THEN {int(Account.REMITTANCE_CLEARING)} ELSE {int(Account.TAKE_BACKS_UNIDENTIFIED)} END, $1,
       CASE WHEN $3 > 0 THEN {int(Account.UNAPPLIED_INSURANCE)} ELSE {int(Account.REMITTANCE_CLEARING)} END, $1
"""


async def release_remittance(
    connection: Connection,
    acting: Acting,
    remittance_id: UUID,
    *,
    deposit_cents: int,
    reason: str,
    if_match: str | None,
) -> None:
    """Post what matches and adds up, hold the rest, and hold what the deposit differs by; the caller commits.

    The person confirms the deposit: it must be the payment's own total, so that clearing shows what the bank will.
    Raises NotFoundError, RemittanceNotQueuedError, DepositDiffersError and what If-Match does.
    """
    remittance = await _queued(connection, acting.practice_id, remittance_id, if_match)
    if deposit_cents != remittance["payment_cents"] or deposit_cents < 0:
        raise DepositDiffersError(
            errors=(FieldError("/deposit_cents", "not_the_payment", "the payment names another total"),),
            suggestion="Reject the remittance and enter what came by hand.",
        )
    posting = HeldPosting(connection, acting, remittance, reason)
    await posting.find(None)
    written = stored_entries(await provider_adjustment_rows(connection, acting.practice_id, remittance_id))
    entries = PaymentEntries(remittance_id, remittance["payer_key"], posting.parties.payer_ids, written)
    books = await posting.plan(held_before=False, entries=entries)
    journal_id = await posting.journal("remittance_rest")
    await hold_money(connection, remittance_id, journal_id)
    await move_entries(connection, books, entries, journal_id, posting.rounds + 3)
    await queries.drop_entries(connection, acting.practice_id, remittance_id)
    await keep_entries(connection, acting.practice_id, entries)
    claimed = remittance["claims_paid_cents"] - remittance["provider_adjustment_cents"]
    difference = deposit_cents - claimed
    if difference:
        await connection.execute(_DIFFERENCE, remittance_id, journal_id, difference)
    await queries.note_release(
        connection, acting.practice_id, remittance_id, difference, journal_id, books.effective_on
    )
    data: dict[str, Any] = {"payment_cents": deposit_cents, "difference_cents": difference}
    await posting.write(books, NewEvent("remittance.released", "remittance", remittance_id, data))
    await keep_items(connection, books, entries, acting.today)
    await review_entries(connection, books, entries, acting.today)
    if difference:
        await open_reviews(
            connection,
            acting.practice_id,
            [NewReview("suspense", DIFFERENCE, amount_cents=abs(difference))],
            opened_on=acting.today,
            occurred_at=acting.moment.at,
            recorded_at=acting.machine,
        )
    await keep_action(connection, acting, remittance_id, "release", reason)


async def reject_remittance(
    connection: Connection, acting: Acting, remittance_id: UUID, *, reason: str, if_match: str | None
) -> None:
    """Refuse a payment that waits: nothing of it posts, now or when the same content comes again; the caller commits.

    Raises NotFoundError, RemittanceNotQueuedError and what If-Match does.
    """
    remittance = await _queued(connection, acting.practice_id, remittance_id, if_match)
    await queries.note_rejection(connection, acting.practice_id, remittance_id)
    await tell(
        connection,
        acting,
        [NewEvent("remittance.rejected", "remittance", remittance_id, {"payment_cents": remittance["payment_cents"]})],
    )
    await keep_action(connection, acting, remittance_id, "reject", reason)


async def _queued(connection: Connection, practice_id: int, remittance_id: UUID, if_match: str | None) -> Row:
    remittance = await queries.lock_remittance(connection, practice_id, remittance_id)
    if remittance is None:
        raise NotFoundError("there is no such remittance")
    require_match(if_match, remittance["row_version"])
    if remittance["state"] != "queued":
        raise RemittanceNotQueuedError("only a queued remittance is released or rejected")
    return remittance
