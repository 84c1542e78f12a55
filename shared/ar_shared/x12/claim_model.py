"""The frozen image of one claim as it is sent: an ordered tree of 837 loops that loses nothing.

An image holds the header and the levels above its claim, so it stands alone in one jsonb column. Typed facts
are read from it by `claim_extract` and put into it by `claim_builder`; whatever those do not know stays here,
in its loop and at its place, and is written back. Reading, storing and writing gives the input segment by
segment, except:

| What differs                                   | Why                                                          |
|------------------------------------------------|--------------------------------------------------------------|
| ISA, GS, ST, SE, GE, IEA                       | ours: new control numbers, counts, delimiters, guide version |
| BHT03, BHT04, BHT05                            | the batch's reference, date and time                         |
| HL01, HL02, HL04                               | numbered and counted again                                   |
| empty elements and components at the end       | X12.5 does not allow them                                    |
| blanks around a value                          | they carry nothing                                           |
| a delimiter inside a value becomes a blank     | it would break the segment                                   |
| levels and transactions without a claim        | another person's data has no place in this claim's image     |
| equal levels of one transaction come together  | only levels equal in every segment, HL numbers included      |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, cast

Element: TypeAlias = str | list[str]
SegmentData: TypeAlias = list[Element]
ClaimType = Literal["P", "I"]
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | None"

WRITTEN_VERSIONS: Final[dict[ClaimType, str]] = {"P": "005010X222A1", "I": "005010X223A2"}


@dataclass(slots=True)
class Loop:
    """One loop: its segments and inner loops in the order they came. `id` is the guide's name, such as `2310B`."""

    id: str
    items: list[SegmentData | Loop] = field(default_factory=list)

    def segments(self, segment_id: str) -> Iterator[SegmentData]:
        """The loop's own segments of one kind."""
        return (item for item in self.items if isinstance(item, list) and item[0] == segment_id)

    def first(self, segment_id: str) -> SegmentData | None:
        return next(self.segments(segment_id), None)

    def loops(self, prefix: str) -> Iterator[Loop]:
        """Inner loops whose id starts with `prefix`."""
        return (item for item in self.items if isinstance(item, Loop) and item.id.startswith(prefix))

    def loop(self, prefix: str) -> Loop | None:
        return next(self.loops(prefix), None)

    def walk(self) -> Iterator[SegmentData]:
        """Every segment, inner loops included, in the order of the file."""
        for item in self.items:
            if isinstance(item, Loop):
                yield from item.walk()
            else:
                yield item


@dataclass(slots=True)
class ClaimImage:
    """One claim with everything above it. `patient` is None when the patient is the subscriber.

    `version` is the guide of the file it came from (GS08); `claim_writer` says under which one it is written.
    """

    claim_type: ClaimType
    version: str
    header: Loop
    billing: Loop | None
    subscriber: Loop | None
    patient: Loop | None
    claim: Loop


_PARTS: Final = ("header", "billing", "subscriber", "patient", "claim")


def value(segment: SegmentData | None, position: int, component: int = 1) -> str:
    """An element's text, or one component of it; empty when it is not there. Both count from 1."""
    if segment is None or position >= len(segment):
        return ""
    element = segment[position]
    if isinstance(element, str):
        return element if component == 1 else ""
    return element[component - 1] if component <= len(element) else ""


def to_json(image: ClaimImage) -> dict[str, Json]:
    """Plain JSON: a segment is a list, a loop is a one-key object `{loop id: [items]}`."""
    parts: dict[str, Json] = {"type": image.claim_type, "version": image.version}
    for part in _PARTS:
        loop: Loop | None = getattr(image, part)
        parts[part] = None if loop is None else _loop_to_json(loop)
    return parts


def from_json(stored: dict[str, Json]) -> ClaimImage:
    """The inverse of `to_json`. The stored object is trusted: it was written by `to_json`."""
    loops = {part: _loop_from_json(stored[part]) for part in _PARTS}
    header, claim = loops["header"], loops["claim"]
    if header is None or claim is None:
        raise ValueError("a stored claim image has a header and a claim")
    return ClaimImage(
        claim_type=cast("ClaimType", stored["type"]),
        version=cast("str", stored["version"]),
        header=header,
        billing=loops["billing"],
        subscriber=loops["subscriber"],
        patient=loops["patient"],
        claim=claim,
    )


def _loop_to_json(loop: Loop) -> dict[str, Json]:
    items = [_loop_to_json(item) if isinstance(item, Loop) else cast("list[Json]", item) for item in loop.items]
    return {loop.id: cast("list[Json]", items)}


def _loop_from_json(stored: Json) -> Loop | None:
    if stored is None:
        return None
    ((loop_id, items),) = cast("dict[str, list[Json]]", stored).items()
    return Loop(loop_id, [_item_from_json(item) for item in items])


def _item_from_json(stored: Json) -> SegmentData | Loop:
    if isinstance(stored, dict):
        return cast("Loop", _loop_from_json(stored))
    return cast("SegmentData", stored)
