"""Any claim survives; any heap of segments comes back in the order it came."""

import json
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ar_shared.x12.claim_builder import build_claim
from ar_shared.x12.claim_facts import (
    Adjustment,
    Amount,
    ClaimDate,
    ClaimFacts,
    HealthCode,
    LineAdjudication,
    Period,
    Procedure,
    Reference,
    ServiceLine,
)
from ar_shared.x12.claim_model import from_json, to_json
from ar_shared.x12.findings import UnreadableFileError

from .claims_837 import a_claim, a_line, a_subscriber, body, read, transaction, written

NAMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ'-., 0123456789", min_size=1, max_size=30).map(str.strip).filter(bool)
CODES = st.text("ABCDEFGHJKLM0123456789", min_size=1, max_size=12)
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
CENTS = st.integers(0, 10**7)
UNITS = st.decimals(Decimal(0), Decimal(99999), places=3)
PERIODS = st.one_of(
    st.builds(Period, DAYS),
    st.tuples(DAYS, DAYS).map(lambda days: Period(min(days), max(days))),
    st.builds(Period, DAYS, time=st.just("2359")),
)
REFERENCES = st.lists(st.builds(Reference, st.sampled_from(["G1", "9F", "D9"]), CODES), max_size=3).map(tuple)
PROCEDURES = st.builds(Procedure, CODES, st.lists(CODES, max_size=4).map(tuple), st.one_of(st.just(""), NAMES))
ADJUSTMENTS = st.lists(
    st.builds(Adjustment, st.sampled_from(["CO", "PR", "OA"]), CODES, CENTS, st.none() | UNITS), max_size=8
).map(tuple)
ANSWERS = st.lists(
    st.builds(
        LineAdjudication,
        payer_id=CODES,
        paid_cents=CENTS,
        procedure=st.none() | PROCEDURES,
        paid_units=st.none() | UNITS,
        adjustments=ADJUSTMENTS,
        paid_on=st.none() | DAYS,
        remaining_cents=st.none() | CENTS,
    ),
    max_size=2,
).map(tuple)
LINES = st.builds(
    a_line,
    CENTS,
    units=UNITS,
    procedure=PROCEDURES,
    dates=st.lists(st.builds(ClaimDate, st.sampled_from(["472", "471"]), PERIODS), max_size=2).map(tuple),
    references=REFERENCES,
    adjudications=ANSWERS,
)


@st.composite
def claims(draw: st.DrawFn) -> ClaimFacts:
    lines: list[ServiceLine] = draw(st.lists(LINES, min_size=1, max_size=4))
    others = draw(st.lists(CODES, max_size=11))
    return a_claim(
        subscriber=a_subscriber(name=draw(NAMES), first_name=draw(NAMES), birth_on=draw(DAYS)),
        patient_control_number=draw(CODES),
        dates=tuple(draw(st.lists(st.builds(ClaimDate, st.sampled_from(["431", "439"]), PERIODS), max_size=3))),
        amounts=tuple(draw(st.lists(st.builds(Amount, st.just("F5"), CENTS), max_size=1))),
        references=draw(REFERENCES),
        codes=(HealthCode("ABK", draw(CODES)), *[HealthCode("ABF", code) for code in others]),
        lines=tuple(lines),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(claims(), min_size=1, max_size=4))
def test_facts_survive_building_storing_writing_and_reading(batch: list[ClaimFacts]) -> None:
    images = [from_json(json.loads(json.dumps(to_json(build_claim(facts))))) for facts in batch]

    again = [claim.facts for claim in read(written(images))]

    assert len(again) == len(batch)
    assert all(facts in batch for facts in again)
    assert all(facts in again for facts in batch)


SEGMENTS = st.sampled_from(
    [
        *("HL*9*8*20*1", "HL*9*8*22*0", "HL*9*8*23*0", "HL*9*8*77*0", "PRV*BI*PXC*207Q00000X", "PRV*PE*PXC*X"),
        *(f"NM1*{role}*1*NAME" for role in ("85", "87", "IL", "PR", "QC", "82", "DN", "71", "Q9", "41", "40")),
        *("SBR*P*18", "PAT*19", "CLM*A*100***11:B:1", "LX*1", "SV1*HC:G0463*100*UN*1***1", "SVD*1*2"),
        *("CAS*CO*45*1", "LIN**N4*1", "LQ*UT*01", "N3*1 MAIN ST", "REF*G1*2", "DTP*472*D8*20260105", "K3", "ZZ*1"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(SEGMENTS, max_size=40))
def test_a_claim_and_what_follows_it_come_back_in_order_whatever_they_are(segments: list[str]) -> None:
    """Level segments are left out here: levels without claims are not kept, and equal ones come together."""
    inner = [text for text in segments if not _begins_level(text)]
    data = transaction("BHT*0019*00*1*20260302*0830*CH", "HL*1**20*1", "SBR*P", "CLM*FIRST*1", *inner)

    claims_read = read(data)

    assert [claim.facts for claim in claims_read if claim.facts is not None] == []
    assert _texts(written(claim.image for claim in claims_read)) == _texts(data)


@settings(max_examples=300, deadline=None)
@given(st.lists(SEGMENTS, max_size=40))
def test_every_claim_of_a_heap_is_read_and_nothing_raises(segments: list[str]) -> None:
    claims_read = read(transaction(*segments))

    assert len(claims_read) == sum(text.startswith("CLM") for text in segments)
    own = [segment for claim in claims_read for segment in claim.image.claim.walk()]
    assert len(own) <= len(segments)


WHOLE = written(
    build_claim(a_claim(patient_control_number=number, subscriber=a_subscriber(id=number))) for number in "ABC"
)
DAMAGES = st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=3), st.integers(0, 4)), max_size=4)


@settings(max_examples=300, deadline=None)
@given(DAMAGES)
def test_a_damaged_file_never_raises_and_its_images_can_be_written(damages: list[tuple[int, bytes, int]]) -> None:
    data = WHOLE
    for place, inserted, removed in damages:
        data = data[:place] + inserted + data[place + removed :]
    try:
        claims_read = read(data)
    except UnreadableFileError:
        return  # the damage took the ISA

    for claim in claims_read:
        assert read(written([claim.image]))[0].image.claim.id == "2300"


def _begins_level(text: str) -> bool:
    return text.startswith(("HL", "PRV*BI", "NM1*85", "NM1*87", "NM1*IL", "NM1*PR", "NM1*QC"))


def _texts(data: bytes) -> list[list[str]]:
    return [["HL"] if segment.id == "HL" else segment.row for segment in body(data) if segment.id != "BHT"]
