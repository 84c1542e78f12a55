"""Take many claims in: each line stands for itself, a thousand share a transaction, two thousand are on their way."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Iterator
from itertools import chain, islice
from typing import Final, TypeAlias

from ar_shared.kernel.clock import Clock
from ar_shared.kernel.errors import LedgerwellError
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Database
from claims_api.claims.bulk_line import BulkLine
from claims_api.claims.schemas import BulkLineOut
from claims_api.claims.take_in_chunk import take_in_chunk
from claims_api.claims.take_in_staged import CHUNK

IN_FLIGHT: Final = 2  # rows of one chunk are made here while PostgreSQL writes those of another

_Flight: TypeAlias = "deque[tuple[list[BulkLine], asyncio.Task[list[BulkLineOut]]]]"


async def create_claims_bulk(
    database: Database, principal: Principal, clock: Clock, lines: Iterable[BulkLine]
) -> AsyncGenerator[list[BulkLineOut], None]:
    """What became of the lines, a chunk at a time in their order, each after its commit.

    A line is idempotent by `external_id` and content: `exists` for the same again, `conflict` for another content.
    Posts E01 for each service line (Dr 1100, Cr 4000); a line that names a charge posts nothing again. Raises
    ServiceUnavailableError when the first chunk cannot be written; later chunks that cannot are told as `failed`, and
    so is everything after them that was not begun.
    """
    chunks = _chunks(lines)
    waiting = next(chunks, None)
    flight: _Flight = deque()
    has_begun = has_failed = False
    try:
        while flight or (waiting and not has_failed):
            while waiting and not has_failed and len(flight) < IN_FLIGHT and _is_apart(waiting, flight):
                task = asyncio.create_task(take_in_chunk(database, principal, clock, waiting))
                flight.append((waiting, task))
                waiting = next(chunks, None)
            chunk, task = flight.popleft()
            try:
                results = await task
            except LedgerwellError:
                if not has_begun:
                    raise
                has_failed, results = True, _failed(chunk)
            has_begun = True
            yield results
        if has_failed:
            yield _failed(chain(waiting or (), chain.from_iterable(chunks)))
    finally:
        for _, task in flight:
            task.cancel()
        await asyncio.gather(*(task for _, task in flight), return_exceptions=True)


def _chunks(lines: Iterable[BulkLine]) -> Iterator[list[BulkLine]]:
    remaining = iter(lines)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def _is_apart(chunk: list[BulkLine], flight: _Flight) -> bool:
    """Whether it names no claim or charge that is being written: two such chunks would wait for each other."""
    written = {name for other, _ in flight for name in _names(other)}
    return written.isdisjoint(_names(chunk))


def _names(chunk: list[BulkLine]) -> Iterator[tuple[str, str | None]]:
    for claim in (line.claim for line in chunk if line.claim is not None):
        yield "claim", claim.external_id
        yield from (("charge", line.external_id) for _, line in claim.services if line.external_id is not None)
        yield from (("charge", line.charge.external_id or str(line.charge.id)) for _, line in claim.billed)


def _failed(lines: Iterable[BulkLine]) -> list[BulkLineOut]:
    return [BulkLineOut(line=line.n, status="failed") for line in lines]
