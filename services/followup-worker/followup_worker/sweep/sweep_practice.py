"""Look at a whole practice because time has passed."""

from datetime import UTC, datetime, time, timedelta

from ar_shared.kernel.clock import Clock
from ar_shared.platform.database import Connection, Database
from followup_worker.causes.apply_rules import apply_rules, come_back, retire_rules
from followup_worker.feed.queries import lock_head
from followup_worker.practice_clock import Now, read_now
from followup_worker.rules.rulebook import Rulebook
from followup_worker.sweep import queries
from followup_worker.work_items.wake_work_items import wake_work_items


async def sweep_practice(
    database: Database,
    clock: Clock,
    rulebook: Rulebook,
    practice_id: int,
    *,
    every: timedelta,
    attempts: int,
) -> bool:
    """Apply every rule to the practice if its sweep is due; False when there was nothing to do.

    The attempt is counted in a transaction of its own before work starts: a sweep that kills its worker is counted
    too, and after `attempts` of them the practice is parked. Running it twice, or on two replicas, sweeps once.
    """
    async with database.control_tx() as connection:
        if not await queries.begin_attempt(connection, practice_id, clock.now(), attempts):
            return False
    async with database.tenant_tx(practice_id) as connection:
        await lock_head(connection, practice_id, wait=True)
        now = await read_now(connection, practice_id, clock)
        if not await queries.is_still_due(connection, practice_id, now.machine):
            return False
        await _sweep(connection, practice_id, rulebook, now)
        swept = queries.Swept(now.machine, next_due_at(now, every), now.practice.at, now.today)
        await queries.finish(connection, practice_id, swept)
        return True


async def _sweep(connection: Connection, practice_id: int, rulebook: Rulebook, now: Now) -> None:
    await wake_work_items(connection, practice_id, now.today, now.machine)
    await come_back(connection, practice_id, now.today)
    await retire_rules(connection, practice_id, rulebook, now)
    await apply_rules(connection, practice_id, rulebook, now)


def next_due_at(now: Now, every: timedelta) -> datetime:
    """The machine instant of the next sweep: after `every`, or when the practice's next day begins if sooner.

    A test clock stands still between the calls that move it, so its midnight never comes by waiting.
    """
    if now.practice.at != now.machine:
        return now.machine + every
    midnight = datetime.combine(now.today + timedelta(days=1), time.min, now.practice.zone)
    return min(now.machine + every, midnight.astimezone(UTC))
