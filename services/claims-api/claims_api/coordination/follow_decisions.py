"""The rule: after a payment was posted, each claim with a later payer takes its next step by itself."""

from typing import Final
from uuid import UUID

from ar_shared.kernel.clock import Clock
from ar_shared.kernel.errors import StateConflictError
from ar_shared.platform.auth.principal import Actor
from ar_shared.platform.database import Connection, Database
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting, acting_without_request
from claims_api.claims.domain import SubmissionState
from claims_api.coordination import queries
from claims_api.coordination.bill_next import bill_next
from claims_api.coordination.settings import CoordinationSettings, coordination_settings
from claims_api.telling import tell

ACTOR: Final = Actor("rule", "coordination-of-benefits")
_CLIENT: Final = "claims-api"
_EVENTS_AT_ONCE: Final = 500
_STATES: Final = {"ready": SubmissionState.READY, "draft": SubmissionState.DRAFT}


async def follow_decisions(database: Database, clock: Clock, practice_id: int) -> int:
    """How many claims were looked at. Safe to repeat and to run in several replicas.

    Setting `coordination` of the practice: `automatic` is `ready` (default), `draft` or `off`; `crossover_days` 30.
    History that was billed elsewhere is left alone: only live claims are followed.
    """
    looked_at = 0
    while True:
        async with database.tenant_tx(practice_id, period_open=True) as connection:
            settings = await coordination_settings(connection, practice_id)
            who = await acting_without_request(connection, practice_id, _CLIENT, ACTOR, clock)
            await _announce_overdue(connection, who)
            found = await queries.new_remittances(connection, practice_id, _EVENTS_AT_ONCE)
            if found is None:
                return looked_at
            sequence, remittances = found
            if remittances and settings.automatic != "off":
                looked_at += await _follow(connection, who, remittances, settings)
            await queries.move_cursor(connection, practice_id, sequence)


async def _follow(connection: Connection, who: Acting, remittances: list[UUID], settings: CoordinationSettings) -> int:
    claims = await queries.claims_of_remittances(connection, who.practice_id, remittances)
    for claim_id in claims:
        try:
            await bill_next(
                connection,
                who,
                claim_id,
                state=_STATES[settings.automatic],
                crossover_days=settings.crossover_days,
                asked=False,
            )
        except StateConflictError:  # nothing is left for a later payer, or nothing is decided: the usual case
            continue
    return len(claims)


async def _announce_overdue(connection: Connection, who: Acting) -> None:
    overdue = await queries.overdue_crossovers(connection, who.practice_id, who.today, who.moment.at)
    await tell(
        connection,
        who,
        [
            NewEvent("claim.crossover_overdue", "claim", row["claim_id"], {"awaited_until": row["awaited_until"]})
            for row in overdue
        ],
    )
