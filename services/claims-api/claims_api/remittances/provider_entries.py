"""Provider-level adjustments (PLB) of a payment: matched with what came before, posted, kept as written, shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson

from ar_shared.kernel.ids import uuid7
from ar_shared.kernel.money import spread_cents
from ar_shared.platform.database import Connection
from claims_api.ledger.domain import Account
from claims_api.ledger.moves import Books, settle_round
from claims_api.remittances.domain.provider_history import (
    ACKNOWLEDGED,
    Entry,
    EntryPlan,
    Move,
    OpenItem,
    moves_of,
    plan_entries,
)
from claims_api.remittances.provider_references import form_of
from claims_api.remittances.source import ProviderEntry
from claims_api.reviews.close_reviews import close_reviews, reviews_of_items
from claims_api.reviews.open_reviews import NewReview, open_reviews

FIRST_ENTRY_N: Final = 500_000
"""Numbers of these postings in the journal of held money start here; held claims have their own number."""

_AR: Final = int(Account.AR_INSURANCE)
_FORMS: Final = "SELECT profile->>'plb_reference' FROM claims.payer WHERE practice_id = $1 AND id = ANY($2::uuid[])"

# $2 the payer's ids, $3 the numbers of all references. A number that finds two claims finds none.
_CLAIMS: Final = """
WITH hit AS (
    SELECT t.number, c.id FROM unnest($3::text[]) AS t(number)
    JOIN claims.claim c ON c.practice_id = $1 AND c.patient_control_number = t.number
    UNION
    SELECT t.number, c.id FROM unnest($3::text[]) AS t(number)
    JOIN claims.claim c ON c.practice_id = $1 AND c.payer_control_number = t.number
    UNION
    SELECT t.number, k.claim_id FROM unnest($3::text[]) AS t(number)
    JOIN claims.remittance_claim k ON k.practice_id = $1 AND k.payer_control_number = t.number
    WHERE k.claim_id IS NOT NULL
)
SELECT h.number, (array_agg(h.id))[1] AS claim_id
FROM hit h JOIN claims.claim c ON c.practice_id = $1 AND c.id = h.id
WHERE EXISTS (SELECT FROM claims.coverage v
              WHERE v.practice_id = $1 AND v.patient_id = c.patient_id AND v.payer_id = ANY($2::uuid[]))
GROUP BY h.number HAVING count(*) = 1
"""

# What each claim's reversals of this payment take, less what its corrections pay.
_TAKEN: Final = """
SELECT p.claim_id, -sum(s.paid_cents)::bigint AS cents
FROM remit_post p JOIN remit_claim s ON s.n = p.n
GROUP BY p.claim_id HAVING bool_or(p.handling = 'reversal')
"""
_ITEMS: Final = """
SELECT id, kind, account, open_cents, coalesce(reference, '') AS reference, claim_id, code, provider_identifier,
       amount_cents
FROM claims.payer_item
WHERE practice_id = $1 AND open_cents > 0 AND (payer_key = $2 OR payer_id = ANY($3::uuid[]))
ORDER BY id
FOR UPDATE
"""

# Refunds sent for a claim's credits, and how much of them the payer reversed only afterwards: its reversal opened the
# receivable that our refund has already paid. What earlier entries acknowledged is taken off.
_REFUNDS: Final = f"""
SELECT k.claim_id,
       coalesce(sum(g.amount_cents) FILTER (
           WHERE g.entry = 'E15' AND g.credit_account = 1000), 0)::bigint
       + (SELECT coalesce(sum(f.amount_cents), 0)::bigint FROM claims.refund f
          WHERE f.practice_id = $1 AND f.claim_id = k.claim_id AND f.payer_item_id IS NOT NULL
            AND f.state IN ('issued', 'cleared')) AS sent_cents,
       (coalesce(sum(g.amount_cents) FILTER (
            WHERE g.entry = 'E15' AND g.credit_account = 1000 AND g.debit_account = 2020 AND (
                k.claim_id IN (SELECT p.claim_id FROM remit_post p WHERE p.handling = 'reversal')
                OR EXISTS (SELECT FROM claims.reversal v
                           JOIN claims.journal r ON r.practice_id = $1 AND r.id = v.reversal_journal_id
                           WHERE v.practice_id = $1 AND v.claim_id = k.claim_id AND r.posted_at > j.posted_at))), 0)
        - coalesce(sum(g.amount_cents) FILTER (
            WHERE g.entry = 'E19' AND g.credit_account = {_AR}), 0))::bigint AS relievable_cents
FROM (SELECT DISTINCT claim_id, charge_id FROM claims.claim_line
      WHERE practice_id = $1 AND claim_id = ANY($2::uuid[])) k
JOIN claims.posting g ON g.practice_id = $1 AND g.charge_id = k.charge_id
JOIN claims.journal j ON j.practice_id = $1 AND j.id = g.journal_id
GROUP BY k.claim_id
"""
_OPEN_CHARGES: Final = f"""
SELECT b.charge_id, b.party_id, b.sequence, b.claim_id, b.balance_cents
FROM ledger_bucket b
JOIN claims.coverage v ON v.practice_id = $1 AND v.id = b.party_id AND v.payer_id = ANY($2::uuid[])
WHERE b.account = {_AR} AND b.balance_cents > 0 AND b.claim_id = ANY($3::uuid[])
ORDER BY b.claim_id, b.charge_id, b.party_id
"""
_CLAIM_JOURNAL: Final = """
INSERT INTO ledger_journal (journal_id, kind, source_type, source_id, claim_id, coverage_id, billing_entity_id,
    location_id, rendering_provider_id, payer_id, plan_id, financial_class, remittance_id)
SELECT $2, 'refund_acknowledged', 'remittance', $3, c.id, $5, c.billing_entity_id, c.location_id,
       c.rendering_provider_id, $6, c.plan_id, c.financial_class, $3
FROM claims.claim c WHERE c.practice_id = $1 AND c.id = $4
"""
_INSERT: Final = """
INSERT INTO claims.provider_adjustment (practice_id, remittance_id, n, provider_identifier, fiscal_on, code, reference,
    amount_cents, action, claim_id, moved)
SELECT $1, $2, e.n, e.provider, e.fiscal_on, e.code, e.reference, e.cents, e.action, e.claim_id, e.moved::jsonb
FROM unnest($3::int[], $4::text[], $5::date[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::uuid[],
            $11::text[]) AS e(n, provider, fiscal_on, code, reference, cents, action, claim_id, moved)
"""
_SETTLED: Final = """
UPDATE claims.payer_item i
SET open_cents = s.open_cents, settled_on = CASE WHEN s.open_cents = 0 THEN $4::date END, updated_at = $5,
    row_version = i.row_version + 1
FROM unnest($2::uuid[], $3::bigint[]) AS s(id, open_cents)
WHERE i.practice_id = $1 AND i.id = s.id AND i.open_cents <> s.open_cents
"""
_OPENED: Final = """
INSERT INTO claims.payer_item (practice_id, id, remittance_id, entry_n, payer_key, payer_id, provider_identifier, kind,
    code, account, side, reference, claim_id, amount_cents, open_cents, opened_on, settled_on, row_version,
    updated_at)
SELECT $1, i.id, $2, i.entry_n, $3, $4, i.provider, i.kind, i.code, i.account, i.side, i.reference, i.claim_id,
       i.cents, i.open_cents, $5::date, CASE WHEN i.open_cents = 0 THEN $5::date END, 1, $6
FROM unnest($7::uuid[], $8::smallint[], $9::text[], $10::text[], $11::text[], $12::smallint[], $13::text[], $14::text[],
            $15::uuid[], $16::bigint[], $17::bigint[])
    AS i(id, entry_n, provider, kind, code, account, side, reference, claim_id, cents, open_cents)
"""
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
    "credit_account",
    "credit_party",
    "credit_sequence",
)


@dataclass(slots=True)
class PaymentEntries:
    """The entries of one payment on their way: as written, as read, and what they do once `plan` is made."""

    remittance_id: UUID
    payer_key: str
    payer_ids: list[UUID]
    written: tuple[ProviderEntry, ...]
    read: list[Entry] = field(default_factory=list)
    plan: EntryPlan = field(default_factory=lambda: EntryPlan([]))

    @property
    def payer_id(self) -> UUID | None:
        return self.payer_ids[0] if self.payer_ids else None

    @property
    def settled_items(self) -> list[UUID]:
        """Items of which nothing is open any more."""
        return [item.id for item in self.plan.items if not item.open_cents]

    @property
    def relieved_claims(self) -> list[UUID]:
        """Claims whose receivable an acknowledged refund may pay."""
        return sorted({e.claim_id for e in self.read if e.claim_id and e.code in ACKNOWLEDGED and e.amount_cents < 0})


async def read_entries(
    connection: Connection, practice_id: int, entries: PaymentEntries, payee_ids: frozenset[str]
) -> None:
    """Find the claim that each reference speaks of, by the payer's form, else the default one."""
    if not entries.written:
        return
    name = await connection.fetchval(_FORMS, practice_id, entries.payer_ids)
    form = form_of(name)
    numbers = [form.numbers(one.reference) for one in entries.written]
    wanted = sorted({number for own in numbers for number in own})
    rows = await connection.fetch(_CLAIMS, practice_id, entries.payer_ids, wanted) if wanted else []
    claims: dict[str, UUID] = {row["number"]: row["claim_id"] for row in rows}
    for n, (one, own) in enumerate(zip(entries.written, numbers, strict=True), start=1):
        found = {claims[number] for number in own if number in claims}
        entries.read.append(
            Entry(
                n,
                one.code,
                one.amount_cents,
                one.reference.strip(),
                found.pop() if len(found) == 1 else None,
                other_provider=bool(one.provider_identifier) and one.provider_identifier not in payee_ids,
                provider_identifier=one.provider_identifier,
            )
        )


async def plan_payment(
    connection: Connection, practice_id: int, entries: PaymentEntries, *, has_reversals: bool
) -> None:
    """Decide what each entry settles and opens; locks the payer's open items. The claims' own rounds are settled."""
    if not entries.read:
        return
    taken = {row["claim_id"]: row["cents"] for row in await connection.fetch(_TAKEN)} if has_reversals else {}
    claims = entries.relieved_claims
    refunds = {row["claim_id"]: row for row in await connection.fetch(_REFUNDS, practice_id, claims)} if claims else {}
    room: dict[UUID, int] = {}
    for row in await _open_charges(connection, practice_id, entries, claims):
        room[row["claim_id"]] = room.get(row["claim_id"], 0) + row["balance_cents"]
    rows = await connection.fetch(_ITEMS, practice_id, entries.payer_key, entries.payer_ids)
    items = [OpenItem(**{**dict(row), "account": Account(row["account"])}) for row in rows]
    entries.read = [_known(entry, taken, {claim for claim, row in refunds.items() if row["sent_cents"]})
                    for entry in entries.read]  # fmt: skip
    entries.plan = plan_entries(
        entries.read,
        items,
        relievable={claim: max(min(row["relievable_cents"], room.get(claim, 0)), 0) for claim, row in refunds.items()},
        has_reversals=has_reversals,
        new_id=uuid7,
    )


async def move_entries(
    connection: Connection, books: Books, entries: PaymentEntries, journal_id: UUID, round_n: int
) -> None:
    """Fill the ledger's moves with the plan; what pays a receivable is a journal of its claim, in a round after all."""
    plan = entries.plan
    moves = [
        _move(move, n, entries, journal_id)
        for n, move in enumerate(plan.moves, start=FIRST_ENTRY_N)
        if move.claim_id is None
    ]
    relieved = [move for move in plan.moves if move.claim_id is not None]
    for move in relieved:
        moves += await _relief(connection, books.practice_id, entries, move, round_n)
    if moves:
        await connection.copy_records_to_table("ledger_move", records=moves, columns=list(_MOVE_COLUMNS))
    if relieved:
        await settle_round(connection, books, round_n)


async def keep_entries(connection: Connection, practice_id: int, entries: PaymentEntries) -> None:
    """Store the pairs as written with what each did; of a payment that is not posted nothing was done."""
    if not entries.written:
        return
    read = {entry.n: entry for entry in entries.read}
    done = [list(moves_of(entries.plan, n)) for n in range(1, len(entries.written) + 1)]
    await connection.execute(
        _INSERT,
        practice_id,
        entries.remittance_id,
        list(range(1, len(entries.written) + 1)),
        [entry.provider_identifier for entry in entries.written],
        [entry.fiscal_on for entry in entries.written],
        [entry.code for entry in entries.written],
        [entry.reference or None for entry in entries.written],
        [entry.amount_cents for entry in entries.written],
        ["+".join(dict.fromkeys(move.event.value for move in own)) or "none" for own in done],
        [read[n].claim_id if n in read else None for n in range(1, len(entries.written) + 1)],
        [orjson.dumps([_shown(move) for move in own]).decode() for own in done],
    )


async def keep_items(connection: Connection, books: Books, entries: PaymentEntries, today: date) -> None:
    """Bring the payer's open items to what the plan left of them."""
    old = [item for item in entries.plan.items if item.entry_n is None]
    new = [item for item in entries.plan.items if item.entry_n is not None]
    at = books.posted_at
    if old:
        ids, left = [item.id for item in old], [item.open_cents for item in old]
        await connection.execute(_SETTLED, books.practice_id, ids, left, today, at)
    if new:
        await connection.execute(
            _OPENED,
            books.practice_id,
            entries.remittance_id,
            entries.payer_key,
            entries.payer_id,
            today,
            at,
            [item.id for item in new],
            [item.entry_n for item in new],
            [item.provider_identifier for item in new],
            [item.kind for item in new],
            [item.code for item in new],
            [int(item.account) for item in new],
            [item.side for item in new],
            [item.reference or None for item in new],
            [item.claim_id for item in new],
            [item.amount_cents for item in new],
            [item.open_cents for item in new],
        )


async def review_entries(connection: Connection, books: Books, entries: PaymentEntries, today: date) -> int:
    """Close the reviews of settled items, open one for each part that needs a person; returns how many were opened."""
    await close_reviews(
        connection,
        books.practice_id,
        await reviews_of_items(connection, books.practice_id, entries.settled_items),
        now=books.posted_at,
        machine=books.recorded_at,
    )
    reviews = [
        NewReview("suspense", one.reason, one.claim_id, one.cents, entries.remittance_id, one.item_id)
        for one in entries.plan.reviews
    ]
    await open_reviews(
        connection,
        books.practice_id,
        reviews,
        opened_on=today,
        occurred_at=books.posted_at,
        recorded_at=books.recorded_at,
    )
    return len(reviews)


def _known(entry: Entry, taken: dict[UUID, int], refunded: set[UUID]) -> Entry:
    """The entry with what the payment's own reversals and our refunds say about it."""
    claim_id = entry.claim_id
    if claim_id is None and entry.code == "WO" and entry.amount_cents < 0:
        fitting = [claim for claim, cents in taken.items() if cents == -entry.amount_cents]
        claim_id = fitting[0] if len(fitting) == 1 else None
    return Entry(
        entry.n,
        entry.code,
        entry.amount_cents,
        entry.reference,
        claim_id,
        claim_id in refunded,
        entry.other_provider,
        entry.provider_identifier,
    )


async def _open_charges(
    connection: Connection, practice_id: int, entries: PaymentEntries, claims: Sequence[UUID]
) -> list[Any]:
    if not claims:
        return []
    return await connection.fetch(_OPEN_CHARGES, practice_id, entries.payer_ids, list(claims))


async def _relief(
    connection: Connection, practice_id: int, entries: PaymentEntries, move: Move, round_n: int
) -> list[tuple[Any, ...]]:
    """The claim's receivable paid by our refund, over its charges in proportion to what is open."""
    claim_id = move.claim_id
    if claim_id is None:
        raise AssertionError("relief belongs to a claim")
    charges = await _open_charges(connection, practice_id, entries, [claim_id])
    journal_id = uuid7()
    await connection.execute(
        _CLAIM_JOURNAL,
        practice_id,
        journal_id,
        entries.remittance_id,
        claim_id,
        charges[0]["party_id"],
        entries.payer_id,
    )
    shares = spread_cents(move.cents, [charge["balance_cents"] for charge in charges])
    return [
        (
            round_n,
            journal_id,
            n,
            charge["charge_id"],
            claim_id,
            move.event.value,
            share,
            0,
            int(move.debit_account),
            entries.remittance_id,
            _AR,
            charge["party_id"],
            charge["sequence"],
        )
        for n, (charge, share) in enumerate(zip(charges, shares, strict=True), start=1)
        if share
    ]


def _move(move: Move, n: int, entries: PaymentEntries, journal_id: UUID) -> tuple[Any, ...]:
    def party(account: Account) -> UUID | None:
        if account in (Account.REMITTANCE_CLEARING, Account.UNAPPLIED_INSURANCE):
            return entries.remittance_id
        return move.item_id or entries.payer_id

    return (
        0,
        journal_id,
        n,
        None,
        None,
        move.event.value,
        move.cents,
        0,
        int(move.debit_account),
        party(move.debit_account),
        int(move.credit_account),
        party(move.credit_account),
        None,
    )


def _shown(move: Move) -> dict[str, Any]:
    return {
        "entry": move.event.value,
        "debit_account": int(move.debit_account),
        "credit_account": int(move.credit_account),
        "amount_cents": move.cents,
        "payer_item_id": move.item_id and str(move.item_id),
        "claim_id": move.claim_id and str(move.claim_id),
    }
