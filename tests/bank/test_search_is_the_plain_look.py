"""The search over all that is open matches and holds exactly what looking at every line, one by one, would."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ar_shared.kernel.clock import PracticeTime
from ar_shared.platform.auth.principal import Actor
from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls
from claims_api.acting import Acting
from claims_api.bank.domain.matching import LineFacts, OpenPayment, by_trace, certain
from claims_api.bank.reassociate import reassociate

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
        await self.admin.executemany(_LINE, [self._line(practice_id, n, line) for n, line in enumerate(lines)])
        await self.admin.executemany(
            _PAYMENT, [self._payment(practice_id, n, payment) for n, payment in enumerate(payments)]
        )
        apart = [(practice_id, UUID(int=n), payment_id(line.apart), UUID(int=n + 500))
                 for n, line in enumerate(lines) if line.apart is not None]  # fmt: skip
        await self.admin.executemany(_TAKEN_APART, apart)
        client = Actor("client", "sandbox")
        moment = PracticeTime(NOW, ZoneInfo("America/Chicago"))
        return Acting(practice_id, practice, "sandbox", "sandbox", client, moment, NOW)

    def _line(self, practice_id: int, n: int, line: Line) -> tuple[object, ...]:
        state = "set_aside" if line.set_aside else "open"
        companies = [line.company] if line.company else []
        return (practice_id, UUID(int=n), MONDAY + timedelta(days=line.day), line.cents, line.reference, line.text,
                list(line.traces), companies, n.to_bytes(4, "big"), state)  # fmt: skip

    def _payment(self, practice_id: int, n: int, payment: Payment) -> tuple[object, ...]:
        paid_on = MONDAY + timedelta(days=payment.day)
        key, name = payment.payer
        return practice_id, payment_id(n), key, name, payment.trace, payment.cents, paid_on, NOW, payment.settled

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


_LINE = """
WITH line AS (
    INSERT INTO claims.bank_line (practice_id, id, account_id, statement_id, posted_on, amount_cents, reference,
        customer_reference, type_code, text, traces, company_ids, line_key)
    VALUES ($1, $2, $2, $2, $3, $4, $5, '', '', $6, $7, $8, $9))
INSERT INTO claims.bank_line_state (practice_id, line_id, state, matched_cents, held_cents, version, updated_at)
VALUES ($1, $2, $10, 0, 0, 1, '2026-11-23 15:00Z')
"""
_PAYMENT = """
WITH paid AS (
    INSERT INTO claims.remittance (practice_id, id, payer_key, payer_name, payee_key, trace_number, method, handling,
        payment_cents, claims_paid_cents, provider_adjustment_cents, held_cents, paid_on, content_hash, state, findings,
        claim_count, counts, header, entry, difference_cents, row_version, received_at)
    VALUES ($1, $2, $3, $4, 'payee', $5, 'ACH', 'I', $6, $6, 0, 0, $7, '', 'posted', '[]', 1, '{}', '{}', 'edi', 0, 1,
        $8)),
moved AS (
    INSERT INTO claims.posting (practice_id, journal_id, n, entry, amount_cents, debit_account, debit_party_id,
        credit_account, credit_party_id, remittance_id)
    SELECT $1, $2, m.n, m.entry, m.cents, m.debit, $2, m.credit, $2, $2
    FROM (VALUES (1, 'E04', $6::bigint, 1040, 1100), (2, 'E08', $9::bigint, 1000, 1040))
        m(n, entry, cents, debit, credit)
    WHERE m.cents > 0)
INSERT INTO claims.bank_match (practice_id, id, line_id, remittance_id, amount_cents, fee_cents, matched_by, journal_id,
    actor, matched_at)
SELECT $1, $2, $2, $2, $9::bigint, 0, 'manual', $2, '{}', $8 WHERE $9 > 0
"""
_TAKEN_APART = """
INSERT INTO claims.bank_match (practice_id, id, line_id, remittance_id, amount_cents, fee_cents, matched_by, journal_id,
    actor, matched_at, undone_at, undone_reason, undone_journal_id)
VALUES ($1, $4, $2, $3, 100, 0, 'manual', $4, '{}', '2026-11-20 15:00Z', '2026-11-20 16:00Z', 'wrong', $4)
"""


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
