"""Reads the shipped code lists once and answers single codes; a value outside its closed set stops start-up."""

import csv
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, TypeVar

from claims_api.codes.domain import (
    Action,
    AppealRights,
    Carc,
    CarcCategory,
    CarcKind,
    ClaimStatusCategory,
    Hardness,
    ListStatus,
    Owner,
    PostingDefault,
    Preventable,
    Rarc,
    RarcCategory,
    RarcType,
    StatusAction,
    StatusEvent,
    StatusGroup,
    WriteoffClass,
)

GROUP_CODES: Final = ("CO", "PR", "OA", "PI", "CR")
_POSTINGS_OF_KIND: Final[Mapping[CarcKind, frozenset[PostingDefault]]] = {
    CarcKind.DENIAL: frozenset({PostingDefault.OPEN_CASE}),
    CarcKind.REDUCTION: frozenset(
        {
            PostingDefault.CONTRACTUAL,
            PostingDefault.OPEN_CASE,
            PostingDefault.OPEN_REVIEW,
            PostingDefault.EXPENSE,
        }
    ),
    CarcKind.CONTRACTUAL: frozenset({PostingDefault.CONTRACTUAL, PostingDefault.STATUTORY}),
    CarcKind.PATIENT_SHARE: frozenset({PostingDefault.TRANSFER_PATIENT_SHARE}),
    CarcKind.PRIOR_PAYER_IMPACT: frozenset({PostingDefault.MEMO}),
    CarcKind.INFORMATIONAL: frozenset({PostingDefault.OPEN_REVIEW}),
    CarcKind.PEND: frozenset({PostingDefault.OPEN_WATCH}),
    CarcKind.WITHHOLD: frozenset({PostingDefault.WITHHOLD}),
    CarcKind.TRANSFER_NEXT_PAYER: frozenset({PostingDefault.TRANSFER_NEXT_PAYER}),
}

Row = TypeVar("Row", Carc, Rarc, ClaimStatusCategory)


class CodeListError(ValueError):
    """A shipped code list holds a value that the program does not know; names list, code and reason."""


def carc(code: str) -> Carc | None:
    """The adjustment reason, or None for a code we do not know: the caller queues it for a person."""
    return carcs().get(code)


def rarc(code: str) -> Rarc | None:
    """The remark, or None for a code we do not know (our list holds the remarks that change what we do)."""
    return rarcs().get(code)


def claim_status_category(code: str) -> ClaimStatusCategory | None:
    """The claim status category (STC01-1), or None for a code we do not know."""
    return claim_status_categories().get(code)


@cache
def carcs() -> Mapping[str, Carc]:
    return read_code_list("carc.csv", shipped_rows("carc.csv"), _carc)


@cache
def rarcs() -> Mapping[str, Rarc]:
    return read_code_list("rarc.csv", shipped_rows("rarc.csv"), _rarc)


@cache
def claim_status_categories() -> Mapping[str, ClaimStatusCategory]:
    name = "claim_status_category.csv"
    return read_code_list(name, shipped_rows(name), _claim_status_category)


def validate_code_lists() -> None:
    """Read all lists, so that a wrong one stops start-up and not a posting. Raises CodeListError."""
    carcs(), rarcs(), claim_status_categories()


def shipped_rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("claims_api.codes") / "data" / name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


def read_code_list(
    name: str, rows: Iterator[dict[str, str]], make: Callable[[dict[str, str]], Row]
) -> Mapping[str, Row]:
    """Rows by code. Raises CodeListError for a value outside its closed set or a code given twice."""
    by_code: dict[str, Row] = {}
    for row in rows:
        code = row["code"]
        if code in by_code:
            raise CodeListError(f"{name}: code {code} is given twice")
        try:
            by_code[code] = make(row)
        except (ValueError, KeyError) as problem:
            raise CodeListError(f"{name}: code {code}: {problem}") from problem
    return MappingProxyType(by_code)


def _carc(row: dict[str, str]) -> Carc:
    kind, posting = CarcKind(row["kind"]), PostingDefault(row["posting"])
    if posting not in _POSTINGS_OF_KIND[kind]:
        raise ValueError(f"kind {kind} does not post as {posting}")
    groups = frozenset(row["typical_group_codes"].split(";"))
    if not groups <= set(GROUP_CODES):
        raise ValueError("a typical group code is not one of " + ", ".join(GROUP_CODES))
    return Carc(
        code=row["code"],
        short_description=row["short_description"],
        category=CarcCategory(row["category"]),
        hard_or_soft=Hardness(row["hard_or_soft"]),
        preventable=Preventable(row["preventable"]),
        owner=Owner(row["owner"]),
        recommended_action=Action(row["recommended_action"]),
        appealable=_yes(row["appealable"]),
        typical_group_codes=groups,
        kind=kind,
        rarc_required=_yes(row["rarc_required"]),
        posting=posting,
        writeoff_class_if_final=WriteoffClass(row["writeoff_class_if_final"]),
        list_status=ListStatus(row["list_status"]),
        notes=row["notes"],
    )


def _rarc(row: dict[str, str]) -> Rarc:
    carcs_named = row["typical_carcs"]
    return Rarc(
        code=row["code"],
        short_description=row["short_description"],
        rarc_type=RarcType(row["rarc_type"]),
        category=RarcCategory(row["category"]),
        typical_carcs=frozenset() if carcs_named == "*" else frozenset(carcs_named.split(";")),
        owner=Owner(row["owner"]),
        recommended_action=Action(row["recommended_action"]),
        appeal_rights=AppealRights(row["appeal_rights"]),
        list_status=ListStatus(row["list_status"]),
        software_effect_or_note=row["software_effect_or_note"],
    )


def _claim_status_category(row: dict[str, str]) -> ClaimStatusCategory:
    return ClaimStatusCategory(
        code=row["code"],
        group=StatusGroup(row["group"]),
        meaning=row["meaning"],
        terminal=_yes(row["terminal"]),
        in_adjudication=_yes(row["in_adjudication"]),
        lifecycle_event=StatusEvent(row["lifecycle_event"]),
        recommended_action=StatusAction(row["recommended_action"]),
        notes=row["notes"],
    )


def _yes(text: str) -> bool:
    if text not in ("y", "n"):
        raise ValueError("expected y or n")
    return text == "y"
