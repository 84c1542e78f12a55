"""What each segment below a CLP does to its claim, and below an SVC to its line.

The functions are small because they run a million times a file, and optimistic: they raise IndexError or
ValueError for what they cannot read and have then changed nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ar_shared.x12.remittance import Adjustment, RemittanceClaim, RemittanceService
from ar_shared.x12.tokens import Row
from ar_shared.x12.values import CENTS, DATES, QUANTITIES

Level = RemittanceClaim | RemittanceService

_GROUPS: Final = frozenset(("CO", "PR", "OA", "PI", "CR"))


def _adjust(level: Level, row: Row) -> None:
    """CAS: one group, up to six of reason, amount and quantity; empty triples are skipped wherever they are."""
    group = row[1]
    if group not in _GROUPS:
        raise ValueError("not an adjustment group")
    if len(row) == 4:
        cents = CENTS[row[3]]
        level.adjustments.append(Adjustment(group, row[2], cents))
    else:
        found = _several_adjustments(group, row)
        cents = sum(one.amount_cents for one in found)
        level.adjustments.extend(found)
    level.adjusted_cents += cents
    if group == "PR":
        level.patient_cents += cents


def _several_adjustments(group: str, row: Row) -> list[Adjustment]:
    padded = [*row, "", ""]
    return [
        Adjustment(group, padded[at], CENTS[padded[at + 1]], QUANTITIES[padded[at + 2]])
        for at in range(2, len(row), 3)
        if padded[at] or padded[at + 1]
    ]


def _date(level: Level, row: Row) -> None:
    level.dates.append((row[1], DATES[row[2]]))


def _reference(level: Level, row: Row) -> None:
    level.references.append(row)


def _amount(level: Level, row: Row) -> None:
    level.amounts.append((row[1], CENTS[row[2]]))


def _quantity(level: Level, row: Row) -> None:
    level.quantities.append((row[1], QUANTITIES[row[2]]))


def _remark(service: RemittanceService, row: Row) -> None:
    service.remarks.append(row)


def _name(claim: RemittanceClaim, row: Row) -> None:
    claim.names.append(row)


def _contact(claim: RemittanceClaim, row: Row) -> None:
    claim.contacts.append(row)


def _inpatient(claim: RemittanceClaim, row: Row) -> None:
    claim.inpatient = row


def _outpatient(claim: RemittanceClaim, row: Row) -> None:
    claim.outpatient = row


_IN_BOTH: Final = {
    "CAS": _adjust,
    "DTM": _date,
    "REF": _reference,
    "AMT": _amount,
    "QTY": _quantity,
}
IN_CLAIM: Final[Mapping[str, Callable[[Any, Row], None]]] = {
    **_IN_BOTH,
    "NM1": _name,
    "MIA": _inpatient,
    "MOA": _outpatient,
    "PER": _contact,
}
IN_SERVICE: Final[Mapping[str, Callable[[Any, Row], None]]] = {**_IN_BOTH, "LQ": _remark}
