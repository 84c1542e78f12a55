"""Every metric of reporting-api. Business gauges are sums over all practices."""

from ar_shared.platform.metrics import Metrics


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
