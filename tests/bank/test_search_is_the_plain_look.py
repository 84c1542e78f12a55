"""The search over all that is open matches and holds exactly what looking at every line, one by one, would."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ar_shared.kernel.clock import PracticeTime
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.auth.principal import Actor
from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls
from claims_api.acting import Acting
from claims_api.bank.domain.matching import LineFacts, OpenPayment, by_trace, certain
from claims_api.bank.reassociate import reassociate

# Relative, because the tests are not on the import path.
from ..support.blank_rows import insert_row  # noqa: TID252

PRAIRIE, BLUFF = ("1420000099", "Prairie Mutual"), ("1420000088", "Bluff Country")
MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Line:
    """A line; `apart` is the number of a payment that a person took off it."""

    cents: int
    day: int
    traces: tuple[str, ...]
    reference: str
    company: str
    text: str
    set_aside: bool
    apart: int | None


@dataclass(frozen=True)
class Payment:
    """A posted remittance; a line outside the story brought `settled` of it."""

    cents: int
    day: int
    trace: str
    payer: tuple[str, str]
    settled: int


CENTS = st.sampled_from((100, 200, 300))
DAYS = st.integers(0, 8)
TRACES = st.sampled_from(("T1", "T2", "T3", "UNKNOWN"))
LINES = st.lists(
    st.builds(
        Line,
        cents=CENTS | CENTS.map(lambda cents: -cents),
        day=DAYS,
        traces=st.lists(TRACES, max_size=2, unique=True).map(tuple),
        reference=st.sampled_from(("", "", "T1")),
        company=st.sampled_from(("", PRAIRIE[0], "1999999999")),
        text=st.sampled_from(("DEPOSIT", "PRAIRIE MUTUAL HCCLAIMPMT", "BLUFF COUNTRY ACH")),
        set_aside=st.sampled_from((False, False, False, True)),
        apart=st.none() | st.integers(0, 3),
    ),
    max_size=10,
)
PAYMENTS = st.lists(
    st.builds(
        Payment,
        cents=CENTS,
        day=DAYS,
        trace=st.sampled_from(("T1", "T2", "T3")),
        payer=st.sampled_from((PRAIRIE, BLUFF)),
        settled=st.sampled_from((0, 0, 100, 200, 300)),
    ),
    max_size=6,
)


@dataclass
class Books:
    """A database whose admin writes rows without their surroundings."""

    database: Database
    admin: "asyncpg.Connection[asyncpg.Record]"

    async def story(self, lines: list[Line], payments: list[Payment]) -> Acting:
        """A practice of its own with these; ids count up in the order of the lists."""
        n = next(_numbers)
        practice = UUID(int=n << 64)
        practice_id: int = await self.admin.fetchval(
            "INSERT INTO claims.practice (uuid, name, mode, time_zone, settings, created_at) "
            "VALUES ($1, 'North', 'sandbox', 'America/Chicago', '{}', $2) RETURNING id",
            practice,
            NOW,
        )
        for number, line in enumerate(lines):
            await self._line(practice_id, UUID(int=number), line)
        for number, payment in enumerate(payments):
            await self._payment(practice_id, payment_id(number), payment)
        client = Actor("client", "sandbox")
        moment = PracticeTime(NOW, ZoneInfo("America/Chicago"))
        return Acting(practice_id, practice, "sandbox", "sandbox", client, moment, NOW)

    async def _line(self, practice_id: int, one: UUID, line: Line) -> None:
        on = {"practice_id": practice_id, "line_id": one}
        await insert_row(
            self.admin,
            "bank_line",
            practice_id=practice_id,
            id=one,
            posted_on=MONDAY + timedelta(days=line.day),
            amount_cents=line.cents,
            reference=line.reference,
            customer_reference="",
            text=line.text,
            traces=list(line.traces),
            company_ids=[line.company] if line.company else [],
            line_key=one.bytes,
        )
        state = "set_aside" if line.set_aside else "open"
        await insert_row(self.admin, "bank_line_state", **on, state=state, version=1)
        if line.apart is not None:
            undone = {"undone_at": NOW, "undone_reason": "wrong", "undone_journal_id": one}
            await self._match(**on, remittance_id=payment_id(line.apart), amount_cents=100, **undone)

    async def _payment(self, practice_id: int, one: UUID, payment: Payment) -> None:
        key, name = payment.payer
        await insert_row(
            self.admin,
            "remittance",
            practice_id=practice_id,
            id=one,
            payer_key=key,
            payer_name=name,
            trace_number=payment.trace,
            payment_cents=payment.cents,
            paid_on=MONDAY + timedelta(days=payment.day),
            state="posted",
            entry="edi",
        )
        of = {"practice_id": practice_id, "journal_id": one, "remittance_id": one}
        paid = {"debit_account": 1040, "debit_party_id": one, "credit_account": 1100, "amount_cents": payment.cents}
        await insert_row(self.admin, "posting", **of, **paid, n=1, entry="E04")
        if payment.settled:
            brought = {"debit_account": 1000, "credit_account": 1040, "credit_party_id": one}
            await insert_row(self.admin, "posting", **of, **brought, n=2, entry="E08", amount_cents=payment.settled)
            settled = {"line_id": one, "remittance_id": one, "amount_cents": payment.settled}
            await self._match(practice_id=practice_id, **settled)

    async def _match(self, **values: Any) -> None:
        await insert_row(self.admin, "bank_match", matched_by="manual", journal_id=uuid7(), **values)

    async def became(self, practice_id: int) -> dict[int, object]:
        """What of each line was booked, by its number: payments and by what, or `held`."""
        rows = await self.admin.fetch(
            "SELECT line_id, matched_by, array_agg(remittance_id ORDER BY remittance_id) AS payments "
            "FROM claims.bank_match WHERE practice_id = $1 AND matched_by <> 'manual' GROUP BY 1, 2",
            practice_id,
        )
        found: dict[int, object] = {row["line_id"].int: (row["matched_by"], row["payments"]) for row in rows}
        held = await self.admin.fetch(
            "SELECT line_id FROM claims.bank_line_state WHERE practice_id = $1 AND held_cents > 0", practice_id
        )
        return found | {row["line_id"].int: "held" for row in held}


def payment_id(n: int) -> UUID:
    return UUID(int=1_000 + n)


def plain_look(lines: list[Line], payments: list[Payment]) -> dict[int, object]:
    """Every open line against every open payment, oldest line first."""
    owed = {payment_id(n): payment.cents for n, payment in enumerate(payments)}
    settled = {payment_id(n): payment.settled for n, payment in enumerate(payments)}
    known = {payment_id(n): payment for n, payment in enumerate(payments)}
    facts = {n: _facts(n, line) for n, line in enumerate(lines) if not line.set_aside}
    became: dict[int, object] = {}
    for n, line in sorted(facts.items(), key=lambda one: (one[1].posted_on, one[1].id)):
        undone = set() if lines[n].apart is None else {payment_id(lines[n].apart or 0)}
        waiting = [_open(one, known[one], cents - settled[one]) for one, cents in owed.items() if cents != settled[one]]
        if line.amount_cents < 0:
            fits = [one for one in known if known[one].trace in line.named and settled[one] == -line.amount_cents]
            if len(fits) == 1 and fits[0] not in undone:
                settled[fits[0]] = 0
                became[n] = ("trace", fits)
            continue
        found = certain(line, [one for one in waiting if one.id not in undone], list(facts.values()))
        if found is not None:
            for payment in found.payments:
                settled[payment.id] = owed[payment.id]
            became[n] = (found.by, [payment.id for payment in found.payments])
            facts = {other: one for other, one in facts.items() if other != n}
        elif lines[n].traces and by_trace(line, waiting) is None:
            became[n] = "held"
    return became


def _facts(n: int, line: Line) -> LineFacts:
    named = tuple(value for value in (*line.traces, line.reference) if value)
    companies = (line.company,) if line.company else ()
    return LineFacts(UUID(int=n), MONDAY + timedelta(days=line.day), line.cents, named, companies, line.text)


def _open(one: UUID, payment: Payment, cents: int) -> OpenPayment:
    return OpenPayment(one, payment.trace, *payment.payer, cents, MONDAY + timedelta(days=payment.day))


@pytest.fixture
async def books(fresh_database: DatabaseUrls) -> AsyncIterator[Books]:
    database = Database(fresh_database.claims)
    admin = await asyncpg.connect(fresh_database.admin)
    await admin.execute("SET session_replication_role = replica")
    yield Books(database, admin)
    await admin.close()
    await database.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, payments=PAYMENTS)
async def test_the_search_books_what_a_look_at_every_line_and_payment_would(
    books: Books, lines: list[Line], payments: list[Payment]
) -> None:
    acting = await books.story(lines, payments)

    async with books.database.tenant_tx(acting.practice_id, period_open=True) as connection:
        counts = await reassociate(connection, acting)

    became = await books.became(acting.practice_id)
    assert became == plain_look(lines, payments)
    assert counts.held_count == sum(one == "held" for one in became.values())
    assert counts.matched_count == len(became) - counts.held_count


async def test_a_transfer_that_came_back_lets_the_next_one_settle_its_payment(books: Books) -> None:
    back = Line(-100, 1, ("T1",), "", "", "RETURN", set_aside=False, apart=None)
    again = replace(back, cents=100, day=2)
    acting = await books.story([back, again], [Payment(100, 0, "T1", PRAIRIE, settled=100)])

    async with books.database.tenant_tx(acting.practice_id, period_open=True) as connection:
        counts = await reassociate(connection, acting)

    assert (counts.matched_count, counts.held_count) == (2, 0)
