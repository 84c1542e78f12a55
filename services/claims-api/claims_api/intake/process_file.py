"""Process a stored file: one transaction of ours for each transaction inside, in the order of the file.

What a transaction became is recorded in the same database transaction as its effect, under (file, number). A file
that was left half done, by a crash or a lost connection, is taken up again and skips what is recorded.
"""

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
from claims_api.intake.held_lease import held_lease
from claims_api.intake.practice_routes import PracticeRoutes, Route

TA1: Final = "TA1"


@dataclass(frozen=True, slots=True)
class FileToProcess:
    """A stored file and on whose behalf it came. `grants` are the practices its client may act for."""

    file_id: UUID
    purpose: Purpose | None
    acting: Acting
    grants: dict[UUID, PracticeGrant]


async def process_file(database: Database, clock: Clock, file: FileToProcess, chunks: Iterable[bytes]) -> None:
    """Process what is not recorded yet, then mark the file processed. The caller has leased it."""
    practice_id = file.acting.practice_id
    async with database.tenant_tx(practice_id) as connection:
        done = await queries.processed_numbers(connection, practice_id, file.file_id)
    run = _Run(database, clock, file, done)
    async with held_lease(database, clock, practice_id, file.file_id):
        await run.walk(EnvelopeReader(chunks))


class _Run:
    """One walk over one file."""

    def __init__(self, database: Database, clock: Clock, file: FileToProcess, done: set[int]) -> None:
        self._database = database
        self._clock = clock
        self._file = file
        self._done = done
        self._own = file.acting.practice_id
        self._routes = PracticeRoutes(database, self._own, file.acting.mode, file.grants)
        self._n = 0

    async def walk(self, reader: EnvelopeReader) -> None:
        """Every transaction, then the interchange answers, then the end."""
        findings: list[Finding] = []
        try:
            for transaction in reader.transactions():
                await self._transaction(transaction)
        except UnreadableFileError as error:
            findings.append(error.finding)
        for interchange in reader.interchanges:
            for answer in read_ta1(interchange):
                await self._interchange_answer(interchange, answer)
        findings += _envelope_findings(reader)
        async with self._database.tenant_tx(self._own) as connection:
            told = findings_json(findings)
            await queries.finish_file(connection, self._own, self._file.file_id, told)

    async def _transaction(self, transaction: Transaction) -> None:
        self._n += 1
        if self._n in self._done:
            return
        handler = self._handler(transaction)
        if handler is None:
            await self._record(_facts(transaction), Outcome(TransactionState.UNSUPPORTED_SET), None)
            return
        route = await handler.route(self._routes)
        if route is None:
            await self._record(_facts(transaction), handler.unrouted(), None)
            return
        if isinstance(handler, TakeRemittance):
            await self._post(transaction, route, handler)
        else:
            await self._run(_facts(transaction), route, handler.apply, lambda: transaction.findings.kept)

    async def _post(self, transaction: Transaction, route: Route, handler: TakeRemittance) -> None:
        async with self._database.tenant_tx(route.practice_id) as connection:
            acting = await self._acting_for(connection, route.practice_id)
        outcome = await handler.post(self._database, acting)
        outcome.findings = outcome.findings[:FINDINGS_TOLD]
        if route.practice_id == self._own:
            await self._record(_facts(transaction), outcome, None)
        else:
            await self._record(_facts(transaction), replace(outcome, remittance_id=None), route.practice_id)

    def _handler(self, transaction: Transaction) -> Applier | TakeRemittance | None:
        make = HANDLERS.get(transaction.set_id)
        if make is None:
            return None
        file = self._file
        return make(Job(transaction, file.file_id, self._n, file.purpose, file.acting.mode))

    async def _interchange_answer(self, interchange: Interchange, answer: InterchangeAnswer) -> None:
        self._n += 1
        if self._n in self._done:
            return
        facts = {
            "set_code": TA1,
            "interchange_control": interchange.control,
            "group_control": None,
            "transaction_control": None,
            "sender": interchange.sender_id,
            "receiver": interchange.receiver_id,
        }
        sender, receiver = interchange.receiver_id, interchange.sender_id
        route = await self._routes.by_submission(sender, receiver, "interchange", answer.control)
        if route is None:
            await self._record(facts, Outcome(TransactionState.QUEUED, [_UNKNOWN_INTERCHANGE]), None)
            return

        async def apply(connection: Connection, acting: Acting, _route: Route) -> Outcome:
            key = f"{self._file.file_id}/{self._n}"
            return await apply_interchange_ack(
                connection, acting, answer, self._file.file_id, key, sender=interchange.sender_id
            )

        await self._run(facts, route, apply, list)

    async def _run(
        self,
        facts: dict[str, Any],
        route: Route,
        apply: "Callable[[Connection, Acting, Route], Awaitable[Outcome]]",
        findings: Callable[[], list[Finding]],
    ) -> None:
        """The effect and its record; in one transaction where the file came to the practice that it is for."""
        if route.practice_id == self._own:
            async with self._acting(self._own) as (connection, acting):
                outcome = await apply(connection, acting, route)
                outcome.findings += findings_json(findings())
                if not await self._insert(connection, facts, outcome, None):
                    raise ServiceUnavailableError("another worker has taken the file over", retry_after_seconds=30)
            return
        async with self._acting(route.practice_id) as (connection, acting):
            outcome = await apply(connection, acting, route)
        outcome.findings += findings_json(findings())
        await self._record(facts, replace(outcome, remittance_id=None), route.practice_id)

    @asynccontextmanager
    async def _acting(self, practice_id: int) -> AsyncIterator[tuple[Connection, Acting]]:
        async with self._database.tenant_tx(practice_id, period_open=True) as connection:
            yield connection, await self._acting_for(connection, practice_id)

    async def _acting_for(self, connection: Connection, practice_id: int) -> Acting:
        own = self._file.acting
        return await acting_without_request(connection, practice_id, own.client_id, own.actor, self._clock)

    async def _record(self, facts: dict[str, Any], outcome: Outcome, routed: int | None) -> None:
        async with self._database.tenant_tx(self._own) as connection:
            await self._insert(connection, facts, outcome, routed)

    async def _insert(
        self, connection: Connection, facts: dict[str, Any], outcome: Outcome, routed: int | None
    ) -> bool:
        return await queries.insert_transaction(
            connection,
            self._own,
            self._file.file_id,
            self._n,
            facts,
            outcome,
            routed_practice_id=routed,
            now=self._clock.now(),
        )


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
