"""What each segment below a CLP does to its claim, and below an SVC to its line.

The functions are small because they run a million times a file, and optimistic: they raise IndexError or
ValueError for what they cannot read and have then changed nothing. The commonest write out `one_more`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ar_shared.x12.remittance import Adjustment, RemittanceClaim, RemittanceService, one_more
from ar_shared.x12.tokens import Row
from ar_shared.x12.values import CENTS, DATES, QUANTITIES, read_cents

Level = RemittanceClaim | RemittanceService

_GROUPS: Final = frozenset(("CO", "PR", "OA", "PI", "CR"))


def _adjust(level: Level, row: Row) -> None:
    """CAS: one group, up to six of reason, amount and quantity; empty triples are skipped wherever they are."""
    group = row[1]
    if group not in _GROUPS:
        raise ValueError("not an adjustment group")
    if len(row) != 4:
        _adjust_for_several_reasons(level, group, row)
        return
    cents = CENTS[row[3]]
    adjustment = Adjustment(group, row[2], cents)
    known: Any = level.adjustments
    if known:
        known.append(adjustment)
    else:
        level.adjustments = [adjustment]
    level.adjusted_cents += cents
    if group == "PR":
        level.patient_cents += cents


def _adjust_for_several_reasons(level: Level, group: str, row: Row) -> None:
    padded = [*row, "", ""]
    found = [
        Adjustment(group, padded[at], CENTS[padded[at + 1]], QUANTITIES[padded[at + 2]])
        for at in range(2, len(row), 3)
        if padded[at] or padded[at + 1]
    ]
    for adjustment in found:
        level.adjustments = one_more(level.adjustments, adjustment)
        level.adjusted_cents += adjustment.amount_cents
        if group == "PR":
            level.patient_cents += adjustment.amount_cents


def _date(level: Level, row: Row) -> None:
    entry = (row[1], DATES[row[2]])
    known: Any = level.dates
    if known:
        known.append(entry)
    else:
        level.dates = [entry]


def _reference(level: Level, row: Row) -> None:
    known: Any = level.references
    if known:
        known.append(row)
    else:
        level.references = [row]


def _amount(service: RemittanceService, row: Row) -> None:
    entry = (row[1], CENTS[row[2]])
    known: Any = service.amounts
    if known:
        known.append(entry)
    else:
        service.amounts = [entry]


def _total(claim: RemittanceClaim, row: Row) -> None:
    claim.amounts = one_more(claim.amounts, (row[1], read_cents(row[2])))


def _quantity(level: Level, row: Row) -> None:
    level.quantities = one_more(level.quantities, (row[1], QUANTITIES[row[2]]))


def _remark(service: RemittanceService, row: Row) -> None:
    service.remarks = one_more(service.remarks, row)


def _name(claim: RemittanceClaim, row: Row) -> None:
    known: Any = claim.names
    if known:
        known.append(row)
    else:
        claim.names = [row]


def _contact(claim: RemittanceClaim, row: Row) -> None:
    claim.contacts = one_more(claim.contacts, row)


def _inpatient(claim: RemittanceClaim, row: Row) -> None:
    claim.inpatient = row


def _outpatient(claim: RemittanceClaim, row: Row) -> None:
    claim.outpatient = row


_IN_BOTH: Final = {
    "CAS": _adjust,
    "DTM": _date,
    "REF": _reference,
    "QTY": _quantity,
}
IN_CLAIM: Final[Mapping[str, Callable[[Any, Row], None]]] = {
    **_IN_BOTH,
    "AMT": _total,
    "NM1": _name,
    "MIA": _inpatient,
    "MOA": _outpatient,
    "PER": _contact,
}
IN_SERVICE: Final[Mapping[str, Callable[[Any, Row], None]]] = {**_IN_BOTH, "AMT": _amount, "LQ": _remark}
OUTSIDE: Final[Mapping[str, Callable[[Any, Row], None]]] = {}
