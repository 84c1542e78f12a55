"""A reversal and its correction are one event, whichever came first."""

from datetime import date, timedelta
from typing import Final

from claims_api.phrases import Phrased

WAIT_DAYS: Final = 30
"""Default of the practice setting `correction_wait_days`: X12 asks for both in one payment, payers need weeks."""


class ReversalState(Phrased):
    """What the event still waits for."""

    AWAITING_CORRECTION = "awaiting_correction", "reversed; the corrected decision has not come"
    AWAITING_REVERSAL = "awaiting_reversal", "decided again; the earlier decision was not reversed"
    COMPLETE = "complete", "reversed and decided again"
    VOIDED = "voided", "reversed for good: we had voided the claim"


WAITING: Final = (ReversalState.AWAITING_CORRECTION, ReversalState.AWAITING_REVERSAL)


def due_on(today: date, setting: str | None) -> date:
    """The day by which the missing part is due, from the day after today; the default for an unusable setting."""
    days = int(setting) if setting is not None and setting.isdecimal() and 0 < int(setting) <= 365 else WAIT_DAYS
    return today + timedelta(days=days)
