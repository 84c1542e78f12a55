"""Reading and writing 277CA: four levels, every status, and what a reject above means below."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ar_shared.x12.claim_ack import (
    ClaimAnswer,
    LineAnswer,
    Outcome,
    ProviderAnswer,
    ReceiverAnswer,
    SourceAnswer,
    Status,
    StatusCode,
    outcome_of,
)
from ar_shared.x12.claim_ack_reader import read_277ca
from ar_shared.x12.claim_ack_writer import content_277ca
from ar_shared.x12.claim_facts import Party, Period, Procedure, Reference
from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.writer import GroupContent, InterchangeHeader, write_interchange

from .claims_837 import NPI, body, passes_pyx12, transaction

MADE_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HEADER = InterchangeHeader("ZZ", "PAYER", "ZZ", "LEDGERWELL", MADE_AT, 5)
VERSION = "005010X214"
DAY = date(2026, 3, 2)


def read(data: bytes) -> tuple[list[SourceAnswer], list[str]]:
    """The answers of a file, and the codes of what was found wrong in its transactions."""
    sources, codes = [], []
    for one in EnvelopeReader([data]).transactions():
        sources += read_277ca(one)
        codes += one.findings.codes()
    return sources, codes


def written(*sources: SourceAnswer) -> bytes:
    content = content_277ca(sources, "0001", batch_reference="ACK1", made_at=MADE_AT)
    return write_interchange(HEADER, [GroupContent("HN", "PAYER", "LEDGERWELL", 1, VERSION, [content])])


def an_answer(*segments: str) -> bytes:
    return transaction("BHT*0085*08*1*20260302*0900*TH", *segments, version=VERSION).replace(b"ST*837", b"ST*277")


def a_status(*codes: str, action: str = "WQ", cents: int | None = 10000, text: str = "") -> Status:
    """Codes as `A2:20` or `A7:562:85`."""
    return Status(tuple(StatusCode(*code.split(":")) for code in codes), DAY, action, cents, text)


def a_claim(number: str, *statuses: Status, **changes: object) -> ClaimAnswer:
    patient = Party(role="QC", name="DOE", is_person=True, first_name="JANE", id_qualifier="MI", id="M1")
    claim = ClaimAnswer(patient, number, list(statuses), service=Period(date(2026, 1, 5)))
    for name, fact in changes.items():
        setattr(claim, name, fact)
    return claim


def a_provider(*claims: ClaimAnswer, **changes: object) -> ProviderAnswer:
    party = Party(role="85", name="GOOD CLINIC", id_qualifier="XX", id=NPI)
    undated = Status((StatusCode("A1", "19", "PR"),), action="WQ", amount_cents=10000)
    provider = ProviderAnswer(party=party, trace="0", statuses=[undated], claims=list(claims))
    for name, fact in changes.items():
        setattr(provider, name, fact)
    return provider


def a_receiver(*providers: ProviderAnswer, **changes: object) -> ReceiverAnswer:
    party = Party(role="41", name="LEDGERWELL", id_qualifier="46", id="SUB1")
    receiver = ReceiverAnswer(party=party, trace="B1", statuses=[a_status("A1:19:PR")], providers=list(providers))
    for name, fact in changes.items():
        setattr(receiver, name, fact)
    return receiver


def a_source(*receivers: ReceiverAnswer, role: str = "PR") -> SourceAnswer:
    party = Party(role=role, name="HEALTH PLAN", id_qualifier="PI", id="84146")
    return SourceAnswer(
        party=party, trace="S1", received_on=DAY, processed_on=date(2026, 3, 3), receivers=list(receivers)
    )


def everything() -> SourceAnswer:
    """An accepted and a rejected claim, the latter for one of its lines, with all totals."""
    line = LineAnswer(
        Procedure("G0463", ("25",)),
        4000,
        "",
        Decimal("1.5"),
        [a_status("A7:454", action="U", cents=None)],
        [Reference("FJ", "PCN2-001")],
        Period(date(2026, 1, 5), date(2026, 1, 6)),
    )
    accepted = a_claim(
        "PCN1",
        a_status("A2:20:PR"),
        references=[Reference("1K", "PAYER1"), Reference("D9", "CH1"), Reference("BLT", "111")],
    )
    rejected = a_claim("PCN2", a_status("A7:562:85", "A6:21", "A8:496", action="U", text="SEE LINE"), lines=[line])
    provider = a_provider(
        accepted, rejected, accepted_count=1, rejected_count=1, accepted_cents=10000, rejected_cents=4000
    )
    receiver = a_receiver(provider, accepted_count=1, rejected_count=1, accepted_cents=10000, rejected_cents=4000)
    return a_source(receiver)


def test_what_is_written_is_read_back() -> None:
    assert read(written(everything())) == ([everything()], [])


def test_what_is_written_passes_pyx12() -> None:
    assert passes_pyx12(written(everything()).decode())


def test_a_batch_without_its_trace_fails_pyx12() -> None:
    source = everything()
    source.receivers[0].trace = ""

    assert not passes_pyx12(written(source).decode())


def test_levels_are_numbered_and_say_whether_they_have_children() -> None:
    levels = ["*".join(segment.row) for segment in body(written(everything())) if segment.id == "HL"]

    assert levels == ["HL*1**20*1", "HL*2*1*21*1", "HL*3*2*19*1", "HL*4*3*PT", "HL*5*3*PT"]


def test_a_text_of_another_maker_is_read() -> None:
    (source,), codes = read(
        an_answer(
            "HL*1**20*1",
            "NM1*AY*2*CLEARING*****46*CH1",
            "TRN*1*T1",
            "DTP*050*D8*20260302",
            "DTP*009*D8*20260303",
            "HL*2*1*21*1",
            "NM1*41*2*LEDGERWELL*****46*SUB1",
            "TRN*2*B1",
            "STC*A1:19:PR*20260302*WQ*225.5",
            "QTY*90*2",
            "AMT*YU*225.5",
            "HL*3*2*19*1",
            "NM1*85*2*GOOD CLINIC*****XX*1234567893",
            "HL*4*3*PT*0",
            "NM1*QC*1*DOE*JANE****MI*M1",
            "TRN*2*PCN1",
            "STC*A2:20:PR*20260302*WQ*100.25",
            "STC*A1:19*20260302*WQ*100.25******A1:20:40",
            "REF*1K*PAYER1",
            "DTP*472*RD8*20260105-20260106",
            "TRN*2*PCN2",
            "STC*A3:21*20260302*U*125.25",
            "SVC*HC:G0463*125.25*****1",
            "STC*A3:454**U",
            "REF*FJ*L1",
        )
    )

    assert codes == []
    assert (source.is_payer, source.trace, source.received_on) == (False, "T1", DAY)
    (receiver,) = source.receivers
    assert (receiver.trace, receiver.accepted_count, receiver.accepted_cents) == ("B1", 2, 22550)
    first, second = receiver.providers[0].claims
    assert (first.patient_control_number, first.payer_claim_control_number) == ("PCN1", "PAYER1")
    assert first.service == Period(date(2026, 1, 5), date(2026, 1, 6))
    assert first.statuses[1].codes == (StatusCode("A1", "19"), StatusCode("A1", "20", "40"))
    assert second.patient == first.patient
    assert (second.statuses[0].action, second.statuses[0].amount_cents) == ("U", 12525)
    assert (second.lines[0].control_number, second.lines[0].charge_cents) == ("L1", 12525)


OUTCOMES = [
    # categories and codes , A1:20 accepts , outcome
    (["A2:20"], False, Outcome.ACCEPTED),
    (["A1:19"], False, Outcome.RECEIVED),
    (["A0:16"], False, Outcome.RECEIVED),
    (["A1:20"], False, Outcome.RECEIVED),
    (["A1:20"], True, Outcome.ACCEPTED),
    (["A1:19"], True, Outcome.RECEIVED),
    (["A5:18"], False, Outcome.SPLIT),
    (["A3:21"], False, Outcome.REJECTED),
    (["A6:21"], False, Outcome.REJECTED),
    (["A7:21"], False, Outcome.REJECTED),
    (["A8:21"], False, Outcome.REJECTED),
    (["A4:35"], False, Outcome.UNKNOWN),
    ([], False, Outcome.UNKNOWN),
    (["A2:20", "A7:562"], True, Outcome.REJECTED),
    (["A1:19", "A2:20"], False, Outcome.ACCEPTED),
]


@pytest.mark.parametrize(("codes", "accepts", "expected"), OUTCOMES)
def test_the_outcome_of_statuses(codes: list[str], accepts: bool, expected: Outcome) -> None:
    in_one = [a_status(*codes)] if codes else []
    in_many = [a_status(code) for code in codes]

    assert outcome_of(in_one, in_adjudication_accepts=accepts) is expected
    assert outcome_of(in_many, in_adjudication_accepts=accepts) is expected


@pytest.mark.parametrize(
    ("receiver", "provider", "expected"),
    [
        ("A1:19", "A1:19", Outcome.ACCEPTED),
        ("A3:24", "A1:19", Outcome.REJECTED),
        ("A1:19", "A8:496", Outcome.REJECTED),
    ],
)
def test_a_reject_above_rejects_every_claim_below(receiver: str, provider: str, expected: Outcome) -> None:
    below = a_provider(a_claim("PCN1", a_status("A2:20")), statuses=[a_status(provider)])
    source = a_source(a_receiver(below, statuses=[a_status(receiver)]))

    (again,), _ = read(written(source))

    assert [(claim.patient_control_number, outcome) for claim, outcome in again.claim_outcomes()] == [
        ("PCN1", expected)
    ]


def test_a_rejected_provider_leaves_the_next_providers_claims_alone() -> None:
    lost = a_provider(a_claim("PCN1", a_status("A2:20")), statuses=[a_status("A3:24")])
    kept = a_provider(a_claim("PCN2", a_status("A2:20")))

    outcomes = [outcome for _, outcome in a_source(a_receiver(lost, kept)).claim_outcomes()]

    assert outcomes == [Outcome.REJECTED, Outcome.ACCEPTED]


def test_a_rejected_batch_may_list_no_claims_and_still_names_itself() -> None:
    (source,), codes = read(written(a_source(a_receiver(statuses=[a_status("A3:24", action="U")]))))

    assert codes == []
    assert list(source.claim_outcomes()) == []
    assert (source.receivers[0].trace, outcome_of(source.receivers[0].statuses)) == ("B1", Outcome.REJECTED)


SOURCE = ("HL*1**20*1", "NM1*PR*2*PLAN*****PI*1")
RECEIVER = ("HL*2*1*21*1", "NM1*41*2*US*****46*1")
PROVIDER = ("HL*3*2*19*1", "NM1*85*2*CLINIC*****XX*1")
PATIENT = ("HL*4*3*PT*0", "NM1*QC*1*DOE", "TRN*2*PCN1")
ABOVE = (*SOURCE, *RECEIVER, *PROVIDER)
ODD = [
    # segments                                           , what is found             , claims
    ((), ["information_source_missing"], 0),
    (("NM1*PR*2*PLAN",), ["segment_out_of_place", "information_source_missing"], 0),
    ((*SOURCE, *PROVIDER, *PATIENT), ["level_missing_above"], 1),
    ((*SOURCE, *PATIENT), ["level_missing_above"] * 2, 1),
    (PATIENT, ["level_missing_above"] * 3, 1),
    ((*ABOVE, *PATIENT, "STC*A2:20*2026030*WQ"), ["date_unreadable"], 1),
    ((*ABOVE, *PATIENT, "STC*A2:20*20260302*WQ*x"), ["amount_unreadable"], 1),
    ((*ABOVE, *PATIENT, "STC**20260302*WQ"), ["status_missing"], 1),
    ((*ABOVE, *PATIENT, "DTP*472*D8*x"), ["date_unreadable"], 1),
    ((*ABOVE, *PATIENT, "SVC*HC:G0463*x"), ["amount_unreadable"], 1),
    ((*ABOVE, *PATIENT, "SVC*HC:G0463*1*****x"), ["quantity_unreadable"], 1),
    ((*ABOVE, *PATIENT, "QTY*90*1"), ["total_out_of_place"], 1),
    ((*ABOVE, "SVC*HC:G0463*1"), ["segment_out_of_place"], 0),
    ((*ABOVE, "QTY*QA*-1"), ["count_unreadable"], 0),
    ((*ABOVE, "QTY*ZZ*1"), ["total_out_of_place"], 0),
    ((*ABOVE, *PATIENT[:2], "STC*A2:20"), ["claim_trace_missing"], 1),
    ((*ABOVE, *PATIENT, "HL*5*3*PT", "NM1*QC*1*ROE", "STC*A3:21"), ["claim_trace_missing"], 2),
    ((*ABOVE, "HL*4*3*99*0"), ["level_unknown"], 0),
    ((*ABOVE, *PATIENT, "ZZZ*1"), ["segment_unknown"], 1),
]


@pytest.mark.parametrize(("segments", "codes", "claims"), ODD)
def test_odd_acknowledgements_are_findings_and_lose_no_claim(
    segments: tuple[str, ...], codes: list[str], claims: int
) -> None:
    sources, found = read(an_answer(*segments))

    assert found == codes
    assert sum(1 for source in sources for _ in source.claim_outcomes()) == claims


TEXTS = st.text("ABCDEFGHIJ0123456789", min_size=1, max_size=9)
CENTS = st.integers(0, 10**9)
CODES = st.lists(
    st.builds(StatusCode, st.sampled_from(["A1", "A2", "A7"]), TEXTS, st.just("") | TEXTS), min_size=1, max_size=3
)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
STATUSES = st.lists(
    st.builds(Status, CODES.map(tuple), DAYS, st.sampled_from(["WQ", "U"]), st.none() | CENTS, st.just("") | TEXTS),
    max_size=2,
)
REFERENCES = st.lists(st.builds(Reference, st.sampled_from(["1K", "D9", "BLT"]), TEXTS), max_size=3)
LINES = st.lists(
    st.builds(
        LineAnswer,
        st.builds(Procedure, TEXTS),
        CENTS,
        st.just("0450"),
        st.none() | st.just(Decimal("1.5")),
        STATUSES,
        REFERENCES,
    ),
    max_size=2,
)
CLAIMS = st.lists(
    st.builds(
        lambda number, statuses, references, day, lines: a_claim(
            number, *statuses, references=references, service=Period(day), lines=lines
        ),
        TEXTS,
        STATUSES,
        REFERENCES,
        DAYS,
        LINES,
    ),
    max_size=3,
)
PROVIDERS = st.lists(
    st.builds(lambda claims, count: a_provider(*claims, rejected_count=count), CLAIMS, st.none() | CENTS), max_size=2
)
SOURCES = st.builds(
    lambda providers, statuses: a_source(a_receiver(*providers, statuses=statuses)), PROVIDERS, STATUSES
)


@settings(max_examples=100, deadline=None)
@given(SOURCES)
def test_any_answer_survives_writing_and_reading(source: SourceAnswer) -> None:
    assert read(written(source)) == ([source], [])


KINDS = st.sampled_from(
    [
        *("HL*1**20*1", "HL*1*1*21*1", "HL*1*1*19*1", "HL*1*1*PT*0", "HL*1*1*77*0", "NM1*QC*1*DOE", "TRN*2*P"),
        *("STC*A2:20*20260302*WQ*1", "REF*1K*1", "DTP*472*D8*20260302", "QTY*90*1", "AMT*YU*1", "SVC*HC:X*1", "Z*1"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(KINDS, max_size=20))
def test_any_heap_of_segments_is_read_without_raising(segments: list[str]) -> None:
    sources, codes = read(an_answer(*segments))

    assert (sources == []) == ("information_source_missing" in codes)
