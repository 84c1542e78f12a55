"""Claims built from facts: valid by the guide, and the same facts come back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ar_shared.x12.claim_builder import build_claim
from ar_shared.x12.claim_extract import facts_of
from ar_shared.x12.claim_facts import (
    Address,
    Adjustment,
    Amount,
    Attachment,
    ClaimDate,
    ClaimFacts,
    Coverage,
    Drug,
    HealthCode,
    LineAdjudication,
    Note,
    OtherCoverage,
    Party,
    Period,
    Procedure,
    Reference,
    RelatedCause,
    ServiceLine,
)
from ar_shared.x12.claim_limits import ClaimLimitError
from ar_shared.x12.claim_model import from_json, to_json

from .claims_837 import (
    NPI,
    a_claim,
    a_hospital_claim,
    a_hospital_line,
    a_line,
    a_patient,
    a_subscriber,
    an_address,
    body,
    passes_pyx12,
    read,
    with_lines,
    written,
)


def a_full_line() -> ServiceLine:
    """Every fact a professional line can have."""
    return a_line(
        8570,
        units=Decimal("1.125"),
        procedure=Procedure("J9999", ("25", "59", "LT", "RT"), "MIXED BY HAND"),
        place_of_service="22",
        pointers=(2, 1),
        emergency="Y",
        epsdt="Y",
        family_planning="Y",
        dates=(ClaimDate("472", Period(date(2026, 1, 5), date(2026, 1, 7))),),
        references=(Reference("6R", "PCN1-001"), Reference("G1", "AUTH2")),
        amounts=(Amount("T", 125),),
        notes=(Note("ADD", "SEE RECORD"),),
        drugs=(Drug("00012345678", Decimal("2.5"), "ML", (Reference("XZ", "RX1"),)),),
        providers=(
            Party(role="82", name="HOUSE", is_person=True, first_name="GREG", id_qualifier="XX", id=NPI),
            Party(role="DK", name="CUDDY", is_person=True, first_name="LISA", id_qualifier="XX", id=NPI),
        ),
        adjudications=(
            LineAdjudication(
                payer_id="11111",
                paid_cents=6570,
                procedure=Procedure("J9999"),
                paid_units=Decimal(1),
                adjustments=(Adjustment("CO", "45", 1500), Adjustment("PR", "1", 500, Decimal(1))),
                paid_on=date(2026, 2, 1),
                remaining_cents=500,
            ),
        ),
    )


def an_other_coverage(**changes: Any) -> OtherCoverage:
    facts: dict[str, Any] = {
        "coverage": Coverage(sequence="P", relationship="01", group_number="G2", filing_code="CI"),
        "subscriber": a_subscriber(name="ROE", id="M9", birth_on=None, gender=""),
        "payer": Party(role="PR", name="FIRST PLAN", id_qualifier="PI", id="11111", address=an_address()),
        "benefits_assigned": "Y",
        "release": "Y",
        "amounts": (Amount("D", 6570), Amount("EAF", 500)),
    }
    return OtherCoverage(**facts | changes)


def a_full_claim() -> ClaimFacts:
    """A secondary claim for a child after an accident, with everything the product keeps."""
    return with_lines(
        a_claim(
            coverage=Coverage(sequence="S", group_number="G1", group_name="", filing_code="CI"),
            patient=a_patient(references=(Reference("Y4", "PC1"),)),
            pay_to=Party(role="87", name="", address=Address("PO BOX 9", "", "AUSTIN", "TX", "787010002")),
            relationship="19",
            frequency_code="7",
            patient_signature="P",
            related_cause=RelatedCause(("AA", "EM"), "TX"),
            delay_reason="7",
            dates=(
                ClaimDate("431", Period(date(2026, 1, 1))),
                ClaimDate("439", Period(date(2025, 12, 31))),
            ),
            attachments=(Attachment("OZ", "BM", "ACN1"), Attachment("B4", "AA")),
            amounts=(Amount("F5", 1000),),
            references=(
                Reference("9F", "REF1"),
                Reference("G1", "AUTH1"),
                Reference("F8", "PAYER1"),
                Reference("D9", "CH1"),
                Reference("EA", "MRN1"),
            ),
            notes=(Note("ADD", "CORRECTED CLAIM"),),
            codes=(HealthCode("ABK", "M545"), HealthCode("ABF", "R51")),
            providers=(
                Party(role="DN", name="CARE", is_person=True, first_name="PRIMA", id_qualifier="XX", id=NPI),
                Party(
                    role="82",
                    name="HOUSE",
                    is_person=True,
                    first_name="GREG",
                    id_qualifier="XX",
                    id=NPI,
                    taxonomy="207Q00000X",
                ),
                Party(role="77", name="SURGERY HOUSE", id_qualifier="XX", id=NPI, address=an_address()),
                Party(role="DQ", name="OVER", is_person=True, first_name="SEER", id_qualifier="XX", id=NPI),
            ),
            other_coverages=(an_other_coverage(),),
        ),
        (a_full_line(), a_line()),
    )


def a_full_hospital_claim() -> ClaimFacts:
    return with_lines(
        a_hospital_claim(
            attachments=(Attachment("OZ", "EL", "ACN1"),),
            amounts=(Amount("F3", 1000),),
            providers=(
                Party(
                    role="71",
                    name="WELBY",
                    is_person=True,
                    first_name="ANN",
                    id_qualifier="XX",
                    id=NPI,
                    taxonomy="207Q00000X",
                ),
                Party(role="72", name="CUTTER", is_person=True, first_name="BO", id_qualifier="XX", id=NPI),
            ),
            references=(Reference("G1", "AUTH1"), Reference("EA", "MRN1")),
            other_coverages=(
                an_other_coverage(
                    coverage=Coverage(sequence="S", relationship="18", filing_code="CI"),
                    amounts=(),
                    dates=(ClaimDate("573", Period(date(2026, 2, 1))),),
                    adjustments=tuple(Adjustment("CO", str(n), 100 * n) for n in range(1, 8)),
                ),
            ),
        ),
        (
            a_hospital_line(5000, noncovered_cents=500),
            a_hospital_line(5000, revenue_code="0250", procedure=Procedure("J9999", ("JW",))),
        ),
    )


CLAIMS = {
    "professional": a_claim(),
    "professional, everything": a_full_claim(),
    "institutional": a_hospital_claim(),
    "institutional, everything": a_full_hospital_claim(),
}


@pytest.mark.parametrize("facts", CLAIMS.values(), ids=CLAIMS)
def test_the_facts_of_a_built_claim_are_the_facts_given(facts: ClaimFacts) -> None:
    (claim,) = read(written([from_json(to_json(build_claim(facts)))]))

    assert claim.findings == ()
    assert claim.facts == facts
    assert facts_of(claim.image) == facts


@pytest.mark.parametrize("facts", CLAIMS.values(), ids=CLAIMS)
def test_a_built_claim_passes_pyx12(facts: ClaimFacts) -> None:
    assert passes_pyx12(written([build_claim(facts)]).decode())


def test_a_built_claim_without_its_billing_name_fails_pyx12() -> None:
    facts = replace(a_claim(), billing_provider=replace(a_claim().billing_provider, name=""))

    assert not passes_pyx12(written([build_claim(facts)]).decode())


def test_the_segments_of_a_professional_claim_stand_in_the_order_of_the_guide() -> None:
    segments = [".".join(filter(None, segment.row[:2])) for segment in body(written([build_claim(a_claim())]))]

    assert segments == [
        *("BHT.0019", "NM1.41", "PER.IC", "NM1.40"),
        *("HL.1", "PRV.BI", "NM1.85", "N3.1 MAIN ST", "N4.AUSTIN", "REF.EI"),
        *("HL.2", "SBR.P", "NM1.IL", "N3.1 MAIN ST", "N4.AUSTIN", "DMG.D8", "NM1.PR"),
        *("CLM.PCN1", "HI.ABK:M545", "LX.1", "SV1.HC:G0463", "DTP.472"),
    ]


def test_text_is_made_fit_for_x12() -> None:
    facts = a_claim(subscriber=a_subscriber(name="NÚÑEZ*O:NEIL~", first_name=" ANA\n"))

    (claim,) = read(written([build_claim(facts)]))

    assert claim.facts is not None
    assert (claim.facts.subscriber.name, claim.facts.subscriber.first_name) == ("NUNEZ O NEIL", "ANA")


def test_seven_adjustments_of_one_group_take_two_cas_segments() -> None:
    rows = [segment.row for segment in body(written([build_claim(a_full_hospital_claim())]))]

    # a reason, an amount and an empty quantity each: 2 + 5 * 3 + 2 elements, the last quantity dropped
    assert [len(row) for row in rows if row[0] == "CAS"] == [19, 4]


def test_the_balance_of_facts_is_easy_to_ask() -> None:
    facts = a_full_claim()

    assert facts.patient_paid_cents == 1000
    assert facts.reference("F8") == "PAYER1"
    assert facts.provider("77") is not None
    assert facts.provider("71") is None
    assert [code.code for code in facts.diagnoses] == ["M545", "R51"]
    assert facts.lines[0].control_number == "PCN1-001"
    assert facts.billing_provider.tax_id == "741234567"
    assert a_hospital_claim().type_of_bill == "111"
    assert a_hospital_claim().drg == "871"
    assert facts.type_of_bill == ""


def diagnoses(count: int) -> tuple[HealthCode, ...]:
    return (HealthCode("ABK", "M545"), *[HealthCode("ABF", f"R{n:02d}") for n in range(1, count)])


WITHIN = {
    "50 lines": a_claim(lines=(a_line(100),) * 50),
    "12 diagnoses": a_claim(codes=diagnoses(12), lines=(a_line(pointers=(12, 1, 2, 3)),)),
    "4 modifiers": a_claim(lines=(a_line(procedure=Procedure("G0463", ("25", "59", "LT", "RT"))),)),
    "3 places of units": a_claim(lines=(a_line(units=Decimal("0.001")),)),
    "control number of 38": a_claim(patient_control_number="P" * 38),
    "999 lines": a_hospital_claim(lines=(a_hospital_line(100),) * 999),
    "25 diagnoses": a_hospital_claim(codes=diagnoses(25)),
    "frequency 8 with the payer's number": a_claim(frequency_code="8", references=(Reference("F8", "P1"),)),
    "no charge": a_claim(lines=(a_line(0),)),
}
BEYOND = {
    "line_count": a_claim(lines=(a_line(100),) * 51),
    "diagnosis_count": a_claim(codes=diagnoses(13)),
    "modifier_count": a_claim(lines=(a_line(procedure=Procedure("G0463", ("25", "59", "LT", "RT", "GP"))),)),
    "units_out_of_range": a_claim(lines=(a_line(units=Decimal("0.0001")),)),
    "patient_control_number_length": a_claim(patient_control_number="P" * 39),
    "pointer_count": a_claim(codes=diagnoses(5), lines=(a_line(pointers=(1, 2, 3, 4, 5)),)),
    "pointer_without_diagnosis": a_claim(lines=(a_line(pointers=(2,)),)),
    "principal_diagnosis_not_first": a_claim(codes=diagnoses(2)[::-1]),
    "charges_do_not_add_up": a_claim(charge_cents=9999),
    "charge_out_of_range": a_claim(lines=(a_line(-1),)),
    "payer_claim_control_number_missing": a_claim(frequency_code="7"),
    "patient_missing": a_claim(coverage=Coverage(sequence="P", relationship="")),
    "patient_is_subscriber": a_claim(patient=a_patient(), relationship="19"),
    "submitter_or_receiver_missing": a_claim(receiver=None),
    "line_without_procedure_or_pointer": a_claim(lines=(a_line(procedure=None),)),
    "line_without_revenue_code": a_hospital_claim(lines=(a_hospital_line(revenue_code=""),)),
}


@pytest.mark.parametrize("facts", WITHIN.values(), ids=WITHIN)
def test_a_claim_at_the_limit_is_built_and_comes_back(facts: ClaimFacts) -> None:
    (claim,) = read(written([build_claim(facts)]))

    assert claim.findings == ()
    assert claim.facts == facts


@pytest.mark.parametrize(("code", "facts"), BEYOND.items(), ids=BEYOND)
def test_a_claim_beyond_a_limit_is_refused_with_its_reason(code: str, facts: ClaimFacts) -> None:
    with pytest.raises(ClaimLimitError) as refused:
        build_claim(facts)

    assert refused.value.codes == [code]


@pytest.mark.parametrize(("kind", "count"), [("no lines", 0), ("1,000 institutional lines", 1000)])
def test_too_few_and_too_many_institutional_lines_are_refused(kind: str, count: int) -> None:
    with pytest.raises(ClaimLimitError, match="line_count"):
        build_claim(with_lines(a_hospital_claim(), (a_hospital_line(1),) * count))
