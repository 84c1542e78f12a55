"""A remittance adds up at three levels, and the allowed amount is the payer's price."""

from dataclasses import replace

import pytest

from claims_api.codes.code_lists import carc
from claims_api.paper.domain import BalanceFinding, BalanceRule, claim_findings, transaction_findings
from claims_api.remittances.domain.allowed import allowed_amount
from claims_api.remittances.domain.amounts import CasAmount, ClaimAmounts, LineAmounts

CO45, PR2 = CasAmount("CO", "45", 8000), CasAmount("PR", "2", 2400)
LINE = LineAmounts(20000, 9600, (CO45, PR2))
CLAIM = ClaimAmounts("1", 20000, 9600, 2400, lines=(LINE,))


def _rules(claim: ClaimAmounts) -> list[BalanceRule]:
    return [finding.rule for finding in claim_findings(claim)]


def test_a_claim_that_adds_up_has_no_findings() -> None:
    assert claim_findings(CLAIM) == []


@pytest.mark.parametrize("paid", [9599, 9601])
def test_one_cent_off_in_a_line_is_found_with_both_sums(paid: int) -> None:
    claim = replace(CLAIM, lines=(LINE, replace(LINE, paid_cents=paid)), charge_cents=40000)

    assert BalanceFinding(BalanceRule.LINE, 9600, paid, line=2) in claim_findings(claim)


@pytest.mark.parametrize("paid", [9599, 9601])
def test_one_cent_off_in_the_claim_is_found(paid: int) -> None:
    assert _rules(replace(CLAIM, paid_cents=paid)) == [BalanceRule.CLAIM, BalanceRule.CLAIM_PAID]


def test_line_charges_must_add_up_to_the_claims_charge() -> None:
    claim = replace(CLAIM, charge_cents=20001, paid_cents=9601)

    assert _rules(claim) == [BalanceRule.CLAIM_CHARGE, BalanceRule.CLAIM_PAID]


def test_claim_level_adjustments_lower_the_claims_payment_and_not_the_lines() -> None:
    claim = replace(CLAIM, adjustments=(CasAmount("CO", "253", 192),), paid_cents=9408)

    assert claim_findings(claim) == []
    assert BalanceRule.CLAIM in _rules(replace(claim, paid_cents=9600))


def test_a_claim_without_lines_balances_on_its_own_adjustments() -> None:
    claim = ClaimAmounts("1", 20000, 9600, 2400, adjustments=(CO45, PR2))

    assert claim_findings(claim) == []


@pytest.mark.parametrize(
    ("status", "stated", "rules"),
    [
        ("1", 2400, []),
        ("1", 2399, [BalanceRule.PATIENT_PART]),
        ("19", 2401, [BalanceRule.PATIENT_PART]),
        ("1", None, []),
        ("4", 0, []),
    ],
)
def test_the_patient_part_is_the_sum_of_group_pr_where_it_is_stated(
    status: str, stated: int | None, rules: list[BalanceRule]
) -> None:
    assert _rules(replace(CLAIM, status=status, patient_cents=stated)) == rules


def test_a_reversal_balances_negated_and_needs_no_patient_part() -> None:
    line = LineAmounts(-20000, -9600, (CasAmount("CO", "45", -8000), CasAmount("PR", "2", -2400)))

    assert claim_findings(ClaimAmounts("22", -20000, -9600, 0, lines=(line,))) == []


@pytest.mark.parametrize(
    ("claims", "plb", "payment", "balances"),
    [
        (9600, 0, 9600, True),
        (9600, 0, 9601, False),
        (9600, 1000, 8600, True),
        (9600, 1000, 10600, False),
        (9600, -1000, 10600, True),
        (-9600, -9600, 0, True),
        (0, 0, 0, True),
    ],
)
def test_a_positive_provider_adjustment_lowers_the_payment_and_a_negative_one_raises_it(
    claims: int, plb: int, payment: int, *, balances: bool
) -> None:
    findings = transaction_findings(claims_paid_cents=claims, provider_adjustment_cents=plb, payment_cents=payment)

    assert (findings == []) is balances


def test_a_payment_is_never_below_zero() -> None:
    findings = transaction_findings(claims_paid_cents=-9600, provider_adjustment_cents=0, payment_cents=-9600)

    assert findings == [BalanceFinding(BalanceRule.PAYMENT_NOT_NEGATIVE, 0, -9600)]


def _allowed(paid: int, adjustments: str, stated: int | None = None, *, later: bool = False) -> int | None:
    amounts = []
    for text in adjustments.split():
        code, dollars = text.split(":")
        group, reason = code.split("-")
        amounts.append(CasAmount(group, reason, int(dollars) * 100))
    line = LineAmounts(20000, paid * 100, tuple(amounts))
    answer = allowed_amount(line, carc, stated_cents=stated, later_payer=later)
    return None if answer.cents is None else answer.cents // 100


@pytest.mark.parametrize(
    ("paid", "adjustments", "allowed"),
    [
        (96, "CO-45:80 PR-2:24", 120),
        (94, "CO-45:80 PR-2:24 CO-253:2", 120),
        (94, "CO-45:80 PR-2:24 CO-237:2", 120),
        (84, "CO-45:80 PR-2:24 CO-104:12", 120),
        (84, "CO-45:80 PR-2:24 CO-105:12", 120),
        (84, "CO-45:80 PR-2:24 OA-143:12", 120),
        (84, "CO-45:80 PR-2:24 CO-245:12", 120),
        (86, "CO-45:80 PR-2:24 CO-B4:10", 120),
        (86, "CO-45:80 PR-2:24 CO-44:10", 120),
        (96, "CO-45:80 OA-209:24", 120),
        (0, "CO-45:80 PR-100:120", 120),
        (106, "CO-45:80 PR-2:24 PR-187:-10", 120),
        (0, "CO-45:80 PR-1:120", 120),
        (96, "CO-45:60 PR-45:20 PR-2:24", 120),
        (76, "CO-45:80 PR-2:24 CO-97:20", 100),
        (120, "CO-45:80 CO-ZZ9:0", 120),
    ],
)
def test_allowed_is_paid_plus_patient_share_plus_what_came_off_after_pricing(
    paid: int, adjustments: str, allowed: int
) -> None:
    assert _allowed(paid, adjustments) == allowed


@pytest.mark.parametrize(("stated", "used"), [(11900, 119), (20000, 200), (20100, 120), (0, 0), (None, 120)])
def test_the_stated_amount_counts_up_to_the_charge(stated: int | None, used: int) -> None:
    assert _allowed(96, "CO-45:80 PR-2:24", stated) == used


def test_both_amounts_are_kept() -> None:
    answer = allowed_amount(LINE, carc, stated_cents=11900)

    assert (answer.cents, answer.stated_cents, answer.derived_cents) == (11900, 11900, 12000)


def test_a_denied_line_has_no_allowed_amount_and_not_zero() -> None:
    assert _allowed(0, "CO-50:200") is None
    assert _allowed(0, "CO-50:200", 20000) is None


def test_a_later_payers_remittance_does_not_tell_the_price() -> None:
    assert _allowed(20, "OA-23:176 PR-2:4", 12000, later=True) is None
