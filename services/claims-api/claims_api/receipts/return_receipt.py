"""The bank or the card company took a payment back (E31): what it paid is open again, on exactly the same lines."""

from typing import Any
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.claims.dimensions import dimensions_of_claim, dimensions_of_claims
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, tell_and_post
from claims_api.receipts import queries
from claims_api.receipts.changing import SOURCE, kept_on, lock_receipt, require_own_money
from claims_api.receipts.domain import FeeNotAllowedError, check_fee, take_back
from claims_api.receipts.schemas import ReturnIn


async def return_receipt(
    connection: Connection,
    acting: Acting,
    receipt_id: UUID,
    body: ReturnIn,
    if_match: str | None,
    *,
    seen: bool = True,
) -> None:
    """Unapplied money goes first, then applications, the newest first.

    The money leaves clearing (1030); the bank's own line takes it from cash when it comes. A fee (E32) joins what the
    guarantor owes on the line that was reopened most. Raises NotEnoughUnappliedError, FeeNotAllowedError.
    """
    practice_id = acting.practice_id
    receipt = await lock_receipt(connection, practice_id, receipt_id, if_match, seen=seen)
    require_own_money(receipt)
    live = [
        row
        for row in reversed(await queries.application_rows(connection, practice_id, receipt_id))
        if row["undone_at"] is None
    ]
    left = receipt["unapplied_cents"] + sum(row["amount_cents"] - row["returned_cents"] for row in live)
    cents = left if body.amount_cents is None else body.amount_cents
    applied = [(row["id"], row["amount_cents"] - row["returned_cents"]) for row in live]
    from_unapplied, parts = take_back(cents, receipt["unapplied_cents"], applied)
    rows = {row["id"]: row for row in live}
    reopened = [(rows[application_id], share) for application_id, share in parts]
    journals = await _journals(connection, practice_id, receipt, from_unapplied, reopened, body.reason)
    if body.fee_cents is not None:
        journals.append(await _fee(connection, practice_id, receipt_id, reopened, body.fee_cents, body.reason))
    for application_id, share in parts:
        await queries.add_returned(connection, practice_id, application_id, share)
    await queries.change_amounts(
        connection, practice_id, receipt_id, acting.moment.at, unapplied=-from_unapplied, returned=cents
    )
    claims = dict.fromkeys(row["claim_id"] for row, _ in reopened)
    told = {"amount_cents": cents, "fee_cents": body.fee_cents}
    events = [NewEvent("receipt.returned", "receipt", receipt_id, {**told, "claim_id": claim}) for claim in claims]
    await tell_and_post(
        connection,
        acting,
        journals,
        events or [NewEvent("receipt.returned", "receipt", receipt_id, {**told, "claim_id": None})],
        source_on=acting.today,
    )


async def _journals(
    connection: Connection,
    practice_id: int,
    receipt: Row,
    from_unapplied: int,
    reopened: list[tuple[Row, int]],
    reason: str,
) -> list[NewJournal]:
    journals = []
    if from_unapplied:
        entry = _returned(kept_on(receipt["kind"]), receipt["id"], receipt["id"], from_unapplied)
        journals.append(NewJournal("payment_returned", SOURCE, receipt["id"], [entry], reason))
    found = await dimensions_of_claims(connection, practice_id, [row["claim_id"] for row, _ in reopened])
    for row, share in reopened:
        on_charge = row["charge_id"] is not None
        account = Account(row["account"]) if on_charge else Account.REMITTANCE_CLEARING
        party = row["party_id"] if on_charge else row["remittance_id"]
        entry = _returned(account, party, receipt["id"], share, row)
        dimensions: dict[str, Any] = found.get(row["claim_id"], {}) if on_charge else {"remittance_id": party}
        journals.append(NewJournal("payment_returned", SOURCE, receipt["id"], [entry], reason, dimensions=dimensions))
    return journals


def _returned(account: Account, party: UUID, receipt_id: UUID, cents: int, row: Row | None = None) -> Entry:
    return Entry(
        event=LedgerEvent.PAYMENT_RETURNED,
        debit=account,
        credit=Account.CARD_CLEARING,
        amount_cents=cents,
        debit_party=party,
        credit_party=receipt_id,
        charge_id=row["charge_id"] if row else None,
        claim_id=row["claim_id"] if row else None,
    )


async def _fee(
    connection: Connection,
    practice_id: int,
    receipt_id: UUID,
    reopened: list[tuple[Row, int]],
    fee_cents: int,
    reason: str,
) -> NewJournal:
    check_fee(fee_cents, await queries.practice_settings(connection, practice_id))
    on_charges = [(row, share) for row, share in reopened if row["charge_id"] is not None]
    if not on_charges:
        raise FeeNotAllowedError("the payment was applied to nothing that the fee could join")
    row, _ = max(on_charges, key=lambda part: part[1])
    entry = Entry(
        event=LedgerEvent.RETURNED_PAYMENT_FEE,
        debit=Account(row["account"]),
        credit=Account.RETURNED_PAYMENT_FEES,
        amount_cents=fee_cents,
        debit_party=row["party_id"],
        charge_id=row["charge_id"],
        claim_id=row["claim_id"],
    )
    dimensions = await dimensions_of_claim(connection, practice_id, row["claim_id"])
    return NewJournal("returned_payment_fee", SOURCE, receipt_id, [entry], reason, dimensions=dimensions)
