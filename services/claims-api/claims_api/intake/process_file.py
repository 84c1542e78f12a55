"""Process a stored file: one transaction of ours for each transaction inside, in the order of the file.

What a transaction became is recorded under (file, number), in the same database transaction as its effect. Where the
two cannot share one, because the effect is another practice's or a payment's, the practices it is for are recorded
before anything is done there, and the effect leaves a record of its own with it. So a file that was left half done,
by a crash or a lost connection, is taken up again, skips what is recorded and finds what had its effect.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.clock import Clock
from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.auth import PracticeGrant
from ar_shared.platform.database import Connection, Database
from ar_shared.x12.envelope import EnvelopeReader, Interchange, Transaction
from ar_shared.x12.findings import Finding, UnreadableFileError
from ar_shared.x12.interchange_ack import InterchangeAnswer, read_ta1
from claims_api.acknowledgements.apply_interchange_ack import apply_interchange_ack
from claims_api.acting import Acting, acting_without_request
from claims_api.edi.outcome import FINDINGS_TOLD, Outcome, TransactionState, finding_json, findings_json
from claims_api.intake import queries
from claims_api.intake.domain import Purpose
from claims_api.intake.handlers import HANDLERS, Applier, Job, TakeRemittance
from claims_api.intake.held_lease import Headway, held_lease
from claims_api.intake.park_file import announce_parked
from claims_api.intake.practice_routes import PracticeRoutes, Route

TA1: Final = "TA1"
_Apply = Callable[[Connection, Acting, Route], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class FileToProcess:
    """A stored file and on whose behalf it came. `grants` are the practices its client may act for.

    `failed_attempts`, when not 0: so often failed the next transaction that is not recorded; it is parked, and the
    others are tried.
    """

    file_id: UUID
    purpose: Purpose | None
    acting: Acting
    grants: dict[UUID, PracticeGrant]
    failed_attempts: int = 0


async def process_file(database: Database, clock: Clock, file: FileToProcess, chunks: Iterable[bytes]) -> None:
    """Process what is not recorded yet, until the end or until a person cancels. The caller has leased the file."""
    practice_id = file.acting.practice_id
    async with database.tenant_tx(practice_id) as connection:
        done, begun = await queries.met_transactions(connection, practice_id, file.file_id)
    run = _Run(database, clock, file, done, begun)
    async with held_lease(database, clock, practice_id, file.file_id, run.headway):
        await run.walk(EnvelopeReader(run.headway.through(chunks)))


class _CancelledError(Exception):
    """No further transaction is wanted."""


class _Run:
    """One walk over one file."""

    def __init__(
        self, database: Database, clock: Clock, file: FileToProcess, done: set[int], begun: dict[int, list[int]]
    ) -> None:
        self.headway = Headway()
        self._database = database
        self._clock = clock
        self._file = file
        self._done = done
        self._begun = begun
        self._parks_next = file.failed_attempts > 0
        self._own = file.acting.practice_id
        self._routes = PracticeRoutes(database, self._own, file.acting.mode, file.grants)
        self._n = 0

    async def walk(self, reader: EnvelopeReader) -> None:
        """Every transaction, then the interchange answers, then the end."""
        findings: list[Finding] = []
        state = "processed"
        try:
            for transaction in reader.transactions():
                await self._transaction(transaction)
            for interchange in reader.interchanges:
                for answer in read_ta1(interchange):
                    await self._interchange_answer(interchange, answer)
        except UnreadableFileError as error:
            findings.append(error.finding)
        except _CancelledError:
            state = "cancelled"
        findings += _envelope_findings(reader)
        async with self._database.tenant_tx(self._own) as connection:
            told = findings_json(findings)
            claims_read = self.headway.claims_read
            await queries.finish_file(connection, self._own, self._file.file_id, state, told, claims_read=claims_read)

    async def _is_wanted(self, facts: dict[str, Any]) -> bool:
        """Whether the next transaction is still to be done. Raises _CancelledError."""
        self._n += 1
        if self._n in self._done:
            return False
        async with self._database.tenant_tx(self._own) as connection:
            if await queries.is_cancelled(connection, self._own, self._file.file_id):
                raise _CancelledError
            if self._parks_next:
                self._parks_next = False
                outcome = Outcome(TransactionState.PARKED, [_FAILED_EACH_TIME])
                await self._insert(connection, facts, outcome, self._begun.get(self._n, []))
                file = self._file
                await announce_parked(connection, file.acting, file.file_id, self._n, file.failed_attempts)
                return False
        return True

    async def _transaction(self, transaction: Transaction) -> None:
        facts = _facts(transaction)
        if not await self._is_wanted(facts):
            return
        handler = self._handler(transaction)
        if handler is None:
            await self._record(facts, Outcome(TransactionState.UNSUPPORTED_SET), [])
            return
        routes = await self._routes_of(handler)
        if not routes:
            await self._record(facts, handler.unrouted(), [])
        elif isinstance(handler, TakeRemittance):
            await self._post(facts, routes[0], handler)
        else:
            await self._apply(facts, routes, handler.apply, lambda: transaction.findings.kept)

    async def _routes_of(self, handler: Applier | TakeRemittance) -> list[Route]:
        """Where the transaction goes; one that was begun goes where it went before, whatever was changed since."""
        begun = self._begun.get(self._n)
        if begun is None:
            return await handler.find(self._routes)
        if isinstance(handler, TakeRemittance):
            return [Route(begun[0] if begun else self._own)]
        found = await handler.find(self._routes.as_decided(begun))
        return found or [Route(practice_id) for practice_id in begun]

    async def _post(self, facts: dict[str, Any], route: Route, handler: TakeRemittance) -> None:
        """A payment is posted in a transaction of its own, which answers a repeat as it did the first time."""
        routed = self._others([route])
        await self._begin(facts, routed)
        async with self._database.tenant_tx(route.practice_id) as connection:
            acting = await self._acting_for(connection, route.practice_id)
        outcome = await handler.post(self._database, acting)
        outcome.findings = outcome.findings[:FINDINGS_TOLD]
        await self._record(facts, replace(outcome, remittance_id=None) if routed else outcome, routed)

    def _handler(self, transaction: Transaction) -> Applier | TakeRemittance | None:
        make = HANDLERS.get(transaction.set_id)
        if make is None:
            return None
        file = self._file
        return make(Job(transaction, file.file_id, self._n, file.purpose, file.acting.mode, self.headway))

    async def _interchange_answer(self, interchange: Interchange, answer: InterchangeAnswer) -> None:
        facts = {
            "set_code": TA1,
            "interchange_control": interchange.control,
            "group_control": None,
            "transaction_control": None,
            "sender": interchange.sender_id,
            "receiver": interchange.receiver_id,
        }
        if not await self._is_wanted(facts):
            return
        sender, receiver = interchange.receiver_id, interchange.sender_id
        begun = self._begun.get(self._n)
        routes = self._routes if begun is None else self._routes.as_decided(begun)
        route = await routes.by_submission(sender, receiver, "interchange", answer.control)
        if route is None:
            await self._record(facts, Outcome(TransactionState.QUEUED, [_UNKNOWN_INTERCHANGE]), [])
            return

        async def apply(connection: Connection, acting: Acting, _route: Route) -> Outcome:
            key = f"{self._file.file_id}/{self._n}"
            return await apply_interchange_ack(
                connection, acting, answer, self._file.file_id, key, sender=interchange.sender_id
            )

        await self._apply(facts, [route], apply, list)

    async def _apply(
        self, facts: dict[str, Any], routes: list[Route], apply: _Apply, findings: Callable[[], list[Finding]]
    ) -> None:
        """The effects in other practices, each with its record there; then the own one, with the record of all."""
        routed = self._others(routes)
        if routed:
            await self._begin(facts, routed)
        outcomes = [await self._elsewhere(facts, route, apply) for route in routes if route.practice_id != self._own]
        own = next((route for route in routes if route.practice_id == self._own), None)
        async with self._acting(self._own) as (connection, acting):
            if own is not None:
                outcomes.append(await apply(connection, acting, own))
            outcome = _together(outcomes)
            outcome.findings += findings_json(findings())
            if not await self._insert(connection, facts, outcome, routed):
                raise ServiceUnavailableError("another worker has taken the file over", retry_after_seconds=30)

    async def _elsewhere(self, facts: dict[str, Any], route: Route, apply: _Apply) -> Outcome:
        """The effect in another practice; what it became the first time, if a worker that died had got that far."""
        async with self._acting(route.practice_id) as (connection, acting):
            place = (connection, route.practice_id, self._file.file_id, self._n)
            outcome = await queries.recorded_outcome(*place)
            if outcome is None:
                outcome = await apply(connection, acting, route)
                if not await queries.record_transaction(*place, facts, outcome, routed=[], now=self._clock.now()):
                    raise ServiceUnavailableError("another worker has taken the file over", retry_after_seconds=30)
        return replace(outcome, remittance_id=None)

    def _others(self, routes: list[Route]) -> list[int]:
        return sorted({route.practice_id for route in routes} - {self._own})

    @asynccontextmanager
    async def _acting(self, practice_id: int) -> AsyncIterator[tuple[Connection, Acting]]:
        async with self._database.tenant_tx(practice_id, period_open=True, bulk=True) as connection:
            yield connection, await self._acting_for(connection, practice_id)

    async def _acting_for(self, connection: Connection, practice_id: int) -> Acting:
        own = self._file.acting
        return await acting_without_request(connection, practice_id, own.client_id, own.actor, self._clock)

    async def _begin(self, facts: dict[str, Any], routed: list[int]) -> None:
        async with self._database.tenant_tx(self._own) as connection:
            await queries.begin_transaction(connection, self._own, self._file.file_id, self._n, facts, routed)

    async def _record(self, facts: dict[str, Any], outcome: Outcome, routed: list[int]) -> None:
        async with self._database.tenant_tx(self._own) as connection:
            await self._insert(connection, facts, outcome, routed)

    async def _insert(self, connection: Connection, facts: dict[str, Any], outcome: Outcome, routed: list[int]) -> bool:
        return await queries.record_transaction(
            connection,
            self._own,
            self._file.file_id,
            self._n,
            facts,
            outcome,
            routed=routed,
            now=self._clock.now(),
        )


def _together(outcomes: list[Outcome]) -> Outcome:
    """What a transaction for several practices became: `queued` where a person must look, else the best of it."""
    if len(outcomes) == 1:
        return outcomes[0]
    states = {outcome.state for outcome in outcomes}
    order = (TransactionState.QUEUED, TransactionState.PROCESSED)
    state = next((one for one in order if one in states), outcomes[0].state)
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        counts.update(outcome.counts)
    return Outcome(state, [finding for outcome in outcomes for finding in outcome.findings], dict(counts))


def _facts(transaction: Transaction) -> dict[str, Any]:
    return {
        "set_code": transaction.set_id,
        "interchange_control": transaction.interchange.control,
        "group_control": transaction.group.control,
        "transaction_control": transaction.control,
        "sender": transaction.interchange.sender_id,
        "receiver": transaction.interchange.receiver_id,
    }


def _envelope_findings(reader: EnvelopeReader) -> Iterator[Finding]:
    yield from reader.findings.kept
    for interchange in reader.interchanges:
        yield from interchange.findings.kept
        for group in interchange.groups:
            yield from group.findings.kept


_UNKNOWN_INTERCHANGE: Final = finding_json(
    Finding("interchange_unknown", "The answer is to an interchange that none of these practices sent.")
)
_FAILED_EACH_TIME: Final = finding_json(
    Finding("transaction_parked", "Processing it failed each time it was tried; it may be tried again.")
)
