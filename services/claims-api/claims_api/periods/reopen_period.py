"""Open the last closed month again; its snapshot stays, the next close makes another version."""

from ar_shared.kernel.clock import Clock
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Database
from ar_shared.platform.outbox import NewEvent
from claims_api.access.authority import require_role
from claims_api.acting import acting
from claims_api.ledger.book_day import first_open_day, open_from
from claims_api.periods import queries
from claims_api.periods.domain import REOPENER, Month, PeriodOutOfOrderError, check_reopening
from claims_api.periods.read_period import read_period
from claims_api.periods.schemas import PeriodOut
from claims_api.telling import tell


async def reopen_period(database: Database, principal: Principal, clock: Clock, month: Month, reason: str) -> PeriodOut:
    """The month, open. Raises AuthorityMissingError, PeriodStateError or PeriodOutOfOrderError."""
    practice = principal.practice_id
    async with database.tenant_tx(practice, period_closing=True) as connection:
        who = await acting(connection, principal, clock)
        await require_role(connection, principal, REOPENER)
        check_reopening(month, first_open_day=await first_open_day(connection, practice))
        versions = await queries.versions(connection, practice, month.first_day)
        if not versions:
            raise PeriodOutOfOrderError("the month was closed along with a later one and has no close of its own")
        version = versions[0]["version"]
        await queries.insert_reopening(
            connection,
            practice,
            month.first_day,
            version,
            reopened_on=who.today,
            reopened_at=who.machine,
            client_id=who.client_id,
            actor=who.actor,
            reason=reason,
        )
        await open_from(connection, practice, month.first_day)
        fact = NewEvent("period.reopened", "period", None, {"month": str(month), "version": version})
        await tell(connection, who, [fact])
        await record_access(connection, "claims", practice, access_by(principal, who.machine, "reopenPeriod", "change"))
        return await read_period(connection, practice, month)
