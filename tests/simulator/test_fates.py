"""What a simulated payer decides: by member id, else by the seeded mix; every decision balances."""

from collections import Counter
from datetime import date, timedelta

import pytest

from ar_shared.x12.claim_ack import StatusCode
from ar_shared.x12.remittance import RemittanceClaim
from claims_api.codes.code_lists import carc, rarc
from claims_api.simulator.domain.adjudicate import adjudicate
from claims_api.simulator.domain.chance import Chance
from claims_api.simulator.domain.fate import UNPAID, Denial, Fate, FateKind
from claims_api.simulator.domain.mix import DENIALS, FATES, PARTIAL_DENIALS, seeded_fate
from claims_api.simulator.domain.mnemonics import chosen_fate
from claims_api.simulator.domain.payer_habits import (
    LONGEST_DAYS,
    MEDICARE_FLOOR_DAYS,
    SHORTEST_DAYS,
    payer_habits,
    pays_on,
)

from .files import SEED, batch_of, claim_of, decision_on, lines, many_claims, reasons


@pytest.mark.parametrize(
    ("member_id", "fate"),
    [
        ("TEST-PAID", Fate(FateKind.PAID)),
        ("test-paid", Fate(FateKind.PAID)),
        ("TEST-DENY-CO-197", Fate(FateKind.DENIED, Denial("CO", "197", ("M62",)))),
        ("TEST-DENY-CO-45", Fate(FateKind.DENIED, Denial("CO", "45"))),
        ("TEST-DENY-PR-B7", Fate(FateKind.DENIED, Denial("PR", "B7"))),
        ("TEST-DENY-CO-16-MA130", Fate(FateKind.DENIED, Denial("CO", "16", ("MA130",)))),
        ("TEST-UNDERPAY-1", Fate(FateKind.UNDERPAID, percent=1)),
        ("TEST-UNDERPAY-99", Fate(FateKind.UNDERPAID, percent=99)),
        ("TEST-NO-ANSWER", Fate(FateKind.SILENT)),
        ("TEST-NO-ACK", Fate(FateKind.UNACKNOWLEDGED)),
        ("TEST-999-REJECT", Fate(FateKind.FILE_REJECTED)),
        ("TEST-PEND", Fate(FateKind.PENDED)),
        ("TESTER", None),
        ("W123", None),
        ("", None),
    ],
)
def test_a_member_id_chooses_the_fate(member_id: str, fate: Fate | None) -> None:
    assert chosen_fate(member_id) == fate


@pytest.mark.parametrize(
    "member_id",
    [
        "TEST-PIAD",
        "TEST-DENY-XX-16",
        "TEST-DENY-CO",
        "TEST-UNDERPAY-0",
        "TEST-UNDERPAY-100",
        "TEST-PLB-FB",
        "TEST-PLB-L",
        "TEST-PLB-L6-TWICE",
        "TEST-TAKEBACK-D",
    ],
)
def test_a_misspelt_test_id_is_refused_and_says_so(member_id: str) -> None:
    message = "UNKNOWN TEST MEMBER ID"

    assert chosen_fate(member_id) == Fate(FateKind.CLAIM_REJECTED, status=StatusCode("A7", "164", "IL"), text=message)


def test_a_paid_claim_is_cut_to_the_payers_price_and_shared_with_the_patient() -> None:
    decision = decision_on("TEST-PAID", 10_000, 5_000)

    groups = {group for group, _, _ in reasons(decision)}
    assert decision.status == "1"
    assert 0 < decision.paid_cents < 15_000
    assert ("CO", "45") in {(group, reason) for group, reason, _ in reasons(decision)}
    assert groups <= {"CO", "PR"}
    assert balances(decision)


@pytest.mark.parametrize(("percent", "share"), [(10, 90), (50, 50)])
def test_an_underpaid_claim_is_allowed_that_much_less_than_the_usual_price(percent: int, share: int) -> None:
    usual = lines(decision_on("TEST-PAID"))[0].allowed_cents
    less = lines(decision_on(f"TEST-UNDERPAY-{percent}"))[0].allowed_cents

    assert usual is not None
    assert less == usual * share // 100


def test_a_denied_claim_has_every_line_denied_with_the_named_codes() -> None:
    decision = decision_on("TEST-DENY-CO-16-M76", 10_000, 5_000)

    assert reasons(decision) == [("CO", "16", 10_000), ("CO", "16", 5_000)]
    assert [service.remark_codes for service in lines(decision)] == [["M76"], ["M76"]]
    assert (decision.paid_cents, decision.status) == (0, "1")


def test_only_an_unknown_patient_gives_status_4() -> None:
    assert decision_on("TEST-DENY-PR-31").status == "4"
    assert decision_on("TEST-DENY-PR-27").status == "1"


def test_a_partly_denied_claim_loses_its_last_line_or_half_of_the_only_one() -> None:
    two, one = decision_on("TEST-PARTIAL", 10_000, 5_000), decision_on("TEST-PARTIAL", 10_000)

    assert [service.paid_cents > 0 for service in two.services] == [True, False]
    assert reasons(two)[-1] == ("CO", "97", 5_000)
    assert lines(one)[0].paid_cents > 0
    assert {reason for _, reason, _ in reasons(one)} >= {"45", "97"}
    assert balances(two)
    assert balances(one)


def test_a_deductible_takes_the_whole_allowed_amount() -> None:
    decision = decision_on("TEST-DEDUCTIBLE", 10_000, 5_000)

    assert decision.paid_cents == 0
    assert {(group, reason) for group, reason, _ in reasons(decision)} == {("CO", "45"), ("PR", "1")}
    assert decision.patient_responsibility_cents == sum(service.allowed_cents or 0 for service in lines(decision))


def test_a_pended_claim_is_not_decided() -> None:
    assert reasons(decision_on("TEST-PEND")) == [("OA", "133", 10_000)]


def test_original_medicare_alone_cuts_by_statute_what_it_pays() -> None:
    medicare, plan = decision_on("TEST-PAID", filing="MB"), decision_on("TEST-PAID", filing="16")

    [service] = lines(medicare)
    allowed = service.allowed_cents or 0
    coinsurance = allowed * 20 // 100
    assert reasons(medicare)[1:] == [
        ("CO", "253", (allowed - coinsurance) * 2 // 100),
        ("PR", "2", coinsurance),
    ]
    assert "253" not in {reason for _, reason, _ in reasons(plan)}


def test_a_payer_has_one_price_for_a_code_whoever_the_patient_is() -> None:
    prices = {lines(decision_on("TEST-PAID", number=f"P{n}"))[0].allowed_cents for n in range(5)}
    elsewhere = {lines(decision_on("TEST-PAID", payer=f"7{n}"))[0].allowed_cents for n in range(5)}

    assert len(prices) == 1
    assert len(elsewhere) > 1


def test_every_seeded_decision_balances_to_the_cent() -> None:
    fates: Counter[FateKind] = Counter()
    for filing in ("CI", "MB", "MC"):
        for transaction in batch_of(*many_claims(500, filing=filing, payer=filing)).transactions:
            for claim in transaction.claims:
                fates[claim.fate.kind] += 1
                if claim.fate.kind not in UNPAID:
                    assert balances(adjudicate(claim)), claim.fate

    of_tests = {FateKind.FILE_REJECTED, FateKind.SEQUESTERED, FateKind.ESTIMATED, FateKind.PRICED_TWICE}
    assert set(fates) == set(FateKind) - of_tests


def test_the_mix_denies_about_as_often_as_it_says_and_a_strict_payer_more() -> None:
    def denied(strictness: int) -> int:
        fates = [seeded_fate(Chance(f"{n}"), strictness_percent=strictness).kind for n in range(5_000)]
        return sum(kind in (FateKind.DENIED, FateKind.PARTIAL) for kind in fates)

    expected = 5_000 * (67 + 40) // 1_000
    assert sum(weight for weight, _ in FATES) == 1_000
    assert abs(denied(100) - expected) < expected // 5
    assert denied(160) > denied(100) > denied(60)


def test_every_code_of_the_mix_is_in_our_code_lists() -> None:
    for _, denial in (*DENIALS, *PARTIAL_DENIALS):
        row = carc(denial.carc)
        assert row is not None
        assert all(rarc(code) is not None for code in denial.rarcs)
        assert denial.rarcs or not row.rarc_required


def test_the_same_claim_meets_the_same_fate_under_another_number_and_another_seed_deals_anew() -> None:
    def fates(seed: str, prefix: str) -> list[Fate]:
        claims = [claim_of(f"M{n}", 8_000 + n, number=f"{prefix}{n}") for n in range(60)]
        return [claim.fate for one in batch_of(*claims, seed=seed).transactions for claim in one.claims]

    assert fates(SEED, "A") == fates(SEED, "B")
    assert fates(SEED, "A") != fates("autumn", "A")


@pytest.mark.parametrize("filing", ["CI", "MB", "MC", "16"])
def test_payments_come_9_to_45_days_after_sending_on_a_day_of_the_payers_runs(filing: str) -> None:
    sent_on = date(2026, 3, 3)
    for payer in range(12):
        habits = payer_habits(SEED, f"{payer}", filing)
        days = [pays_on(habits, Chance(f"{n}"), sent_on) for n in range(200)]
        assert {day.weekday() for day in days} <= set(habits.pays_on_weekdays) <= set(range(5))
        assert min(days) >= sent_on + timedelta(days=SHORTEST_DAYS)
        assert max(days) <= sent_on + timedelta(days=LONGEST_DAYS)
        if filing == "MB":
            assert min(days) >= sent_on + timedelta(days=MEDICARE_FLOOR_DAYS)


def test_a_claim_that_chose_its_fate_is_not_taken_down_by_bad_luck() -> None:
    refused = [batch_of(claim_of("TEST-PAID", number=f"P{n}"), seed=f"{n}").transactions[0].fault for n in range(300)]

    assert refused == [None] * 300


def test_some_files_are_refused_by_bad_luck() -> None:
    refused = [batch_of(claim_of("M1"), seed=f"{n}").transactions[0].fault for n in range(300)]

    assert 0 < sum(fault is not None for fault in refused) < 20


def test_one_claim_can_have_its_whole_transaction_refused() -> None:
    batch = batch_of(claim_of("TEST-PAID", number="A"), claim_of("TEST-999-REJECT", number="B"))

    assert batch.transactions[0].fault is not None
    assert batch.taken_in() == []


def balances(decision: RemittanceClaim) -> bool:
    """Line by line, claim by claim, and the patient's part; nothing below zero."""
    each_line = all(
        service.charge_cents - sum(one.amount_cents for one in service.adjustments) == service.paid_cents >= 0
        for service in lines(decision)
    )
    decided = reasons(decision)
    patient = sum(cents for group, _, cents in decided if group == "PR")
    charges = sum(service.charge_cents for service in lines(decision)) or decision.charge_cents
    return (
        each_line
        and all(cents > 0 for _, _, cents in decided)
        and charges == decision.charge_cents
        and decision.charge_cents - sum(cents for _, _, cents in decided) == decision.paid_cents
        and patient == decision.patient_responsibility_cents
    )
