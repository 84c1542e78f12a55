"""The levels and loops of an 837, in order and out of order, and what is said about odd data."""

import pytest

from ar_shared.x12.claim_model import value
from ar_shared.x12.claim_reader import ReadClaim, read_837
from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.findings import Finding, Severity

from .claims_837 import body, read, transaction, written

HEAD = ("BHT*0019*00*1*20260302*0830*CH", "NM1*41*2*SENDER*****46*S1", "NM1*40*2*RECEIVER*****46*R1")
BILLING = ("HL*1**20*1", "PRV*BI*PXC*207Q00000X", "NM1*85*2*CLINIC*****XX*1234567893", "N3*1 MAIN ST")
SUBSCRIBER = ("SBR*P*18*******CI", "NM1*IL*1*DOE*JANE****MI*M1", "DMG*D8*19800101*F", "NM1*PR*2*PLAN*****PI*84146")
SERVICE = ("LX*1", "SV1*HC:G0463*100*UN*1***1", "DTP*472*D8*20260105")


def claim(number: str, *after: str) -> tuple[str, ...]:
    return (f"CLM*{number}*100***11:B:1*Y*A*Y*Y", "HI*ABK:M545", *after)


def one(*segments: str) -> ReadClaim:
    (only,) = read(transaction(*HEAD, *BILLING, "HL*2*1*22*0", *SUBSCRIBER, *segments))
    return only


def told(data: bytes) -> tuple[list[ReadClaim], list[Finding]]:
    """The claims of a file of one transaction, and what was said about the transaction."""
    for only in EnvelopeReader([data]).transactions():
        reads = list(read_837(only))
        return reads, only.findings.kept
    raise AssertionError("the file holds no transaction")


def names(reads: list[ReadClaim]) -> list[tuple[str, str, str]]:
    """Claim number, subscriber's member id and patient's first name of each claim."""
    found = []
    for read_claim in reads:
        image = read_claim.image
        member = image.subscriber.loop("2010BA") if image.subscriber else None
        patient = image.patient.loop("2010CA") if image.patient else None
        found.append(
            (
                value(image.claim.first("CLM"), 1),
                value(member.first("NM1"), 9) if member else "",
                value(patient.first("NM1"), 4) if patient else "",
            )
        )
    return found


def test_each_claim_stands_under_its_own_subscriber_and_patient() -> None:
    reads = read(
        transaction(
            *HEAD,
            *BILLING,
            "HL*2*1*22*1",
            *SUBSCRIBER,
            *claim("A", *SERVICE),
            *claim("B", *SERVICE),
            "HL*3*2*23*0",
            "PAT*19",
            "NM1*QC*1*DOE*PIP",
            *claim("C", *SERVICE),
            "HL*4*1*22*0",
            "SBR*S*18",
            "NM1*IL*1*ROE*ANN****MI*M2",
            "NM1*PR*2*PLAN*****PI*84146",
            *claim("D", *SERVICE),
        )
    )

    assert names(reads) == [("A", "M1", ""), ("B", "M1", ""), ("C", "M1", "PIP"), ("D", "M2", "")]
    assert all(read_claim.findings == () for read_claim in reads)


def test_a_second_billing_provider_brings_its_own_subscribers() -> None:
    reads = read(
        transaction(
            *HEAD,
            *BILLING,
            "HL*2*1*22*0",
            *SUBSCRIBER,
            *claim("A", *SERVICE),
            "HL*3**20*1",
            "NM1*85*2*OTHER*****XX*1234567893",
            "HL*4*3*22*0",
            *SUBSCRIBER,
            *claim("B", *SERVICE),
        )
    )

    billing = [value(read_claim.image.billing.loop("2010AA").first("NM1"), 3) for read_claim in reads]  # type: ignore[union-attr]
    assert billing == ["CLINIC", "OTHER"]


def test_levels_without_hl_segments_are_found_by_their_names() -> None:
    data = transaction(
        *HEAD,
        "PRV*BI*PXC*207Q00000X",
        "NM1*85*2*CLINIC*****XX*1234567893",
        "NM1*IL*1*DOE*JANE****MI*M1",
        "NM1*QC*1*DOE*PIP",
        *claim("A"),
        "NM1*85*2*OTHER*****XX*1234567893",
        "NM1*IL*1*ROE*ANN****MI*M2",
        *claim("B"),
        "NM1*IL*1*POE*EVE****MI*M3",
        *claim("C"),
    )

    reads, findings = told(data)
    assert names(reads) == [("A", "M1", "PIP"), ("B", "M2", ""), ("C", "M3", "")]
    assert [finding.code for finding in findings] == ["hierarchy_segment_missing"] * 6


def test_an_other_insured_belongs_to_the_claim_and_begins_no_level() -> None:
    read_claim = one(
        *claim("A"),
        "NM1*82*1*HOUSE*GREG****XX*1234567893",
        "SBR*S*18*******CI",
        "OI***Y***Y",
        "NM1*IL*1*DOE*JACK****MI*M9",
        "NM1*PR*2*OTHER PLAN*****PI*11111",
        "NM1*85*2",
        *SERVICE,
    )

    assert [loop.id for loop in read_claim.image.claim.loops("2")] == ["2310B", "2320", "2400"]
    (other,) = read_claim.image.claim.loops("2320")
    assert [loop.id for loop in other.loops("2")] == ["2330A", "2330B", "2330G"]
    assert read_claim.facts is not None
    assert read_claim.facts.other_coverages[0].subscriber is not None
    assert read_claim.facts.other_coverages[0].subscriber.id == "M9"


def test_loops_of_a_line_close_when_the_next_begins() -> None:
    read_claim = one(
        *claim("A"),
        *SERVICE,
        "LIN**N4*00012345678",
        "CTP****2*ML",
        "REF*XZ*RX1",
        "NM1*82*1*HOUSE*GREG****XX*1234567893",
        "SVD*11111*80*HC:G0463**1",
        "CAS*CO*45*20",
        "DTP*573*D8*20260201",
        "LQ*UT*01.02",
        "FRM*12*N",
        "LX*2",
        "SV1*HC:G0463*0*UN*1***1",
    )

    first, second = read_claim.image.claim.loops("2400")
    assert [loop.id for loop in first.loops("2")] == ["2410", "2420A", "2430", "2440"]
    assert list(second.loops("2")) == []


def test_an_unknown_name_gets_a_loop_of_its_own_where_it_stands() -> None:
    read_claim = one(*claim("A"), "NM1*Q9*2*WHO", "N3*9 SIDE ST", *SERVICE, "NM1*Q8*2*WHO")

    assert [loop.id for loop in read_claim.image.claim.loops("2")] == ["2310", "2400"]
    (line,) = read_claim.image.claim.loops("2400")
    assert [loop.id for loop in line.loops("2")] == ["2420"]


def test_an_unknown_segment_stays_where_it_stood() -> None:
    data = transaction(*HEAD, *BILLING, "HL*2*1*22*0", *SUBSCRIBER, *claim("A", "ZZZ*1:2**3"), *SERVICE, "K9*X")

    assert b"ZZZ*1:2**3~" in written(read_claim.image for read_claim in read(data))
    assert [segment.id for segment in body(written(r.image for r in read(data)))] == [s.id for s in body(data)]


def test_a_level_without_claims_is_told_and_kept_out_of_other_peoples_claims() -> None:
    data = transaction(
        *HEAD,
        *BILLING,
        "HL*2*1*22*0",
        *SUBSCRIBER,
        "HL*3*1*22*0",
        "SBR*P*18",
        "NM1*IL*1*ROE*ANN****MI*M2",
        "NM1*PR*2*PLAN*****PI*84146",
        *claim("B", *SERVICE),
    )
    reads, (finding,) = told(data)

    assert names(reads) == [("B", "M2", "")]
    assert (finding.code, finding.loop, finding.segment, finding.segment_index) == (
        "level_without_claim",
        "2000B",
        "HL",
        10,  # ISA GS ST, 3 of the header, 4 of the billing provider: 10 segments stand before it
    )


def test_a_transaction_without_claims_says_so() -> None:
    reads, findings = told(transaction(*HEAD, *BILLING))

    assert reads == []
    assert [finding.code for finding in findings] == ["level_without_claim", "claims_missing"]


def test_a_guide_that_is_not_read_gives_a_finding_and_no_claim() -> None:
    data = transaction(*HEAD, *BILLING, *claim("A"), version="005010X224A2")
    reads, findings = told(data)

    assert reads == []
    assert [finding.code for finding in findings] == ["guide_unsupported"]


def test_an_unknown_guide_in_the_transaction_falls_back_to_that_of_the_group() -> None:
    data = transaction(*HEAD, *BILLING, "HL*2*1*22*0", *SUBSCRIBER, *claim("A", *SERVICE))

    reads, findings = told(data.replace(b"ST*837*0001*005010X222A1", b"ST*837*0001*05010X222"))

    assert findings == []
    assert [read_claim.image.version for read_claim in reads] == ["005010X222A1"]


ODD = [
    # what was changed                              , code                       , loop  , segment, element
    (("CLM*A*12.345***11:B:1", "HI*ABK:M545", *SERVICE), "amount_unreadable", "2300", "CLM", 2),
    (("CLM*A****11:B:1", "HI*ABK:M545", *SERVICE), "amount_missing", "2300", "CLM", 2),
    (("CLM**100***11:B:1", "HI*ABK:M545", *SERVICE), "patient_control_number_missing", "2300", "CLM", 1),
    (("CLM*A*-1***11:B:1", "HI*ABK:M545", *SERVICE), "charge_negative", "2300", "CLM", 2),
    (("CLM*A*100***11:B:1", "HI*ABK*M545", *SERVICE), "health_code_incomplete", "2300", "HI", 1),
    (claim("A", "LX*1", "SV1*HC:G0463*1OO*UN*1***1"), "amount_unreadable", "2400", "SV1", 2),
    (claim("A", "LX*1", "SV1*HC:G0463*100*UN*1.0005***1"), "quantity_unreadable", "2400", "SV1", 4),
    (claim("A", "LX*1", "SV1*HC:G0463*100*UN*1***A"), "pointer_unreadable", "2400", "SV1", 7),
    (claim("A", "LX*1", "SV1*HC:G0463*100*UN*1***1", "DTP*472*D8*20260230"), "date_unreadable", "2400", "DTP", 3),
    (claim("A", "LX*1", "DTP*472*D8*20260203"), "service_missing", "2400", "LX", None),
    (claim("A"), "service_lines_missing", "2300", "CLM", None),
    (claim("A", *SERVICE, "SVD*1*1*HC:G0463**1", "CAS*CO*45*x"), "amount_unreadable", "2430", "CAS", 3),
]


@pytest.mark.parametrize(("segments", "code", "loop", "segment", "element"), ODD)
def test_one_odd_element_makes_its_claim_unusable_and_no_other(
    segments: tuple[str, ...], code: str, loop: str, segment: str, element: int | None
) -> None:
    data = transaction(
        *HEAD, *BILLING, "HL*2*1*22*0", *SUBSCRIBER, *claim("B", *SERVICE), *segments, *claim("C", *SERVICE)
    )
    before, odd, after = read(data)

    assert before.facts is not None
    assert after.facts is not None
    assert odd.facts is None
    finding = next(finding for finding in odd.findings if finding.severity is Severity.ERROR)
    assert (finding.code, finding.loop, finding.segment, finding.element) == (code, loop, segment, element)
    assert data[finding.byte_offset or 0 :].startswith(segment.encode())
    assert finding.transaction_control == "0001"


@pytest.mark.parametrize("units", ["1.0050", "1.005", ".5", "12."])
def test_three_places_of_units_are_read(units: str) -> None:
    read_claim = one(*claim("A"), "LX*1", f"SV1*HC:G0463*100*UN*{units}***1")

    assert read_claim.facts is not None


def test_an_odd_date_that_is_not_the_service_date_is_a_warning() -> None:
    read_claim = one("CLM*A*100***11:B:1", "DTP*431*TM*199612221630", "HI*ABK:M545", *SERVICE)

    assert [(finding.code, finding.severity) for finding in read_claim.findings] == [
        ("date_unreadable", Severity.WARNING)
    ]
    assert read_claim.facts is not None
    assert read_claim.facts.dates == ()


@pytest.mark.parametrize(("charge", "expected"), [("100", []), ("100.01", ["charges_do_not_add_up"])])
def test_lines_that_do_not_add_up_to_the_cent_are_a_warning(charge: str, expected: list[str]) -> None:
    read_claim = one(f"CLM*A*{charge}***11:B:1", "HI*ABK:M545", *SERVICE)

    assert [finding.code for finding in read_claim.findings] == expected
    assert read_claim.facts is not None


@pytest.mark.parametrize(("count", "expected"), [(50, []), (51, ["too_many_lines"])])
def test_fifty_lines_are_within_the_guide(count: int, expected: list[str]) -> None:
    lines = [text for n in range(count) for text in (f"LX*{n + 1}", "SV1*HC:G0463*1*UN*1***1")]

    read_claim = one(f"CLM*A*{count}***11:B:1", "HI*ABK:M545", *lines)

    assert [finding.code for finding in read_claim.findings] == expected


@pytest.mark.parametrize(("count", "expected"), [(12, []), (13, ["too_many_diagnoses"])])
def test_twelve_diagnoses_are_within_the_guide(count: int, expected: list[str]) -> None:
    codes = ["ABK:M545", *[f"ABF:R{n:02d}" for n in range(1, count)]]

    read_claim = one("CLM*A*100***11:B:1", "HI*" + "*".join(codes), *SERVICE)

    assert [finding.code for finding in read_claim.findings] == expected
    assert read_claim.facts is not None
    assert len(read_claim.facts.diagnoses) == count


@pytest.mark.parametrize(("pointer", "expected"), [("1", []), ("2", ["pointer_without_diagnosis"])])
def test_a_pointer_beyond_the_diagnoses_is_a_warning(pointer: str, expected: list[str]) -> None:
    read_claim = one(*claim("A"), "LX*1", f"SV1*HC:G0463*100*UN*1***{pointer}")

    assert [finding.code for finding in read_claim.findings] == expected


def test_a_claim_keeps_its_first_thousand_findings_and_its_first_error() -> None:
    odd_dates = [f"DTP*{n}*D8*x" for n in range(500, 1500)]

    with_warnings = one("CLM*A*100***11:B:1", *odd_dates[:-1], "HI*ABK:M545", *SERVICE)
    at_the_limit = one("CLM*A*100***11:B:1", *odd_dates, "DTP*1*D8*x", "HI*ABK:M545", *SERVICE)
    with_an_error = one("CLM*A*100***11:B:1", *odd_dates, "HI*ABK", *SERVICE)

    assert (len(with_warnings.findings), with_warnings.facts is None) == (999, False)
    assert (len(at_the_limit.findings), at_the_limit.facts is None) == (1000, False)
    assert (len(with_an_error.findings), with_an_error.facts is None) == (1001, True)
    assert with_an_error.findings[-1].code == "health_code_incomplete"


def test_no_finding_repeats_an_element() -> None:
    read_claim = one("CLM*CANARY*CANARY***11:B:1", "HI*CANARY", "LX*1", "SV1*HC:G0463*CANARY*UN*CANARY***CANARY")

    assert len(read_claim.findings) >= 4
    assert "CANARY" not in repr(read_claim.findings)
