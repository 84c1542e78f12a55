"""Bytes in, segments out: streaming, in bounded memory, and forgiving about everything but the content.

Accepted without a word: byte order marks, line breaks and indentation between segments, lines wrapped inside a
segment, headers that are not padded, any delimiters (read anew from every ISA), Latin-1 names in a UTF-8
file, NUL and ctrl-Z at the end.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from ar_shared.x12.delimiters import HEADER_BYTES, Delimiters, read_delimiters
from ar_shared.x12.findings import Finding, UnreadableFileError

Row = list[str]
"""The elements of one segment, its id at 0."""

CONTROL_IDS: Final = frozenset(("ISA", "GS", "ST", "SE", "GE", "IEA"))
WINDOW_BYTES: Final = 1 << 15
LONGEST_SEGMENT_BYTES: Final = 1 << 20
_BLANK: Final = b" \t\r\n\x00\x1a\xef\xbb\xbf"  # blanks, NUL, ctrl-Z, and the bytes of a byte order mark
_TAIL: Final = b"\r\n\x1a"  # trailing spaces belong to the last element, these do not
_LINE_BREAKS: Final = b"\r\n"
_NUL_TO_SPACE: Final = bytes.maketrans(b"\x00", b" ")  # PostgreSQL text cannot hold NUL
_HEADER: Final = re.compile(rb"ISA([^0-9A-Za-z \r\n])[^\r\n]{0,10}?\1")


class Block:
    """Consecutive segments of one interchange, kept as bare text so that a reader can go through them fast.

    `texts[n].split(delimiters.element)` is a row. `controls` are the positions of envelope segments.
    `first_index` is the place of the first among the segments of the file. `terminated` is False when the last
    one ends with the file (or is longer than LONGEST_SEGMENT_BYTES and was cut).
    """

    __slots__ = ("_ends", "_starts", "_step", "controls", "delimiters", "first_index", "terminated", "texts")

    def __init__(
        self,
        delimiters: Delimiters,
        texts: list[str],
        first_index: int,
        starts: list[int],
        *,
        ends: list[int] | None = None,
        controls: list[int] | None = None,
        terminated: bool = True,
    ) -> None:
        """Without `ends` the texts touch each other, and `starts` does not count the terminators between."""
        self.delimiters = delimiters
        self.texts = texts
        self.first_index = first_index
        self.terminated = terminated
        self.controls = _controls(texts, delimiters) if controls is None else controls
        self._starts = starts
        self._ends = ends
        self._step = 1 if ends is None else 0

    def row(self, position: int) -> Row:
        return self.texts[position].split(self.delimiters.element)

    def start(self, position: int) -> int:
        """Byte offset in the file of the first letter of the segment at `position`."""
        return self._starts[position] + position * self._step

    def end(self, position: int) -> int:
        """Byte offset just behind its terminator."""
        return self.start(position + 1) if self._ends is None else self._ends[position]

    def segment(self, position: int) -> "Segment":
        start = self.start(position)
        last = position == len(self.texts) - 1
        return Segment(
            self.row(position),
            self.first_index + position,
            start,
            self.end(position) - start,
            self.delimiters,
            self.terminated or not last,
        )


def _controls(texts: list[str], delimiters: Delimiters) -> list[int]:
    separator = delimiters.element
    return [position for position, text in enumerate(texts) if text[:4].split(separator)[0] in CONTROL_IDS]


@dataclass(slots=True)
class Segment:
    """One segment with its exact place: `data[offset : offset + length]` are its bytes with the terminator."""

    row: Row
    index: int
    offset: int
    length: int
    delimiters: Delimiters
    terminated: bool = True

    @property
    def id(self) -> str:
        return self.row[0]

    def __getitem__(self, number: int) -> str:
        """Element `number` as X12 counts (`CLP03` is 3), or "" when it is absent."""
        return self.row[number] if number < len(self.row) else ""

    def components(self, number: int) -> list[str]:
        """The parts of a composite element; `[""]` when it is absent."""
        return self[number].split(self.delimiters.component)

    def repeats(self, number: int) -> list[str]:
        """The repetitions of an element; `[""]` when it is absent."""
        mark = self.delimiters.repetition
        return self[number].split(mark) if mark else [self[number]]


def tokenize(chunks: Iterable[bytes]) -> Iterator[Segment]:
    """Every segment of the file, in order; chunks may be cut anywhere.

    What lies between two spans is only white space and stray terminators.
    Raises UnreadableFileError when there is no ISA at all.
    """
    for block in read_blocks(chunks):
        for position in range(len(block.texts)):
            yield block.segment(position)


def read_blocks(chunks: Iterable[bytes]) -> Iterator[Block]:
    """The same segments in blocks of at most about WINDOW_BYTES, none empty, each of one interchange."""
    tokenizer = _Tokenizer()
    for chunk in chunks:
        for at in range(0, len(chunk), WINDOW_BYTES):
            tokenizer.buffer += chunk[at : at + WINDOW_BYTES]
            yield from tokenizer.drain(final=False)
    yield from tokenizer.drain(final=True)
    if tokenizer.delimiters is None:
        raise UnreadableFileError(_why_unreadable(tokenizer))


def _why_unreadable(tokenizer: "_Tokenizer") -> Finding:
    if tokenizer.text_seen:
        return Finding("no_interchange", "The file has no ISA header, so it cannot be read as X12.", byte_offset=0)
    return Finding("empty_file", "The file is empty.", byte_offset=0)


class _Tokenizer:
    """Holds the bytes not yet made into segments; `offset` is where they start in the file."""

    def __init__(self) -> None:
        self.buffer = b""
        self.offset = 0
        self.delimiters: Delimiters | None = None
        self.text_seen = False
        self._index = 0
        self._own_header = 0  # how many bytes at the start of the buffer are the header already opened
        self._cutting = False  # inside the rest of a segment that was too long

    def drain(self, *, final: bool) -> Iterator[Block]:
        """Blocks of everything that is complete; with `final`, of everything."""
        while True:
            if self.delimiters is None:
                yield from self._skip_to_header(final=final)
                if not self._open_header(final=final):
                    return
            following = self._find_header(self._own_header)
            if following < 0:
                yield from self._take(len(self.buffer), final=final)
                return
            yield from self._take(following, final=True)
            self.delimiters = None

    def _skip_to_header(self, *, final: bool) -> Iterator[Block]:
        at = self._find_header(0)
        skip = at if at >= 0 else len(self.buffer) if final else max(0, len(self.buffer) - HEADER_BYTES)
        skipped = self._advance(skip)
        self.text_seen = self.text_seen or bool(skipped.strip(_BLANK))
        if at >= 0 and self.text_seen and self._index == 0:
            yield Block(Delimiters(), [""], 0, [0], ends=[self.offset], terminated=False)
            self._index = 1

    def _open_header(self, *, final: bool) -> bool:
        if not _HEADER.match(self.buffer):
            return False
        self.delimiters = read_delimiters(self.buffer[:HEADER_BYTES], complete=final)
        self._own_header = 3
        if self.delimiters is None:
            return False
        self._use(self.delimiters)
        return True

    def _use(self, delimiters: Delimiters) -> None:
        self._element = delimiters.element.encode("latin-1")
        self._terminator = delimiters.segment.encode("latin-1")
        inside = (self._element, self._terminator)
        self._untidy = [mark for mark in (b"\r", b"\n", b"\t", b"\x1a", b"\x00") if mark not in inside]
        terminator = re.escape(delimiters.segment)
        self._notable = re.compile(f"{terminator}(?:[{terminator} ]|I[SE]A|[GS][EST])")

    def _find_header(self, start: int) -> int:
        """Where the next interchange header begins in the buffer, or -1."""
        while (at := self.buffer.find(b"ISA", start)) >= 0:
            if _HEADER.match(self.buffer, at) and self._begins_segment(at):
                return at
            start = at + 3
        return -1

    def _begins_segment(self, at: int) -> bool:
        if self.delimiters is None:
            return True
        before = at
        while before and self.buffer[before - 1] in _BLANK and self.buffer[before - 1] != self._terminator[0]:
            before -= 1
        own_line = before < at and self.buffer[at - 1] in _TAIL
        return before == 0 or own_line or self.buffer[before - 1] == self._terminator[0]

    def _take(self, stop: int, *, final: bool) -> Iterator[Block]:
        """Blocks of the buffer before `stop`; without `final` an unfinished segment stays in the buffer."""
        assert self.delimiters is not None
        cut = self.buffer.rfind(self._terminator, 0, stop) + 1
        if cut:
            start = self.offset
            body = self._drop_cut_segment(self._advance(cut))
            block = self._block(self.delimiters, body, start + cut - len(body))
            if block.texts:
                self._index += len(block.texts)
                yield block
        rest = stop - cut
        if final or rest > LONGEST_SEGMENT_BYTES:
            yield from self._take_unterminated(rest)
            self._cutting = not final

    def _drop_cut_segment(self, body: bytes) -> bytes:
        self._own_header = 0
        if not self._cutting:
            return body
        self._cutting = False
        return body[body.index(self._terminator) + 1 :]

    def _take_unterminated(self, size: int) -> Iterator[Block]:
        start = self.offset
        part = self._advance(size)
        body = part.lstrip(_BLANK).rstrip(_TAIL + b" \x00")
        if body and not self._cutting:
            assert self.delimiters is not None
            start += part.index(body)
            texts = [self._text(body)]
            ends = [start + len(body)]
            yield Block(self.delimiters, texts, self._index, [start], ends=ends, terminated=False)
            self._index += 1

    def _advance(self, size: int) -> bytes:
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        self.offset += size
        return taken

    def _block(self, delimiters: Delimiters, body: bytes, start: int) -> Block:
        """The quick way for what most files are: ASCII, one segment touching the next."""
        if not body.isascii() or any(mark in body for mark in self._untidy):
            return self._untidy_block(delimiters, body, start)
        text = body.decode("ascii")
        notable = self._notable.search(delimiters.segment + text) is not None
        texts = text.split(delimiters.segment)
        texts.pop()
        if notable and any(not part or part[0] == " " for part in texts):
            return self._untidy_block(delimiters, body, start)
        starts = list(accumulate(map(len, texts), initial=start))
        return Block(delimiters, texts, self._index, starts, controls=None if notable else [])

    def _untidy_block(self, delimiters: Delimiters, body: bytes, start: int) -> Block:
        texts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for part in body.split(self._terminator)[:-1]:
            inner = part.lstrip(_BLANK)
            if inner:
                texts.append(self._text(inner.rstrip(_TAIL)))
                starts.append(start + len(part) - len(inner))
                ends.append(start + len(part) + 1)
            start += len(part) + 1
        return Block(delimiters, texts, self._index, starts, ends=ends)

    def _text(self, body: bytes) -> str:
        body = body.translate(_NUL_TO_SPACE, _LINE_BREAKS)
        if body.isascii():
            return body.decode("ascii")
        separator = self._element.decode("latin-1")
        return separator.join(_decode(element) for element in body.split(self._element))


def _decode(element: bytes) -> str:
    """UTF-8 if it is, else what Western systems write; every byte string has a reading."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return element.decode(encoding)
        except UnicodeDecodeError:
            continue
    return element.decode("latin-1")
