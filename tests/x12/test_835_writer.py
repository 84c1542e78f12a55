"""What is written reads back the same, and what does not add up is not written."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ar_shared.x12.remittance import (
    Adjustment,
    ClaimGroup,
    Payment,
    ProviderAdjustment,
    RemittanceClaim,
    RemittanceHeader,
    RemittanceParty,
    RemittanceService,
)
from ar_shared.x12.remittance_writer import OutgoingRemittance, RemittanceRefusedError, write_835
from ar_shared.x12.writer import InterchangeHeader

from .era import era, text
from .remittances import Whole, read_all

INTERCHANGE = InterchangeHeader(
    "ZZ", "BIGPAYER", "ZZ", "PRACTICE", datetime(2026, 7, 1, 6, 0, tzinfo=UTC), 1, usage="T"
)
WORDS = st.text(st.sampled_from("ABCDEFGHIJ0123456789 -./"), min_size=1, max_size=12).map(str.strip).filter(bool)
CENTS = st.integers(-(10**9), 10**9)
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
QUANTITIES = st.none() | st.decimals(0, 999, places=1).map(lambda number: Decimal(number).normalize())
DATED = st.lists(st.tuples(st.sampled_from(["472", "150", "050"]), DAYS), max_size=3)
AMOUNTS = st.lists(st.tuples(st.sampled_from(["B6", "AU", "I"]), CENTS), max_size=3)
REFERENCES = st.lists(st.tuples(st.sampled_from(["6R", "1L", "F8"]), WORDS).map(lambda two: ["REF", *two]), max_size=3)
ADJUSTMENTS = st.lists(
    st.builds(
        Adjustment, st.sampled_from(["CO", "PR", "OA", "PI"]), st.sampled_from(["45", "3", "B7"]), CENTS, QUANTITIES
    ),
    max_size=15,
)


def unlisted(value: object) -> object:
    """`()` and `[]` are both nothing."""
    return value or ()


@st.composite
def services(draw: st.DrawFn) -> RemittanceService:
    adjustments = draw(ADJUSTMENTS)
    charge = draw(CENTS)
    paid = charge - sum(one.amount_cents for one in adjustments)
    return RemittanceService(
        procedure=draw(st.sampled_from(["HC:G0101", "HC:G0101:25:59", "NU:0450"])),
        charge_cents=charge,
        paid_cents=paid,
        revenue_code=draw(st.sampled_from(["", "0450"])),
        paid_units=draw(QUANTITIES),
        submitted_procedure=draw(st.sampled_from(["", "HC:G0199"])),
        adjustments=adjustments,
        dates=draw(DATED),
        references=draw(REFERENCES),
        amounts=draw(AMOUNTS),
        remarks=draw(st.lists(st.just(["LQ", "HE", "M51"]), max_size=2)),
    )


@st.composite
def claims(draw: st.DrawFn) -> RemittanceClaim:
    lines = draw(st.lists(services(), max_size=3))
    adjustments = draw(ADJUSTMENTS)
    charge = sum(line.charge_cents for line in lines) if lines else draw(CENTS)
    everything = [*adjustments, *(one for line in lines for one in line.adjustments)]
    return RemittanceClaim(
        patient_control_number=draw(WORDS),
        status=draw(st.sampled_from(["1", "2", "4", "19", "22"])),
        charge_cents=charge,
        paid_cents=charge - sum(one.amount_cents for one in everything),
        patient_responsibility_cents=sum(one.amount_cents for one in everything if one.group == "PR"),
        filing_indicator="12",
        payer_claim_control_number=draw(WORDS),
        facility=draw(st.sampled_from(["", "11"])),
        frequency="1",
        drg=draw(st.sampled_from(["", "470"])),
        inpatient=draw(st.none() | st.just(["MIA", "0", "", "", "1.5", "MA01"])),
        outpatient=draw(st.none() | st.just(["MOA", "", "", "MA02"])),
        services=lines,
        adjustments=adjustments,
        names=draw(st.lists(st.just(["NM1", "QC", "1", "ABARA", "ADA", "", "", "", "MI", "W1"]), max_size=2)),
        references=draw(REFERENCES),
        dates=draw(DATED),
        amounts=draw(AMOUNTS),
        quantities=draw(st.lists(st.tuples(st.just("CA"), QUANTITIES.filter(lambda one: one is not None)), max_size=2)),
        contacts=draw(st.lists(st.just(["PER", "CX", "DESK", "TE", "5555550100"]), max_size=1)),
        group=draw(st.none() | st.builds(ClaimGroup, st.sampled_from(["1", "22"]))),
    )


def parties() -> tuple[RemittanceParty, RemittanceParty]:
    payer = RemittanceParty("BIG PAYER", "XV", "87726", ["1 MAIN STREET"], "SPRINGFIELD", "IL", "62701")
    payer.references, payer.contacts = [["REF", "2U", "87726"]], [["PER", "BL", "EDI DESK", "TE", "5555550100"]]
    payee = RemittanceParty("THE PRACTICE", "XX", "1234567893", references=[["REF", "TJ", "123456789"]])
    return payer, payee


def outgoing(
    found: list[RemittanceClaim], plbs: list[ProviderAdjustment] | None = None, *, surplus_cents: int = 0
) -> OutgoingRemittance:
    """A payment of exactly what its claims and PLBs come to, and `surplus_cents` more; a PLB keeps it positive."""
    plbs = list(plbs or [])
    total = sum(claim.paid_cents for claim in found) - sum(plb.amount_cents for plb in plbs)
    if total < 0:
        plbs.append(ProviderAdjustment("1234567893", date(2026, 12, 31), "FB", "TRACE1", total))
        total = 0
    payer, payee = parties()
    payment = Payment(total + surplus_cents, "TRACE1", "1512345678", method="CHK", issued_on=date(2026, 7, 1))
    dates = [("405", date(2026, 6, 30))]
    header = RemittanceHeader(payment, payer, payee, [["REF", "EV", "MAILBOX"]], dates)
    return OutgoingRemittance("0001", header, found, plbs)


PLBS = st.lists(
    st.builds(
        ProviderAdjustment,
        st.sampled_from(["P1", "P2"]),
        st.just(date(2026, 12, 31)),
        st.sampled_from(["WO", "L6"]),
        WORDS,
        CENTS,
    ),
    max_size=14,
)
FACTS = (
    "patient_control_number", "status", "charge_cents", "paid_cents", "patient_responsibility_cents", "drg",
    "filing_indicator", "payer_claim_control_number", "facility", "frequency", "adjusted_cents", "patient_cents",
    "inpatient", "outpatient", "adjustments", "names", "references", "dates", "amounts", "quantities", "contacts",
)  # fmt: skip
LINE_FACTS = (
    "procedure", "charge_cents", "paid_cents", "revenue_code", "paid_units", "submitted_procedure",
    "adjusted_cents", "patient_cents", "adjustments", "dates", "references", "amounts", "remarks",
)  # fmt: skip


def assert_same(read: Whole, sent: OutgoingRemittance) -> None:
    assert len(read.claims) == len(sent.claims)
    for got, claim in zip(read.claims, sent.claims, strict=True):
        assert got.postable
        assert not got.extra
        for fact in FACTS:
            assert unlisted(getattr(got, fact)) == unlisted(getattr(claim, fact)), fact
        assert len(got.services) == len(claim.services)
        for got_line, line in zip(got.services, claim.services, strict=True):
            for fact in LINE_FACTS:
                assert unlisted(getattr(got_line, fact)) == unlisted(getattr(line, fact)), fact
    assert read.summary.provider_adjustments == sent.provider_adjustments
    assert (read.header.payer, read.header.payee) == (sent.header.payer, sent.header.payee)
    assert (read.header.references, read.header.dates) == (sent.header.references, sent.header.dates)
    assert read.header.payment.financial is not None
    read.header.payment.financial = None
    assert read.header.payment == sent.header.payment


@settings(max_examples=60)
@given(st.lists(claims(), max_size=3), PLBS)
def test_what_is_written_reads_back_the_same(found: list[RemittanceClaim], plbs: list[ProviderAdjustment]) -> None:
    sent = outgoing(found, plbs)
    (read,) = read_all(write_835([sent], INTERCHANGE))
    assert (read.summary.balanced, read.summary.findings.codes()) == (True, [])
    assert read.transaction.complete
    assert not read.transaction.findings.kept
    assert_same(read, sent)


def test_what_was_read_is_written_segment_by_segment() -> None:
    """Only the amounts may look different: `145.7` and `.7` have one written form."""
    data = text(era(), "~\n")
    (read,) = read_all(data)
    sent = OutgoingRemittance("0001", read.header, read.claims, read.summary.provider_adjustments)
    written = write_835([sent], INTERCHANGE)
    inner = data.replace(b"*.7~", b"*0.7~").replace(b"80*0**12", b"80*0*0*12").replace(b"145.7**MA", b"145.7*0*MA")
    assert written.splitlines()[2:] == inner.splitlines()[2:]


def a_claim(**changes: object) -> RemittanceClaim:
    line = RemittanceService(
        "HC:G0101", 10_000, 7_000, adjustments=[Adjustment("CO", "45", 2_000), Adjustment("PR", "3", 1_000)]
    )
    facts: dict[str, object] = {
        "patient_control_number": "PCN1",
        "status": "1",
        "charge_cents": 10_000,
        "paid_cents": 7_000,
        "patient_responsibility_cents": 1_000,
        "services": [line],
    }
    return RemittanceClaim(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"paid_cents": 7_001}, "claim_unbalanced"),
        ({"paid_cents": 6_999}, "claim_unbalanced"),
        ({"charge_cents": 10_001, "paid_cents": 7_001}, "claim_charge_differs_from_lines"),
        ({"patient_responsibility_cents": 999}, "patient_responsibility_differs"),
        ({"patient_responsibility_cents": 1_001}, "patient_responsibility_differs"),
        ({"services": [RemittanceService("HC:G0101", 10_000, 7_000)]}, "line_unbalanced"),
    ],
)
def test_a_claim_that_does_not_add_up_is_not_written(changes: dict[str, object], code: str) -> None:
    with pytest.raises(RemittanceRefusedError) as caught:
        write_835([outgoing([a_claim(**changes)])], INTERCHANGE)
    assert code in caught.value.codes


@pytest.mark.parametrize("surplus", [-1, 1])
def test_a_payment_off_by_one_cent_is_not_written(surplus: int) -> None:
    assert write_835([outgoing([a_claim()])], INTERCHANGE)
    with pytest.raises(RemittanceRefusedError) as caught:
        write_835([outgoing([a_claim()], surplus_cents=surplus)], INTERCHANGE)
    assert caught.value.codes == ["payment_unbalanced"]


@pytest.mark.parametrize(("missing", "code"), [("payer", "payer_missing"), ("payee", "payee_missing")])
def test_a_payment_without_its_parties_is_not_written(missing: str, code: str) -> None:
    sent = outgoing([a_claim()])
    setattr(sent.header, missing, None)
    with pytest.raises(RemittanceRefusedError) as caught:
        write_835([sent], INTERCHANGE)
    assert caught.value.codes == [code]
