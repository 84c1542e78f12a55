"""Every metric of reporting-api. Business gauges are sums over all practices."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ar_shared.platform.metrics import Metrics

OPEN_MONEY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "held": ("claim", "difference", "payment", "deposit"),
        "suspense": ("suspense", "unknown_code"),
        "bank": (
            "remittance_without_money",
            "money_without_remittance",
            "amount_mismatch",
            "money_taken_back",
            "receipt_not_deposited",
            "return_not_at_bank",
            "refund_not_at_bank",
        ),
        "payer_item": ("announced", "forwarded", "take_back", "refund_seen"),
        "unapplied": ("patient", "insurer", "unidentified", "agency"),
        "credit": ("payer", "patient"),
        "overpayment": ("open", "identified", "investigating", "overdue"),
    }
)
"""What of the `ar_open_money_*` gauges there is: `money` and its `kind`s. `overdue` is among the others, too."""


class ReportingMetrics(Metrics):
    """The platform's metrics and this service's own."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.events_behind = self.gauge(
            "ar_consumer_lag_count", "Events in the feeds that are not folded yet.", ["service"]
        ).labels(service)
        self.days_in_ar = self.gauge("ar_receivable_days", "Days in AR, gross, net of credits, all practices.")
        self.over_90_ratio = self.gauge("ar_receivable_over_90_ratio", "Share of open receivables older than 90 days.")
        self.open_cents = self.gauge("ar_receivable_open_cents", "Open receivables by age.", ["bucket"])
        self.credit_cents = self.gauge("ar_receivable_credit_cents", "Credits owed to payers and patients.")
        self.unproved_cents = self.gauge(
            "ar_receivable_unproved_cents", "Difference between rollups and ledger balances; must be 0."
        )
        self.unmatched_remittances = self.gauge(
            "ar_remittance_unmatched_count", "Claims in remittances whose money waits for a match."
        )
        self.open_money_cents = self.gauge(
            "ar_open_money_cents", "Money that waits for somebody: what is at stake.", ["money", "kind"]
        )
        self.open_money_count = self.gauge(
            "ar_open_money_count", "Money that waits for somebody: how many.", ["money", "kind"]
        )
        self.open_money_oldest_days = self.gauge(
            "ar_open_money_oldest_days", "Money that waits for somebody: days since the oldest.", ["money", "kind"]
        )
