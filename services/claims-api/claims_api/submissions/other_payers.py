"""What earlier payers decided on a claim's charges, as a version stores it, put into loops 2320, 2330 and 2430.

Stored, one object a payer: `coverage` (a coverage snapshot), `sequence`, `paid_on`, `paid_cents`, `patient_cents`,
`adjustments` of the claim as a whole, and `lines` with `charge_id`, `procedure` (SVC01), `revenue_code`, `paid_cents`,
`units` and `adjustments`. An adjustment is [group, reason, cents, quantity]. All of it stands as the payer wrote it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ar_shared.x12.claim_facts import (
    SELF,
    Adjustment,
    Amount,
    ClaimDate,
    Coverage,
    LineAdjudication,
    OtherCoverage,
    Party,
    Period,
    Procedure,
)

RANKS: Final = "PSTABCDEFGH"
_PATIENT_SHARE: Final = "PR"
_PARTS: Final = re.compile(r"[^A-Za-z0-9 .-]")
_MODIFIERS: Final = slice(2, 6)


def other_coverage(decided: Mapping[str, Any], payer: Party, subscriber: Party) -> OtherCoverage:
    """Loop 2320 of one payer. payer, subscriber: loops 2330B and 2330A."""
    cover: Mapping[str, Any] = decided["coverage"]
    paid_on = ClaimDate("573", Period(date.fromisoformat(decided["paid_on"])))
    return OtherCoverage(
        coverage=Coverage(
            sequence=RANKS[decided["sequence"] - 1],
            relationship=cover["relation"] or SELF,
            group_number=cover["group_number"] or "",
            group_name=cover["group_name"] or "",
            filing_code=cover["filing_indicator"] or "CI",
        ),
        subscriber=subscriber,
        payer=payer,
        benefits_assigned="Y",
        release="Y" if cover["release_of_information"] else "I",
        adjustments=_adjustments(decided["adjustments"]),
        amounts=(Amount("D", decided["paid_cents"]), Amount("EAF", decided["patient_cents"])),
        dates=() if decided["lines"] else (paid_on,),
    )


def adjudications(decided: Sequence[Mapping[str, Any]], charge_id: str) -> tuple[LineAdjudication, ...]:
    """The loops 2430 of one line: what each earlier payer did with its charge, in the order of payers."""
    return tuple(
        _adjudication(payer, line) for payer in decided for line in payer["lines"] if line["charge_id"] == charge_id
    )


def _adjudication(payer: Mapping[str, Any], line: Mapping[str, Any]) -> LineAdjudication:
    adjustments = _adjustments(line["adjustments"])
    return LineAdjudication(
        payer_id=payer["coverage"]["payer_identifier"],
        paid_cents=line["paid_cents"],
        procedure=_procedure(line["procedure"]),
        revenue_code=line["revenue_code"] or "",
        paid_units=Decimal(line["units"]) if line["units"] else Decimal(1),
        adjustments=adjustments,
        paid_on=date.fromisoformat(payer["paid_on"]),
        remaining_cents=sum(one.amount_cents for one in adjustments if one.group == _PATIENT_SHARE),
    )


def _adjustments(stored: Sequence[Sequence[Any]]) -> tuple[Adjustment, ...]:
    """Reasons of one group side by side, the groups in the order in which the payer named them."""
    groups = list(dict.fromkeys(one[0] for one in stored))
    return tuple(
        Adjustment(group, reason, cents, Decimal(quantity) if quantity else None)
        for group, reason, cents, quantity in sorted(stored, key=lambda one: groups.index(one[0]))
    )


def _procedure(text: str | None) -> Procedure | None:
    """SVC01, whatever separator the payer's file used between its parts."""
    parts = _PARTS.split(text or "")
    if len(parts) < 2 or parts[0] == "NU":
        return None
    return Procedure(parts[1], tuple(part for part in parts[_MODIFIERS] if part), qualifier=parts[0])
