"""The four separators of an interchange, read from its own header."""

import re
from dataclasses import dataclass
from typing import Final

HEADER_BYTES: Final = 512
_LONGEST_ENDING: Final = 5  # component separator, CR, LF, `~`, and one byte to see what follows
_ELEMENTS: Final = 16
_NEWLINES: Final = b"\r\n"


@dataclass(frozen=True, slots=True)
class Delimiters:
    """One character each (of Latin-1, so one byte each); `repetition` is empty before version 00402."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"


STANDARD: Final = Delimiters()


def read_delimiters(header: bytes, *, complete: bool) -> Delimiters | None:
    """The delimiters told by bytes that start with `ISA`; None when more bytes are needed.

    `complete` says that no more bytes will come. The header need not be padded to its 106 bytes: the 16th
    element separator is counted, not measured. A header with too few or too many elements is read by
    looking for the segment that follows it. What cannot be told is the customary character.
    """
    separator = header[3:4]
    fields = header[:HEADER_BYTES].split(separator, _ELEMENTS)
    ending = fields[_ELEMENTS] if len(fields) > _ELEMENTS else b""
    enough = complete or len(header) >= HEADER_BYTES or len(ending) >= _LONGEST_ENDING
    if not enough:
        return None
    following = _segment_after_header(header[:HEADER_BYTES], separator)
    header_length = len(header[:HEADER_BYTES]) - len(ending)
    if following is not None and following.start() < header_length:
        return _from_following(header, following, separator)
    if len(ending) > 1 and _may_delimit(ending[1:2], separator):
        return _from_ending(fields, ending, separator)
    if following is not None:
        return _from_following(header, following, separator)
    return Delimiters(element=_text(separator))


def _from_ending(fields: list[bytes], ending: bytes, separator: bytes) -> Delimiters:
    terminator = ending[1:2]
    if terminator in _NEWLINES and ending[1:].lstrip(_NEWLINES)[:1] == b"~":
        terminator = b"~"
    return Delimiters(
        element=_text(separator),
        component=_component(ending[:1], separator),
        repetition=_repetition(fields[11]),
        segment=_text(terminator),
    )


def _from_following(header: bytes, following: re.Match[bytes], separator: bytes) -> Delimiters:
    before = header[following.start() - 1 : following.start()]
    return Delimiters(
        element=_text(separator),
        component=_component(before, separator),
        repetition="",
        segment=_text(following[1]),
    )


def _segment_after_header(header: bytes, separator: bytes) -> re.Match[bytes] | None:
    quoted = re.escape(separator)
    return re.search(rb"([^0-9A-Za-z " + quoted + rb"])\s*(?:GS|TA1|IEA)" + quoted, header)


def _may_delimit(character: bytes, separator: bytes) -> bool:
    return bool(character) and not character.isalnum() and character not in (b" ", separator)


def _component(character: bytes, separator: bytes) -> str:
    return _text(character) if _may_delimit(character, separator) else ":"


def _repetition(isa11: bytes) -> str:
    """Version 4010 has a standards id here (`U`), later versions the separator."""
    return _text(isa11) if len(isa11) == 1 and _may_delimit(isa11, b"") else ""


def _text(character: bytes) -> str:
    return character.decode("latin-1")
