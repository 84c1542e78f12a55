"""Write one write-off: its row, its journal, its event."""

from typing import Any

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.ledger.domain import Account
from claims_api.ledger.post_entries import Entry, NewJournal
from claims_api.write_offs import queries
from claims_api.write_offs.domain import BOOKINGS, Cause, WriteOffClass, WriteOffState

SOURCE = "write_off"


def journal_of(kind: WriteOffClass, bucket: Row, cents: int, reason: str, dimensions: dict[str, Any]) -> NewJournal:
    """The journal of a new write-off; its source is the write-off's id."""
    booking = BOOKINGS[kind]
    entry = Entry(
        event=booking.event,
        debit=booking.debit,
        credit=Account(bucket["account"]),
        amount_cents=cents,
        credit_party=bucket["party_id"],
        charge_id=bucket["charge_id"],
        claim_id=bucket["claim_id"],
        sequence=bucket["sequence"],
    )
    return NewJournal(SOURCE, SOURCE, uuid7(), [entry], reason, dimensions=dimensions)


async def keep(
    connection: Connection,
    acting: Acting,
    kind: WriteOffClass,
    cause: Cause | None,
    bucket: Row,
    journal: NewJournal,
    rule: str | None,
) -> NewEvent:
    """Write the row; returns the event that the caller appends."""
    cents = journal.entries[0].amount_cents
    await queries.insert_write_off(
        connection,
        {
            "practice_id": acting.practice_id,
            "id": journal.source_id,
            "kind": kind.value,
            "cause": cause.value if cause else None,
            "state": WriteOffState.POSTED.value,
            "charge_id": bucket["charge_id"],
            "claim_id": bucket["claim_id"],
            "account": bucket["account"],
            "party_id": bucket["party_id"],
            "amount_cents": cents,
            "reason": journal.reason,
            "rule": rule,
            "journal_id": journal.id,
            "version": 1,
            "actor": acting.actor_json,
            "created_at": acting.moment.at,
            "updated_at": acting.moment.at,
        },
    )
    data = {"claim_id": bucket["claim_id"], "charge_id": bucket["charge_id"], "kind": kind.value, "amount_cents": cents}
    return NewEvent("write_off.posted", "write_off", journal.source_id, {**data, "rule": rule})
