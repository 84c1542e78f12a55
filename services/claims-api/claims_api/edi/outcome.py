"""What becomes of one transaction of a file, and how its findings are told. Every set's use case returns one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from ar_shared.x12.findings import Finding, Severity
from claims_api.phrases import Phrased


class TransactionState(Phrased):
    """Where one transaction of a file is."""

    PENDING = "pending", "not processed yet"
    PROCESSED = "processed", "claims taken in, or submissions moved"
    POSTED = "posted", "all of its money is posted"
    POSTED_WITH_HELD = "posted_with_held", "all of its money is booked; some claims are held"
    QUEUED = "queued", "nothing posted; a person must look at it"
    REJECTED = "rejected", "nothing in it can be used"
    DUPLICATE = "duplicate", "it was processed before"
    UNSUPPORTED_SET = "unsupported_set", "kept, not processed"
    PARKED = "parked", "it failed each time it was tried; a person may have it tried again"
    PAYEE_NOT_OURS = "payee_not_ours", "kept, for none of the practices this client acts for"


@dataclass(slots=True)
class Outcome:
    """What one transaction became. `counts` are small numbers, `links` are paths of what was made."""

    state: TransactionState
    findings: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    remittance_id: UUID | None = None


FINDINGS_TOLD: Final = 200


def finding_json(finding: Finding) -> dict[str, Any]:
    """The finding as rows and answers hold it; parts it does not have are left out."""
    parts: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity.value,
        "text": finding.text,
        "interchange_control": finding.interchange_control,
        "group_control": finding.group_control,
        "transaction_control": finding.transaction_control,
        "segment_index": finding.segment_index,
        "loop": finding.loop,
        "segment": finding.segment,
        "element": finding.element,
        "byte_offset": finding.byte_offset,
    }
    return {name: part for name, part in parts.items() if part not in ("", None)}


def findings_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """At most FINDINGS_TOLD of them, errors first, each group in the order of the file."""
    ordered = sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR)
    return [finding_json(finding) for finding in ordered[:FINDINGS_TOLD]]


def remark(code: str, text: str, severity: Severity = Severity.WARNING) -> dict[str, Any]:
    """A finding of ours about the whole transaction, found when its content met what we have."""
    return {"code": code, "severity": severity.value, "text": text}
