"""Written envelopes count right, and no text can break out of its element."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_shared.x12.delimiters import Delimiters
from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.writer import (
    Element,
    GroupContent,
    InterchangeHeader,
    SegmentWriter,
    TransactionContent,
    write_interchange,
)

MADE_AT = datetime(2026, 7, 1, 6, 5, tzinfo=UTC)


def header(control: int = 7, *, sender_id: str = "SENDER") -> InterchangeHeader:
    return InterchangeHeader("ZZ", sender_id, "ZZ", "RECEIVER", MADE_AT, control, usage="T")


def group(*transactions: TransactionContent, control: int = 3) -> GroupContent:
    return GroupContent("HC", "SENDER", "RECEIVER", control, "005010X222A1", transactions)


@pytest.mark.parametrize(
    "delimiters",
    [Delimiters(), Delimiters("|", ">", "!", "\n"), Delimiters(repetition=""), Delimiters("+", ":", "^", "'")],
)
def test_the_reader_finds_nothing_to_say(delimiters: Delimiters) -> None:
    one = TransactionContent("837", "0001", [["BHT", "0019"], ["HI", ["BK", "Z00"], ["BF", ""]]], "005010X222A1")
    two = TransactionContent("837", "0002", [], "005010X222A1")
    data = write_interchange(
        header(),
        [group(one, two), group(control=4)],
        acknowledgements=[["TA1", "1"]],
        writer=SegmentWriter(delimiters),
    )
    reader = EnvelopeReader([data])
    bodies = [[segment.row for segment in found.segments()] for found in reader.transactions()]
    (interchange,) = reader.interchanges
    mark = delimiters.component
    assert bodies == [[["BHT", "0019"], ["HI", f"BK{mark}Z00", "BF"]], []]
    assert interchange.delimiters == delimiters
    assert (interchange.sender_id, interchange.receiver_id, interchange.usage) == ("SENDER", "RECEIVER", "T")
    assert (interchange.date, interchange.time, interchange.control) == ("260701", "0605", "000000007")
    assert [found.control for found in interchange.groups] == ["3", "4"]
    assert len(interchange.acknowledgements) == 1
    assert not interchange.findings.kept
    assert not any(found.findings.kept for found in interchange.groups)
    assert not any(found.findings.kept for found in interchange.groups[0].transactions)


def test_the_interchange_header_has_its_fixed_length() -> None:
    assert write_interchange(header(), []).index(b"~") == 105


@given(value=st.text(max_size=40))
def test_no_text_breaks_out_of_its_element(value: str) -> None:
    body: list[Sequence[Element]] = [["N1", "PR", value], ["REF", ["X", value, "Y"], "end"]]
    data = write_interchange(header(), [group(TransactionContent("837", "1", body))])
    reader = EnvelopeReader([data])
    (first, second) = [segment for found in reader.transactions() for segment in found.segments()]
    assert len(first.row) <= 3
    assert second.components(1)[0::2] == ["X", "Y"]
    assert second.row[2] == "end"


@pytest.mark.parametrize(("control", "right"), [(0, False), (1, True), (999_999_999, True), (1_000_000_000, False)])
def test_an_interchange_control_number_has_nine_digits(control: int, right: bool) -> None:
    if right:
        assert b"*%09d*" % control in write_interchange(header(control), [])
        return
    with pytest.raises(ValueError, match="1 to 9 digits"):
        write_interchange(header(control), [])


@pytest.mark.parametrize(("sender", "right"), [("S" * 15, True), ("S" * 16, False)])
def test_an_interchange_id_is_never_cut(sender: str, right: bool) -> None:
    if right:
        assert sender.encode() in write_interchange(header(sender_id=sender), [])
        return
    with pytest.raises(ValueError, match="15 characters"):
        write_interchange(header(sender_id=sender), [])
