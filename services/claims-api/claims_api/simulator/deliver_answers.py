"""Let everything arrive that is due by the practice's clock, in the order of its due times."""

from collections import Counter
from typing import Final
from uuid import UUID

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import PracticeGrant, Principal
from ar_shared.platform.auth.principal import Actor
from ar_shared.platform.database import Database, Row
from ar_shared.platform.idempotency import request_key
from claims_api.intake.receive_file import receive_file
from claims_api.simulator import queries
from claims_api.simulator.deliver_statements import deliver_statements
from claims_api.simulator.write_payment_files import write_payment_files

CLIENT: Final = "sandbox-clearinghouse"
_SCOPES: Final = frozenset({"edi:write"})


def clearinghouse_of(practice_id: int, practice: UUID, time_zone: str) -> Principal:
    """Who brings the files of simulated payers to a sandbox practice."""
    return Principal(
        client_id=CLIENT,
        client_kind="service",
        scopes=_SCOPES,
        actor=Actor("client", CLIENT),
        practice_id=practice_id,
        practice=practice,
        mode="sandbox",
        time_zone=time_zone,
    )


async def deliver_answers(database: Database, clock: Clock, sender: Principal, moment: PracticeTime) -> Counter[str]:
    """How many files of each kind arrived, `bank` for bank statements. The caller holds the practice's clock lock.

    Each file is taken in under its own id as the request's key, so one that arrived before a crash does not arrive
    twice. Raises ServiceUnavailableError when a file of an earlier attempt is still being processed.
    """
    practice_id = sender.practice_id
    delivered: Counter[str] = Counter()
    async with database.tenant_tx(practice_id) as connection:
        await write_payment_files(connection, practice_id, moment)
    while True:
        async with database.tenant_tx(practice_id) as connection:
            due = await queries.answers_due(connection, practice_id, moment.at)
        for answer in due:
            await _deliver(database, clock, sender, moment, answer)
            delivered[answer["kind"]] += 1
        if len(due) < queries.MAX_AT_ONCE:
            break
    delivered["bank"] += await deliver_statements(database, clock, sender, moment)
    return +delivered


async def _deliver(database: Database, clock: Clock, sender: Principal, moment: PracticeTime, answer: Row) -> None:
    key = request_key(sender.client_id, str(answer["id"]), "deliverAnswer", answer["content"])
    grants = {sender.practice: PracticeGrant(sender.practice_id, sender.mode, sender.time_zone)}
    file, _ = await receive_file(database, sender, clock, grants, answer["content"], None, key)
    if file.state != "processed":
        raise ServiceUnavailableError("an answer is still being processed", retry_after_seconds=30)
    async with database.tenant_tx(sender.practice_id) as connection:
        await queries.mark_delivered(connection, sender.practice_id, answer["id"], file.id, moment.at)
        access = access_by(sender, clock.now(), "deliverAnswer", "change", "edi_file", file.id)
        await record_access(connection, "claims", sender.practice_id, access)
