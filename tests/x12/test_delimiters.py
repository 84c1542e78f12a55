"""Delimiters are read from headers as they come, not as they should be."""

import pytest

from ar_shared.x12.delimiters import HEADER_BYTES, STANDARD, Delimiters, read_delimiters

from .era import ISA, era, text


def told(header: bytes) -> Delimiters | None:
    return read_delimiters(header, complete=True)


def test_a_padded_header_tells_all_four() -> None:
    assert told(text(era())) == STANDARD


@pytest.mark.parametrize("missing", [1, 2, 3, 4])
def test_more_bytes_are_asked_for_until_the_terminator_can_be_told(missing: int) -> None:
    header = f"{ISA}~\r\nG".encode()
    assert read_delimiters(header, complete=False) == STANDARD
    assert read_delimiters(header[:-missing], complete=False) is None
    assert read_delimiters(header[:-missing], complete=True) == STANDARD


def test_the_customary_characters_stand_in_for_what_a_cut_header_does_not_tell() -> None:
    assert told(b"ISA|00|") == Delimiters(element="|")


def test_a_header_of_endless_length_does_not_wait_for_more() -> None:
    assert read_delimiters(b"ISA*00*" + b"x" * HEADER_BYTES, complete=False) == STANDARD


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f"{ISA[:-4]}~GS*HP*A*B", Delimiters(component=":", repetition="", segment="~")),
        (f"{ISA[:-2]}*P*:|\nGS*HP*A*B", Delimiters(component=":", repetition="", segment="|")),
        (f"{ISA}\nGS*HP", Delimiters(segment="\n")),
        (f"{ISA}\r\nGS*HP", Delimiters(segment="\r")),
        (f"{ISA}\r\n~GS*HP", Delimiters(segment="~")),
        (f"{ISA}\n~\nGS*HP", Delimiters(segment="~")),
        (f"{ISA[:-1]}>~TA1*1", Delimiters(component=">")),
    ],
    ids=[
        "too few elements",
        "too many elements",
        "line feed",
        "CRLF",
        "CRLF and tilde",
        "line feed and tilde",
        "other component",
    ],
)
def test_odd_headers(header: str, expected: Delimiters) -> None:
    assert told(header.encode()) == expected


@pytest.mark.parametrize(("isa11", "expected"), [("^", "^"), ("U", ""), (" ", ""), ("", ""), ("{", "{")])
def test_repetition_is_a_separator_or_the_standards_id_of_4010(isa11: str, expected: str) -> None:
    found = told(text(era()).replace(b"*^*00501*", f"*{isa11}*00501*".encode()))
    assert found is not None
    assert found.repetition == expected
