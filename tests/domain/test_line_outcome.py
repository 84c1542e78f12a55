"""Denial, partial payment or zero pay: the deterministic rule, row by row, at line and claim level."""

import pytest

from claims_api.codes.code_lists import carc
from claims_api.remittances.domain.amounts import CasAmount, LineAmounts
from claims_api.remittances.domain.claim_status import (
    ClaimHandling,
    claim_handling,
    is_forwarded,
    payer_sequence,
)
from claims_api.remittances.domain.line_outcome import (
    AmountsByKind,
    ClaimOutcome,
    LineOutcome,
    amounts_by_kind,
    claim_outcome,
    denied_cents,
    line_outcome,
    root_cause,
)


def a_line(charge: int, paid: int, adjustments: str = "") -> LineAmounts:
    """`a_line(200, 96, "CO-45:80 PR-2:24")`, in dollars."""
    amounts = []
    for text in adjustments.split():
        code, dollars = text.split(":")
        group, reason = code.split("-")
        amounts.append(CasAmount(group, reason, int(dollars) * 100))
    return LineAmounts(charge * 100, paid * 100, tuple(amounts))


@pytest.mark.parametrize(
    ("charge", "paid", "adjustments", "outcome"),
    [
        (0, 0, "", "informational"),
        (10, 0, "CO-246:10", "informational"),
        (10, 0, "CO-246:4 CO-45:6", "zero_paid_review"),
        (100, 0, "OA-133:100", "pended"),
        (100, 0, "OA-133:60 CO-50:40", "pended"),
        (100, 60, "OA-133:40", "paid"),
        (200, 96, "CO-45:80 PR-2:24", "paid"),
        (200, 198, "CO-253:2", "paid"),
        (200, 96, "CO-45:80 PR-2:4 CO-97:20", "partially_denied"),
        (200, 1, "CO-50:199", "partially_denied"),
        (200, 0, "CO-50:200", "denied"),
        (200, 0, "CO-45:80 CO-197:120", "denied"),
        (200, 0, "PR-96:200", "denied"),
        (200, 0, "PR-1:120 CO-45:40 CO-16:40", "denied"),
        (200, 0, "CO-45:80 PR-1:120", "zero_paid_patient_share"),
        (200, 0, "CO-45:80 OA-209:120", "zero_paid_patient_share"),
        (200, 0, "OA-23:120 PR-2:80", "zero_paid_patient_share"),
        (200, 0, "OA-23:200", "zero_paid_prior_payer"),
        (200, 0, "CO-45:80 OA-23:120", "zero_paid_prior_payer"),
        (200, 0, "CO-45:200", "zero_paid_review"),
        (200, 0, "CO-59:200", "zero_paid_review"),
        (200, 0, "CO-ZZ9:200", "zero_paid_review"),
        (200, 0, "", "zero_paid_review"),
    ],
)
def test_the_first_test_that_holds_decides_the_line(charge: int, paid: int, adjustments: str, outcome: str) -> None:
    assert line_outcome(a_line(charge, paid, adjustments), carc) == outcome


def test_a_payers_capitation_contract_turns_reason_24_into_no_denial() -> None:
    line = a_line(200, 0, "CO-24:200")

    assert line_outcome(line, carc) is LineOutcome.DENIED
    assert line_outcome(line, lambda code: carc("45" if code == "24" else code)) is LineOutcome.ZERO_PAID_REVIEW


def test_the_sums_are_by_kind_over_all_groups() -> None:
    line = a_line(
        1000,
        0,
        "CO-50:10 PR-96:20 PR-1:30 OA-209:5 CO-45:40 CO-253:1 CO-104:2 CO-59:50 OA-23:60 OA-133:70 CO-246:80 CO-ZZ9:90",
    )

    assert amounts_by_kind(line.adjustments, carc) == AmountsByKind(
        denied=3000,
        patient_share=3500,
        contractual=4300,
        reduction=5000,
        prior_payer=6000,
        pended=7000,
        informational=8000,
        unknown=9000,
    )


@pytest.mark.parametrize(
    ("adjustments", "dollars"),
    [("CO-50:120 CO-45:80", 120), ("CO-50:100 PR-96:20", 120), ("CO-45:80", 0), ("CO-50:-10", 0)],
)
def test_the_denied_amount_counts_denials_of_every_group(adjustments: str, dollars: int) -> None:
    assert denied_cents(a_line(200, 0, adjustments), carc) == dollars * 100


O = LineOutcome  # noqa: E741


@pytest.mark.parametrize(
    ("status", "lines", "outcome"),
    [
        ("1", [O.DENIED], ClaimOutcome.DENIED),
        ("1", [O.DENIED, O.DENIED], ClaimOutcome.DENIED),
        ("1", [O.DENIED, O.INFORMATIONAL], ClaimOutcome.DENIED),
        ("1", [O.DENIED, O.PAID], ClaimOutcome.PARTIALLY_DENIED),
        ("1", [O.DENIED, O.ZERO_PAID_PATIENT_SHARE], ClaimOutcome.PARTIALLY_DENIED),
        ("1", [O.DENIED, O.PENDED], ClaimOutcome.PARTIALLY_DENIED),
        ("1", [O.PARTIALLY_DENIED], ClaimOutcome.PARTIALLY_DENIED),
        ("1", [O.PAID, O.ZERO_PAID_PATIENT_SHARE], ClaimOutcome.PAID),
        ("1", [O.PAID, O.PENDED], ClaimOutcome.PAID),
        ("1", [O.ZERO_PAID_PATIENT_SHARE], ClaimOutcome.ZERO_PAID),
        ("2", [O.ZERO_PAID_PRIOR_PAYER], ClaimOutcome.ZERO_PAID),
        ("1", [O.ZERO_PAID_REVIEW, O.PENDED], ClaimOutcome.PENDED),
        ("1", [O.PENDED], ClaimOutcome.PENDED),
        ("1", [O.INFORMATIONAL], ClaimOutcome.ZERO_PAID),
        ("1", [], ClaimOutcome.ZERO_PAID),
        ("4", [O.ZERO_PAID_REVIEW], ClaimOutcome.DENIED),
        ("4", [], ClaimOutcome.DENIED),
        ("4", [O.DENIED], ClaimOutcome.DENIED),
        ("4", [O.PAID], ClaimOutcome.PAID),
    ],
)
def test_the_claim_follows_from_its_lines(status: str, lines: list[LineOutcome], outcome: ClaimOutcome) -> None:
    assert claim_outcome(status, lines) is outcome


def test_status_1_with_nothing_paid_is_a_denial_when_the_adjustments_say_so() -> None:
    line = a_line(200, 0, "CO-50:200")

    assert claim_outcome("1", [line_outcome(line, carc)]) is ClaimOutcome.DENIED


@pytest.mark.parametrize(
    ("adjustments", "cause"),
    [
        ("CO-50:100 CO-16:99", "50"),
        ("CO-50:99 CO-16:100", "16"),
        ("CO-16:60 PR-16:50 CO-50:100", "16"),
        ("CO-18:50 CO-4:50", "4"),
        ("CO-4:50 CO-50:50", "50"),
        ("CO-50:50 CO-29:50", "29"),
        ("CO-29:50 PR-27:50", "27"),
        ("PR-27:50 CO-197:50", "197"),
        ("CO-96:50 CO-16:50", "16"),
        ("CO-45:500 CO-50:1", "50"),
        ("CO-45:80 PR-2:20", None),
        ("CO-ZZ9:80", None),
    ],
)
def test_the_root_cause_is_the_largest_denial_and_ties_go_by_category(adjustments: str, cause: str | None) -> None:
    found = root_cause(a_line(1000, 0, adjustments).adjustments, carc)

    assert (found.code if found else None) == cause


@pytest.mark.parametrize(
    ("status", "handling", "sequence", "forwarded"),
    [
        ("1", ClaimHandling.ADJUDICATED, 1, False),
        ("2", ClaimHandling.ADJUDICATED, 2, False),
        ("3", ClaimHandling.ADJUDICATED, 3, False),
        ("4", ClaimHandling.ADJUDICATED, None, False),
        ("19", ClaimHandling.ADJUDICATED, 1, True),
        ("20", ClaimHandling.ADJUDICATED, 2, True),
        ("21", ClaimHandling.ADJUDICATED, 3, True),
        ("22", ClaimHandling.REVERSAL, None, False),
        ("23", ClaimHandling.NOT_OURS, None, True),
        ("25", ClaimHandling.ESTIMATE, None, False),
        ("5", ClaimHandling.UNSUPPORTED, None, False),
        ("", ClaimHandling.UNSUPPORTED, None, False),
    ],
)
def test_what_a_claim_status_lets_us_do(
    status: str, handling: ClaimHandling, sequence: int | None, *, forwarded: bool
) -> None:
    assert claim_handling(status) is handling
    assert payer_sequence(status) == sequence
    assert is_forwarded(status) is forwarded
