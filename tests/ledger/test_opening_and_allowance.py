"""E39, E42 and E44: what the ledger allows and no operation posts yet, written by its own writer of journals."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest

from ar_shared.platform.outbox import NewEvent, append_events
from claims_api.acting import Acting
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, post_entries
from claims_api.ledger.posting import IllegalPostingError, PostingDraft

# Relative, because the tests are not on the import path.
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.world import World  # noqa: TID252


async def post(world: World, acting: Acting, subject: UUID, *entries: Entry) -> None:
    async with world.database.tenant_tx(world.practice_id) as connection:
        (told,) = await append_events(
            connection,
            "claims",
            world.practice_id,
            [NewEvent("note.added", "claim", subject)],
            occurred_at=acting.moment.at,
            recorded_at=acting.machine,
        )
        journal = NewJournal("responsibility", "claim", subject, entries)
        await post_entries(connection, acting, [journal], told, source_on=acting.today)


async def standing(world: World, day: date) -> dict[int, int]:
    """Debits less credits of each account as of the end of the day; accounts at zero are absent."""
    rows = await world.rows(
        "SELECT e.account, sum(e.amount_cents)::bigint AS cents FROM claims.ledger_entry e "
        "JOIN claims.journal j ON j.practice_id = $1 AND j.id = e.journal_id "
        "WHERE e.practice_id = $1 AND j.effective_on <= $2 GROUP BY 1 HAVING sum(e.amount_cents) <> 0",
        day,
    )
    return {row["account"]: row["cents"] for row in rows}


async def test_e42_an_opening_balance_is_owed_since_its_own_day_and_its_counter_account_shows_the_rest(
    world: World, bill: Billing
) -> None:
    visit, acting, since = await bill(("G0463", 20000)), world.acting(), date(2026, 3, 2)
    before = await standing(world, acting.today)
    opening = Entry(
        event=LedgerEvent.OPENING_BALANCE,
        debit=Account.AR_PATIENT,
        credit=Account.CONVERSION_CLEARING,
        amount_cents=3500,
        debit_party=visit.guarantor_id,
        charge_id=visit.charges[0],
        claim_id=visit.id,
        responsible_on=since,
    )

    await post(world, acting, visit.id, opening)

    owed = await world.one(
        "SELECT balance_cents, responsible_on FROM claims.ar_balance WHERE practice_id = $1 AND account = 1110"
    )
    assert tuple(owed) == (3500, since)
    assert await standing(world, acting.today) == {**before, 1110: 3500, 3900: -3500}


def movements_of_two_accounts() -> Iterator[tuple[Account, Account]]:
    return ((debit, credit) for debit, credit in product(Account, Account) if debit != credit)


def test_e39_interest_that_is_only_claimed_cannot_be_posted() -> None:
    for debit, credit in movements_of_two_accounts():
        with pytest.raises(IllegalPostingError, match="E39 does not move"):
            PostingDraft(LedgerEvent.INTEREST_CLAIMED, debit, credit, 100)


async def test_e44_the_allowance_of_a_month_end_is_gone_on_the_first_of_the_next_and_no_receivable_moved(
    world: World, bill: Billing
) -> None:
    visit, acting = await bill(("G0463", 20000)), world.acting()
    before, last = await standing(world, acting.today), acting.today
    pairs = ((Account.CONTRACTUAL, Account.CONTRACTUAL_ALLOWANCE), (Account.BAD_DEBT, Account.CREDIT_LOSS_ALLOWANCE))

    await post(world, acting, visit.id, *(allowance(debit, credit) for debit, credit in pairs))
    world.now += timedelta(days=1)
    following = world.acting()
    await post(world, following, visit.id, *(allowance(credit, debit) for debit, credit in pairs))

    assert await standing(world, last) == {**before, 4100: 8000, 1190: -8000, 4160: 8000, 1195: -8000}
    assert await standing(world, following.today) == before
    assert await world.open_of(visit) == {(1100, "payer"): 20000}


def allowance(debit: Account, credit: Account) -> Entry:
    return Entry(event=LedgerEvent.MONTH_END_ALLOWANCE, debit=debit, credit=credit, amount_cents=8000)
