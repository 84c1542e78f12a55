"""PLB: what the payer takes from or adds to the payment that is no claim's."""

from datetime import date

from ar_shared.x12.remittance import ProviderAdjustment, element
from ar_shared.x12.tokens import Row
from ar_shared.x12.values import CENTS, DATES


def read_provider_adjustments(row: Row, component: str) -> list[ProviderAdjustment]:
    """All pairs (reason and reference, amount) of one PLB, up to six; empty pairs are skipped.

    Raises ValueError for an amount that cannot be read; no money depends on the date.
    """
    provider_id = element(row, 1)
    fiscal_on = _fiscal_date(element(row, 2))
    found = []
    for at in range(3, len(row), 2):
        reason, _, reference = row[at].partition(component)
        amount = element(row, at + 1)
        if row[at] or amount:
            found.append(ProviderAdjustment(provider_id, fiscal_on, reason, reference, CENTS[amount]))
    return found


def _fiscal_date(text: str) -> date | None:
    try:
        return DATES[text]
    except ValueError:
        return None
