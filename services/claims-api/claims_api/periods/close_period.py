"""Close a month: from then on nothing counts in it, and what it said is kept."""

from ar_shared.kernel.clock import Clock
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection, Database
from ar_shared.platform.outbox import NewEvent
from claims_api.access.authority import require_role
from claims_api.acting import acting
from claims_api.ledger.book_day import first_open_day, open_from
from claims_api.periods import queries
from claims_api.periods.domain import CLOSER, Month, check_closing
from claims_api.periods.read_period import read_period
from claims_api.periods.schemas import PeriodOut
from claims_api.telling import tell


async def close_period(
    database: Database, principal: Principal, clock: Clock, month: Month, note: str | None
) -> PeriodOut:
    """The month with its new version; waits for journals that are being written, and new ones wait for it.

    Raises AuthorityMissingError, PeriodStateError, PeriodOutOfOrderError, PeriodNotOverError, or
    ServiceUnavailableError when a large payment is being posted for longer than it waits.
    """
    practice = principal.practice_id
    async with database.tenant_tx(practice, period_closing=True, bulk=True) as connection:
        who = await acting(connection, principal, clock)
        await require_role(connection, principal, CLOSER)
        check_closing(month, today=who.today, first_open_day=await first_open_day(connection, practice))
        version = await _next_version(connection, practice, month)
        fact = NewEvent("period.closed", "period", None, {"month": str(month), "version": version})
        outbox_ids = await tell(connection, who, [fact])
        await queries.insert_version(
            connection,
            practice,
            month.first_day,
            month.last_day,
            version,
            closed_on=who.today,
            closed_at=who.machine,
            client_id=who.client_id,
            actor=who.actor,
            note=note,
            event_outbox_id=outbox_ids[0],
        )
        await open_from(connection, practice, month.next.first_day)
        await record_access(connection, "claims", practice, access_by(principal, who.machine, "closePeriod", "change"))
        return await read_period(connection, practice, month)


async def _next_version(connection: Connection, practice_id: int, month: Month) -> int:
    earlier = await queries.versions(connection, practice_id, month.first_day)
    return earlier[0]["version"] + 1 if earlier else 1
