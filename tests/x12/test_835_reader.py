"""What an 835 says is all in the model, and what is odd costs its claim and nothing else."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.findings import Severity
from ar_shared.x12.remittance import Adjustment, ProviderAdjustment
from ar_shared.x12.remittance_reader import read_835

from .era import CLAIMS, DENIED, HEADER, INSTITUTIONAL, OTHER_MARKS, PAID, PLB, SAME_CONTENT, era, text
from .remittances import read_all, read_one, with_changes


def test_the_header_tells_payment_payer_and_payee() -> None:
    one = read_one()
    payment, payer, payee = one.header.payment, one.header.payer, one.header.payee
    assert payer is not None
    assert payee is not None
    assert (payment.amount_cents, payment.handling, payment.credit_or_debit) == (23_500, "I", "C")
    assert (payment.method, payment.issued_on, payment.trace) == ("ACH", date(2026, 7, 1), "TRACE0001")
    assert (payment.payer_trace_id, payment.originator) == ("1512345678", "1512345678")
    assert (payer.name, payer.id_qualifier, payer.id) == ("BIG PAYER", "XV", "87726")
    assert (payer.address, payer.city, payer.state, payer.postal_code) == (
        ["1 MAIN STREET"],
        "SPRINGFIELD",
        "IL",
        "62701",
    )
    assert payer.reference("2U") == "87726"
    assert payer.contacts == [["PER", "BL", "EDI DESK", "TE", "5555550100"]]
    assert (payee.name, payee.id_qualifier, payee.id) == ("THE PRACTICE", "XX", "1234567893")
    assert payee.reference("TJ") == "123456789"
    assert (one.header.receiver_id, one.header.produced_on) == ("MAILBOX", date(2026, 6, 30))


def test_a_professional_claim_is_read_whole() -> None:
    claim = read_one().claims[0]
    assert (claim.number, claim.patient_control_number, claim.status) == (1, "PCN1", "1")
    assert (claim.charge_cents, claim.paid_cents, claim.patient_responsibility_cents) == (15_000, 9_000, 2_000)
    assert (claim.filing_indicator, claim.payer_claim_control_number) == ("12", "ICN1")
    assert (claim.facility, claim.frequency, claim.is_reversal) == ("11", "1", False)
    patient, rendering = claim.name("QC"), claim.name("82")
    assert patient is not None
    assert rendering is not None
    assert (patient.last, patient.first, patient.is_person, patient.id_qualifier, patient.id) == (
        "ABARA",
        "ADA",
        True,
        "MI",
        "W1",
    )
    assert (rendering.id, claim.name("TT")) == ("1234567893", None)
    assert (claim.references, claim.dates) == ([["REF", "1L", "GROUP1"]], [("232", date(2026, 6, 1))])
    assert (claim.amounts, claim.postable, claim.findings, claim.extra) == ([("AU", 11_000)], True, (), ())
    assert claim.group is not None
    assert claim.group.number == "1"


def test_its_lines_are_read_whole() -> None:
    first, second = read_one().claims[0].services
    assert (first.code_qualifier, first.code, first.modifiers) == ("HC", "G0101", ["25"])
    assert (first.charge_cents, first.paid_cents, first.paid_units) == (10_000, 7_000, Decimal(1))
    assert first.adjustments == [Adjustment("CO", "45", 2_000), Adjustment("PR", "3", 1_000)]
    assert (first.adjusted_cents, first.patient_cents) == (3_000, 1_000)
    assert (first.line_control_number, first.allowed_cents) == ("L1", 8_000)
    assert first.service_dates() == (date(2026, 6, 1), date(2026, 6, 1))
    assert (second.paid_units, second.modifiers, second.allowed_cents) == (Decimal(2), [], None)


def test_remark_codes_come_from_lines_and_from_the_claim() -> None:
    claims = read_one().claims
    assert claims[1].services[0].remark_codes == ["M51"]
    assert (claims[1].remark_codes, claims[2].remark_codes) == ([], ["MA01"])


def test_outpatient_remarks_are_the_third_to_seventh_elements() -> None:
    one = with_changes({"MIA*0***145.7*MA01": "MOA*.5*1*MA02*MA03****x"})
    assert one.claims[2].remark_codes == ["MA02", "MA03"]


def test_an_institutional_claim_has_no_lines() -> None:
    claim = read_one().claims[2]
    assert (claim.services, claim.postable) == ((), True)
    assert (claim.patient_status, claim.drg, claim.drg_weight, claim.discharge_fraction) == ("01", "470", "1.5", "0.25")
    assert (claim.adjustments, claim.quantities) == ([Adjustment("CO", "45", 85_480)], [("CA", Decimal(3))])
    assert claim.dates == [("232", date(2026, 5, 1)), ("233", date(2026, 5, 4))]


def test_a_recoded_line_tells_what_we_sent() -> None:
    one = with_changes({"SVC*HC:G0103*80*0**1": "SVC*HC:G0103*80*0*0450*1*HC:G0199:25*2"})
    service = one.claims[1].services[0]
    assert (service.revenue_code, service.submitted_code, service.submitted_units) == ("0450", "G0199", Decimal(2))


def test_a_range_of_service_dates_is_read() -> None:
    one = with_changes({"DTM*472*20260603": "DTM*150*20260603|DTM*151*20260605"})
    assert one.claims[1].services[0].service_dates() == (date(2026, 6, 3), date(2026, 6, 5))


def test_the_summary_counts_and_sums() -> None:
    summary = read_one().summary
    assert (summary.claim_count, summary.service_count) == (3, 3)
    assert (summary.charge_cents, summary.paid_cents) == (123_050, 23_570)
    assert summary.provider_adjustments == [ProviderAdjustment("1234567893", date(2026, 12, 31), "WO", "ICN9", 70)]
    assert (summary.unusable_count, summary.unbalanced_count) == (0, 0)
    assert (summary.usable, summary.balanced, summary.findings.codes()) == (True, True, [])


@pytest.mark.parametrize("name", SAME_CONTENT)
def test_every_surface_form_reads_the_same(name: str) -> None:
    (one,) = read_all(SAME_CONTENT[name]())
    plain = read_one()
    assert [claim.patient_control_number for claim in one.claims] == ["PCN1", "PCN2", "PCN3"]
    assert [claim.services for claim in one.claims[1:]] != []
    assert one.summary.balanced
    assert (one.summary.paid_cents, one.summary.charge_cents) == (plain.summary.paid_cents, plain.summary.charge_cents)
    assert all(claim.postable for claim in one.claims)


@pytest.mark.parametrize("name", OTHER_MARKS)
def test_every_set_of_delimiters_reads_the_same(name: str) -> None:
    (one,) = read_all(OTHER_MARKS[name])
    assert one.claims[0].services[0].code == "G0101"
    assert one.summary.provider_adjustments[0].reference == "ICN9"
    assert one.summary.balanced


def test_the_bytes_of_a_claim_are_its_span() -> None:
    data = text(era(), "~\n")
    (one,) = read_all(data)
    spans = [data[claim.byte_offset : claim.byte_offset + claim.byte_length] for claim in one.claims]
    assert spans == [text(part, "~\n") for part in (PAID, DENIED, INSTITUTIONAL)]


def test_a_claim_that_crosses_blocks_is_one_claim() -> None:
    lines = ["SVC*HC:G0101*1*1**1", "DTM*472*20260601"] * 4000
    one = read_one(*HEADER, "LX*1", "CLP*PCN1*1*4000*4000**12*ICN1", *lines)
    assert [len(claim.services) for claim in one.claims] == [4000]
    assert one.claims[0].postable


# What may be missing, repeated or old


def test_claims_are_read_without_lx() -> None:
    one = read_one(*HEADER, *CLAIMS, *PLB)
    assert [claim.group for claim in one.claims] == [None] * 3
    assert one.summary.balanced


def test_totals_of_a_group_are_kept_with_its_claims() -> None:
    totals = ["TS3*1234567893*11*20261231*1*1000.5", "TS2*1*2"]
    one = read_one(*HEADER, "LX*1", *PAID, "LX*2", *totals, *INSTITUTIONAL, *PLB)
    assert one.claims[1].group is not None
    assert (one.claims[1].group.number, [row[0] for row in one.claims[1].group.totals]) == ("2", ["TS3", "TS2"])
    assert one.claims[0].group is not None
    assert one.claims[0].group.totals == []


def test_all_pairs_of_all_plb_segments_are_read() -> None:
    six = "*".join(f"WO:R{number}*{number}" for number in range(1, 7))
    one = read_one(*HEADER, "LX*1", *CLAIMS, f"PLB*A*20261231*{six}", "PLB*B*20261231*FB:T*-20.3*L6*0")
    assert [
        (plb.provider_id, plb.reason, plb.reference, plb.amount_cents) for plb in one.summary.provider_adjustments
    ] == [
        *(("A", "WO", f"R{number}", number * 100) for number in range(1, 7)),
        ("B", "FB", "T", -2030),
        ("B", "L6", "", 0),
    ]
    assert one.summary.balanced


def test_a_cas_holds_up_to_six_reasons_and_may_skip_some() -> None:
    one = with_changes({"CAS*CO*16*80": "CAS*CO*16*10*2*45*20**97*0**253*20*1*B7*25**29*5"})
    assert [(a.reason, a.amount_cents, a.quantity) for a in one.claims[1].services[0].adjustments] == [
        ("16", 1000, Decimal(2)),
        ("45", 2000, None),
        ("97", 0, None),
        ("253", 2000, Decimal(1)),
        ("B7", 2500, None),
        ("29", 500, None),
    ]
    assert one.claims[1].postable
    gap = with_changes({"CAS*CO*16*80": "CAS*CO*16*30*****45*50"})
    assert [a.reason for a in gap.claims[1].services[0].adjustments] == ["16", "45"]
    assert gap.claims[1].postable


def test_adjustments_of_claim_and_lines_come_together() -> None:
    one = with_changes({"AMT*AU*110": "AMT*AU*110|CAS*OA*23*0"})
    assert [a.reason for a in one.claims[0].all_adjustments()] == ["23", "45", "3", "45", "3"]


def test_a_reversal_and_its_correction_share_a_number_and_stay_two_claims() -> None:
    reversal = ["CLP*PCN1*22*-150*-90**12*ICN1", "NM1*QC*1*ABARA*ADA", "CAS*CO*45*-40", "CAS*PR*3*-20"]
    one = read_one(*HEADER, "LX*1", *CLAIMS, *reversal, *PAID, *PLB)
    assert [(c.number, c.patient_control_number, c.is_reversal) for c in one.claims][3:] == [
        (4, "PCN1", True),
        (5, "PCN1", False),
    ]
    assert all(claim.postable for claim in one.claims)
    assert one.summary.balanced


@pytest.mark.parametrize("status", ["4", "5", "10", "13", "25", "27"])
def test_old_and_rare_claim_states_are_read(status: str) -> None:
    one = with_changes({DENIED[0]: f"CLP*PCN2*{status}*80*0**12*ICN2"})
    assert (one.claims[1].status, one.claims[1].postable) == (status, True)


def test_a_notice_without_money_is_read() -> None:
    bpr = "BPR*H*0*C*NON************20260701"
    one = read_one(bpr, *HEADER[1:], "LX*1", *DENIED)
    assert (one.header.payment.method, one.header.payment.amount_cents) == ("NON", 0)
    assert one.summary.balanced


def test_a_transaction_without_claims_still_has_its_provider_adjustments() -> None:
    one = read_one("BPR*I*10*C*CHK************20260701", *HEADER[1:], "PLB*A*20261231*L6:X*-10")
    assert (one.claims, one.summary.balanced) == ([], True)


# What is odd


@pytest.mark.parametrize(
    ("old", "new", "segment", "element"),
    [
        (DENIED[0], "CLP*PCN2*1*eighty*0**12*ICN2", "CLP", 3),
        (DENIED[0], "CLP*PCN2*1*80.001*0**12*ICN2", "CLP", 3),
        (DENIED[0], "CLP*PCN2*1*80", "CLP", 4),
        (DENIED[0], "CLP*PCN2*1*80*0*x*12*ICN2", "CLP", 5),
        ("SVC*HC:G0103*80*0**1", "SVC*HC:G0103*80*-", "SVC", 3),
        ("SVC*HC:G0103*80*0**1", "SVC*HC:G0103*80*0**one", "SVC", 5),
        ("SVC*HC:G0103*80*0**1", "SVC", "SVC", 2),
        ("DTM*472*20260603", "DTM*472*20260230", "DTM", 2),
        ("DTM*472*20260603", "DTM*472*June", "DTM", 2),
        ("DTM*472*20260603", "DTM*472", "DTM", 2),
        ("CAS*CO*16*80", "CAS*CO*16*8O", "CAS", 3),
        ("CAS*CO*16*80", "CAS*CO*16", "CAS", 3),
        ("CAS*CO*16*80", "CAS*CO*16*80*x*45*0", "CAS", 4),
        ("CAS*CO*16*80", "CAS*XX*16*80", "CAS", None),
        ("CAS*CO*16*80", "CAS", "CAS", None),
        ("LQ*HE*M51", "AMT*B6*many", "AMT", 2),
        ("LQ*HE*M51", "QTY*ZK*NaN", "QTY", 2),
    ],
)
def test_one_odd_element_costs_its_claim_and_nothing_else(
    old: str, new: str, segment: str, element: int | None
) -> None:
    one = with_changes({old: new})
    odd = one.claims[1]
    assert [claim.usable for claim in one.claims] == [True, False, True]
    assert not odd.postable
    place = [(f.code, f.severity, f.segment, f.element) for f in odd.findings]
    assert ("element_unreadable", Severity.ERROR, segment, element) in place
    assert next(row for _, row, _ in odd.extra)[: new.count("*") + 1] == new.split("*")
    assert (one.claims[0].postable, one.claims[2].postable) == (True, True)
    assert (one.summary.claim_count, one.summary.unusable_count) == (3, 1)


def test_the_finding_of_an_odd_element_points_at_its_bytes_and_does_not_repeat_it() -> None:
    body = [*HEADER, "LX*1", *PAID, "CLP*PCN2*1*SECRET*0"]
    data = text(era(*body))
    (one,) = read_all(data)
    finding = one.claims[1].findings[0]
    assert finding.byte_offset == data.index(b"CLP*PCN2")
    assert finding.segment_index == 3 + len(body) - 1
    assert (finding.loop, finding.interchange_control, finding.transaction_control) == ("2100", "000000001", "0001")
    assert "SECRET" not in repr(one.claims[1].findings)


@pytest.mark.parametrize(
    ("after", "new", "loop"),
    [
        ("NM1*QC*1*BRANDT*BRUNO****MI*W2", "ZZZ*1", "2100"),
        ("LQ*HE*M51", "ZZZ*1", "2110"),
        ("NM1*QC*1*BRANDT*BRUNO****MI*W2", "LQ*HE*M51", "2100"),
    ],
)
def test_an_unknown_segment_is_kept_with_its_loop_and_the_claim_stays_good(after: str, new: str, loop: str) -> None:
    one = with_changes({after: f"{after}|{new}"})
    claim = one.claims[1]
    assert [(extra.loop, extra.row) for extra in claim.extra] == [(loop, new.split("*"))]
    assert [(f.code, f.severity, f.loop) for f in claim.findings] == [("segment_unexpected", Severity.WARNING, loop)]
    assert claim.postable


def test_a_segment_of_the_claim_behind_its_lines_is_still_the_claims() -> None:
    one = with_changes({"LQ*HE*M51": "NM1*74*1*BRANDT*BRUNA"})
    claim = one.claims[1]
    assert claim.name("74") is not None
    assert [f.code for f in claim.findings] == ["segment_misplaced"]
    assert claim.postable


def test_an_id_that_is_no_id_is_not_repeated() -> None:
    claim = with_changes({"LQ*HE*M51": "BRANDT*BRUNO"}).claims[1]
    assert [f.segment for f in claim.findings] == [""]


@pytest.mark.parametrize(
    ("segments", "loop"),
    [
        ([*HEADER, "SVC*HC:G0101*1*1", "LX*1", *CLAIMS, *PLB], "header"),
        ([*HEADER, "LX*1", "REF*EV*X", *CLAIMS, *PLB], "2000"),
        ([*HEADER, "LX*1", *CLAIMS, *PLB, "CAS*CO*45*1"], "summary"),
        ([*HEADER, "ZZZ*1", "LX*1", *CLAIMS, *PLB], "1000B"),
        ([*HEADER, "N1*XX*SOMEBODY", "LX*1", *CLAIMS, *PLB], "1000B"),
    ],
)
def test_a_segment_that_lost_its_place_outside_the_claims_is_kept(segments: list[str], loop: str) -> None:
    one = read_one(*segments)
    assert [extra.loop for extra in one.summary.extra] == [loop]
    assert one.summary.findings.codes() == ["segment_unexpected"]
    assert one.summary.balanced
    assert len(one.claims) == 3


def test_a_header_segment_in_the_wrong_place_is_still_read() -> None:
    moved = [HEADER[0], *HEADER[2:], HEADER[1]]
    one = read_one(*moved, "LX*1", *CLAIMS, *PLB)
    assert one.header.payment.trace == "TRACE0001"
    assert one.summary.findings.codes() == ["segment_misplaced"]


@pytest.mark.parametrize(
    ("old", "new", "usable"),
    [
        (HEADER[0], "BPR*I*x*C*CHK", False),
        (HEADER[0], "BPR*I*235*C*CHK************20260231", True),
        (HEADER[3], "DTM*405*yesterday", True),
        (PLB[0], "PLB*1*20261231*WO:ICN9*x", False),
        (PLB[0], "PLB*1*20261231*WO:ICN9", False),
        (PLB[0], "PLB*1*2026*WO:ICN9*.7", True),
    ],
)
def test_the_payment_is_usable_while_its_amounts_are(old: str, new: str, usable: bool) -> None:
    summary = with_changes({old: new}).summary
    assert (summary.usable, summary.balanced) == (usable, usable)
    assert [(f.code, f.severity) for f in summary.findings.kept] == [
        ("element_unreadable", Severity.WARNING if usable else Severity.ERROR)
    ]
    assert len(summary.extra) == 1


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ([0], "payment_missing"),
        ([1], "trace_missing"),
        ([4, 5, 6, 7, 8], "payer_missing"),
        ([9, 10], "payee_missing"),
    ],
)
def test_what_a_payment_cannot_do_without_is_missed(missing: list[int], code: str) -> None:
    one = read_one(*(segment for at, segment in enumerate(HEADER) if at not in missing), "LX*1", *CLAIMS, *PLB)
    assert one.summary.findings.codes() == [code]
    assert len(one.claims) == 3


@given(
    data=st.lists(
        st.sampled_from(
            [*HEADER, "LX*1", *CLAIMS, *PLB, "CLP", "SVC", "CAS*CO*45", "PLB*A*B*C", "N1", "*", "LX", "DTM", "BPR"]
        ),
        max_size=40,
    )
)
def test_no_order_of_segments_raises_or_loses_one(data: list[str]) -> None:
    (one,) = read_all(text(era("TRN*1*T", *data)))
    assert one.summary.claim_count == sum(segment.startswith("CLP") for segment in data)
    assert one.transaction.complete


def test_claims_come_one_by_one_while_the_file_is_still_arriving() -> None:
    arrived = []

    def chunks() -> object:
        for segment in era():
            arrived.append(segment)
            yield text([segment])

    transaction = next(EnvelopeReader(chunks()).transactions())  # type: ignore[arg-type]
    first = next(read_835(transaction).claims())
    assert first.patient_control_number == "PCN1"
    assert arrived[-1] == DENIED[0]
