"""Writes claim images as 837P or 837I: grouped by billing provider, subscriber and patient, numbered, counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final

from ar_shared.x12.claim_model import WRITTEN_VERSIONS, ClaimImage, ClaimType, Loop, SegmentData
from ar_shared.x12.delimiters import Delimiters
from ar_shared.x12.writer import (
    GroupContent,
    InterchangeHeader,
    SegmentWriter,
    TransactionContent,
    stream_interchange,
)

MAX_CLAIMS_PER_TRANSACTION: Final = 5000
_CHUNK_SEGMENTS: Final = 2000
_BEFORE_REPETITION: Final = Delimiters(repetition="")
_PARENT_LEVEL: Final = {"20": "", "22": "20", "23": "22"}


class MixedBatchError(ValueError):
    """The claims of one transaction differ in guide version, or in submitter or receiver."""


@dataclass(slots=True)
class PlannedTransaction:
    """One ST to be written: its control number (ST02), the guide, and its claims in the order of the file."""

    control: str
    version: str
    images: list[ClaimImage] = field(default_factory=list)


def plan_837(images: Iterable[ClaimImage], *, first_control: int) -> list[PlannedTransaction]:
    """Claims of one submitter, receiver and guide in the order they will be written, at most 5,000 to an ST.

    Claims of equal billing provider, subscriber and patient come together, first come first.
    Raises MixedBatchError.
    """
    ordered = _grouped(images)
    _check_one_batch(ordered)
    parts = [
        ordered[start : start + MAX_CLAIMS_PER_TRANSACTION]
        for start in range(0, len(ordered), MAX_CLAIMS_PER_TRANSACTION)
    ]
    return [
        PlannedTransaction(f"{number:04d}", written_version(part[0].claim_type, part[0].version), part)
        for number, part in enumerate(parts, start=first_control)
    ]


def write_837(
    transactions: Sequence[PlannedTransaction],
    header: InterchangeHeader,
    *,
    sender_code: str,
    receiver_code: str,
    group_control: int,
    batch_reference: str,
) -> Iterator[bytes]:
    """The interchange with one group of the planned transactions, in chunks, UTF-8.

    `sender_code` and `receiver_code` are GS02 and GS03; `batch_reference` is BHT03.
    """
    version = transactions[0].version
    contents = (
        TransactionContent(
            "837",
            planned.control,
            _transaction_segments(planned.images, batch_reference, header.made_at),
            planned.version if _is_5010(version) else "",
        )
        for planned in transactions
    )
    group = GroupContent("HC", sender_code, receiver_code, group_control, version, contents)
    writer = SegmentWriter() if _is_5010(version) else SegmentWriter(_BEFORE_REPETITION)
    return _in_chunks(stream_interchange(header, [group], (), writer))


def written_version(claim_type: ClaimType, version: str) -> str:
    """Every 5010 claim goes out under the guide payers expect; a claim of another version keeps it."""
    return WRITTEN_VERSIONS[claim_type] if _is_5010(version) else version


def is_written_version(version: str) -> bool:
    """Whether a claim that came in under this guide (GS08) may go out: payers take 5010 only."""
    return _is_5010(version)


def _is_5010(version: str) -> bool:
    return version.startswith("005010")


def _in_chunks(segments: Iterable[str]) -> Iterator[bytes]:
    chunk: list[str] = []
    for segment in segments:
        chunk.append(segment)
        if len(chunk) == _CHUNK_SEGMENTS:
            yield "".join(chunk).encode()
            chunk.clear()
    yield "".join(chunk).encode()


def _check_one_batch(images: Sequence[ClaimImage]) -> None:
    if not images:
        raise MixedBatchError("a batch holds at least one claim")
    first = images[0]
    version = written_version(first.claim_type, first.version)
    for image in images:
        if written_version(image.claim_type, image.version) != version:
            raise MixedBatchError("the claims of one batch follow one guide")
        if image.header is not first.header and image.header != first.header:
            raise MixedBatchError("the claims of one batch have one submitter and one receiver")


def _grouped(images: Iterable[ClaimImage]) -> list[ClaimImage]:
    """A subscriber's own claims stand in front of those of the patients below, or they would become theirs."""
    tree: dict[str, dict[str, dict[str, list[ClaimImage]]]] = {}
    for image in images:
        subscribers = tree.setdefault(_fingerprint(image.billing), {})
        patients = subscribers.setdefault(_fingerprint(image.subscriber), {"": []})
        patients.setdefault(_fingerprint(image.patient), []).append(image)
    return [
        image
        for subscribers in tree.values()
        for patients in subscribers.values()
        for claims in patients.values()
        for image in claims
    ]


def _fingerprint(level: Loop | None) -> str:
    return "" if level is None else "".join(map(repr, level.walk()))


@dataclass(slots=True)
class _Numbering:
    """HL numbers of one transaction: the next one, and the last of each level."""

    count: int = 0
    last: dict[str, str] = field(default_factory=dict)

    def number(self, hl: SegmentData, *, has_child: bool) -> SegmentData:
        level = str(hl[3]) if len(hl) > 3 else ""
        self.count += 1
        parent = self.last.get(_PARENT_LEVEL.get(level, ""), "")
        self.last[level] = str(self.count)
        return ["HL", str(self.count), parent, level, "1" if has_child else "0"]


def _transaction_segments(images: Sequence[ClaimImage], reference: str, made_at: datetime) -> Iterator[SegmentData]:
    for segment in images[0].header.walk():
        yield _bht(segment, reference, made_at) if segment[0] == "BHT" else segment
    numbering = _Numbering()
    for billing, of_provider in groupby(images, key=attrgetter("billing")):
        yield from _level(billing, numbering, has_child=True)
        for subscriber, of_subscriber in groupby(of_provider, key=attrgetter("subscriber")):
            claims = list(of_subscriber)
            yield from _level(subscriber, numbering, has_child=claims[-1].patient is not None)
            for patient, of_patient in groupby(claims, key=attrgetter("patient")):
                yield from _level(patient, numbering, has_child=False)
                for image in of_patient:
                    yield from image.claim.walk()


def _level(level: Loop | None, numbering: _Numbering, *, has_child: bool) -> Iterator[SegmentData]:
    for segment in level.walk() if level else ():
        yield numbering.number(segment, has_child=has_child) if segment[0] == "HL" else segment


def _bht(bht: SegmentData, reference: str, made_at: datetime) -> SegmentData:
    padded = [*bht, *[""] * 7][: max(len(bht), 7)]
    return [*padded[:3], reference, f"{made_at:%Y%m%d}", f"{made_at:%H%M}", *padded[6:]]
