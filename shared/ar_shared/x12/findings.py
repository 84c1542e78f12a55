"""What was found wrong in an X12 file: said once, placed exactly, without repeating any content."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

FINDINGS_KEPT: Final = 1000


class Severity(StrEnum):
    """`error`: what it is attached to cannot be relied on as it stands; `warning`: odd, but readable."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault and its place.

    `code` is stable and meant for programs; `text` is one sentence in our own words that never holds
    an element's content (it may be patient data). `segment_index` counts the segments of the file from 0,
    `element` counts from 1 (CLP03 is 3), `byte_offset` is where the segment starts in the original bytes.
    """

    code: str
    text: str
    severity: Severity = Severity.ERROR
    interchange_control: str = ""
    group_control: str = ""
    transaction_control: str = ""
    segment_index: int | None = None
    loop: str = ""
    segment: str = ""
    element: int | None = None
    byte_offset: int | None = None


@dataclass(slots=True)
class Findings:
    """A list of findings that stops growing at FINDINGS_KEPT and counts what it left out.

    A hostile file can hold a fault in every segment; the first thousand tell the story.
    """

    kept: list[Finding] = field(default_factory=list)
    omitted_count: int = 0

    def add(self, finding: Finding) -> None:
        if len(self.kept) < FINDINGS_KEPT:
            self.kept.append(finding)
        else:
            self.omitted_count += 1

    def has_errors(self) -> bool:
        return self.omitted_count > 0 or any(one.severity is Severity.ERROR for one in self.kept)

    def codes(self) -> list[str]:
        return [one.code for one in self.kept]


class UnreadableFileError(ValueError):
    """Nothing in the bytes can be read as X12: there is no interchange header. `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding
