"""Handle the next page of a practice's events in one transaction with its effects."""

from typing import Final

from ar_shared.kernel.clock import Clock
from ar_shared.platform.database import Connection, Database
from followup_worker.causes.apply_rules import Scope, apply_rules
from followup_worker.consumer import queries
from followup_worker.consumer.domain import Mentioned, mentioned_in
from followup_worker.feed.queries import lock_head, move_head
from followup_worker.practice_clock import read_now
from followup_worker.rules.rulebook import Rulebook
from followup_worker.sweep.queries import make_due

NOTHING: Final = 0


async def consume_events(database: Database, clock: Clock, rulebook: Rulebook, practice_id: int) -> int:
    """How many events were handled; 0 when there is none or another replica has the practice.

    Cursor and effects commit together, so a page that fails half way is handled again from its start. A moved
    test clock makes the practice's sweep due in the same transaction.
    """
    async with database.tenant_tx(practice_id) as connection:
        after = await lock_head(connection, practice_id, wait=False)
        if after is None:
            return NOTHING
        page = await queries.page_after(connection, practice_id, after)
        if not page:
            return NOTHING
        now = await read_now(connection, practice_id, clock)
        mentioned = mentioned_in(page)
        scope = await _scope(connection, practice_id, mentioned)
        await apply_rules(connection, practice_id, rulebook, now, scope=scope)
        if mentioned.clock_moved:
            await make_due(connection, practice_id, now.machine)
        await move_head(connection, practice_id, page[-1]["sequence"])
        return len(page)


async def _scope(connection: Connection, practice_id: int, mentioned: Mentioned) -> Scope:
    """The mentioned subjects with everything that hangs on them."""
    ids = {subject: set(found) for subject, found in mentioned.ids.items()}
    remittances = ids["remittance"]
    if remittances:
        ids["claim"] |= await queries.claims_of(connection, practice_id, remittances)
    for row in await queries.hanging_on(connection, practice_id, ids["claim"], remittances, mentioned.statements):
        ids[row["subject"]].add(row["id"])
    return {subject: list(found) for subject, found in ids.items()}
