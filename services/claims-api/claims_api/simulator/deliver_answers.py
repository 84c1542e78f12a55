"""Let everything arrive that is due by the practice's clock, in the order of its due times."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Final
from uuid import UUID

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import PracticeGrant, Principal
from ar_shared.platform.auth.principal import Actor
from ar_shared.platform.database import Connection, Database, Row
from ar_shared.platform.idempotency import request_key
from claims_api.intake.receive_file import receive_file
from claims_api.simulator import queries
from claims_api.simulator.domain.envelope import Envelope
from claims_api.simulator.domain.payment import payment_file
from claims_api.simulator.stored import decision_from_json, parties_from_json

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
    """How many files of each kind arrived. The caller holds the practice's clock lock.

    Each file is taken in under its own id as the request's key, so one that arrived before a crash does not arrive
    twice. Raises ServiceUnavailableError when a file of an earlier attempt is still being processed.
    """
    practice_id = sender.practice_id
    delivered: Counter[str] = Counter()
    async with database.tenant_tx(practice_id) as connection:
        await _write_payments(connection, practice_id, moment)
    while True:
        async with database.tenant_tx(practice_id) as connection:
            due = await queries.answers_due(connection, practice_id, moment.at)
        for answer in due:
            await _deliver(database, clock, sender, moment, answer)
            delivered[answer["kind"]] += 1
        if len(due) < queries.MAX_AT_ONCE:
            return delivered


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


async def _write_payments(connection: Connection, practice_id: int, moment: PracticeTime) -> None:
    """One 835 for each payer, payee and day whose payment day has come."""
    for payment, claims in _by_payment(await queries.claims_due(connection, practice_id, moment.at)):
        parties = parties_from_json(claims[0]["parties"])
        addresses = parties.addresses
        control = await queries.next_control(connection, addresses.sender_id, addresses.receiver_id)
        made_at = claims[0]["due_at"].astimezone(moment.zone)
        decisions = [decision_from_json(claim["decision"]) for claim in claims]
        content = payment_file(parties, decisions, made_at.date(), Envelope(addresses, made_at, control))
        answer_id = uuid7()
        await queries.insert_answer(
            connection, practice_id, answer_id, None, "835", payment, claims[0]["due_at"], content
        )
        paid = [(claim["submission_id"], claim["n"]) for claim in claims]
        await queries.mark_paid(connection, practice_id, answer_id, paid)


def _by_payment(claims: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    for payment, due in groupby(claims, key=lambda claim: claim["payment"]):
        yield str(payment), list(due)
