"""The way to the simulated payers: takes an 837 or a 276 and lays ready everything it will be answered with."""

from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from claims_api.clearinghouse import OutgoingFile
from claims_api.simulator import queries
from claims_api.simulator.answer_inquiries import INQUIRY, answer_inquiries
from claims_api.simulator.domain.adjudicate import payer_claim_control_number
from claims_api.simulator.domain.batch import Batch, BatchClaim, read_batch, set_of
from claims_api.simulator.domain.fate import REFUSED
from claims_api.simulator.domain.plan import answer_content, planned_answers, planned_parts
from claims_api.simulator.stored import part_to_json

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
        if set_of(file.content) == INQUIRY:
            await answer_inquiries(connection, file, sent)
            return
        batch = read_batch(file.content, _seed(practice))
        await _store_answers(connection, file, batch, sent)
        taken_in = [_facts(claim) for _, claim in batch.taken_in() if claim.fate.kind not in REFUSED]
        await queries.insert_claims(connection, file.practice_id, file.submission_id, taken_in)
        parts = [
            (part.control_number, part.file, part.payment, part.due_at, part_to_json(part))
            for part in planned_parts(batch, sent)
        ]
        await queries.insert_parts(connection, file.practice_id, file.submission_id, parts)


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


def _facts(claim: BatchClaim) -> dict[str, Any]:
    facts = claim.facts
    return {
        "patient_control_number": facts.patient_control_number,
        "payer_claim_number": payer_claim_control_number(facts),
        "payer_id": facts.payer.id,
        "member_id": facts.subscriber.id,
        "charge_cents": facts.charge_cents,
        "fate": claim.fate.kind.value,
    }


def _seed(practice: Row) -> str:
    stated = practice["settings"].get("simulator", {}).get("seed", DEFAULT_SEED)
    return str(stated)
