"""Each KPI on books small enough to check by hand: two examples, and no data."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from ar_shared.kernel.clock import Clock
from ar_shared.platform.database import Database
from reporting_api.folding.fold_practice import fold_practice
from reporting_api.kpis.catalogue import CATALOGUE
from tests.reporting.builder import (
    BAD_DEBT,
    INSURANCE,
    PATIENT,
    STATUTORY,
    Claim,
    Ledger,
    Line,
    Move,
    a_line,
    contractual,
    credit_found,
    paid,
    to_patient,
)
from tests.reporting.conftest import NewLedger
from tests.reporting.reading import Reports

END = date(2026, 6, 30)
Folded = Callable[[Ledger], Awaitable[Reports]]


def ago(days: int) -> date:
    return END - timedelta(days=days)


@pytest.fixture
def folded(database: Database, clock: Clock) -> Folded:
    async def fold(ledger: Ledger) -> Reports:
        await ledger.advance_to(END)
        await fold_practice(database, clock, ledger.practice_id)
        return Reports(database, clock, ledger.practice_id)

    return fold


@pytest.fixture
async def ledger(new_ledger: NewLedger) -> Ledger:
    return await new_ledger(ago(200))


async def charged(ledger: Ledger, dollars: int, posted: date, service_on: date | None = None) -> Line:
    """A claim of one line, posted on a day, of that day's service unless said otherwise."""
    await ledger.advance_to(max(ledger.today, posted))
    line = a_line(Claim(await ledger.payer(str(ledger.sequence))), dollars, service_on or posted)
    await ledger.claim([line])
    return line


async def on(ledger: Ledger, day: date, *moves: Move) -> None:
    await ledger.advance_to(day)
    await ledger.post([list(moves)])


@pytest.mark.parametrize("kpi", CATALOGUE)
async def test_a_practice_without_data_has_no_value_and_not_zero(kpi: str, ledger: Ledger, folded: Folded) -> None:
    reports = await folded(ledger)

    assert await reports.value(kpi) is None


async def test_the_handbooks_worked_example(ledger: Ledger, folded: Folded) -> None:
    """Charges of 90 days 900,000: 10,000 a day. Open debits 320,000, credits 20,000, older than 90 days 28,000.

    Net of credits (320,000 - 20,000) / 10,000 = 30.0; debits alone 32.0; 28,000 / 320,000 = 8.75 %.
    """
    overpaid = await charged(ledger, 1_000, ago(130))
    await charged(ledger, 28_000, ago(120))
    recent = await charged(ledger, 900_000, ago(60))
    await on(ledger, ago(10), paid(recent, 608_000))
    await on(ledger, ago(9), paid(overpaid, 21_000), credit_found(overpaid, 20_000))
    reports = await folded(ledger)

    days = await reports.figures("days_in_ar")
    assert (days.value, days.variants[0].value) == (Decimal(30), Decimal(32))
    assert days.denominator == 10_000_00
    assert await reports.value("ar_over_90") == Decimal("0.0875")


async def test_a_new_practice_divides_by_the_days_since_its_first_charge(ledger: Ledger, folded: Folded) -> None:
    """First charge 29 days ago: 30 days. 6,000 / 30 = 200 a day; 4,000 open / 200 = 20 days."""
    line = await charged(ledger, 3_000, ago(29))
    await charged(ledger, 3_000, END)
    await on(ledger, END, paid(line, 2_000))
    reports = await folded(ledger)

    days = await reports.figures("days_in_ar")
    assert (days.value, days.counts["days"]) == (Decimal(20), 30)


@pytest.mark.parametrize(
    ("first_charge", "days", "charges"),
    [(ago(88), 89, 4), (ago(89), 90, 4), (ago(90), 90, 3)],  # the window holds 90 days, today included
)
async def test_the_window_is_90_days_wide(
    first_charge: date, days: int, charges: int, ledger: Ledger, folded: Folded
) -> None:
    await charged(ledger, 1, first_charge)
    await charged(ledger, 3, END)
    figures = await (await folded(ledger)).figures("days_in_ar")

    assert (figures.counts["days"], figures.counts["charges_cents"]) == (days, charges * 100)


async def test_a_voided_charge_is_no_charge(ledger: Ledger, folded: Folded) -> None:
    """100 stays, 900 is voided: 100 open / (100 / 90) = 90 days."""
    await charged(ledger, 100, ago(89))
    wrong = await charged(ledger, 900, ago(20))
    await on(ledger, ago(10), Move("E03", 900_00, 4000, INSURANCE, wrong))
    reports = await folded(ledger)

    assert await reports.value("days_in_ar") == Decimal(90)
    assert await reports.value("average_ar_cycle") is None


async def test_over_90_begins_on_day_91(ledger: Ledger, folded: Folded) -> None:
    """100 is 90 days old and 300 is 91 days old: 300 / 400 = 0.75."""
    await charged(ledger, 100, END, service_on=ago(90))
    await charged(ledger, 300, END, service_on=ago(91))

    assert await (await folded(ledger)).value("ar_over_90") == Decimal("0.75")


async def test_over_90_has_no_value_when_nothing_is_open(ledger: Ledger, folded: Folded) -> None:
    line = await charged(ledger, 100, ago(100))
    await on(ledger, ago(99), paid(line, 100))

    assert await (await folded(ledger)).value("ar_over_90") is None


async def test_the_cycle_weighs_each_line_by_its_charge(ledger: Ledger, folded: Folded) -> None:
    """100 took 30 days and 300 took 50: (30 x 100 + 50 x 300) / 400 = 45."""
    slow = await charged(ledger, 300, ago(60))
    quick = await charged(ledger, 100, ago(40))
    await on(ledger, ago(10), paid(quick, 100))
    await on(ledger, ago(10), paid(slow, 300))
    await charged(ledger, 5_000, ago(5))  # still open: not in it

    figures = await (await folded(ledger)).figures("average_ar_cycle")
    assert (figures.value, figures.counts) == (Decimal(45), {"lines": 2, "lines_closed_without_cash": 0})


async def test_the_cycle_ends_with_the_last_cash_not_with_the_last_write_off(ledger: Ledger, folded: Folded) -> None:
    """200 from service to the patient's payment 50 days later; the rest is written off after 80. 10,000: no cash."""
    line = await charged(ledger, 200, ago(100))
    await on(ledger, ago(80), paid(line, 96), contractual(line, 80), to_patient(line, 24))
    await on(ledger, ago(50), paid(line, 20, by_patient=True))
    await on(ledger, ago(20), Move("E25", 400, BAD_DEBT, PATIENT, line))
    unpaid = await charged(ledger, 10_000, ago(19))
    await on(ledger, ago(18), contractual(unpaid, 10_000))

    figures = await (await folded(ledger)).figures("average_ar_cycle")
    assert (figures.value, figures.counts) == (Decimal(50), {"lines": 1, "lines_closed_without_cash": 1})


async def test_paid_before_the_service_counts_as_no_days(ledger: Ledger, folded: Folded) -> None:
    """100 paid 4 days before its service: 0 days. With 100 that took 30: 15."""
    prepaid = await charged(ledger, 100, ago(20), service_on=ago(10))
    await on(ledger, ago(14), paid(prepaid, 100))
    other = await charged(ledger, 100, ago(13), service_on=ago(40))
    await on(ledger, ago(10), paid(other, 100))

    assert await (await folded(ledger)).value("average_ar_cycle") == Decimal(15)


async def test_a_reversed_line_leaves_the_cycle_and_restarts(ledger: Ledger, folded: Folded) -> None:
    """Closed after 10 days, reversed after 30, corrected and closed after 60: only the 60 remain."""
    line = await charged(ledger, 100, ago(70))
    await on(ledger, ago(60), paid(line, 100))
    before = await (await folded(ledger)).value("average_ar_cycle")
    later = END + timedelta(days=20)
    await on(ledger, END + timedelta(days=10), paid(line, 100).mirrored("E29"))
    await on(ledger, later, Move("E30", 100_00, 1040, INSURANCE, line))
    reports = await folded_at(folded, ledger, later)

    assert before == Decimal(10)
    assert await reports.value("average_ar_cycle", END) == Decimal(10)
    assert await reports.value("average_ar_cycle", END + timedelta(days=10)) is None
    assert await reports.value("average_ar_cycle", later) == Decimal(90)


async def folded_at(folded: Folded, ledger: Ledger, today: date) -> Reports:
    reports = await folded(ledger)
    await ledger.advance_to(today)
    return reports


async def test_service_to_invoice_is_a_mean_over_claims(ledger: Ledger, folded: Folded) -> None:
    """Sent 2 and 5 days after the last service: 7 / 2 = 3.5; one sent the day before its service is counted apart."""
    for delay in (2, 5):
        line = await charged(ledger, 100, ago(40 - delay))
        await ledger.advance_to(line.service_on + timedelta(days=delay))
        await ledger.submit(line.claim)
    early = await charged(ledger, 100, ago(20), service_on=ago(19))
    await ledger.submit(early.claim)

    figures = await (await folded(ledger)).figures("service_to_invoice")
    assert figures.value == Decimal("3.5")
    assert figures.counts == {"counted": 2, "negative": 1}


async def test_only_the_first_sending_of_the_first_version_counts(ledger: Ledger, folded: Folded) -> None:
    """Sent after 3 days, again after 9, replaced after 20. A claim first seen as a replacement does not count."""
    line = await charged(ledger, 100, ago(60))
    for delay, version in ((3, 1), (9, 1), (20, 2)):
        await ledger.advance_to(line.service_on + timedelta(days=delay))
        await ledger.submit(line.claim, version=version)
    imported = await charged(ledger, 100, ago(30))
    await ledger.submit(imported.claim, version=2)

    figures = await (await folded(ledger)).figures("service_to_invoice")
    assert (figures.value, figures.counts["counted"]) == (Decimal(3), 1)


async def a_settled_claim(ledger: Ledger) -> Line:
    """Charges 1,000, contractual 400, paid 560, bad debt 25, 15 open."""
    line = await charged(ledger, 1_000, ago(80))
    await on(ledger, ago(60), contractual(line, 400), paid(line, 560), to_patient(line, 40))
    await on(ledger, ago(20), Move("E25", 25_00, BAD_DEBT, PATIENT, line))
    return line


async def test_collection_rates_of_the_handbooks_cohort(ledger: Ledger, folded: Folded) -> None:
    """Net 560 / (1,000 - 400) = 93.33 %: bad debt stays in the denominator. Gross 560 / 1,000 = 56 %."""
    await a_settled_claim(ledger)
    reports = await folded(ledger)

    assert await reports.value("net_collection_rate") == Decimal("0.9333")
    assert await reports.value("gross_collection_rate") == Decimal("0.56")


async def test_reversals_and_statutory_cuts_in_collection_rates(ledger: Ledger, folded: Folded) -> None:
    """Charges 500, contractual 100, statutory 8, paid 392, of which 98 is taken back.

    Net (392 - 98) / (500 - 100 - 8) = 0.75. Gross 294 / 500 = 0.588.
    """
    line = await charged(ledger, 500, ago(50))
    await on(ledger, ago(30), contractual(line, 100), Move("E06", 8_00, STATUTORY, INSURANCE, line), paid(line, 392))
    await on(ledger, ago(10), paid(line, 98).mirrored("E29"))
    reports = await folded(ledger)

    assert await reports.value("net_collection_rate") == Decimal("0.75")
    assert await reports.value("gross_collection_rate") == Decimal("0.588")


async def test_net_collection_has_no_value_when_nothing_was_collectable(ledger: Ledger, folded: Folded) -> None:
    line = await charged(ledger, 100, ago(50))
    await on(ledger, ago(30), contractual(line, 100))

    assert await (await folded(ledger)).value("net_collection_rate") is None


async def test_initial_denials_count_claims_once_by_their_first_decision(ledger: Ledger, folded: Folded) -> None:
    """Denied then paid counts; paid then denied does not; partly denied counts; pended first does not decide.

    2 of 4 claims = 0.5; by charges (100 + 300) / 1,000 = 0.4.
    """
    decisions = [
        (100, ["denied", "paid"]),
        (200, ["paid", "denied"]),
        (300, ["partially_denied"]),
        (400, ["pended", "zero_paid"]),
        (999, ["pended"]),
    ]
    for dollars, states in decisions:
        line = await charged(ledger, dollars, ago(30))
        for state in states:
            await ledger.adjudicate(line.claim, state)

    figures = await (await folded(ledger)).figures("initial_denial_rate")
    assert (figures.value, figures.variants[0].value) == (Decimal("0.5"), Decimal("0.4"))


async def test_initial_denials_leave_out_secondary_and_test_claims(ledger: Ledger, folded: Folded) -> None:
    """Of a primary claim paid, a secondary and a test claim denied: 0 / 1."""
    payer = await ledger.payer("Blue")
    for state, sequence, purpose in (("paid", 1, "live"), ("denied", 2, "live"), ("denied", 1, "test")):
        claim = Claim(payer)
        await ledger.claim([a_line(claim, 100, ledger.today)], sequence=sequence, purpose=purpose)
        await ledger.advance_to(ago(5))
        await ledger.adjudicate(claim, state)

    assert await (await folded(ledger)).value("initial_denial_rate") == Decimal(0)


async def test_money_posted_late_changes_the_restated_rate_and_not_the_reported_one(
    ledger: Ledger, folded: Folded
) -> None:
    """1,000 charged; 500 arrived on time; 100 of day -30 was posted on day -10."""
    line = await charged(ledger, 1_000, ago(80))
    await on(ledger, ago(40), paid(line, 500))
    await ledger.advance_to(ago(10))
    await ledger.post([[paid(line, 100)]], effective_on=ago(30))
    reports = await folded(ledger)

    assert await reports.value("gross_collection_rate", ago(20), ago(20)) == Decimal("0.5")
    assert await reports.value("gross_collection_rate", ago(20), ago(11)) == Decimal("0.5")
    assert await reports.value("gross_collection_rate", ago(20), ago(10)) == Decimal("0.6")
    assert await reports.value("gross_collection_rate", ago(31)) == Decimal("0.5")
