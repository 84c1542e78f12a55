"""Reading and writing 999: per group, per transaction, and what is said when it does not say."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.functional_ack import (
    Context,
    ElementFault,
    ElementPlace,
    GroupAnswer,
    SegmentFault,
    SetAnswer,
    answer_group,
    content_999,
    read_999,
)
from ar_shared.x12.writer import GroupContent, InterchangeHeader, write_interchange

from .claims_837 import passes_pyx12, sample, transaction

HEADER = InterchangeHeader("ZZ", "PAYER", "ZZ", "LEDGERWELL", datetime(2026, 3, 2, 9, 0, tzinfo=UTC), 5)
VERSION = "005010X231A1"


def read(data: bytes) -> tuple[list[GroupAnswer | None], list[str]]:
    """The answers of a file, and the codes of what was found wrong in its transactions."""
    answers, codes = [], []
    for one in EnvelopeReader([data]).transactions():
        answers.append(read_999(one))
        codes += one.findings.codes()
    return answers, codes


def written(answer: GroupAnswer) -> bytes:
    group = GroupContent("FA", "PAYER", "LEDGERWELL", 1, VERSION, [content_999(answer, "0001")])
    return write_interchange(HEADER, [group])


def an_answer(*segments: str) -> bytes:
    return transaction(*segments, version=VERSION).replace(b"ST*837", b"ST*999")


def a_rejection() -> GroupAnswer:
    """Two transactions, the second rejected for an element of its CLM, with the claim's number."""
    context = Context("CLM01", "PCN1")
    trigger = Context("SITUATIONAL TRIGGER", "", "CLM", 43, "2300", ElementPlace(5, 3), ["1325"])
    element = ElementFault(ElementPlace(2, 1), "6", "782", "1O0", [trigger])
    fault = SegmentFault("CLM", 22, "2300", "8", [context], [element])
    sets = [
        SetAnswer("837", "0001", "005010X222A1", "A"),
        SetAnswer("837", "0002", "005010X222A1", "R", ["5"], [fault]),
    ]
    return GroupAnswer("HC", "17", "005010X222A1", "P", 2, 2, 1, [], sets)


def test_what_is_written_is_read_back() -> None:
    assert read(written(a_rejection())) == ([a_rejection()], [])


def test_what_is_written_passes_pyx12() -> None:
    assert passes_pyx12(written(a_rejection()).decode())


def test_an_answer_without_a_code_fails_pyx12() -> None:
    answer = a_rejection()
    answer.sets[0].code = "Q"

    assert not passes_pyx12(written(answer).decode())


def test_the_sample_with_two_rejected_transactions_says_which_and_why() -> None:
    (answer,), codes = read(sample("999/xlate+staedi/simple999.edi"))

    assert codes == []
    assert answer is not None
    assert (answer.functional_id, answer.control, answer.code) == ("HC", "17456", "P")
    assert [(one.control, one.code, one.reasons) for one in answer.sets] == [
        ("0001", "A", []),
        ("0002", "R", ["5"]),
        ("0003", "R", ["5"]),
    ]
    first, second = answer.sets[1].faults[0], answer.sets[2].faults[0]
    assert (first.segment_id, first.position, first.loop, first.code) == ("CLM", 22, "", "8")
    assert [(one.name, one.value) for one in first.contexts] == [("CLM01", "123456789")]
    assert [(one.place.element, one.reference, one.code) for one in first.elements] == [(2, "782", "1")]
    # CTX*SITUATIONAL TRIGGER^SITUATIONAL TRIGGER:2^SITUATIONAL TRIGGER:3*CLM*43**5:3*1325, then CTX*CLM01:987654321
    assert [(one.name, one.value, one.segment_position) for one in second.contexts] == [
        ("SITUATIONAL TRIGGER", "", 43),
        ("SITUATIONAL TRIGGER", "2", 43),
        ("SITUATIONAL TRIGGER", "3", 43),
        ("CLM01", "987654321", None),
    ]
    assert second.contexts[0].place == ElementPlace(5, 3)
    assert second.contexts[0].references == ["1325"]


@pytest.mark.parametrize(
    ("name", "controls"),
    [
        ("999/imsweb+x12-parser/x12_999_accepted.txt", ["17456"]),
        ("999/azoner+pyx12/834_lui_id_5010.999.txt", ["13360001"] * 4),
    ],
)
def test_the_accepted_samples_accept_every_transaction(name: str, controls: list[str]) -> None:
    answers, codes = read(sample(name))

    assert codes == []
    assert [answer.control for answer in answers if answer] == controls
    assert all(answer and answer.is_accepted("0001") for answer in answers)


@pytest.mark.parametrize("name", ["imsweb+x12-parser/x12_999_accepted.txt", "xlate+staedi/simple999.edi"])
def test_a_sample_written_again_reads_the_same(name: str) -> None:
    (answer,), _ = read(sample(f"999/{name}"))
    assert answer is not None

    assert read(written(answer)) == ([answer], [])


ANSWERS = [
    # set code, group code -> taken in
    ("A", "A", True),
    ("E", "P", True),
    ("R", "P", False),
    ("M", "P", False),
    ("W", "P", False),
    ("X", "P", False),
    (None, "A", True),
    (None, "E", True),
    (None, "R", False),
    (None, "P", None),
    (None, "", None),
]


@pytest.mark.parametrize(("set_code", "group_code", "expected"), ANSWERS)
def test_a_transaction_without_its_own_answer_shares_its_groups(
    set_code: str | None, group_code: str, expected: bool | None
) -> None:
    sets = [SetAnswer("837", "0002", code=set_code)] if set_code else []

    assert GroupAnswer("HC", "1", code=group_code, sets=sets).is_accepted("0002") is expected


ODD = [
    # segments between ST and SE                        , what is found
    (("AK9*A*1*1*1",), ["segment_out_of_place", "group_answer_missing"]),
    (("AK1*HC*17",), ["group_code_missing"]),
    (("AK1*HC*17", "AK2*837*0001", "AK9*A*1*1*1"), ["set_code_missing"]),
    (("AK1*HC*17", "IK5*A", "AK9*A*1*1*1"), ["segment_out_of_place"]),
    (("AK1*HC*17", "AK2*837*0001", "IK4*2**1", "IK5*R", "AK9*R*1*1*0"), ["segment_out_of_place"]),
    (("AK1*HC*17", "IK3*CLM*3", "CTX*CLM01:1", "AK9*R*1*1*0"), ["segment_out_of_place"]),
    (("AK1*HC*17", "AK2*837*0001", "IK3*CLM*X", "IK5*R", "AK9*R*1*1*0"), ["count_unreadable"]),
    (("AK1*HC*17", "AK9*A*one*1*1"), ["count_unreadable"]),
    (("AK1*HC*17", "AK1*HC*18", "AK9*A*1*1*1"), ["group_answer_repeated"]),
    (("AK1*HC*17", "ZZZ*1", "AK9*A*1*1*1"), ["segment_unknown"]),
    ((), ["group_answer_missing"]),
]


@pytest.mark.parametrize(("segments", "codes"), ODD)
def test_odd_acknowledgements_are_findings(segments: tuple[str, ...], codes: list[str]) -> None:
    assert read(an_answer(*segments))[1] == codes


def test_the_received_copy_of_an_element_stays_out_of_logs() -> None:
    assert "1O0" not in repr(a_rejection())
    assert "PCN1" not in repr(a_rejection())


def test_a_group_is_answered_transaction_by_transaction() -> None:
    two = transaction("BHT*1").replace(b"GE*1", b"ST*837*0002*005010X222A1~BHT*1~SE*3*0002~GE*2")
    reader = EnvelopeReader([two])
    list(reader.transactions())
    (group,) = reader.interchanges[0].groups
    fault = SegmentFault("BHT", 2, code="8")

    every = answer_group(group, {})
    some = answer_group(group, {"0002": [fault]})
    none = answer_group(group, {"0001": [fault], "0002": [fault]})

    assert [(one.code, one.included_count, one.accepted_count) for one in (every, some, none)] == [
        ("A", 2, 2),
        ("P", 2, 1),
        ("R", 2, 0),
    ]
    assert [some.is_accepted("0001"), some.is_accepted("0002")] == [True, False]
    assert read(written(some)) == ([some], [])
    assert passes_pyx12(written(some).decode())


TEXTS = st.text("ABCDEFGHIJ0123456789", min_size=1, max_size=9)
PLACES = st.builds(ElementPlace, st.integers(1, 99), st.none() | st.integers(1, 9))
CONTEXTS = st.lists(
    st.builds(Context, TEXTS, TEXTS, TEXTS, st.integers(1, 999), TEXTS, PLACES, st.lists(TEXTS, max_size=2)),
    max_size=2,
)
FAULTS = st.lists(
    st.builds(
        SegmentFault,
        TEXTS,
        st.integers(1, 9999),
        TEXTS,
        TEXTS,
        CONTEXTS,
        st.lists(st.builds(ElementFault, PLACES, TEXTS, TEXTS, TEXTS, CONTEXTS), max_size=2),
    ),
    max_size=3,
)
SETS = st.lists(st.builds(SetAnswer, TEXTS, TEXTS, TEXTS, TEXTS, st.lists(TEXTS, max_size=5), FAULTS), max_size=3)
COUNTS = st.integers(0, 10**6)
GROUPS = st.builds(GroupAnswer, TEXTS, TEXTS, TEXTS, TEXTS, COUNTS, COUNTS, COUNTS, st.lists(TEXTS, max_size=5), SETS)


@settings(max_examples=100, deadline=None)
@given(GROUPS)
def test_any_answer_survives_writing_and_reading(answer: GroupAnswer) -> None:
    assert read(written(answer)) == ([answer], [])


KINDS = st.sampled_from(["AK1*HC*1", "AK2*837*1", "IK3*CLM*2", "IK4*2*1*1", "CTX*A:B", "IK5*A", "AK9*A*1*1*1", "X*1"])


@settings(max_examples=200, deadline=None)
@given(st.lists(KINDS, max_size=15))
def test_any_heap_of_segments_is_read_without_raising(segments: list[str]) -> None:
    answers, codes = read(an_answer(*segments))

    assert (answers == [None]) == ("group_answer_missing" in codes)
