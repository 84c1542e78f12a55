"""A payer's decision as a later payer is told it, copied from the remittance, and whether it adds up."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ar_shared.kernel.money import decimal_from_cents
from ar_shared.platform.database import Row
from ar_shared.x12.claim_cob import CobDifference, cob_differences
from ar_shared.x12.claim_facts import Party, ServiceLine
from claims_api.submissions.image_of_claim import payer_of
from claims_api.submissions.other_payers import adjudications, other_coverage

_PATIENT_SHARE = "PR"


def decided_by_payer(claim: Row, decision: Row, lines: Sequence[Row], adjustments: Sequence[Row]) -> dict[str, Any]:
    """As `submissions.other_payers` describes it; nothing is rounded, spread or left out."""
    on_line: dict[int, list[list[Any]]] = {}
    for one in adjustments:
        quantity = None if one["quantity"] is None else str(one["quantity"])
        on_line.setdefault(one["line_n"], []).append([one["group_code"], one["carc"], one["amount_cents"], quantity])
    return {
        "coverage": claim["coverage_snapshot"],
        "sequence": claim["sequence"],
        "paid_on": decision["remitted_on"].isoformat(),
        "paid_cents": decision["paid_cents"],
        "patient_cents": sum(one["amount_cents"] for one in adjustments if one["group_code"] == _PATIENT_SHARE),
        "adjustments": on_line.get(0, []),
        "lines": [
            {
                "charge_id": str(line["charge_id"]),
                "procedure": line["procedure"],
                "revenue_code": line["revenue_code"],
                "paid_cents": line["paid_cents"],
                "units": None if line["paid_units"] is None else str(line["paid_units"]),
                "adjustments": on_line.get(line["n"], []),
            }
            for line in lines
        ],
    }


def differences(
    charge_cents: int, charges: Sequence[Mapping[str, Any]], decided: Sequence[Mapping[str, Any]]
) -> list[CobDifference]:
    """Where the decisions do not balance against the claim's lines; charges: `charge_id` and `charge_cents`."""
    lines = [
        ServiceLine(
            charge_cents=charge["charge_cents"],
            units=Decimal(1),
            adjudications=adjudications(decided, str(charge["charge_id"])),
        )
        for charge in charges
    ]
    nobody = Party(role="IL", name="")
    others = [other_coverage(payer, payer_of(payer["coverage"]), nobody) for payer in decided]
    return cob_differences(charge_cents, lines, others)


def sentence(difference: CobDifference) -> str:
    """`Line 2: charged 120.00, paid 96.00, adjusted 20.00: 4.00 is missing.`"""
    where = f"Line {difference.line}" if difference.line else "The claim"
    charged, paid, adjusted = (
        decimal_from_cents(cents)
        for cents in (difference.charge_cents, difference.paid_cents, difference.adjusted_cents)
    )
    cents = difference.cents
    gap = f"{decimal_from_cents(abs(cents))} is {'missing' if cents > 0 else 'too much'}"
    return f"{where}: charged {charged}, paid {paid}, adjusted {adjusted}: {gap}."
