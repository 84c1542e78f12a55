"""Every metric of followup-worker beside the platform's. None has a label for a practice, a patient or a claim."""

from ar_shared.platform.metrics import Metrics


class FollowupMetrics:
    """Gauges over all practices, set by the background loop."""

    def __init__(self, metrics: Metrics) -> None:
        self.oldest_work_item_days = metrics.gauge(
            "ar_work_item_oldest_days", "Days since the oldest live work item opened, as of the last sweep."
        )
        self.events_behind = metrics.gauge(
            "ar_consumer_lag_count", "Events that claims-api has numbered and this service has not handled."
        )
        self.sweep_age = metrics.gauge(
            "ar_sweep_age_seconds", "Seconds since the practice that waited longest was swept."
        )
        self.parked = metrics.gauge("ar_jobs_parked_count", "Practices whose sweep failed too often and waits.")
        self.events_handled = metrics.counter("ar_consumer_events_total", "Events handled.")
        self.sweeps = metrics.counter("ar_sweeps_total", "Sweeps finished.")
        self.jobs_failed = metrics.counter("ar_jobs_failed_total", "Job runs that raised an error.")
