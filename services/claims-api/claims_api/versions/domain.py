"""What a new version bills: which lines keep their charge, which are new, and what stands against sending again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError
from claims_api.claims.domain import REJECTED_STATES, SubmissionState

UNPROCESSABLE: Final = ("MA130", "MA113")
"""Remark codes of a decision that is none in law: no appeal and no replacement, only a new claim."""

# What makes two lines the same service at the same price; what a line points at is no money.
_MONEY: Final = (
    "procedure_code",
    "modifiers",
    "revenue_code",
    "charge_cents",
    "non_covered_cents",
    "units",
    "unit_basis",
    "place_of_service",
    "service_from",
    "service_to",
    "ndc",
    "ndc_units",
    "ndc_unit_basis",
)


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line of the new version. `charge` is None when it keeps the charge of line `continues`."""

    facts: Mapping[str, Any]
    continues: UUID | None
    charge: Mapping[str, Any] | None


def billed_lines(present: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]) -> list[BilledLine]:
    """The lines of the new version. present: rows of the claim's version; wanted: columns, with `line` or None.

    A wanted line that continues a present one with the same money keeps its charge; with other money it is a new
    charge that replaces it. Raises InvalidRequestError for a line that is not there or continued twice.
    """
    rows = {row["n"]: row for row in present}
    named = [line["line"] for line in wanted if line["line"] is not None]
    errors = [
        FieldError(f"/lines/{n}/line", "line_unknown", "The present version has no such line.")
        for n, line in enumerate(wanted)
        if line["line"] is not None and line["line"] not in rows
    ]
    if not errors and len(set(named)) < len(named):
        errors.append(FieldError("/lines", "line_continued_twice", "Two lines continue the same line."))
    if errors:
        raise InvalidRequestError("a line cannot be continued", errors=tuple(errors))
    return [_billed(rows.get(line["line"]), line) for line in wanted]


def _billed(row: Mapping[str, Any] | None, line: Mapping[str, Any]) -> BilledLine:
    facts = {name: line[name] for name in (*_MONEY, "diagnosis_pointers", "external_id")}
    if row is None:
        return BilledLine(facts, None, facts)
    if not facts["place_of_service"]:
        facts["place_of_service"] = row["place_of_service"]
    same = all(facts[name] == row[name] for name in _MONEY)
    if same:
        return BilledLine(facts, row["charge_id"], None)
    return BilledLine(facts, row["charge_id"], facts)


def may_go_out_again(submission: SubmissionState, *, is_unprocessable: bool) -> bool:
    """True after a rejection, and after a decision that was none (MA130, MA113): the payer never had the claim."""
    return submission in REJECTED_STATES or is_unprocessable
