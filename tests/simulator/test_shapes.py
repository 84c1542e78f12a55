"""How a payer writes what it decides: kept back, capitated, without lines, split, bundled, recoded, corrected."""

from dataclasses import replace

import pytest

from ar_shared.x12.claim_facts import (
    Adjustment,
    Coverage,
    LineAdjudication,
    Reference,
    ServiceLine,
)
from ar_shared.x12.remittance import RemittanceClaim
from claims_api.simulator.domain.adjudicate import adjudicate
from claims_api.simulator.domain.batch import BatchClaim
from claims_api.simulator.domain.fate import Fate, FateKind

# Relative, because the tests are not on the import path.
from ..x12.claims_837 import a_line  # noqa: TID252
from .files import decision_on, lines, only_claim, reasons, usual_decision_on


def by_reason(decision: RemittanceClaim) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for group, reason, cents in reasons(decision):
        sums[group, reason] = sums.get((group, reason), 0) + cents
    return sums


def test_a_tenth_of_the_allowed_amount_is_withheld() -> None:
    usual, withheld = usual_decision_on("TEST-WITHHOLD", 10_000, 5_000), decision_on("TEST-WITHHOLD", 10_000, 5_000)

    kept = sum((service.allowed_cents or 0) // 10 for service in usual.services)
    assert by_reason(withheld)["CO", "104"] == kept == usual.paid_cents - withheld.paid_cents


def test_a_capitated_claim_is_covered_by_what_is_paid_each_month() -> None:
    decision = decision_on("TEST-CAPITATED", 10_000, 5_000)

    assert (decision.paid_cents, by_reason(decision)) == (0, {("CO", "24"): 15_000})


def test_a_payer_other_than_medicare_can_be_told_to_cut_by_statute() -> None:
    [service] = lines(decision_on("TEST-SEQUESTRATION", filing="16"))

    patient = service.patient_cents
    cut = [one.amount_cents for one in service.adjustments if one.reason == "253"]
    assert service.allowed_cents is not None
    assert cut == [(service.allowed_cents - patient) * 2 // 100]


def test_a_claim_without_lines_has_the_same_sums_on_the_claim() -> None:
    usual, whole = usual_decision_on("TEST-NO-LINES", 10_000, 5_000), decision_on("TEST-NO-LINES", 10_000, 5_000)

    assert lines(whole) == []
    assert (whole.paid_cents, by_reason(whole)) == (usual.paid_cents, by_reason(usual))


def test_a_split_line_comes_back_as_two_with_one_control_number() -> None:
    usual, split = usual_decision_on("TEST-SPLIT", 9_999, 5_000), decision_on("TEST-SPLIT", 9_999, 5_000)

    numbers = [service.line_control_number for service in split.services]
    assert numbers == ["PCN1-1", "PCN1-1", "PCN1-2"]
    assert sum(service.charge_cents for service in split.services[:2]) == 9_999
    assert sum(service.paid_cents for service in split.services[:2]) == usual.services[0].paid_cents
    assert (split.paid_cents, by_reason(split)) == (usual.paid_cents, by_reason(usual))


@pytest.mark.parametrize(("member_id", "reason"), [("TEST-BUNDLED-97", "97"), ("TEST-BUNDLED-234", "234")])
def test_bundled_lines_are_part_of_the_first(member_id: str, reason: str) -> None:
    decision = decision_on(member_id, 10_000, 5_000, 2_000)

    assert [service.paid_cents > 0 for service in decision.services] == [True, False, False]
    assert by_reason(decision)["CO", reason] == 7_000


def test_a_recoded_line_names_our_code_beside_the_payers() -> None:
    [service] = lines(decision_on("TEST-RECODED"))

    assert (service.code, service.submitted_code, service.remark_codes) == ("S9999", "G0463", ["N22"])


def test_a_corrected_member_has_another_name_and_number() -> None:
    corrected = decision_on("TEST-MEMBER").name("74")

    assert corrected is not None
    assert (corrected.last, corrected.id_qualifier, corrected.id) == ("DOE-SIM", "C", "TEST-MEMBERA")


@pytest.mark.parametrize(
    ("member_id", "status", "role", "reason"),
    [
        ("TEST-OTHER-PAYER", "1", "PR", ("CO", "22")),
        ("TEST-NOT-OURS", "23", "TT", ("OA", "109")),
        ("TEST-DENY-PR-31", "4", "QC", ("PR", "31")),
    ],
)
def test_who_else_is_to_be_asked_is_named(member_id: str, status: str, role: str, reason: tuple[str, str]) -> None:
    decision = decision_on(member_id)

    assert (decision.status, decision.paid_cents) == (status, 0)
    assert decision.name(role) is not None
    assert by_reason(decision) == {reason: 10_000}


def test_an_estimate_pays_nothing_and_says_what_it_would_pay() -> None:
    usual, estimate = usual_decision_on("TEST-ESTIMATE"), decision_on("TEST-ESTIMATE")

    assert (estimate.status, estimate.paid_cents) == ("25", 0)
    assert by_reason(estimate)["OA", "101"] == usual.paid_cents


def a_line_paid_by_another(
    charge: int, paid: int, cut: int, patient: int, remaining_cents: int | None = None
) -> ServiceLine:
    adjustments = (Adjustment("CO", "45", cut), Adjustment("PR", "2", patient))
    answer = LineAdjudication(payer_id="111", paid_cents=paid, adjustments=adjustments, remaining_cents=remaining_cents)
    return a_line(charge, references=(Reference("6R", "PCN1-1"),), adjudications=(answer,))


def secondary(member_id: str, *lines_of_it: ServiceLine) -> BatchClaim:
    """A claim that another payer has answered: charge 200, paid 96, CO-45 80, PR-2 24, unless other lines are given."""
    billed = lines_of_it or (a_line_paid_by_another(20_000, 9_600, 8_000, 2_400),)
    claim = only_claim(member_id)
    facts = replace(
        claim.facts,
        coverage=Coverage(sequence="S", relationship="18", filing_code="CI"),
        lines=billed,
        charge_cents=sum(line.charge_cents for line in billed),
    )
    return replace(claim, facts=facts)


def test_a_secondary_payer_pays_of_what_the_first_one_left_to_the_patient() -> None:
    decision = adjudicate(secondary("TEST-PAID"))

    sums = by_reason(decision)
    assert decision.status == "2"
    assert sums["OA", "23"] == 17_600
    assert decision.paid_cents + sums.get(("PR", "2"), 0) == 2_400


def test_what_the_first_payer_says_is_left_counts_before_its_adjustments() -> None:
    line = a_line_paid_by_another(20_000, 9_600, 8_000, 2_400, remaining_cents=1_000)

    assert by_reason(adjudicate(secondary("TEST-PAID", line)))["OA", "23"] == 19_000


def test_a_secondary_payer_may_repeat_the_first_ones_contractual_cut() -> None:
    claim = secondary("TEST-PRICED-TWICE")
    usual, priced_twice = adjudicate(replace(claim, fate=Fate(FateKind.PAID))), adjudicate(claim)

    sums = by_reason(priced_twice)
    assert (sums["CO", "45"], sums["OA", "23"]) == (8_000, 9_600)
    assert priced_twice.paid_cents == usual.paid_cents
