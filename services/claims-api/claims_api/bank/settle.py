"""Settle payments with money of a bank line: the postings of a match, and their undoing.

Money that comes in moves cash (1000) only with its bank line. E08 brings a remittance's clearing (1040) or a
receipt's (1030) to cash; a fee kept on the way is E38; a line that took money back undoes E08, or ends a returned
payment (E31).

Money that goes out as a refund left cash when it was issued (E14, E15, E37): its bank line moves nothing and ends an
item that is outstanding until then.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.bank import queries
from claims_api.bank.errors import LineNotOpenError, PaymentNotOpenError
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, tell_and_post
from claims_api.receipts.deposited import lock_for_deposit, record_deposit
from claims_api.receipts.return_receipt import return_receipt
from claims_api.receipts.schemas import ReturnIn
from claims_api.refunds.at_bank import pay_by_bank
from claims_api.remittances.queries import clearing_row

SOURCE: Final = "bank_line"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What of a line goes to one payment. Without `amount_cents` all that waits, less the fee, as far as it reaches."""

    remittance_id: UUID | None = None
    receipt_id: UUID | None = None
    refund_id: UUID | None = None
    amount_cents: int | None = None
    fee_cents: int = 0


async def settle(
    connection: Connection,
    acting: Acting,
    line: Row,
    settlements: list[Settlement],
    *,
    by: str,
    reason: str | None,
) -> None:
    """Write matches and postings. `line` is locked.

    Raises LineNotOpenError, PaymentNotOpenError, RefundNotOutError, NotFoundError, and what a return of a receipt
    raises.
    """
    named = [settlement.remittance_id for settlement in settlements if settlement.remittance_id is not None]
    if len(set(named)) != len(named):
        raise PaymentNotOpenError("a remittance is named twice")
    rest, held = line["amount_cents"] - line["matched_cents"], line["held_cents"]
    journals: list[NewJournal] = []
    for settlement in settlements:
        if settlement.refund_id is not None:
            journal, amount = None, await _refund(connection, acting, settlement.refund_id, rest)
        else:
            journal, amount, from_held = await _one(
                connection, acting, line, settlement, rest=rest, held=held, reason=reason
            )
            held -= from_held
            journals.append(journal)
        rest -= amount
        await _keep(connection, acting, line, settlement, journal, amount, by=by, reason=reason)
    matched = line["amount_cents"] - line["matched_cents"] - rest
    await queries.change_line(
        connection, acting.practice_id, line, acting.moment.at, matched=matched, held=held - line["held_cents"]
    )
    events = [_matched(line, settlement, by) for settlement in settlements]
    await tell_and_post(connection, acting, journals, events, source_on=line["posted_on"])


async def _refund(connection: Connection, acting: Acting, refund_id: UUID, rest: int) -> int:
    """The line's cents that paid the refund: all of it, and once."""
    refund = await pay_by_bank(connection, acting, refund_id)
    amount: int = -refund["amount_cents"]
    if amount < rest:
        raise LineNotOpenError(f"{rest} cents of the line are open")
    if await queries.is_refund_paid(connection, acting.practice_id, refund_id):
        raise PaymentNotOpenError("another bank line has paid the refund")
    return amount


async def _one(
    connection: Connection,
    acting: Acting,
    line: Row,
    settlement: Settlement,
    *,
    rest: int,
    held: int,
    reason: str | None,
) -> tuple[NewJournal, int, int]:
    """The journal, the line's cents in it, and how many of them were held on 2000."""
    if settlement.remittance_id is not None:
        waits, settled, party, dimensions = await _remittance(connection, acting, settlement.remittance_id)
        clearing = Account.REMITTANCE_CLEARING
    else:
        assert settlement.receipt_id is not None
        receipt = await lock_for_deposit(connection, acting, settlement.receipt_id)
        waits, settled, party = _of_receipt(receipt)
        dimensions, clearing = {"location_id": receipt["location_id"]}, Account.CARD_CLEARING
    amount = settlement.amount_cents
    if amount is None:
        amount = min(rest, waits - settlement.fee_cents) if rest > 0 else max(rest, -settled)
    _check(amount, settlement.fee_cents, rest=rest, waits=waits, settled=settled)
    if amount < 0:
        entries = await _taken_back(connection, acting, line, settlement, party, -amount, reason)
        from_held = 0
    else:
        from_held = min(held, amount)
        entries = _deposit(line["id"], clearing, party, amount, settlement.fee_cents, from_held)
    if settlement.receipt_id is not None:
        await record_deposit(connection, acting, settlement.receipt_id, amount + settlement.fee_cents)
    kind = "deposit" if amount > 0 else "deposit_returned"
    journal = NewJournal(kind, SOURCE, line["id"], entries, reason, dimensions=dimensions)
    return journal, amount, from_held


async def _remittance(
    connection: Connection, acting: Acting, remittance_id: UUID
) -> tuple[int, int, UUID, dict[str, Any]]:
    row = await clearing_row(connection, acting.practice_id, remittance_id)
    if row is None:
        raise NotFoundError("there is no such remittance that is posted")
    dimensions = {"remittance_id": remittance_id, "payer_id": row["payer_id"]}
    dimensions["billing_entity_id"] = row["billing_entity_id"]
    waits = row["clearing_cents"]
    return waits, row["payment_cents"] - waits, remittance_id, dimensions


def _of_receipt(receipt: Row) -> tuple[int, int, UUID]:
    amount = 0 if receipt["state"] == "voided" else receipt["amount_cents"]
    return amount - receipt["deposited_cents"], receipt["deposited_cents"], receipt["id"]


def _check(amount: int, fee: int, *, rest: int, waits: int, settled: int) -> None:
    if amount == 0 or (amount > 0) != (rest > 0) or abs(amount) > abs(rest):
        raise LineNotOpenError(f"{rest} cents of the line are open")
    if amount > 0 and amount + fee > waits:
        raise PaymentNotOpenError(f"{waits} cents of the payment wait for the bank")
    if amount < 0 and (fee or -amount > settled):
        raise PaymentNotOpenError(f"the bank has {settled} cents of the payment")


def _deposit(line_id: UUID, clearing: Account, party: UUID, amount: int, fee: int, from_held: int) -> list[Entry]:
    entries: list[Entry] = []
    via = clearing
    if fee:
        event = LedgerEvent.PAYMENT_FEE
        if clearing is Account.REMITTANCE_CLEARING:
            via = Account.CARD_CLEARING
            entries.append(Entry(event, via, clearing, amount, party, party))
        entries.append(Entry(event, Account.PAYMENT_FEES, clearing, fee, None, party))
    if from_held:
        event = LedgerEvent.UNIDENTIFIED_CASH
        entries.append(Entry(event, Account.UNAPPLIED_INSURANCE, via, from_held, line_id, party))
    if amount > from_held:
        entries.append(Entry(LedgerEvent.DEPOSIT, Account.CASH, via, amount - from_held, line_id, party))
    return entries


async def _taken_back(
    connection: Connection,
    acting: Acting,
    line: Row,
    settlement: Settlement,
    party: UUID,
    amount: int,
    reason: str | None,
) -> list[Entry]:
    if settlement.receipt_id is None:
        clearing = Account.REMITTANCE_CLEARING
        return [Entry(LedgerEvent.DEPOSIT, clearing, Account.CASH, amount, party, line["id"])]
    receipt = await lock_for_deposit(connection, acting, settlement.receipt_id)
    known = max(receipt["returned_cents"] + receipt["deposited_cents"] - receipt["amount_cents"], 0)
    unknown = amount - known  # what was recorded as returned before, and the bank shows only now, is known
    if unknown > 0:
        body = ReturnIn(amount_cents=unknown, reason=reason or "the bank took the money back")
        await return_receipt(connection, acting, settlement.receipt_id, body, None, seen=False)
    event = LedgerEvent.PAYMENT_RETURNED
    return [Entry(event, Account.CARD_CLEARING, Account.CASH, amount, party, line["id"])]


async def _keep(
    connection: Connection,
    acting: Acting,
    line: Row,
    settlement: Settlement,
    journal: NewJournal | None,
    amount: int,
    *,
    by: str,
    reason: str | None,
) -> None:
    await queries.insert_match(
        connection,
        {
            "practice_id": acting.practice_id,
            "id": uuid7(),
            "line_id": line["id"],
            "remittance_id": settlement.remittance_id,
            "receipt_id": settlement.receipt_id,
            "refund_id": settlement.refund_id,
            "amount_cents": amount,
            "fee_cents": settlement.fee_cents,
            "matched_by": by,
            "reason": reason,
            "journal_id": journal and journal.id,
            "actor": acting.actor_json,
            "matched_at": acting.moment.at,
        },
    )


def _matched(line: Row, settlement: Settlement, by: str) -> NewEvent:
    data = {name: getattr(settlement, name) for name in ("remittance_id", "receipt_id", "refund_id")}
    return NewEvent("deposit.matched", "bank_line", line["id"], {**data, "matched_by": by})
