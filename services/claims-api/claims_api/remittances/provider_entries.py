"""Provider-level adjustments (PLB) of a payment: kept as written, moved out of clearing, shown if unclear."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.ledger.domain import Account
from claims_api.ledger.moves import Books
from claims_api.remittances.domain.provider_adjustments import PLB_CODES, PlbPosting, provider_adjustment_posting
from claims_api.remittances.source import ProviderEntry

FIRST_ENTRY_N: Final = 500_000
"""Numbers of these postings in the journal of held money start here; held claims have their own number."""

# Money without an owner yet stays with the payment; what we owe or are owed is the payer's.
_OF_THE_PAYMENT: Final = frozenset(
    {Account.REMITTANCE_CLEARING, Account.UNAPPLIED_INSURANCE, Account.TAKE_BACKS_UNIDENTIFIED}
)

_INSERT: Final = """
INSERT INTO claims.provider_adjustment (practice_id, remittance_id, n, provider_identifier, fiscal_on, code, reference,
    amount_cents, action, moved)
SELECT $1, $2, e.n, e.provider, e.fiscal_on, e.code, e.reference, e.cents, e.action, '[]'::jsonb
FROM unnest($3::int[], $4::text[], $5::date[], $6::text[], $7::text[], $8::bigint[], $9::text[])
    AS e(n, provider, fiscal_on, code, reference, cents, action)
"""
_REVIEW: Final = """
INSERT INTO claims.review_item (practice_id, id, kind, reason, remittance_id, amount_cents, state, opened_on,
    created_at)
SELECT $1, e.id, 'suspense', e.reason, $2, e.cents, 'open', $3, $4
FROM unnest($5::uuid[], $6::text[], $7::bigint[]) AS e(id, reason, cents)
"""
_MOVE_COLUMNS: Final = (
    "round",
    "journal_id",
    "n",
    "entry",
    "amount_cents",
    "short_cents",
    "debit_account",
    "debit_party",
    "credit_account",
    "credit_party",
)


async def keep_entries(
    connection: Connection, practice_id: int, remittance_id: UUID, entries: tuple[ProviderEntry, ...]
) -> None:
    """Store the pairs with what each does."""
    if not entries:
        return
    actions = [_action(provider_adjustment_posting(entry.code, entry.amount_cents)) for entry in entries]
    await connection.execute(
        _INSERT,
        practice_id,
        remittance_id,
        list(range(1, len(entries) + 1)),
        [entry.provider_identifier for entry in entries],
        [entry.fiscal_on for entry in entries],
        [entry.code for entry in entries],
        [entry.reference or None for entry in entries],
        [entry.amount_cents for entry in entries],
        actions,
    )


async def move_entries(
    connection: Connection,
    remittance_id: UUID,
    journal_id: UUID,
    payer_id: UUID | None,
    entries: tuple[ProviderEntry, ...],
) -> None:
    """Fill the ledger's moves with what each pair does."""
    moves: list[tuple[Any, ...]] = []
    for n, entry in enumerate(entries, start=FIRST_ENTRY_N):
        posting = provider_adjustment_posting(entry.code, entry.amount_cents)
        if posting is not None:
            moves.append(_move(posting, n, remittance_id, journal_id, payer_id))
    if moves:
        await connection.copy_records_to_table("ledger_move", records=moves, columns=list(_MOVE_COLUMNS))


async def review_entries(
    connection: Connection, books: Books, remittance_id: UUID, today: date, entries: tuple[ProviderEntry, ...]
) -> list[NewEvent]:
    """Open a review item for each pair that needs a person; returns the facts to announce."""
    unclear = [
        (uuid7(), _meaning(entry.code), abs(entry.amount_cents))
        for entry in entries
        if (posting := provider_adjustment_posting(entry.code, entry.amount_cents)) is not None and posting.work_item
    ]
    if not unclear:
        return []
    ids, reasons, cents = (list(column) for column in zip(*unclear, strict=True))
    await connection.execute(_REVIEW, books.practice_id, remittance_id, today, books.posted_at, ids, reasons, cents)
    return [
        NewEvent(
            "review.opened",
            "review_item",
            review_id,
            {
                "kind": "suspense",
                "reason": reason,
                "claim_id": None,
                "remittance_id": str(remittance_id),
                "amount_cents": amount,
            },
        )
        for review_id, reason, amount in unclear
    ]


def _move(posting: PlbPosting, n: int, remittance_id: UUID, journal_id: UUID, payer_id: UUID | None) -> tuple[Any, ...]:
    return (
        0,
        journal_id,
        n,
        posting.event.value,
        posting.amount_cents,
        0,
        int(posting.debit_account),
        remittance_id if posting.debit_account in _OF_THE_PAYMENT else payer_id,
        int(posting.credit_account),
        remittance_id if posting.credit_account in _OF_THE_PAYMENT else payer_id,
    )


def _action(posting: PlbPosting | None) -> str:
    return "none" if posting is None else posting.event.value


def _meaning(code: str) -> str:
    row = PLB_CODES.get(code)
    return f"provider adjustment: {row.meaning}" if row else "provider adjustment with a code we do not know"
