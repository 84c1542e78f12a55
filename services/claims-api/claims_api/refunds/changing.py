"""What every step of a refund does: lock it, move it, tell it, post it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.etags import require_match
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.claims.dimensions import dimensions_of_claim
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, post_entries
from claims_api.refunds import queries
from claims_api.refunds.domain import (
    AboveCreditError,
    CreditProvisionalError,
    PayerTookBackError,
    check_credit,
)
from claims_api.take_backs.queries import move_open, payer_item_row
from claims_api.telling import tell

SOURCE = "refund"


async def lock_refund(connection: Connection, practice_id: int, refund_id: UUID, if_match: str | None) -> Row:
    """Raises NotFoundError, PreconditionRequiredError, PreconditionFailedError."""
    row = await queries.refund_row(connection, practice_id, refund_id, lock=True)
    if row is None:
        raise NotFoundError("there is no such refund")
    require_match(if_match, row["version"])
    return row


async def tell_and_post(
    connection: Connection, acting: Acting, refund: Row | dict[str, Any], event: str, journals: Sequence[NewJournal]
) -> None:
    """Keep the step that was made, append `refund.<event>` and post."""
    step = await queries.keep_step(
        connection, acting.practice_id, refund["id"], acting.today, acting.actor_json, acting.machine
    )
    data = {name: refund[name] for name in ("claim_id", "side", "amount_cents")} | dict(step)
    ids = await tell(connection, acting, [NewEvent(f"refund.{event}", "refund", refund["id"], data)])
    if journals:
        await post_entries(connection, acting, journals, ids[-1], source_on=acting.today)


async def journal(
    connection: Connection,
    practice_id: int,
    refund: Row,
    kind: str,
    event: LedgerEvent,
    *,
    debit: Account,
    credit: Account,
    debit_party: UUID | None = None,
    credit_party: UUID | None = None,
) -> NewJournal:
    """One movement of the refund's amount; it carries the charge only where the charge's own credit moves."""
    claim_id = refund["claim_id"]
    own = await dimensions_of_claim(connection, practice_id, claim_id) or {"payer_id": refund["payer_id"]}
    entry = Entry(
        event=event,
        debit=debit,
        credit=credit,
        amount_cents=refund["amount_cents"],
        debit_party=debit_party,
        credit_party=credit_party,
        charge_id=refund["charge_id"],
        claim_id=claim_id,
    )
    return NewJournal(kind, SOURCE, refund["id"], [entry], refund["reason"], dimensions=own)


def kept_on(refund: Row) -> tuple[Account, UUID]:
    """The account and party where the money stands until it is paid: a charge's credit, what a payer will take back,
    or the refund itself."""
    if refund["receipt_id"] is not None:
        to_payer = refund["side"] == "payer"
        return Account.REFUNDS_PAYABLE_PAYER if to_payer else Account.REFUNDS_PAYABLE_PATIENT, refund["id"]
    if refund["payer_item_id"] is not None:
        return Account.OWED_TO_PAYER, refund["payer_item_id"]
    return Account(refund["account"]), refund["party_id"]


async def check_left(connection: Connection, acting: Acting, refund: Row) -> None:
    """The charge's credit or the payer's item still holds the refund, and is locked.

    Raises AboveCreditError, CreditProvisionalError, PayerTookBackError.
    """
    if refund["payer_item_id"] is not None:
        item = await lock_announced(connection, acting.practice_id, refund["payer_item_id"])
        check_credit(refund["amount_cents"], item["open_cents"], 0)
    if refund["charge_id"] is None:
        return
    if refund["side"] == "payer":
        await check_not_taken(connection, acting.practice_id, refund)
    account, party = kept_on(refund)
    found = await queries.lock_credit(
        connection, acting.practice_id, acting.today, refund["charge_id"], int(account), party
    )
    if not found:
        raise AboveCreditError("the credit is gone")
    if found[0]["provisional"]:
        raise CreditProvisionalError("ask again when it has come")
    check_credit(refund["amount_cents"], found[0]["balance_cents"], 0)


async def lock_announced(connection: Connection, practice_id: int, item_id: UUID) -> Row:
    """What a payer has announced to take back, locked against its next payment.

    Raises NotFoundError, and AboveCreditError for another kind of item.
    """
    item = await payer_item_row(connection, practice_id, item_id, lock=True)
    if item is None:
        raise NotFoundError("there is no such amount open with a payer")
    if item["kind"] != "announced":
        raise AboveCreditError("only what a payer has announced to take back can be paid ahead of it")
    return item


async def check_not_taken(connection: Connection, practice_id: int, refund: Row | dict[str, Any]) -> None:
    """Raises PayerTookBackError."""
    claim, payer = refund["claim_id"], refund["payer_id"]
    taken = await queries.taken_back_cents(connection, practice_id, claim, payer, refund["amount_cents"])
    if taken:
        raise PayerTookBackError(
            f"{taken} cents of take-backs are not assigned", suggestion="Assign the take-back to its claim first."
        )


async def move_item(connection: Connection, acting: Acting, refund: Row, cents: int) -> None:
    """Add cents (below zero: take them) to what the payer still may take back; nothing for other refunds."""
    if refund["payer_item_id"] is not None:
        await move_open(connection, acting.practice_id, refund["payer_item_id"], cents, acting.today, acting.moment.at)
