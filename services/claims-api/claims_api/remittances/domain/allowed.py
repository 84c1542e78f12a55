"""The allowed amount: what the payer accepts as the price of a line."""

from dataclasses import dataclass
from typing import Final

from claims_api.codes.domain import Carc, CarcKind, PostingDefault
from claims_api.ledger.cas_effects import SPENDING_ACCOUNT_CARC
from claims_api.remittances.domain.amounts import CarcLookup, CasAmount, LineAmounts
from claims_api.remittances.domain.line_outcome import LineOutcome, line_outcome

PAID_TO_PATIENT_CARC: Final = "100"
LATE_FILING_CARC: Final = "B4"
PROMPT_PAY_CARC: Final = "44"


@dataclass(frozen=True, slots=True)
class Allowed:
    """`cents` is the one to use: the stated amount where it is possible, else the derived one.

    None for a denied line (0 would be a price) and for a later payer, whose remittance does not tell the price:
    there the first payer's amount stays.
    """

    cents: int | None
    stated_cents: int | None
    derived_cents: int | None


def allowed_amount(
    line: LineAmounts, carcs: CarcLookup, *, stated_cents: int | None, later_payer: bool = False
) -> Allowed:
    """From one adjudicated line; `stated_cents` is AMT*B6, which counts when it is at most the charge.

    Derived: paid + patient share + what came off after pricing (cuts by law, withholds, late-filing penalty,
    prompt-pay discount, amounts that only a next payer may owe, money paid to the patient).
    """
    if later_payer or line_outcome(line, carcs) is LineOutcome.DENIED:
        return Allowed(None, stated_cents, None)
    derived = line.paid_cents + sum(a.cents for a in line.adjustments if _is_part_of_price(a, carcs(a.carc)))
    usable = stated_cents is not None and stated_cents <= line.charge_cents
    return Allowed(stated_cents if usable else derived, stated_cents, derived)


def _is_part_of_price(adjustment: CasAmount, row: Carc | None) -> bool:
    if row is None:
        return False
    if adjustment.group == "PR":
        nets_share = row.code == SPENDING_ACCOUNT_CARC and adjustment.cents < 0
        return row.kind is CarcKind.PATIENT_SHARE or row.code == PAID_TO_PATIENT_CARC or nets_share
    return (
        row.posting is PostingDefault.STATUTORY
        or row.kind is CarcKind.WITHHOLD
        or row.code in (LATE_FILING_CARC, PROMPT_PAY_CARC)
        or (row.kind is CarcKind.TRANSFER_NEXT_PAYER and adjustment.group == "OA")
    )
