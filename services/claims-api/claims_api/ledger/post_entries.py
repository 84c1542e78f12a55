"""Post a handful of journals that a person or a bank line caused: checked one by one, written like any other.

Payments by the thousand have their own set-based writers; both end in `moves`, so buckets, credits and dates follow
the same rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from ar_shared.platform.temp_tables import TempTables
from claims_api.acting import Acting
from claims_api.ledger import moves
from claims_api.ledger.book_day import book_day
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.posting import PostingDraft
from claims_api.telling import tell

_TABLES: Final = TempTables(moves.TABLES)
_DIMENSIONS: Final = (
    "claim_id",
    "coverage_id",
    "billing_entity_id",
    "location_id",
    "rendering_provider_id",
    "payer_id",
    "plan_id",
    "financial_class",
    "remittance_id",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting: `amount_cents` moves from the credit account to the debit account. Checked when it is posted.

    `sequence` is the place in the order of payers of both sides, `credit_sequence` of the credit side where it differs.
    `responsible_on`: since when a debited receivable that is new has been owed, where that is not the book day.
    """

    event: LedgerEvent
    debit: Account
    credit: Account
    amount_cents: int
    debit_party: UUID | None = None
    credit_party: UUID | None = None
    charge_id: UUID | None = None
    claim_id: UUID | None = None
    sequence: int = 0
    responsible_on: date | None = None
    credit_sequence: int | None = None


@dataclass(frozen=True, slots=True)
class NewJournal:
    """The entries of one business event. `dimensions` are reporting columns, by name; those left out are null."""

    kind: str
    source_type: str
    source_id: UUID
    entries: Sequence[Entry]
    reason: str | None = None
    reverses_journal_id: UUID | None = None
    dimensions: dict[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid7)


async def tell_and_post(
    connection: Connection,
    acting: Acting,
    journals: Sequence[NewJournal],
    events: Sequence[NewEvent],
    *,
    source_on: date,
) -> None:
    """Tell the facts, and post the journals, if any, under the last of them; the caller commits."""
    ids = await tell(connection, acting, events)
    if journals:
        await post_entries(connection, acting, journals, ids[-1], source_on=source_on)


async def post_entries(
    connection: Connection, acting: Acting, journals: Sequence[NewJournal], event_outbox_id: int, *, source_on: date
) -> None:
    """Write them in the caller's transaction. `source_on` is the day the money itself names.

    Raises IllegalPostingError for a movement that its event does not make, PeriodClosedError on a closed day.
    """
    for journal in journals:
        for entry in journal.entries:
            _check(entry)
    await _TABLES.ready(connection)
    await connection.copy_records_to_table(
        "ledger_journal",
        records=[_journal(journal) for journal in journals],
        columns=["journal_id", "kind", "source_type", "source_id", "reverses_journal_id", "reason", *_DIMENSIONS],
    )
    await _charges(connection, acting.practice_id, journals)
    moved = [_move(journal, n, entry) for journal in journals for n, entry in enumerate(journal.entries, start=1)]
    await connection.copy_records_to_table("ledger_move", records=moved, columns=list(_MOVE_COLUMNS))
    books = await _books(connection, acting, source_on)
    await moves.load_buckets(connection, books)
    await moves.settle_round(connection, books, 1)
    await _age(connection, journals)
    await moves.write_moves(connection, books, event_outbox_id)


async def leave_tables_empty(connection: Connection) -> None:
    """For a set-based writer that fills the same tables afterwards, in the same transaction."""
    await _TABLES.ready(connection)


async def mirror_of(
    connection: Connection, practice_id: int, journal_id: UUID, *, kind: str, reason: str
) -> NewJournal:
    """The journal that undoes another one exactly (E33); credits that it raised (E45) come back by themselves."""
    rows = await connection.fetch(
        "SELECT p.*, j.source_type, j.source_id FROM claims.posting p "
        "JOIN claims.journal j ON j.practice_id = $1 AND j.id = p.journal_id "
        "WHERE p.practice_id = $1 AND p.journal_id = $2 AND p.entry <> $3 ORDER BY p.n",
        practice_id,
        journal_id,
        LedgerEvent.CREDIT_RECLASS.value,
    )
    entries = [
        Entry(
            event=LedgerEvent.POSTED_WRONG,
            debit=Account(row["credit_account"]),
            credit=Account(row["debit_account"]),
            amount_cents=row["amount_cents"],
            debit_party=row["credit_party_id"],
            credit_party=row["debit_party_id"],
            charge_id=row["charge_id"],
            claim_id=row["claim_id"],
            sequence=_first(row["credit_sequence"], row["debit_sequence"]),
            credit_sequence=_first(row["debit_sequence"], row["credit_sequence"]),
        )
        for row in rows
    ]
    dimensions = {name: rows[0][name] for name in _DIMENSIONS}
    return NewJournal(kind, rows[0]["source_type"], rows[0]["source_id"], entries, reason, journal_id, dimensions)


def _first(*sequences: int | None) -> int:
    return next((sequence for sequence in sequences if sequence is not None), 0)


_MOVE_COLUMNS: Final = (
    "round",
    "journal_id",
    "n",
    "charge_id",
    "claim_id",
    "entry",
    "amount_cents",
    "short_cents",
    "debit_account",
    "debit_party",
    "debit_sequence",
    "credit_account",
    "credit_party",
    "credit_sequence",
)


def _check(entry: Entry) -> None:
    PostingDraft(
        entry.event, entry.debit, entry.credit, entry.amount_cents, str(entry.debit_party), str(entry.credit_party)
    )


def _journal(journal: NewJournal) -> tuple[Any, ...]:
    own = (journal.id, journal.kind, journal.source_type, journal.source_id, journal.reverses_journal_id)
    return (*own, journal.reason, *(journal.dimensions.get(name) for name in _DIMENSIONS))


def _move(journal: NewJournal, n: int, entry: Entry) -> tuple[Any, ...]:
    what = (1, journal.id, n, entry.charge_id, entry.claim_id, entry.event.value, entry.amount_cents, 0)
    debit = (int(entry.debit), entry.debit_party, entry.sequence)
    credited = entry.sequence if entry.credit_sequence is None else entry.credit_sequence
    return (*what, *debit, int(entry.credit), entry.credit_party, credited)


async def _charges(connection: Connection, practice_id: int, journals: Sequence[NewJournal]) -> None:
    charges = {e.charge_id: e.claim_id for j in journals for e in j.entries if e.charge_id is not None}
    if charges:
        await connection.execute(
            "INSERT INTO ledger_charge (charge_id, claim_id, service_on, rendering_provider_id) "
            "SELECT h.id, t.claim_id, h.service_from, h.rendering_provider_id "
            "FROM unnest($2::uuid[], $3::uuid[]) AS t(charge_id, claim_id) "
            "JOIN claims.charge h ON h.practice_id = $1 AND h.id = t.charge_id",
            practice_id,
            list(charges),
            list(charges.values()),
        )


async def _age(connection: Connection, journals: Sequence[NewJournal]) -> None:
    aged = [e for j in journals for e in j.entries if e.responsible_on is not None]
    if aged:
        await connection.execute(
            "UPDATE ledger_bucket b SET responsible_on = a.day "
            "FROM unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::date[]) AS a(charge_id, account, party_id, day) "
            "WHERE NOT b.existed AND b.charge_id = a.charge_id AND b.account = a.account AND b.party_id = a.party_id",
            [entry.charge_id for entry in aged],
            [int(entry.debit) for entry in aged],
            [entry.debit_party for entry in aged],
            [entry.responsible_on for entry in aged],
        )


async def _books(connection: Connection, acting: Acting, source_on: date) -> moves.Books:
    return moves.Books(
        practice_id=acting.practice_id,
        client_id=acting.client_id,
        actor_id=acting.actor.id,
        actor_kind=acting.actor.kind,
        effective_on=await book_day(connection, acting.practice_id, acting.today, today=acting.today),
        source_on=source_on,
        posted_at=acting.moment.at,
        recorded_at=acting.machine,
    )
