"""The way to the simulated payers: takes an 837 and lays ready everything it will be answered with."""

from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from claims_api.clearinghouse import OutgoingFile
from claims_api.simulator import queries
from claims_api.simulator.domain.batch import Batch, read_batch
from claims_api.simulator.domain.plan import answer_content, planned_answers, planned_decisions
from claims_api.simulator.stored import decision_to_json, parties_to_json

DEFAULT_SEED: Final = "ledgerwell"


class SimulatorPort:
    """A `ClearinghousePort`. The seed of a practice is `settings["simulator"]["seed"]`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def deliver(self, file: OutgoingFile, connection: Connection) -> None:
        """Take the file; the same submission again changes nothing.

        Raises ServiceUnavailableError for a production practice: no simulated money may reach its books.
        """
        await queries.wait_for_other_deliveries(connection, file.practice_id)
        if not await queries.is_known(connection, file.practice_id, file.submission_id):
            await self._take(connection, file)

    async def _take(self, connection: Connection, file: OutgoingFile) -> None:
        practice = await connection.fetchrow(
            "SELECT mode, time_zone, test_clock_at, settings FROM claims.practice WHERE id = $1", file.practice_id
        )
        if practice is None or practice["mode"] != "sandbox":
            raise ServiceUnavailableError("no clearinghouse is configured for production practices")
        sent = PracticeTime(practice["test_clock_at"] or self._clock.now(), ZoneInfo(practice["time_zone"]))
        batch = read_batch(file.content, _seed(practice))
        await _store_answers(connection, file, batch, sent)
        decisions = [
            (planned.payment, planned.due_at, parties_to_json(planned.parties), decision_to_json(planned.decision))
            for planned in planned_decisions(batch, sent)
        ]
        await queries.insert_claims(connection, file.practice_id, file.submission_id, decisions)


async def _store_answers(connection: Connection, file: OutgoingFile, batch: Batch, sent: PracticeTime) -> None:
    asked = batch.interchange
    for planned in planned_answers(batch, sent):
        control = await queries.next_control(connection, asked.receiver_id, asked.sender_id)
        content = answer_content(batch, planned, control, sent)
        answer_id: UUID = uuid7()
        await queries.insert_answer(
            connection,
            file.practice_id,
            answer_id,
            file.submission_id,
            planned.kind,
            planned.part,
            planned.due_at,
            content,
        )


def _seed(practice: Row) -> str:
    stated = practice["settings"].get("simulator", {}).get("seed", DEFAULT_SEED)
    return str(stated)
