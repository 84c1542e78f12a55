"""The rest of the catalogue on books small enough to check by hand: at least two examples a KPI."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from ar_shared.kernel.clock import Clock
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Database
from reporting_api.folding.fold_practice import fold_practice
from tests.reporting.builder import (
    BAD_DEBT,
    INSURANCE,
    PATIENT,
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
CHARITY, SMALL, ADMINISTRATIVE, DISCOUNT, RECOVERY, CASH, CARD, UNAPPLIED = (
    4120,
    4150,
    4140,
    4130,
    4170,
    1000,
    1030,
    2010,
)
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


async def sent(
    ledger: Ledger, line: Line, day: date, *, accepted: date | None = None, refused: date | None = None
) -> None:
    await ledger.advance_to(day)
    await ledger.submit(line.claim)
    if refused is not None:
        await ledger.advance_to(refused)
        await ledger.event("claim.rejected", line.claim.id, {"submission_state": "payer_rejected"})
    if accepted is not None:
        await ledger.advance_to(accepted)
        await ledger.event("claim.acknowledged", line.claim.id, {"submission_state": "payer_accepted"})


async def variant(reports: Reports, kpi: str, name: str) -> Decimal | None:
    return {one.name: one.value for one in (await reports.figures(kpi)).variants}[name]


async def test_old_receivables_over_each_boundary(ledger: Ledger, folded: Folded) -> None:
    """Open 400, 300, 200, 100, of services 130, 75, 45 and 10 days ago: 1,000 in all.

    Over 30: 900 / 1,000; over 60: 700 / 1,000; over 120: 400 / 1,000. Only the 300 were billed, 20 days ago: of what
    is billed nothing is older than 30 days by its first bill.
    """
    lines = [await charged(ledger, dollars, ago(days)) for days, dollars in ((130, 400), (75, 300), (45, 200))]
    await sent(ledger, lines[1], ago(20))
    await charged(ledger, 100, ago(10))
    reports = await folded(ledger)

    values = [await reports.value(f"ar_over_{days}") for days in (30, 60, 120)]
    assert values == [Decimal("0.9"), Decimal("0.7"), Decimal("0.4")]
    assert await variant(reports, "ar_over_30", "billed_by_first_bill_date") == 0


@pytest.mark.parametrize(("days", "boundary"), [(30, 30), (60, 60), (120, 120)])
async def test_the_day_of_the_boundary_is_not_over_it(days: int, boundary: int, ledger: Ledger, folded: Folded) -> None:
    """One line is exactly as old as the boundary, one a day older: 100 of 200."""
    await charged(ledger, 100, ago(days + 1))
    await charged(ledger, 100, ago(days))

    assert await (await folded(ledger)).value(f"ar_over_{boundary}") == Decimal("0.5")


async def test_old_patient_balances_age_from_the_day_they_became_the_patients(ledger: Ledger, folded: Folded) -> None:
    """A service of 100 days ago, 50 of it the patient's for 20 days: by responsibility nothing is over 30."""
    line = await charged(ledger, 100, ago(100))
    await ledger.advance_to(ago(20))
    line.responsible_on = ago(20)
    await ledger.post([[to_patient(line, 50)]])
    reports = await folded(ledger)

    assert await variant(reports, "ar_over_30", "patients_by_responsibility_date") == 0
    assert await variant(reports, "ar_over_30", "insurers_by_service_date") == 1


async def test_charge_lag_is_a_mean_with_its_median(ledger: Ledger, folded: Folded) -> None:
    """Posted 1, 2 and 6 days after the service: 9 / 3 = 3; the median is 2, nine tenths are in by day 6."""
    for lag in (1, 2, 6):
        await charged(ledger, 100, ago(40) + timedelta(days=lag), service_on=ago(40))
    reports = await folded(ledger)

    assert await reports.value("charge_lag") == 3
    assert [await variant(reports, "charge_lag", name) for name in ("median", "p90")] == [2, 6]


async def test_a_charge_posted_before_its_service_is_counted_apart(ledger: Ledger, folded: Folded) -> None:
    """One 4 days after, one the day before: 4 / 1."""
    await charged(ledger, 100, ago(10), service_on=ago(14))
    await charged(ledger, 100, ago(9), service_on=ago(8))
    figures = await (await folded(ledger)).figures("charge_lag")

    assert figures.value == 4
    assert figures.counts == {"counted": 1, "negative": 1}


async def test_acceptance_at_once_and_its_lag(ledger: Ledger, folded: Folded) -> None:
    """Four sent: accepted after 1 and 3 days, refused and then accepted, not answered.

    Acceptance 2 / 4; lag (1 + 3) / 2 = 2: what was refused first does not count as accepted at once.
    """
    lines = [await charged(ledger, 100, ago(50)) for _ in range(4)]
    await sent(ledger, lines[0], ago(40), accepted=ago(39))
    await sent(ledger, lines[1], ago(35), accepted=ago(32))
    await sent(ledger, lines[2], ago(30), refused=ago(29), accepted=ago(25))
    await sent(ledger, lines[3], ago(20))
    reports = await folded(ledger)

    assert await reports.value("first_pass_acceptance") == Decimal("0.5")
    assert await reports.value("acceptance_lag") == 2


async def test_acceptance_counts_on_the_day_the_claim_went_out(ledger: Ledger, folded: Folded) -> None:
    """Sent 91 days ago, accepted 60 days ago: outside the 90 days; the lag of 31 days lies inside."""
    line = await charged(ledger, 100, ago(100))
    await sent(ledger, line, ago(91), accepted=ago(60))
    reports = await folded(ledger)

    assert await reports.value("first_pass_acceptance") is None
    assert await reports.value("acceptance_lag") == 31


async def test_invoice_to_payment_with_its_median(ledger: Ledger, folded: Folded) -> None:
    """Accepted on one day, paid after 10, 20 and 60 days: 90 / 3 = 30, median 20."""
    lines = [await charged(ledger, 100, ago(85)) for _ in range(3)]
    for line in lines:
        await sent(ledger, line, ago(85), accepted=ago(85))
    for line, days in zip(lines, (10, 20, 60), strict=True):
        await ledger.advance_to(ago(85 - days))
        await ledger.adjudicate(line.claim, "paid", [paid(line, 80)])
    reports = await folded(ledger)

    assert await reports.value("invoice_to_payment") == 30
    assert await variant(reports, "invoice_to_payment", "median") == 20


async def test_a_claim_paid_without_an_acceptance_has_no_way_to_payment(ledger: Ledger, folded: Folded) -> None:
    """One paid 5 days after its acceptance; one paid though nobody accepted it: 5 / 1."""
    known, unknown = [await charged(ledger, 100, ago(50)) for _ in range(2)]
    await sent(ledger, known, ago(45), accepted=ago(45))
    await ledger.advance_to(ago(40))
    for line in (known, unknown):
        await ledger.adjudicate(line.claim, "paid", [paid(line, 80)])
    figures = await (await folded(ledger)).figures("invoice_to_payment")

    assert figures.value == 5
    assert figures.counts["counted"] == 1


async def test_first_pass_resolution_is_taken_back_by_a_rework(ledger: Ledger, folded: Folded) -> None:
    """Paid, all to the deductible, denied, and paid but corrected later: 2 / 4; before the correction 3 / 4."""
    states = ("paid", "zero_paid", "denied", "paid")
    lines = [await charged(ledger, 100, ago(60)) for _ in states]
    await ledger.advance_to(ago(30))
    for line, state in zip(lines, states, strict=True):
        await ledger.adjudicate(line.claim, state)
    await ledger.advance_to(ago(10))
    await ledger.event("claim.version_made", lines[3].claim.id, {"version": 2})
    reports = await folded(ledger)

    assert await reports.value("first_pass_resolution") == Decimal("0.5")
    assert await reports.value("first_pass_resolution", ago(11), ago(11)) == Decimal("0.75")


async def test_a_claim_first_sent_as_a_replacement_is_no_first_pass(ledger: Ledger, folded: Folded) -> None:
    """Two first decisions; the claim that came to us as a replacement counts below and not above: 1 / 2."""
    first, replaced = [await charged(ledger, 100, ago(60)) for _ in range(2)]
    await ledger.submit(first.claim)
    await ledger.submit(replaced.claim, version=2)
    await ledger.advance_to(ago(30))
    for line in (first, replaced):
        await ledger.adjudicate(line.claim, "paid")

    assert await (await folded(ledger)).value("first_pass_resolution") == Decimal("0.5")


async def test_initial_denials_in_dollars_are_lines_not_claims(ledger: Ledger, folded: Folded) -> None:
    """Claims of 400 and 600 decided; of the first a line of 100 is denied at once: 100 / 1,000.

    A line of 600 denied by the second's second decision is no initial denial.
    """
    payer = await ledger.payer("Blue")
    one, two = Claim(payer), Claim(payer)
    small, large, late = a_line(one, 100, ago(60)), a_line(one, 300, ago(60)), a_line(two, 600, ago(60))
    await ledger.claim([small, large])
    await ledger.claim([late])
    await ledger.advance_to(ago(30))
    first, again = uuid7(), uuid7()
    await ledger.deny(small, first)
    await ledger.adjudicate(one, "partially_denied", [paid(large, 200)], remittance=first)
    await ledger.adjudicate(two, "paid")
    await ledger.adjudicate(two, "denied", remittance=again)
    await ledger.deny(late, again)
    figures = await (await folded(ledger)).figures("initial_denial_rate_dollars")

    assert (figures.value, figures.counts["lines_denied"]) == (Decimal("0.1"), 1)


async def test_initial_denials_in_dollars_of_a_claim_denied_whole(ledger: Ledger, folded: Folded) -> None:
    """250 of 250."""
    line = await charged(ledger, 250, ago(40))
    remittance = uuid7()
    await ledger.adjudicate(line.claim, "denied", remittance=remittance)
    await ledger.deny(line, remittance)

    assert await (await folded(ledger)).value("initial_denial_rate_dollars") == 1


async def test_remittance_denials_count_every_decision(ledger: Ledger, folded: Folded) -> None:
    """Denied, paid on appeal, and another denied only in part: 1 of 3 decisions; by charges 100 / 500."""
    one, two = await charged(ledger, 100, ago(60)), await charged(ledger, 300, ago(60))
    for line, state in ((one, "denied"), (one, "paid"), (two, "partially_denied")):
        await ledger.adjudicate(line.claim, state)
    reports = await folded(ledger)

    assert await reports.value("remittance_denial_rate") == Decimal("0.3333")
    assert await variant(reports, "remittance_denial_rate", "by_claim_charges") == Decimal("0.2")


async def test_a_pended_claim_is_no_decision(ledger: Ledger, folded: Folded) -> None:
    """Pended, then denied: 1 / 1."""
    line = await charged(ledger, 100, ago(60))
    for state in ("pended", "denied"):
        await ledger.adjudicate(line.claim, state)

    assert await (await folded(ledger)).value("remittance_denial_rate") == 1


async def test_denials_overturned_in_cases_and_dollars(ledger: Ledger, folded: Folded) -> None:
    """Closed: 100 with 80, 200 with nothing, 300 with 160: cases 2 / 3, dollars 240 / 600; open ones apart."""
    for dollars, recovered in ((100, 80), (200, 0), (300, 160), (400, None)):
        line = await charged(ledger, dollars, ago(60))
        case = await ledger.deny(line, uuid7())
        if recovered is not None:
            await ledger.close_denial(case, dollars * 100, recovered * 100)
    reports = await folded(ledger)

    assert await reports.value("denial_overturn_rate") == Decimal("0.6667")
    assert await variant(reports, "denial_overturn_rate", "by_dollars") == Decimal("0.4")


async def test_a_case_that_closes_again_counts_again(ledger: Ledger, folded: Folded) -> None:
    """Closed without money, then with it: 1 / 2."""
    line = await charged(ledger, 100, ago(60))
    case = await ledger.deny(line, uuid7())
    for recovered in (0, 50_00):
        await ledger.close_denial(case, 100_00, recovered)

    assert await (await folded(ledger)).value("denial_overturn_rate") == Decimal("0.5")


async def given_up(ledger: Ledger) -> None:
    """Charges 1,000; contractual 200; charity 50, discount 5, administrative 32, small balance 3, bad debt 20."""
    line = await charged(ledger, 1_000, ago(60))
    await on(ledger, ago(50), contractual(line, 200), to_patient(line, 300))
    give = ((CHARITY, 50), (DISCOUNT, 5), (SMALL, 3), (BAD_DEBT, 20))
    await on(ledger, ago(40), *(Move("E24", dollars * 100, account, PATIENT, line) for account, dollars in give))
    await on(ledger, ago(39), Move("E28", 32_00, ADMINISTRATIVE, INSURANCE, line))
    await on(ledger, ago(30), Move("E26", 8_00, CASH, RECOVERY, line))


async def test_write_offs_by_class(ledger: Ledger, folded: Folded) -> None:
    """(50 + 5 + 32 + 3 + 20) / 1,000 = 0.11; contractual adjustments are no write-offs.

    Charity 50 / 1,000; bad debt 20 / 1,000, less 8 recovered 12 / 1,000; denials 32 / (1,000 - 200) = 0.04.
    """
    await given_up(ledger)
    reports = await folded(ledger)

    assert await reports.value("write_off_rate") == Decimal("0.11")
    assert await variant(reports, "write_off_rate", "small_balance") == Decimal("0.003")
    assert await reports.value("charity_rate") == Decimal("0.05")
    assert await reports.value("bad_debt_rate") == Decimal("0.02")
    assert await variant(reports, "bad_debt_rate", "net_of_recoveries") == Decimal("0.012")
    assert await reports.value("denial_write_off_rate") == Decimal("0.04")


async def test_write_offs_taken_back_are_none(ledger: Ledger, folded: Folded) -> None:
    """Charges 500; charity 100, bad debt 60 and administrative 40 posted, then reversed: all rates are 0."""
    line = await charged(ledger, 500, ago(60))
    await on(ledger, ago(50), to_patient(line, 200))
    moves = [
        Move("E27", 100_00, CHARITY, PATIENT, line),
        Move("E25", 60_00, BAD_DEBT, PATIENT, line),
        Move("E28", 40_00, ADMINISTRATIVE, INSURANCE, line),
    ]
    await on(ledger, ago(40), *moves)
    await on(ledger, ago(20), *(move.mirrored("E33") for move in moves))
    reports = await folded(ledger)

    rates = ("write_off_rate", "charity_rate", "bad_debt_rate", "denial_write_off_rate")
    assert [await reports.value(rate) for rate in rates] == [0, 0, 0, 0]


async def test_days_of_credits_of_unbilled_charges_and_of_unapplied_money(ledger: Ledger, folded: Folded) -> None:
    """900 charged in 90 days: 10 a day. Credits 20: 2 days. Never sent 300: 30 days. Unapplied 45: 4.5 days."""
    billed, unbilled = await charged(ledger, 600, ago(89)), await charged(ledger, 300, ago(80))
    await sent(ledger, billed, ago(70))
    await on(ledger, ago(60), paid(billed, 620), credit_found(billed, 20))
    await on(ledger, ago(50), Move("E12", 45_00, CARD, UNAPPLIED, unbilled))
    reports = await folded(ledger)

    assert await reports.value("credit_balance_days") == 2
    assert await reports.value("unbilled_days") == 30
    assert await reports.value("unapplied_days") == Decimal("4.5")


async def test_days_of_credits_end_when_they_are_settled(ledger: Ledger, folded: Folded) -> None:
    """The credit of 20 is refunded, the claim of 300 is sent, the 45 are applied: 0 days of each; 50 stay open."""
    line = await charged(ledger, 900, ago(89))
    await on(ledger, ago(60), paid(line, 920), credit_found(line, 20))
    await on(ledger, ago(55), Move("E15", 20_00, 2020, CASH, line))
    sold = await charged(ledger, 300, ago(50))
    await on(ledger, ago(45), to_patient(sold, 45), Move("E12", 45_00, CARD, UNAPPLIED, sold))
    await sent(ledger, sold, ago(40))
    await on(ledger, ago(30), Move("E13", 45_00, UNAPPLIED, PATIENT, sold))
    reports = await folded(ledger)

    days = ("credit_balance_days", "unbilled_days", "unapplied_days")
    assert [await reports.value(kpi) for kpi in days] == [0, 0, 0]


async def test_point_of_service_money_is_what_came_by_the_day_of_service(ledger: Ledger, folded: Folded) -> None:
    """Patients paid 30 on the day, 20 after a week, 50 after 30 days: 30 / 100; within 7 days 50 / 100."""
    line = await charged(ledger, 500, ago(60))
    await on(ledger, ago(60), to_patient(line, 100), paid(line, 30, by_patient=True))
    await on(ledger, ago(53), paid(line, 20, by_patient=True))
    await on(ledger, ago(30), paid(line, 50, by_patient=True))
    reports = await folded(ledger)

    assert await reports.value("point_of_service_collection") == Decimal("0.3")
    assert await variant(reports, "point_of_service_collection", "within_7_days") == Decimal("0.5")


async def test_a_returned_card_payment_leaves_point_of_service_money(ledger: Ledger, folded: Folded) -> None:
    """40 on the day, returned ten days later; 10 that day: 10 in all. The return does not undo the day of the visit."""
    line = await charged(ledger, 500, ago(60))
    await on(ledger, ago(60), to_patient(line, 100), paid(line, 40, by_patient=True))
    await on(ledger, ago(50), paid(line, 40, by_patient=True).mirrored("E31"))
    await on(ledger, ago(50), paid(line, 10, by_patient=True))
    figures = await (await folded(ledger)).figures("point_of_service_collection")

    assert (figures.numerator, figures.denominator) == (Fraction(40_00), Fraction(10_00))


async def test_net_days_value_insurers_by_what_their_class_left_collectable(ledger: Ledger, folded: Folded) -> None:
    """Commercial: 1,000 decided, 400 of it agreed off: 60 % is collectable, so 500 open are worth 300.

    Medicare: nothing decided: 100 open count in full. Patients owe 60. Credits 10. Charges 1,600 less 400 in 80 days
    are 15 a day: (300 + 100 + 60 - 10) / 15 = 30.
    """
    decided = await charged(ledger, 1_000, ago(79))
    await charged(ledger, 500, ago(70))
    medicare = Claim(await ledger.payer("Part B"), payer_class="medicare")
    await ledger.claim([a_line(medicare, 100, ago(70))])
    await ledger.advance_to(ago(40))
    moves = [contractual(decided, 400), to_patient(decided, 60), paid(decided, 550), credit_found(decided, 10)]
    await ledger.adjudicate(decided.claim, "paid", moves)
    figures = await (await folded(ledger)).figures("days_in_ar_net")

    assert figures.counts["insurer_expected_cents"] == 400_00
    assert figures.value == 30
    assert figures.denominator == 15_00


async def test_net_days_of_a_practice_without_decisions_equal_gross_days(ledger: Ledger, folded: Folded) -> None:
    """Nothing is known to be uncollectable: 900 open / 10 a day = 90 days."""
    await charged(ledger, 900, ago(89))
    reports = await folded(ledger)

    assert await reports.value("days_in_ar_net") == await reports.value("days_in_ar") == 90


async def test_matured_service_months_leave_out_what_has_not_run_out(ledger: Ledger, folded: Folded) -> None:
    """As of 30 June only services through December have run out for 6 months: 80 / 100; June's 1,000 do not count."""
    await ledger.advance_to(ago(190))
    old = await charged(ledger, 100, ago(190), service_on=date(2025, 12, 20))
    await on(ledger, ago(10), paid(old, 80))
    await charged(ledger, 1_000, ago(5))
    reports = await folded(ledger)

    assert await variant(reports, "net_collection_rate", "by_service_months_run_out") == Decimal("0.8")


async def test_the_month_after_the_cohort_is_outside(ledger: Ledger, folded: Folded) -> None:
    """A service of 1 January 2026 runs out at the end of July; one of 31 December counts."""
    first = await charged(ledger, 100, ago(170), service_on=date(2026, 1, 1))
    await charged(ledger, 50, ago(170), service_on=date(2025, 12, 31))
    await on(ledger, ago(100), paid(first, 90))
    reports = await folded(ledger)

    assert await variant(reports, "gross_collection_rate", "by_service_months_run_out") == 0
