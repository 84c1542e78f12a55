"""Balance in exact cents, on both sides of a cent, at line, claim and payment level."""

import pytest

from ar_shared.x12.findings import Severity

from .era import HEADER, INSTITUTIONAL
from .remittances import Whole, read_one, with_changes

LINE = "SVC*HC:G0103*80*0**1"


def said(one: Whole, claim: int) -> list[tuple[str, str, int | None]]:
    return [(finding.code, finding.segment, finding.element) for finding in one.claims[claim].findings]


@pytest.mark.parametrize(("amount", "balanced"), [("79.99", False), ("80", True), ("80.01", False)])
def test_a_line_is_charge_less_adjustments(amount: str, balanced: bool) -> None:
    one = with_changes({"CAS*CO*16*80": f"CAS*CO*16*{amount}"})
    assert one.claims[1].balanced is balanced
    expected = [] if balanced else [("line_unbalanced", "SVC", 3), ("claim_unbalanced", "CLP", 4)]
    assert said(one, 1) == expected
    assert one.summary.unbalanced_count == (0 if balanced else 1)
    assert one.summary.balanced


def test_the_finding_of_a_line_points_at_the_line() -> None:
    one = with_changes({"CAS*CO*45*20": "CAS*CO*45*20.01"})
    lines = one.claims[0].services
    assert [(f.loop, f.segment_index, f.byte_offset) for f in one.claims[0].findings][:2] == [
        ("2110", line.segment_index, line.byte_offset) for line in lines
    ]


@pytest.mark.parametrize(("amount", "balanced"), [("854.79", False), ("854.8", True), ("854.81", False)])
def test_a_claim_without_lines_is_charge_less_its_own_adjustments(amount: str, balanced: bool) -> None:
    one = with_changes({"CAS*CO*45*854.8": f"CAS*CO*45*{amount}"})
    assert one.claims[2].balanced is balanced
    assert said(one, 2) == ([] if balanced else [("claim_unbalanced", "CLP", 4)])


def test_adjustments_of_the_claim_count_beside_those_of_its_lines() -> None:
    segments = ["CLP*A*1*100*70**12*I", "CAS*OA*23*10", "SVC*HC:G0101*100*80**1", "CAS*CO*45*20"]
    one = read_one("BPR*I*70*C*CHK", *HEADER[1:], "LX*1", *segments)
    assert (one.claims[0].balanced, one.summary.balanced) == (True, True)


@pytest.mark.parametrize(("charge", "balanced"), [("79.99", False), ("80", True), ("80.01", False)])
def test_the_charges_of_the_lines_are_the_claims(charge: str, balanced: bool) -> None:
    segments = [f"CLP*A*1*{charge}*0**12*I", f"CAS*CO*45*{float(charge) - 80:.2f}", LINE, "CAS*CO*16*80"]
    one = read_one("BPR*I*0*C*NON", *HEADER[1:], "LX*1", *segments)
    assert one.claims[0].balanced is balanced
    assert said(one, 0) == ([] if balanced else [("claim_charge_differs_from_lines", "CLP", 3)])


@pytest.mark.parametrize("status", ["1", "2", "3", "19", "20", "21"])
@pytest.mark.parametrize(("patient", "agrees"), [("19.99", False), ("20", True), ("20.01", False), ("", False)])
def test_patient_responsibility_that_differs_only_warns(status: str, patient: str, agrees: bool) -> None:
    one = with_changes({"CLP*PCN1*1*150*90*20*12*ICN1*11*1": f"CLP*PCN1*{status}*150*90*{patient}*12*ICN1*11*1"})
    claim = one.claims[0]
    assert claim.postable
    assert said(one, 0) == ([] if agrees else [("patient_responsibility_differs", "CLP", 5)])
    assert all(finding.severity is Severity.WARNING for finding in claim.findings)


def test_patient_responsibility_is_not_asked_of_a_reversal() -> None:
    segments = ["CLP*A*22*-100*-80**12*I", "CAS*PR*3*-20"]
    one = read_one("BPR*I*0*C*NON", *HEADER[1:], "LX*1", *segments, "PLB*P*20261231*WO:A*-80")
    assert (said(one, 0), one.summary.balanced) == ([], True)


@pytest.mark.parametrize(("total", "balanced"), [("234.99", False), ("235", True), ("235.01", False)])
def test_a_payment_is_its_claims_less_the_provider_adjustments(total: str, balanced: bool) -> None:
    one = with_changes({HEADER[0]: f"BPR*I*{total}*C*CHK"})
    assert one.summary.balanced is balanced
    assert one.summary.findings.codes() == ([] if balanced else ["payment_unbalanced"])
    assert all(claim.postable for claim in one.claims)


@pytest.mark.parametrize(("amount", "balanced"), [(".69", False), (".7", True), (".71", False)])
def test_provider_adjustments_count_with_the_sign_reversed(amount: str, balanced: bool) -> None:
    plb = "PLB*1234567893*20261231*WO:ICN9*.7"
    assert with_changes({plb: f"PLB*1234567893*20261231*WO:ICN9*{amount}"}).summary.balanced is balanced


def test_an_unbalanced_claim_does_not_unbalance_the_payment() -> None:
    one = with_changes({"CAS*CO*45*854.8": "CAS*CO*45*1"})
    assert (one.claims[2].postable, one.claims[0].postable, one.summary.balanced) == (False, True, True)


@pytest.mark.parametrize(("total", "negative"), [("-.01", True), ("0", False)])
def test_a_payment_is_never_negative(total: str, negative: bool) -> None:
    reversal = ["CLP*A*22*-1*-1**12*I", "PLB*P*20261231*FB:T*" + ("-.99" if negative else "-1")]
    summary = read_one(f"BPR*I*{total}*C*NON", *HEADER[1:], "LX*1", *reversal).summary
    assert summary.balanced is not negative
    assert ("payment_negative" in summary.findings.codes()) is negative


def test_a_debit_is_reported() -> None:
    summary = with_changes({HEADER[0]: "BPR*I*235*D*CHK"}).summary
    assert summary.findings.codes() == ["payment_is_debit"]


def test_a_claim_that_cannot_be_read_is_not_called_balanced() -> None:
    one = with_changes({INSTITUTIONAL[0]: "CLP*PCN3*2*x*145.7"})
    assert (one.claims[2].usable, one.claims[2].balanced) == (False, False)
    assert (one.summary.unusable_count, one.summary.unbalanced_count) == (1, 0)
    assert one.summary.balanced
