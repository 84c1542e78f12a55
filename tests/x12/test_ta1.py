"""Reading and writing TA1."""

from datetime import UTC, datetime

import pytest

from ar_shared.x12.envelope import EnvelopeReader, Interchange
from ar_shared.x12.interchange_ack import InterchangeAnswer, answer_interchange, read_ta1, ta1_row
from ar_shared.x12.writer import InterchangeHeader, write_interchange

from .claims_837 import passes_pyx12, transaction

HEADER = InterchangeHeader("ZZ", "PAYER", "ZZ", "LEDGERWELL", datetime(2026, 3, 2, 9, 0, tzinfo=UTC), 5)


def interchange_of(data: bytes) -> Interchange:
    reader = EnvelopeReader([data])
    list(reader.transactions())
    return reader.interchanges[0]


def test_the_answer_to_an_interchange_names_it_and_survives() -> None:
    ours = interchange_of(transaction("BHT*0019"))
    answer = answer_interchange(ours, code="R", note="022")

    data = write_interchange(HEADER, [], acknowledgements=[ta1_row(answer)])

    assert answer == InterchangeAnswer("000000017", "260302", "0830", "R", "022")
    assert read_ta1(interchange_of(data)) == [answer]
    assert passes_pyx12(data.decode())


@pytest.mark.parametrize(("code", "expected"), [("A", True), ("E", True), ("R", False)])
def test_accepted_with_errors_is_accepted(code: str, expected: bool) -> None:
    assert InterchangeAnswer("1", "", "", code, "000").is_accepted is expected


@pytest.mark.parametrize("row", [["TA1", "", "260302", "0830", "A", "000"], ["TA1", "1", "", "", "Q"], ["TA1"]])
def test_an_answer_without_number_or_code_is_a_finding(row: list[str]) -> None:
    interchange = interchange_of(write_interchange(HEADER, [], acknowledgements=[row]))

    assert read_ta1(interchange) == []
    (finding,) = interchange.findings.kept
    assert (finding.code, finding.segment, finding.segment_index) == ("interchange_answer_unreadable", "TA1", 1)
