"""What each segment below a CLP does to its claim, and below an SVC to its line.

The functions are small because they run a million times a file, and optimistic: they raise IndexError or
ValueError for what they cannot read and have then changed nothing. The commonest write out `one_more`.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from ar_shared.x12.remittance import Adjustment, RemittanceClaim, RemittanceService, one_more
from ar_shared.x12.tokens import Row
from ar_shared.x12.values import CENTS, DATES, QUANTITIES, read_cents

Level = RemittanceClaim | RemittanceService
Repeats = dict[str, tuple[Callable[[Any, Any], None], Any]]
"""By the text of a segment, what it adds to a claim or a line, and how."""

_GROUPS: Final = frozenset(("CO", "PR", "OA", "PI", "CR"))


def _adjust(level: Level, row: Row) -> None:
    """CAS: one group, up to six of reason, amount and quantity; empty triples are skipped wherever they are."""
    group = row[1]
    if group not in _GROUPS:
        raise ValueError("not an adjustment group")
    if len(row) != 4:
        _adjust_for_several_reasons(level, group, row)
        return
    add_adjustment(level, Adjustment(group, row[2], CENTS[row[3]]))


def add_adjustment(level: Level, adjustment: Adjustment) -> None:
    """One reason more of the claim or the line."""
    known: Any = level.adjustments
    if known:
        known.append(adjustment)
    else:
        level.adjustments = [adjustment]
    cents = adjustment[2]
    level.adjusted_cents += cents
    if adjustment[0] == "PR":
        level.patient_cents += cents


def _adjust_for_several_reasons(level: Level, group: str, row: Row) -> None:
    padded = [*row, "", ""]
    found = [
        Adjustment(group, padded[at], CENTS[padded[at + 1]], QUANTITIES[padded[at + 2]])
        for at in range(2, len(row), 3)
        if padded[at] or padded[at + 1]
    ]
    for adjustment in found:
        add_adjustment(level, adjustment)


def _date(level: Level, row: Row) -> None:
    add_date(level, (row[1], DATES[row[2]]))


def add_date(level: Level, entry: tuple[str, date]) -> None:
    """One DTM more of the claim or the line."""
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
    add_amount(service, (row[1], CENTS[row[2]]))


def add_amount(level: Level, entry: tuple[str, int]) -> None:
    """One AMT more of the claim or the line."""
    known: Any = level.amounts
    if known:
        known.append(entry)
    else:
        level.amounts = [entry]


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


# What comes again word for word, in whichever claim or line, and what it adds there.
_LAST: Final[Mapping[str, tuple[Callable[[Any, Any], None], Callable[[Any], Any]]]] = {
    "CAS": (add_adjustment, lambda level: level.adjustments[-1]),
    "DTM": (add_date, lambda level: level.dates[-1]),
    "AMT": (add_amount, lambda level: level.amounts[-1]),
}
REPEATING: Final = frozenset(_LAST)
REMEMBERED: Final = 20_000


def remember(repeats: Repeats, text: str, row: Row, level: Level | None) -> None:
    """Keep what a CAS, DTM or AMT just added, so that its next copy need not be split and read."""
    if (row[0] == "CAS" and len(row) != 4) or (row[0] == "AMT" and type(level) is RemittanceClaim):
        return  # several reasons at once, or a claim's total, which hardly comes again
    add, last = _LAST[row[0]]
    if len(repeats) >= REMEMBERED:
        repeats.clear()
    repeats[text] = (add, last(level))
