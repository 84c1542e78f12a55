"""Whatever a file looks like around its content, the same segments come out, each with its exact bytes."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_shared.x12.findings import UnreadableFileError
from ar_shared.x12.tokens import LONGEST_SEGMENT_BYTES, WINDOW_BYTES, Segment, tokenize

from .era import OTHER_MARKS, SAME_CONTENT, changed, era, text

PLAIN = [segment.split("*") for segment in era()]
BETWEEN = b" \t\r\n\x00\x1a\xef\xbb\xbf"


def pieces(data: bytes, cuts: list[int]) -> Iterator[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return (data[start:stop] for start, stop in itertools.pairwise(edges))


def rows(data: bytes) -> list[list[str]]:
    return [segment.row for segment in tokenize([data])]


def trimmed(segments: list[list[str]]) -> list[list[str]]:
    """Without the padding of the ISA, which the unpadded variant lacks."""
    return [[element.strip() for element in row] for row in segments]


@pytest.mark.parametrize("name", SAME_CONTENT)
def test_every_surface_form_gives_the_same_segments(name: str) -> None:
    assert trimmed(rows(SAME_CONTENT[name]())) == trimmed(PLAIN)


@pytest.mark.parametrize("name", OTHER_MARKS)
def test_delimiters_come_from_the_header(name: str) -> None:
    data = OTHER_MARKS[name]
    segments = list(tokenize([data]))
    assert [segment.id for segment in segments] == [row[0] for row in PLAIN]
    service = next(segment for segment in segments if segment.id == "SVC")
    assert service.components(1) == ["HC", "G0101", "25"]
    assert service[2] == "100"


@pytest.mark.parametrize("name", [*SAME_CONTENT, *OTHER_MARKS])
def test_a_span_holds_exactly_its_segment_and_gaps_hold_nothing(name: str) -> None:
    data = SAME_CONTENT[name]() if name in SAME_CONTENT else OTHER_MARKS[name]
    assert_spans_tile(data, list(tokenize([data])))


def assert_spans_tile(data: bytes, segments: list[Segment]) -> None:
    position = 0
    for index, segment in enumerate(segments):
        assert segment.index == index
        gap = data[position : segment.offset]
        assert not gap.strip(BETWEEN + segment.delimiters.segment.encode("latin-1"))
        position = segment.offset + segment.length
        span = data[segment.offset : position]
        end = segment.delimiters.segment.encode("latin-1")
        assert (span.endswith(end) and span.count(end) == 1) if segment.terminated else end not in span
        inner = span.replace(b"\r", b"").replace(b"\n", b"").removesuffix(end)
        assert inner.split(segment.delimiters.element.encode("latin-1")) == [
            element.encode() for element in segment.row
        ]
    end = segments[-1].delimiters.segment.encode("latin-1")
    assert not data[position:].strip(BETWEEN + end)


MARKS = st.permutations(list("*|+~'^:>!;")).map(lambda marks: dict(zip("*~:^", marks, strict=False)))
SEPARATIONS = st.sampled_from(["~", "~\n", "~\r\n", "~\n   "])


@given(marks=MARKS, end=SEPARATIONS, cuts=st.lists(st.integers(0, 5000), max_size=60), sets=st.integers(1, 3))
def test_chunks_may_be_cut_anywhere(marks: dict[str, str], end: str, cuts: list[int], sets: int) -> None:
    data = text(era(sets=sets), end).decode().translate(str.maketrans("".join(marks), "".join(marks.values()))).encode()
    whole = list(tokenize([data]))
    assert list(tokenize(pieces(data, cuts))) == whole
    assert [segment.id for segment in whole] == [segment.split("*")[0] for segment in era(sets=sets)]
    assert_spans_tile(data, whole)


@given(data=st.binary(max_size=400), cuts=st.lists(st.integers(0, 500), max_size=8))
def test_any_bytes_behind_a_header_are_read_without_an_error(data: bytes, cuts: list[int]) -> None:
    file = text(era()[:3]) + data
    whole = list(tokenize([file]))
    assert [segment.id for segment in whole[:3]] == ["ISA", "GS", "ST"]
    assert list(tokenize(pieces(file, cuts))) == whole


@given(data=st.binary(max_size=200))
def test_bytes_without_a_header_give_the_one_typed_error(data: bytes) -> None:
    if b"ISA" in data:
        return
    with pytest.raises(UnreadableFileError):
        list(tokenize([data]))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \r\n\x00\x1a", "empty_file"),
        (b"\xef\xbb\xbf\n", "empty_file"),
        (b"x", "no_interchange"),
        (text(era())[len(era()[0]) + 1 :], "no_interchange"),
        (b"ISA", "no_interchange"),
    ],
)
def test_a_file_without_a_header_says_why(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        list(tokenize([data]))
    assert caught.value.finding.code == code


def test_text_in_front_of_the_header_is_one_nameless_segment() -> None:
    segments = list(tokenize([b"From: payer\r\n\r\n" + text(era())]))
    assert segments[0].row == [""]
    assert segments[1].id == "ISA"
    assert segments[1].offset == 15


def test_a_second_interchange_may_have_other_delimiters() -> None:
    other = changed({"*": "|", ":": ">"}, "\n")
    data = text(era()) + b"\r\n" + other + b"\xef\xbb\xbf" + text(era())
    segments = list(tokenize([data]))
    assert len(segments) == 3 * len(PLAIN)
    assert {segment.delimiters.element for segment in segments} == {"*", "|"}
    assert_spans_tile(data, segments)


def test_a_second_header_is_found_when_the_first_interchange_was_cut_short() -> None:
    data = text(era()[:-2]) + b"\n" + changed({"*": "|", "~": "'"}, "~")
    assert [segment.id for segment in tokenize([data])] == [row[0] for row in (*PLAIN[:-2], *PLAIN)]


@pytest.mark.parametrize("name", ["ISA", "LOUISA", "ISAAC", "ELISA*00*VISA"])
def test_a_name_that_looks_like_a_header_is_a_name(name: str) -> None:
    data = text(era()).replace(b"ABARA", name.encode())
    assert len(rows(data)) == len(PLAIN)


def test_each_element_is_decoded_on_its_own() -> None:
    names = "NM1*QC*1*MU\u00d1OZ*JOS\u00c9****MI*W1"
    mixed = b"NM1*QC*1*" + "MU\u00d1OZ".encode("latin-1") + b"*" + "JOS\u00c9".encode() + b"****MI*W1"
    data = text(era()).replace(b"NM1*QC*1*ABARA*ADA****MI*W1", mixed)
    segments = list(tokenize([data]))
    assert names.split("*") in [segment.row for segment in segments]
    assert len(segments) == len(PLAIN)
    last = segments[-1]
    assert last.offset + last.length == len(data)


def test_a_byte_that_no_western_code_page_has_still_reads() -> None:
    assert ["N1", "PR", "A\x81B"] in rows(text(era()).replace(b"N1*PR*BIG PAYER*XV*87726", b"N1*PR*A\x81B"))


def test_a_nul_inside_an_element_becomes_a_blank() -> None:
    assert ["N1", "PR", "A B"] in rows(text(era()).replace(b"N1*PR*BIG PAYER*XV*87726", b"N1*PR*A\x00B"))


def test_a_file_that_ends_inside_a_segment_marks_it() -> None:
    segments = list(tokenize([text(era()[:5]) + b"TRN*1*TRA"]))
    assert [segment.terminated for segment in segments] == [*[True] * 5, False]
    assert segments[-1].row == ["TRN", "1", "TRA"]


def test_a_segment_without_end_is_cut_and_reading_goes_on() -> None:
    endless = "NTE*ADD*" + "x" * (LONGEST_SEGMENT_BYTES + 2 * WINDOW_BYTES)
    segments = list(tokenize([text([*era()[:3], endless, *era()[3:]])]))
    assert len(segments) == len(PLAIN) + 1
    assert [segment.index for segment in segments if not segment.terminated] == [3]
    assert LONGEST_SEGMENT_BYTES < segments[3].length <= LONGEST_SEGMENT_BYTES + WINDOW_BYTES
    assert [segment.row for segment in segments[4:]] == PLAIN[3:]


def test_an_absent_element_is_empty() -> None:
    segment = next(iter(tokenize([text(era())])))
    assert (segment[16], segment[17], segment.components(17)) == (":", "", [""])


def test_repetitions_are_split_only_where_the_version_has_them() -> None:
    body = ["HI*A^B"]
    modern = list(tokenize([text(era(*body))]))[3]
    assert modern.repeats(1) == ["A", "B"]
    old = list(tokenize([text(era(*body)).replace(b"*^*00501*", b"*U*00401*")]))[3]
    assert old.repeats(1) == ["A^B"]
