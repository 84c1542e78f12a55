"""A line of a bank statement, whatever file it came in, and the traces its text names."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

_TRN: Final = re.compile(r"TRN\*1\*([^*~\\|\s]{1,50})(?:\*([0-9A-Za-z]{1,10}))?")
"""The addenda of a transfer repeats TRN of the 835: TRN02 the trace, TRN03 the payer's company id."""


@dataclass(frozen=True, slots=True)
class StatementFinding:
    """What is wrong in a file; an error keeps all its lines out. `record` counts from 1."""

    code: str
    text: str
    record: int | None = None
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class NewLine:
    """`amount_cents` is negative for what left the account. `account` is the bank's number, where the file has one."""

    posted_on: date
    amount_cents: int
    reference: str = ""
    customer_reference: str = ""
    type_code: str = ""
    text: str = ""
    account: str = ""


@dataclass(slots=True)
class StatementRead:
    """Lines and findings of one file."""

    lines: list[NewLine] = field(default_factory=list)
    findings: list[StatementFinding] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)


def traces_in(line: NewLine) -> tuple[list[str], list[str]]:
    """The traces that the line's text names (TRN02), and the payers' company ids beside them (TRN03)."""
    found = _TRN.findall(f"{line.text} {line.customer_reference}")
    traces = list(dict.fromkeys(trace for trace, _ in found))
    return traces, list(dict.fromkeys(company for _, company in found if company))


def line_keys(account_key: str, lines: Iterable[NewLine]) -> list[bytes]:
    """What makes a line the same: account, date, amount, bank reference, and its number among equals in the file."""
    seen: Counter[tuple[object, ...]] = Counter()
    keys = []
    for line in lines:
        facts = (account_key, line.posted_on.isoformat(), line.amount_cents, line.reference)
        seen[facts] += 1
        keys.append(hashlib.sha256(repr((*facts, seen[facts])).encode()).digest())
    return keys
