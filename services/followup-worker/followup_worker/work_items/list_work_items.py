"""Work items in the order in which to do them."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from ar_shared.platform.access_log import access_by
from ar_shared.platform.auth import Principal
from ar_shared.platform.cursors import Page
from followup_worker.access.activity import log_access
from followup_worker.practice_clock import read_now
from followup_worker.wiring import Wiring
from followup_worker.work_items import queries
from followup_worker.work_items.present import present
from followup_worker.work_items.schemas import WorkItemOut

OPERATION = "listWorkItems"


async def list_work_items(
    wiring: Wiring, principal: Principal, filters: Mapping[str, str], cursor: str | None, limit: int
) -> Page[WorkItemOut]:
    """One page, highest score first. A walk through pages keeps the day it began on, so that none is missed.

    Raises CursorInvalidError.
    """
    practice_id = principal.practice_id
    position = wiring.cursors.decode(cursor, OPERATION, practice_id, filters) if cursor else None
    async with wiring.database.tenant_tx(practice_id) as connection:
        now = await read_now(connection, practice_id, wiring.clock)
        await log_access(connection, practice_id, access_by(principal, now.machine, OPERATION, "search"))
        today = date.fromisoformat(str(position[0])) if position else now.today
        after = (int(position[1] or 0), UUID(str(position[2]))) if position else None
        ranking = queries.Ranking(today, wiring.rulebook.weights(), now.machine)
        rows = await queries.ranked(connection, practice_id, ranking, filters, after, limit + 1)
    page, more = rows[:limit], len(rows) > limit
    rules = wiring.rulebook.by_name()
    last: list[str | int] = [today.isoformat(), page[-1]["score"], str(page[-1]["id"])] if more else []
    return Page[WorkItemOut](
        items=[present(row, rules, today) for row in page],
        next_cursor=wiring.cursors.encode(OPERATION, practice_id, filters, last) if more else None,
    )
