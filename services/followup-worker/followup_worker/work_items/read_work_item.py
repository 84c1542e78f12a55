"""One work item with its history."""

from uuid import UUID

from ar_shared.platform.access_log import access_by
from ar_shared.platform.auth import Principal
from followup_worker.access.activity import log_access
from followup_worker.practice_clock import read_now
from followup_worker.wiring import Wiring
from followup_worker.work_items import queries
from followup_worker.work_items.present import present
from followup_worker.work_items.schemas import TouchOut, WorkItemDetail


async def read_work_item(wiring: Wiring, principal: Principal, item_id: UUID) -> WorkItemDetail:
    """The item as it is now. Raises NotFoundError."""
    practice_id = principal.practice_id
    async with wiring.database.tenant_tx(practice_id) as connection:
        now = await read_now(connection, practice_id, wiring.clock)
        ranking = queries.Ranking(now.today, wiring.rulebook.weights(), now.machine)
        row = await queries.scored_item(connection, practice_id, ranking, item_id)
        touches = await queries.touches_of(connection, practice_id, item_id)
        access = access_by(principal, now.machine, "readWorkItem", "view", "work_item", item_id)
        await log_access(connection, practice_id, access)
    item = present(row, wiring.rulebook.by_name(), now.today)
    return WorkItemDetail(**dict(item), touches=[TouchOut(**dict(touch)) for touch in touches])
