"""Apply money of a receipt to what is open: charges of its guarantor (E11, E13), or an insurer's remittance (E43)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.claims.dimensions import dimensions_of_claims
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, tell_and_post
from claims_api.receipts import queries
from claims_api.receipts.changing import SOURCE, lock_receipt
from claims_api.receipts.domain import (
    NotEnoughUnappliedError,
    NothingOpenError,
    NotThisGuarantorError,
    Part,
    ReceiptKind,
    lay_out,
)
from claims_api.receipts.schemas import AllocationIn, ApplyIn
from claims_api.remittances.queries import clearing_row


async def apply_receipt(
    connection: Connection, acting: Acting, receipt_id: UUID, body: ApplyIn, if_match: str | None
) -> None:
    """Raises NotEnoughUnappliedError, NothingOpenError, NotThisGuarantorError or NotFoundError, and applies nothing."""
    receipt = await lock_receipt(connection, acting.practice_id, receipt_id, if_match)
    total = sum(allocation.amount_cents for allocation in body.allocations)
    if total > receipt["unapplied_cents"]:
        raise NotEnoughUnappliedError(f"{receipt['unapplied_cents']} cents are unapplied")
    journals, events = await lay_on(connection, acting, receipt, body.allocations, at_receipt=False)
    await queries.change_amounts(connection, acting.practice_id, receipt_id, acting.moment.at, unapplied=-total)
    await tell_and_post(connection, acting, journals, events, source_on=acting.today)


async def lay_on(
    connection: Connection,
    acting: Acting,
    receipt: Row | dict[str, Any],
    allocations: Sequence[AllocationIn],
    *,
    at_receipt: bool,
) -> tuple[list[NewJournal], list[NewEvent]]:
    """Write the applications; returns the journals (one an application) and events that the caller posts.

    at_receipt: the money comes straight from clearing (E11), not from unapplied money (E13).
    """
    journals: list[NewJournal] = []
    events: list[NewEvent] = []
    parts: list[Part] = []
    for allocation in allocations:
        if allocation.remittance_id is not None:
            journal = await _on_remittance(
                connection, acting, receipt, allocation.remittance_id, allocation.amount_cents
            )
            journals.append(journal)
            events.append(_applied(receipt["id"], None, allocation.remittance_id, allocation.amount_cents))
        else:
            parts += await _parts(connection, acting.practice_id, receipt, allocation, parts)
    found = await dimensions_of_claims(connection, acting.practice_id, [part.bucket.claim_id for part in parts])
    for part in parts:
        claim_id = part.bucket.claim_id
        journal = _on_charge(receipt, part, found.get(claim_id, {}), at_receipt=at_receipt)
        journals.append(journal)
        events.append(_applied(receipt["id"], claim_id, None, part.amount_cents))
        await _keep(connection, acting, receipt["id"], journal.id, part=part)
    return journals, events


async def _parts(
    connection: Connection,
    practice_id: int,
    receipt: Row | dict[str, Any],
    allocation: AllocationIn,
    before: Sequence[Part],
) -> list[Part]:
    buckets = await queries.open_buckets(connection, practice_id, allocation.charge_id, allocation.claim_id)
    own = [bucket for bucket in buckets if bucket.party_id == receipt["guarantor_id"]]
    if buckets and not own:
        raise NotThisGuarantorError("name the receipt's owner first, or choose what that guarantor owes")
    used: dict[tuple[UUID, int], int] = {}
    for part in before:
        place = (part.bucket.charge_id, part.bucket.account)
        used[place] = used.get(place, 0) + part.amount_cents
    left = [
        replace(bucket, balance_cents=bucket.balance_cents - used.get((bucket.charge_id, bucket.account), 0))
        for bucket in own
    ]
    return lay_out(allocation.amount_cents, left)


def _on_charge(
    receipt: Row | dict[str, Any], part: Part, dimensions: dict[str, Any], *, at_receipt: bool
) -> NewJournal:
    event = LedgerEvent.PATIENT_PAYMENT if at_receipt else LedgerEvent.PREPAYMENT_APPLIED
    entry = Entry(
        event=event,
        debit=Account.CARD_CLEARING if at_receipt else Account.UNAPPLIED_PATIENT,
        credit=Account(part.bucket.account),
        amount_cents=part.amount_cents,
        debit_party=receipt["id"],
        credit_party=part.bucket.party_id,
        charge_id=part.bucket.charge_id,
        claim_id=part.bucket.claim_id,
    )
    kind = "patient_payment" if at_receipt else "receipt_applied"
    return NewJournal(kind, SOURCE, receipt["id"], [entry], dimensions=dimensions)


async def _on_remittance(
    connection: Connection, acting: Acting, receipt: Row | dict[str, Any], remittance_id: UUID, cents: int
) -> NewJournal:
    if receipt["kind"] != ReceiptKind.INSURER:
        raise NothingOpenError("only an insurer's money belongs to a remittance")
    remittance = await clearing_row(connection, acting.practice_id, remittance_id)
    if remittance is None:
        raise NotFoundError("there is no such remittance")
    if cents > remittance["clearing_cents"]:
        raise NothingOpenError(f"{remittance['clearing_cents']} cents of the remittance wait for money")
    entry = Entry(
        event=LedgerEvent.UNIDENTIFIED_CASH,
        debit=Account.UNAPPLIED_INSURANCE,
        credit=Account.REMITTANCE_CLEARING,
        amount_cents=cents,
        debit_party=receipt["id"],
        credit_party=remittance_id,
    )
    dimensions = {name: remittance[name] for name in ("payer_id", "billing_entity_id")}
    dimensions["remittance_id"] = remittance_id
    journal = NewJournal("receipt_applied", SOURCE, receipt["id"], [entry], dimensions=dimensions)
    await _keep(connection, acting, receipt["id"], journal.id, remittance=(remittance_id, cents))
    return journal


async def _keep(
    connection: Connection,
    acting: Acting,
    receipt_id: UUID,
    journal_id: UUID,
    *,
    part: Part | None = None,
    remittance: tuple[UUID, int] | None = None,
) -> None:
    await queries.insert_application(
        connection,
        {
            "practice_id": acting.practice_id,
            "id": uuid7(),
            "receipt_id": receipt_id,
            "charge_id": part.bucket.charge_id if part else None,
            "claim_id": part.bucket.claim_id if part else None,
            "account": part.bucket.account if part else None,
            "party_id": part.bucket.party_id if part else None,
            "remittance_id": remittance[0] if remittance else None,
            "amount_cents": part.amount_cents if part else remittance[1] if remittance else 0,
            "returned_cents": 0,
            "journal_id": journal_id,
            "created_at": acting.moment.at,
        },
    )


def _applied(receipt_id: UUID, claim_id: UUID | None, remittance_id: UUID | None, cents: int) -> NewEvent:
    data = {"claim_id": claim_id, "remittance_id": remittance_id, "amount_cents": cents}
    return NewEvent("receipt.applied", "receipt", receipt_id, data)
