"""Resolve held or missing money of a payment: it leaves the queue or the clearing and goes where it belongs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.access.limits import decider, require_amount
from claims_api.acting import Acting
from claims_api.held_money.resolve_held import resolve_held
from claims_api.ledger.domain import Account
from claims_api.ledger.post_entries import Entry, NewJournal, tell_and_post
from claims_api.remittances.queries import clearing_row
from claims_api.resolutions import queries
from claims_api.resolutions.domain import NotResolvableError, ResolutionState, Subject, Way, amount_of, way_of
from claims_api.resolutions.schemas import ResolutionIn
from claims_api.take_backs.open_item import open_item

SOURCE = "resolution"


@dataclass(frozen=True, slots=True)
class _Money:
    """What is open of the subject: above zero it came, below it is missing; `reference` is what the payer names."""

    cents: int
    reference: str | None


async def resolve_money(connection: Connection, principal: Principal, acting: Acting, body: ResolutionIn) -> UUID:
    """Returns the resolution's id. Needs the authority for its outcome and amount.

    Raises NotFoundError, NotResolvableError, AuthorityMissingError, AboveAuthorityError.
    """
    practice_id = acting.practice_id
    payment = await queries.payment_row(connection, practice_id, body.remittance_id)
    if payment is None:
        raise NotFoundError("there is no such payment in the books")
    money = await _open(connection, practice_id, payment, body)
    way = way_of(body.subject, body.outcome, came=money.cents > 0)
    cents = amount_of(body.amount_cents, abs(money.cents))
    require_amount(await decider(connection, principal), f"resolution.{body.outcome}", cents)
    item_id = None
    if way.item is not None:
        item_id = await open_item(
            connection, acting, payment, way.item, cents, code=body.subject.value, reference=money.reference
        )
    journal = _journal(way, payment, cents, item_id, body)
    row = _row(acting, body, journal, cents, item_id)
    await queries.insert_resolution(connection, row)
    if body.subject is not Subject.CLEARING:
        await resolve_held(connection, practice_id, payment["id"], body.n, cents if money.cents > 0 else -cents)
    await announce(connection, acting, "posted", row, journal)
    return journal.source_id


async def _open(connection: Connection, practice_id: int, payment: Row, body: ResolutionIn) -> _Money:
    if body.subject is Subject.HELD_CLAIM:
        claim = await queries.held_claim(connection, practice_id, payment["id"], body.n)
        if claim is None:
            raise NotResolvableError("the claim's money is not held")
        return _Money(claim["paid_cents"], claim["payer_control_number"])
    if body.subject is Subject.DIFFERENCE:
        return _Money(payment["difference_cents"], payment["trace_number"])
    clearing = await clearing_row(connection, practice_id, payment["id"])
    return _Money(-(clearing["clearing_cents"] if clearing else 0), payment["trace_number"])


def _journal(way: Way, payment: Row, cents: int, item_id: UUID | None, body: ResolutionIn) -> NewJournal:
    def party(account: Account, *, is_item: bool) -> UUID | None:
        if account is Account.PAYMENT_FEES:
            return None
        found: UUID = payment["id"]
        return item_id if is_item else found

    owed_to_payer = way.item is Account.OWED_TO_PAYER
    entry = Entry(
        event=way.event,
        debit=way.debit,
        credit=way.credit,
        amount_cents=cents,
        debit_party=party(way.debit, is_item=way.item is not None and not owed_to_payer),
        credit_party=party(way.credit, is_item=owed_to_payer),
    )
    dimensions = {name: payment[name] for name in ("payer_id", "billing_entity_id")}
    dimensions["remittance_id"] = payment["id"]
    reason = f"{body.outcome}: {body.note}"
    return NewJournal(SOURCE, SOURCE, uuid7(), [entry], reason, dimensions=dimensions)


def _row(acting: Acting, body: ResolutionIn, journal: NewJournal, cents: int, item_id: UUID | None) -> dict[str, Any]:
    return {
        "practice_id": acting.practice_id,
        "id": journal.source_id,
        "remittance_id": body.remittance_id,
        "claim_n": body.n,
        "subject": body.subject.value,
        "outcome": body.outcome.value,
        "state": ResolutionState.POSTED.value,
        "amount_cents": cents,
        "note": body.note,
        "payer_item_id": item_id,
        "journal_id": journal.id,
        "version": 1,
        "actor": acting.actor_json,
        "created_at": acting.moment.at,
        "updated_at": acting.moment.at,
    }


async def announce(
    connection: Connection, acting: Acting, event: str, row: dict[str, Any], journal: NewJournal
) -> None:
    """Append `resolution.<event>` and post the journal."""
    names = ("remittance_id", "claim_n", "subject", "outcome", "amount_cents", "payer_item_id", "state", "version")
    told = NewEvent(f"resolution.{event}", SOURCE, row["id"], {name: row[name] for name in names})
    await tell_and_post(connection, acting, [journal], [told], source_on=acting.today)
