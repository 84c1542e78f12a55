"""What follows the first decision: reversals and corrections, take-backs in three patterns, refunds, crossover."""

from collections import Counter
from collections.abc import Sequence

import pytest

from ar_shared.x12.remittance import RemittanceClaim
from claims_api.simulator.domain.course import Chapter
from claims_api.simulator.domain.fate import Course

from .files import SEED, batch_of, many_claims, only_claim, reasons, story_of


def told(member_id: str) -> list[list[str]]:
    """Of each payment: the statuses of its claims, then its provider entries with their sign."""
    return [
        [
            *(claim.status for claim in chapter.claims),
            *(f"{entry.reason}{'+' if entry.amount_cents > 0 else '-'}" for entry in chapter.entries),
        ]
        for chapter in story_of(member_id, 10_000, 20_000)
    ]


@pytest.mark.parametrize(
    ("member_id", "payments"),
    [
        ("TEST-PAID", [["1"]]),
        ("TEST-PEND-PAID", [["1"], ["22", "1"]]),
        ("TEST-REVERSE", [["1"], ["22", "1"]]),
        ("TEST-REVERSE-TWO-FILES", [["1"], ["22"], ["1"]]),
        ("TEST-REVERSE-WRONG-ORDER", [["1"], ["1"], ["22"]]),
        ("TEST-REVERSE-ONLY", [["1"], ["22"]]),
        ("TEST-CORRECT-ONLY", [["1"], ["1"]]),
        ("TEST-TAKEBACK", [["1"], ["22", "1"]]),
        ("TEST-TAKEBACK-A", [["1"], ["22", "1"]]),
        ("TEST-TAKEBACK-B", [["1"], ["22", "1", "WO-"], ["WO+"]]),
        ("TEST-TAKEBACK-C", [["1"], ["WO+"]]),
        ("TEST-REFUND", [["1"], ["72-", "WO+"]]),
        ("TEST-REFUND-PART", [["1"], ["72-", "WO+"]]),
        ("TEST-REFUND-REVERSED", [["1"], ["22", "1", "72-"]]),
        ("TEST-REFUND-ANNOUNCED", [["1"], ["22", "1", "WO-"], ["72-", "WO+"]]),
        ("TEST-FORWARD", [["1"], ["22", "1"]]),
        ("TEST-CROSSOVER", [["19"], ["2"]]),
    ],
)
def test_each_course_is_told_in_these_payments(member_id: str, payments: list[list[str]]) -> None:
    assert told(member_id) == payments
    days = [chapter.paid_on for chapter in story_of(member_id)]
    assert days == sorted(set(days))


def test_a_reversal_is_the_mirror_of_the_decision_under_the_same_reasons() -> None:
    first, second = story_of("TEST-REVERSE", 10_000, 20_000)

    [decided], [reversal, correction] = first.claims, second.claims
    assert reasons(reversal) == [(group, reason, -cents) for group, reason, cents in reasons(decided)]
    assert (reversal.charge_cents, reversal.paid_cents) == (-30_000, -decided.paid_cents)
    assert reversal.patient_responsibility_cents == -decided.patient_responsibility_cents
    assert reversal.payer_claim_control_number == decided.payer_claim_control_number
    assert reversal.remark_codes == ["N689"]
    assert correction.payer_claim_control_number != decided.payer_claim_control_number
    assert ["REF", "F8", decided.payer_claim_control_number] in correction.references
    assert 0 < correction.paid_cents < decided.paid_cents


def paid(claims: Sequence[RemittanceClaim]) -> int:
    return sum(claim.paid_cents for claim in claims)


def taken(chapter: Chapter) -> dict[str, int]:
    return {entry.reason: entry.amount_cents for entry in chapter.entries}


def test_pattern_a_drops_the_total_and_pattern_b_restores_it_and_takes_it_later() -> None:
    first, at_once = story_of("TEST-TAKEBACK-A", 10_000)
    before, announced, later = story_of("TEST-TAKEBACK-B", 10_000)

    assert paid(at_once.claims) == -paid(first.claims) < 0
    assert paid(announced.claims) - announced.entries[0].amount_cents == 0
    assert taken(later) == {"WO": paid(before.claims)}


def test_a_refund_of_ours_is_acknowledged_in_full_in_part_or_by_the_reversal() -> None:
    before, whole = story_of("TEST-REFUND", 10_000)
    before_part, part = story_of("TEST-REFUND-PART", 10_000)
    _, with_reversal = story_of("TEST-REFUND-REVERSED", 10_000)

    owed, owed_in_part = paid(before.claims), paid(before_part.claims)
    assert taken(whole) == {"72": -owed, "WO": owed}
    assert taken(part) == {"72": -(owed_in_part // 2), "WO": owed_in_part}
    assert paid(with_reversal.claims) - sum(taken(with_reversal).values()) == 0


def test_a_crossover_names_the_next_payer_which_then_pays_what_is_left_to_the_patient() -> None:
    first, second = story_of("TEST-CROSSOVER-TBC02", 10_000, 20_000, filing="MB")

    [forwarded], [answer] = first.claims, second.claims
    carrier = forwarded.name("TT")
    assert carrier is not None
    assert (carrier.id, second.payer and second.payer.id) == ("TBC02", "TBC02")
    assert forwarded.remark_codes == ["MA18"]
    assert answer.patient_control_number == forwarded.patient_control_number
    assert answer.paid_cents == forwarded.patient_responsibility_cents > 0
    assert {(group, reason) for group, reason, _ in reasons(answer)} == {("OA", "23")}


def test_the_mix_takes_some_decisions_back_and_leaves_what_only_a_test_wants_to_tests() -> None:
    courses: Counter[Course] = Counter()
    for n in range(8):
        for transaction in batch_of(*many_claims(500), seed=f"{SEED}{n}").transactions:
            courses.update(claim.fate.course for claim in transaction.claims)

    of_tests = {
        Course.REVERSED_ONLY,
        Course.CORRECTED_ONLY,
        Course.REFUND_SEEN,
        Course.REFUND_IN_PART,
        Course.REFUND_AND_REVERSAL,
        Course.REFUND_OF_ANNOUNCED,
        Course.CROSSED_OVER,
    }
    assert set(courses) == set(Course) - of_tests
    assert 40 < sum(courses.values()) - courses[Course.ONCE] < 160


@pytest.mark.parametrize(
    ("member_id", "code", "raises"),
    [
        ("TEST-PLB-L6", "L6", True),
        ("TEST-PLB-L6-CHARGE", "L6", False),
        ("TEST-PLB-CS", "CS", False),
        ("TEST-PLB-CS-CREDIT", "CS", True),
        ("TEST-PLB-LE", "LE", False),
        ("TEST-PLB-CT", "CT", True),
        ("TEST-PLB-ZZ", "ZZ", False),
    ],
)
def test_a_provider_entry_stands_beside_the_claim_with_its_usual_sign_or_the_chosen_one(
    member_id: str, code: str, raises: bool
) -> None:
    [chapter] = story_of(member_id, 10_000)

    [entry] = chapter.entries
    assert (entry.reason, entry.amount_cents < 0) == (code, raises)


def test_interest_is_told_on_the_claim_and_paid_beside_it() -> None:
    [chapter] = story_of("TEST-PLB-L6", 10_000)

    [claim], [entry] = chapter.claims, chapter.entries
    assert claim.amounts == [("I", -entry.amount_cents)]
    assert entry.reference == claim.payer_claim_control_number


def test_a_debt_of_an_affiliate_names_the_affiliate() -> None:
    [chapter] = story_of("TEST-PLB-OB", 10_000)

    [entry] = chapter.entries
    assert entry.provider_id == "1992999999" != only_claim("TEST-PLB-OB").facts.billing_provider.id
