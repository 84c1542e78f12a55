"""The loops of reporting-api: fold what is new, take snapshots, seal the access log. Any number of replicas may run."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from fastapi import FastAPI

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.http_client import CallRefusedError
from ar_shared.platform.logs import error_fields, get_logger
from reporting_api.access.activity import seal_all
from reporting_api.folding.feed_heads import feed_heads
from reporting_api.folding.fold_practice import fold_practice
from reporting_api.snapshots.take_snapshot import Snapshots
from reporting_api.wiring import Wiring

_WAIT_WHEN_AWAY_SECONDS: Final = 1.0


@contextlib.asynccontextmanager
async def background(app: FastAPI) -> AsyncIterator[None]:
    """A lifespan part: runs the loops while the service lives."""
    wiring: Wiring = app.state.wiring
    if not wiring.settings.run_background:
        yield
        return
    follower = Follower(wiring)
    snapshots = Snapshots(wiring.reports, wiring.clock, wiring.metrics)
    tasks = [
        asyncio.create_task(loop)
        for loop in (
            _repeat("fold_pass_failed", wiring.settings.event_poll_seconds, follower.follow),
            _repeat("snapshot_failed", wiring.settings.snapshot_seconds, lambda: snapshots.take(follower.practices)),
            _repeat(
                "seal_failed",
                wiring.settings.snapshot_seconds,
                lambda: seal_all(wiring.database, follower.practices),
            ),
        )
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Follower:
    """Compares the feeds' heads with what is folded and folds where something is new."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._heads: dict[int, int] = {}
        self._folded: dict[int, int] = {}

    @property
    def practices(self) -> list[int]:
        """Practices with events, as of the last pass."""
        return list(self._heads)

    async def follow(self) -> None:
        """One pass over all practices, in no particular order: none waits behind a busy one for long."""
        self._heads = await feed_heads(self._wiring.claims_api)
        behind = [practice for practice, head in self._heads.items() if self._folded.get(practice, 0) < head]
        random.shuffle(behind)
        self._report()
        for practice in behind:
            await self._fold(practice)
        self._report()

    async def _fold(self, practice: int) -> None:
        try:
            progress = await fold_practice(self._wiring.database, self._wiring.clock, practice)
        except ServiceUnavailableError:
            raise
        except Exception as error:  # one practice's trouble must not stop the others; the lag gauge shows it
            get_logger().error("fold_failed", practice=practice, **error_fields(error))
            return
        if progress is not None:
            self._folded[practice] = progress.sequence

    def _report(self) -> None:
        lag = sum(max(head - self._folded.get(practice, 0), 0) for practice, head in self._heads.items())
        self._wiring.metrics.events_behind.set(lag)


async def _repeat(failure: str, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    waiting = False
    while True:
        try:
            await work()
            waiting = False
            await asyncio.sleep(seconds)
        except (ServiceUnavailableError, CallRefusedError) as error:
            if not waiting:  # one line for each time that something it needs is away, as before the first start
                get_logger().warning(failure, **error_fields(error))
            waiting = True
            await asyncio.sleep(max(seconds, _WAIT_WHEN_AWAY_SECONDS))
        except Exception as error:  # the loop outlives any single failure; the log and the lag show it
            get_logger().error(failure, **error_fields(error))
            await asyncio.sleep(max(seconds, _WAIT_WHEN_AWAY_SECONDS))
