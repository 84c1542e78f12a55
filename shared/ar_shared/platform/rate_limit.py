"""A token bucket per client, in this process: a brake for runaway loops, not a bill."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from ar_shared.kernel.errors import RateLimitedError

_MAX_CLIENTS: Final = 10_000
_WINDOW_SECONDS: Final = 60


class RateLimiter:
    """Allows `per_minute` requests a minute and client, and as many at once; 0 allows everything."""

    def __init__(self, per_minute: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # client -> tokens, at

    def take(self, client_id: str) -> dict[str, str]:
        """Count one request; returns the `RateLimit` headers to send. Raises RateLimitedError."""
        if self._per_minute == 0:
            return {}
        now = self._monotonic()
        rate = self._per_minute / _WINDOW_SECONDS
        tokens, at = self._buckets.pop(client_id, (float(self._per_minute), now))
        tokens = min(float(self._per_minute), tokens + (now - at) * rate)
        allowed = tokens >= 1
        self._remember(client_id, tokens - 1 if allowed else tokens, now)
        if not allowed:
            raise RateLimitedError(
                f"more than {self._per_minute} requests a minute",
                retry_after_seconds=math.ceil((1 - tokens) / rate),
            )
        return {
            "RateLimit-Policy": f'"client";q={self._per_minute};w={_WINDOW_SECONDS}',
            "RateLimit": f'"client";r={int(tokens - 1)};t={math.ceil((self._per_minute - tokens + 1) / rate)}',
        }

    def _remember(self, client_id: str, tokens: float, now: float) -> None:
        self._buckets[client_id] = (tokens, now)
        if len(self._buckets) > _MAX_CLIENTS:
            self._buckets.popitem(last=False)
