"""A person finds the claim that a payer took money back for: what is open of it goes to the payer's bucket (E16B)."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ar_shared.kernel.errors import FieldError, NotFoundError
from ar_shared.kernel.money import spread_cents
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.etags import require_match
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, tell_and_post
from claims_api.remittances.keep_action import keep_action
from claims_api.reviews.close_reviews import close_reviews, reviews_of_items
from claims_api.take_backs import queries
from claims_api.take_backs.errors import AssignmentRefusedError, ItemNotAssignableError

ASSIGNED: Final = "take_back_assigned"
SOURCE: Final = "payer_item"


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a person says: the claim, why, and how much; None is all that is open."""

    claim_id: UUID
    reason: str
    amount_cents: int | None = None


async def assign_take_back(
    connection: Connection, acting: Acting, item_id: UUID, said: Assignment, *, if_match: str | None
) -> None:
    """Dr 1100, Cr 1200 over the claim's charges in proportion to what this payer paid on them; the caller commits.

    Where the payer's reversal of the claim came first and said that the money would be taken, the receivable shows it
    already: that announcement is settled instead (Dr 2040, Cr 1200). A credit of the payer on a charge is drawn first.
    Raises NotFoundError, ItemNotAssignableError,
    AssignmentRefusedError (more than is open or was paid), PreconditionFailedError, PreconditionRequiredError.
    """
    practice = acting.practice_id
    item = await lock_item(connection, practice, item_id, if_match)
    if item["kind"] != "take_back" or not item["open_cents"]:
        raise ItemNotAssignableError("only an open take-back is assigned to a claim")
    cents = said.amount_cents or item["open_cents"]
    if cents > item["open_cents"]:
        raise _refused("/amount_cents", "above_open", "That is more than is open of the take-back.")
    payer = (item["payer_id"], item["payer_key"])
    settled = _settled(await queries.announced_items(connection, practice, said.claim_id, *payer), cents)
    paid = await queries.paid_on_charges(connection, practice, said.claim_id, *payer)
    entries = [
        *(_announced(item_id, announced_id, part, said.claim_id) for announced_id, part in settled.items()),
        *_paid_back(item_id, paid, cents - sum(settled.values()), said.claim_id),
    ]
    dimensions = await queries.claim_dimensions(
        connection, practice, said.claim_id, paid[0]["party_id"] if paid else None
    )
    dimensions["remittance_id"] = item["remittance_id"]
    journal = NewJournal(ASSIGNED, SOURCE, item_id, entries, said.reason, dimensions=dimensions)
    for moved_id, moved in {item_id: cents, **settled}.items():
        await queries.move_open(connection, practice, moved_id, -moved, acting.today, acting.moment.at)
    await announce(connection, acting, "payer_item.assigned", item_id, said.claim_id, journal, cents)
    await keep_action(connection, acting, item["remittance_id"], "assign", said.reason, claim_id=said.claim_id)
    if cents == item["open_cents"]:
        reviews = await reviews_of_items(connection, practice, [item_id])
        await close_reviews(connection, practice, reviews, now=acting.moment.at, machine=acting.machine)


async def lock_item(connection: Connection, practice_id: int, item_id: UUID, if_match: str | None) -> Row:
    """The item, kept from other changes. Raises NotFoundError and what If-Match does."""
    item = await queries.payer_item_row(connection, practice_id, item_id, lock=True)
    if item is None:
        raise NotFoundError("there is no such open amount with a payer")
    require_match(if_match, item["version"])
    return item


async def announce(
    connection: Connection, acting: Acting, event: str, item_id: UUID, claim_id: UUID, journal: NewJournal, cents: int
) -> None:
    """Append the event and post the journal that it announces."""
    data = {"claim_id": str(claim_id), "assignment_id": str(journal.reverses_journal_id or journal.id)}
    await tell_and_post(
        connection,
        acting,
        [journal],
        [NewEvent(event, SOURCE, item_id, {**data, "amount_cents": cents})],
        source_on=acting.today,
    )


def _settled(announced: list[Row], cents: int) -> dict[UUID, int]:
    """How much of what the payer's reversals announced `cents` settle, oldest first."""
    settled: dict[UUID, int] = {}
    for item in announced:
        if part := min(cents - sum(settled.values()), item["open_cents"]):
            settled[item["id"]] = part
    return settled


def _announced(item_id: UUID, announced_id: UUID, cents: int, claim_id: UUID) -> Entry:
    return Entry(
        event=LedgerEvent.TAKE_BACK_UNIDENTIFIED,
        debit=Account.OWED_TO_PAYER,
        credit=Account.TAKE_BACKS_UNIDENTIFIED,
        amount_cents=cents,
        debit_party=announced_id,
        credit_party=item_id,
        claim_id=claim_id,
    )


def _paid_back(item_id: UUID, paid: list[Row], cents: int, claim_id: UUID) -> list[Entry]:
    """`cents` over the charges on which the payer has paid."""
    if not cents:
        return []
    if not paid:
        raise _refused("/claim_id", "nothing_paid", "There is no such claim, or that payer has paid nothing on it.")
    if cents > sum(row["paid_cents"] for row in paid):
        raise _refused("/amount_cents", "above_paid", "That is more than the payer has paid on the claim.")
    shares = spread_cents(cents, [row["paid_cents"] for row in paid])
    return [
        Entry(
            event=LedgerEvent.TAKE_BACK_UNIDENTIFIED,
            debit=Account.AR_INSURANCE,
            credit=Account.TAKE_BACKS_UNIDENTIFIED,
            amount_cents=share,
            debit_party=row["party_id"],
            credit_party=item_id,
            charge_id=row["charge_id"],
            claim_id=claim_id,
            sequence=row["sequence"],
        )
        for row, share in zip(paid, shares, strict=True)
        if share
    ]


def _refused(pointer: str, code: str, sentence: str) -> AssignmentRefusedError:
    return AssignmentRefusedError(errors=(FieldError(pointer, code, sentence),))
