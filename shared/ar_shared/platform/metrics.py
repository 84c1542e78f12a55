"""Metric names and the registry of one service.

Names start with `ar_` and end in a base unit; labels are small closed sets, never a practice, patient or claim.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

disable_created_metrics()  # type: ignore[no-untyped-call]  # one series more a counter, for nobody

_NAME: Final = re.compile(r"ar_[a-z0-9_]+_(?:total|seconds|cents|ratio|bytes|count|days)")
_FORBIDDEN_LABELS: Final = frozenset(
    {"practice", "practice_id", "patient", "patient_id", "claim", "claim_id", "client_id", "path", "url"}
)
SECONDS_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

# Log keys are dropped by a processor that belongs to no app; every registry shows the same counter.
LOG_KEYS_DROPPED: Final = Counter(
    "ar_log_keys_dropped_total", "Log fields outside the allow-list, which were dropped.", registry=None
)


@dataclass(frozen=True, slots=True)
class MetricText:
    """A metric as its documentation names it."""

    name: str
    kind: str
    text: str
    labels: tuple[str, ...]


class Metrics:
    """One service's registry; `counter`, `gauge` and `histogram` enforce the naming rule and note what there is."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.texts: list[MetricText] = []
        self.registry = CollectorRegistry()
        self.registry.register(LOG_KEYS_DROPPED)
        self.requests = self.counter(
            "ar_http_requests_total", "Requests answered.", ["service", "operation", "status_class"]
        )
        self.request_seconds = self.histogram(
            "ar_http_request_seconds", "Time to answer a request.", ["service", "operation"]
        )
        self.pool_wait_seconds = self.histogram(
            "ar_db_pool_wait_seconds", "Time to get a database connection.", ["service"]
        )
        self.rate_limited = self.counter(
            "ar_http_rate_limited_total", "Requests refused by the rate limit.", ["service"]
        )
        self._children: dict[tuple[str, int], Counter] = {}
        self._timers: dict[str, Histogram] = {}

    def observe_request(self, operation: str, status: int, seconds: float) -> None:
        """Count one answered request; operation is an operationId, status an HTTP status."""
        counter = self._children.get((operation, status // 100))
        if counter is None:
            counter = self.requests.labels(self.service, operation, f"{status // 100}xx")
            self._children[operation, status // 100] = counter
            self._timers[operation] = self.request_seconds.labels(self.service, operation)
        counter.inc()
        self._timers[operation].observe(seconds)

    def counter(self, name: str, documentation: str, labels: Sequence[str] = ()) -> Counter:
        self._note("counter", name, documentation, labels)
        return Counter(name, documentation, labels, registry=self.registry)

    def gauge(self, name: str, documentation: str, labels: Sequence[str] = ()) -> Gauge:
        self._note("gauge", name, documentation, labels)
        return Gauge(name, documentation, labels, registry=self.registry)

    def histogram(self, name: str, documentation: str, labels: Sequence[str] = ()) -> Histogram:
        self._note("histogram", name, documentation, labels)
        return Histogram(name, documentation, labels, registry=self.registry, buckets=SECONDS_BUCKETS)

    def _note(self, kind: str, name: str, documentation: str, labels: Sequence[str]) -> None:
        _check(name, labels)
        self.texts.append(MetricText(name, kind, documentation, tuple(labels)))

    def exposition(self) -> bytes:
        """The registry in Prometheus' text format."""
        return generate_latest(self.registry)


def _check(name: str, labels: Sequence[str]) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"metric {name} must start with ar_ and end in a base unit")
    if _FORBIDDEN_LABELS & set(labels):
        raise ValueError(f"metric {name} has a label that may name a person or grow without bound")
