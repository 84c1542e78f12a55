"""Each way an envelope can be wrong is one finding in one place, and everything readable is still delivered."""

import pytest

from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.findings import FINDINGS_KEPT, Finding, Findings, Severity

from .era import GS, ISA, era, text

BODY = ["BPR*I*0", "TRN*1*T"]


def read(segments: list[str], front: bytes = b"") -> tuple[EnvelopeReader, list[list[str]]]:
    """The reader at the end of the file, and the segment ids of each transaction."""
    reader = EnvelopeReader([front + text(segments)])
    return reader, [[segment.id for segment in one.segments()] for one in reader.transactions()]


def all_findings(reader: EnvelopeReader) -> list[Finding]:
    found = list(reader.findings.kept)
    for interchange in reader.interchanges:
        found += interchange.findings.kept
        for group in interchange.groups:
            found += group.findings.kept
            for transaction in group.transactions:
                found += transaction.findings.kept
    return found


def codes(reader: EnvelopeReader) -> list[str]:
    return [finding.code for finding in all_findings(reader)]


def without(segment_id: str, segments: list[str]) -> list[str]:
    return [segment for segment in segments if not segment.startswith(f"{segment_id}*")]


def replaced(old: str, new: str, segments: list[str]) -> list[str]:
    assert old in segments
    return [new if segment == old else segment for segment in segments]


def test_a_right_file_has_no_findings_and_tells_its_headers() -> None:
    reader, bodies = read(era(*BODY, sets=2))
    interchange = reader.interchanges[0]
    group = interchange.groups[0]
    transaction = group.transactions[1]
    assert codes(reader) == []
    assert bodies == [["BPR", "TRN"]] * 2
    assert (interchange.sender_qualifier, interchange.sender_id) == ("ZZ", "BIGPAYER")
    assert (interchange.receiver_qualifier, interchange.receiver_id) == ("ZZ", "PRACTICE")
    assert (interchange.date, interchange.time, interchange.version) == ("260701", "0600", "00501")
    assert (interchange.control, interchange.usage, interchange.complete) == ("000000001", "T", True)
    assert interchange.acknowledgement_requested is False
    assert (group.functional_id, group.sender_code, group.receiver_code) == ("HP", "BIGPAYER", "PRACTICE")
    assert (group.date, group.time, group.control) == ("20260701", "0600", "1")
    assert (group.version, group.complete) == ("005010X221A1", True)
    assert (transaction.set_id, transaction.control, transaction.version) == ("835", "0002", "005010X221A1")
    assert (transaction.complete, transaction.segment_count) == (True, 4)


def test_st03_overrules_the_version_of_the_group() -> None:
    reader, _ = read(replaced("ST*835*0001", "ST*835*0001*005010X221", era(*BODY)))
    assert reader.interchanges[0].groups[0].transactions[0].version == "005010X221"


@pytest.mark.parametrize(
    ("segments", "code"),
    [
        (without("SE", era(*BODY)), "transaction_trailer_missing"),
        (without("GE", era(*BODY)), "group_trailer_missing"),
        (without("IEA", era(*BODY)), "interchange_trailer_missing"),
        (without("GS", without("GE", era(*BODY))), "group_header_missing"),
        (replaced("SE*4*0001", "SE*5*0001", era(*BODY)), "segment_count_wrong"),
        (replaced("SE*4*0001", "SE*3*0001", era(*BODY)), "segment_count_wrong"),
        (replaced("SE*4*0001", "SE*four*0001", era(*BODY)), "segment_count_wrong"),
        (replaced("SE*4*0001", "SE*4*0002", era(*BODY)), "transaction_control_mismatch"),
        (replaced("GE*1*1", "GE*2*1", era(*BODY)), "transaction_count_wrong"),
        (replaced("GE*1*1", "GE*1*2", era(*BODY)), "group_control_mismatch"),
        (replaced("IEA*1*000000001", "IEA*2*000000001", era(*BODY)), "group_count_wrong"),
        (replaced("IEA*1*000000001", "IEA*1*000000002", era(*BODY)), "interchange_control_mismatch"),
        ([*era(*BODY), *era(*BODY)], "interchange_control_duplicate"),
        ([*era(*BODY)[:-1], *era(*BODY)[1:-1], "IEA*2*000000001"], "group_control_duplicate"),
        ([*era(*BODY)[:-2], *era(*BODY)[2:-2], "GE*2*1", "IEA*1*000000001"], "transaction_control_duplicate"),
        ([ISA, "GE*1*1", *era(*BODY)[1:]], "trailer_without_header"),
        ([*era(*BODY)[:2], "SE*4*0001", *era(*BODY)[2:]], "trailer_without_header"),
        ([*era(*BODY), "IEA*1*000000001"], "trailer_without_header"),
        ([*era(*BODY)[:2], "REF*EV*X", *era(*BODY)[2:]], "segment_outside_transaction"),
        ([*era(*BODY), "REF*EV*X"], "segment_outside_transaction"),
        ([ISA + "*extra", *era(*BODY)[1:]], "interchange_header_odd"),
    ],
)  # fmt: skip
def test_each_fault_is_one_finding_and_the_transaction_is_read(segments: list[str], code: str) -> None:
    reader, bodies = read(segments)
    assert codes(reader) == [code]
    assert bodies[0] == ["BPR", "TRN"]


def test_segments_without_any_header_of_their_own_are_still_read() -> None:
    reader, bodies = read([*era(*BODY), *era(*BODY)[1:]])
    assert codes(reader) == ["interchange_header_missing", "trailer_without_header"]
    assert bodies == [["BPR", "TRN"]] * 2
    assert reader.interchanges[1].control == ""


def test_text_in_front_is_a_finding_of_the_file() -> None:
    reader, bodies = read(era(*BODY), front=b"Dear biller,\r\n")
    assert reader.findings.codes() == ["text_before_interchange"]
    assert bodies == [["BPR", "TRN"]]


def test_a_finding_tells_the_control_numbers_and_the_place() -> None:
    segments = replaced("SE*4*0001", "SE*9*0001", era(*BODY))
    reader, _ = read(segments)
    assert all_findings(reader) == [
        Finding(
            code="segment_count_wrong",
            text="SE01 does not equal the 4 segments of the transaction.",
            severity=Severity.ERROR,
            interchange_control="000000001",
            group_control="1",
            transaction_control="0001",
            segment_index=5,
            segment="SE",
            element=1,
            byte_offset=len(text(segments[:5])),
        )
    ]


def test_a_cut_file_delivers_what_was_there() -> None:
    reader = EnvelopeReader([text(era(*BODY)[:4]) + b"TRN*1"])
    transaction = next(reader.transactions())
    assert [segment.row for segment in transaction.segments()] == [["BPR", "I", "0"], ["TRN", "1"]]
    assert not transaction.complete
    list(reader.transactions())
    assert codes(reader) == ["interchange_trailer_missing", "group_trailer_missing", "transaction_trailer_missing"]


def test_a_missing_last_terminator_is_only_a_warning() -> None:
    reader = EnvelopeReader([text(era(*BODY))[:-1]])
    list(reader.transactions())
    found = all_findings(reader)
    assert [(one.code, one.severity) for one in found] == [("segment_not_terminated", Severity.WARNING)]
    assert not reader.interchanges[0].findings.has_errors()


def test_a_new_header_closes_what_was_open() -> None:
    reader, bodies = read([*era(*BODY)[:-3], *replaced(ISA, ISA.replace("000000001", "000000002"), era(*BODY))])
    assert bodies == [["BPR", "TRN"]] * 2
    assert [one.complete for one in reader.interchanges] == [False, True]


def test_acknowledgements_of_an_interchange_are_kept() -> None:
    reader, _ = read([ISA, "TA1*000000007*260701*0600*A*000", "IEA*0*000000001"])
    assert [one.row[4] for one in reader.interchanges[0].acknowledgements] == ["A"]
    assert codes(reader) == []


def test_moving_on_skips_what_was_left_unread() -> None:
    reader = EnvelopeReader([text(era(*BODY, sets=3))])
    first = [next(transaction.segments()).id for transaction in reader.transactions()]
    assert first == ["BPR"] * 3
    assert codes(reader) == []


def test_a_thousand_transactions_of_one_claim_are_read_in_order() -> None:
    reader, bodies = read(era("CLP*1", sets=1009))
    assert bodies == [["CLP"]] * 1009
    assert codes(reader) == []
    assert reader.interchanges[0].groups[0].transactions[-1].control == "1009"


def test_a_group_without_transactions_is_kept() -> None:
    reader, _ = read([ISA, GS, "GE*0*1", "IEA*1*000000001"])
    assert [len(group.transactions) for group in reader.interchanges[0].groups] == [0]
    assert codes(reader) == []


@pytest.mark.parametrize(("extra", "kept", "omitted"), [(0, FINDINGS_KEPT, 0), (1, FINDINGS_KEPT, 1)])
def test_findings_stop_growing(extra: int, kept: int, omitted: int) -> None:
    findings = Findings()
    for _ in range(FINDINGS_KEPT + extra):
        findings.add(Finding("x", "X.", Severity.WARNING))
    assert (len(findings.kept), findings.omitted_count) == (kept, omitted)
    assert findings.has_errors() is (omitted > 0)
