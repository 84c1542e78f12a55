"""The token bucket: both sides of its edge, on a clock of the test."""

import pytest

from ar_shared.kernel.errors import RateLimitedError
from ar_shared.platform.rate_limit import RateLimiter


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_limit_is_reached_and_refills_with_time() -> None:
    clock = Clock()
    limiter = RateLimiter(60, monotonic=clock)
    remaining = [limiter.take("a")["RateLimit"] for _ in range(60)]
    assert (remaining[0], remaining[-1]) == ('"client";r=59;t=1', '"client";r=0;t=60')
    with pytest.raises(RateLimitedError) as caught:
        limiter.take("a")
    assert caught.value.retry_after_seconds == 1
    clock.now += 0.999
    with pytest.raises(RateLimitedError):
        limiter.take("a")
    clock.now += 0.002
    limiter.take("a")
    with pytest.raises(RateLimitedError):
        limiter.take("a")


def test_a_bucket_never_holds_more_than_a_minute() -> None:
    clock = Clock()
    limiter = RateLimiter(2, monotonic=clock)
    limiter.take("a")
    clock.now += 3600
    assert limiter.take("a")["RateLimit"].startswith('"client";r=1;')


def test_clients_have_buckets_of_their_own() -> None:
    limiter = RateLimiter(1, monotonic=Clock())
    limiter.take("a")
    limiter.take("b")
    with pytest.raises(RateLimitedError):
        limiter.take("a")


def test_zero_switches_it_off() -> None:
    limiter = RateLimiter(0, monotonic=Clock())
    assert [limiter.take("a") for _ in range(3)] == [{}, {}, {}]
