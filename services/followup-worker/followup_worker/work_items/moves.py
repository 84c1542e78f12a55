"""The frame of every move of a person on a work item: repeatable, logged, answered with the item as it is then."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.access_log import access_by
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.idempotency import RequestKey, StoredAnswer, store_answer, stored_answer
from followup_worker.access.activity import log_access
from followup_worker.practice_clock import Now, read_now
from followup_worker.wiring import Wiring
from followup_worker.work_items import queries
from followup_worker.work_items.present import present

NO_LEASE: Final = {"holder_kind": None, "holder_id": None, "leased_until": None}


@dataclass(frozen=True, slots=True)
class Move:
    """One move under way: the locked item and everything it may need."""

    connection: Connection
    principal: Principal
    item_id: UUID
    item: Row
    now: Now

    async def write(self, values: dict[str, Any], action: str, **touch: Any) -> None:
        """Change the item and remember who did what."""
        practice_id = self.principal.practice_id
        await queries.update_item(
            self.connection, practice_id, self.item_id, {**values, "updated_at": self.now.machine}
        )
        await queries.add_touch(
            self.connection,
            practice_id,
            {
                "id": uuid7(),
                "work_item_id": self.item_id,
                "action": action,
                "actor_kind": self.principal.actor.kind,
                "actor_id": self.principal.actor.id,
                "at": self.now.practice.at,
                "recorded_at": self.now.machine,
                **touch,
            },
        )


async def move_item(
    wiring: Wiring,
    principal: Principal,
    operation: str,
    item_id: UUID,
    key: RequestKey | None,
    make: Callable[[Move], Awaitable[None]],
) -> tuple[StoredAnswer, bool]:
    """The answer (200 and the item as JSON), and whether it is a replay under `key`.

    Raises what `make` raises, NotFoundError, IdempotencyMismatchError and IdempotencyInFlightError; writes nothing
    when it raises.
    """
    practice_id = principal.practice_id
    lock = key.lock(practice_id) if key else None
    async with wiring.database.tenant_tx(practice_id, key_lock=lock) as connection:
        now = await read_now(connection, practice_id, wiring.clock)
        access = access_by(principal, now.machine, operation, "change", "work_item", item_id)
        await log_access(connection, practice_id, access)
        before = await stored_answer(connection, "followup", practice_id, key)
        if before is not None:
            return before, True
        item = await queries.lock_item(connection, practice_id, item_id)
        await make(Move(connection, principal, item_id, item, now))
        ranking = queries.Ranking(now.today, wiring.rulebook.weights(), now.machine)
        row = await queries.scored_item(connection, practice_id, ranking, item_id)
        shown = present(row, wiring.rulebook.by_name(), now.today)
        answer = StoredAnswer(200, shown.model_dump_json().encode())
        await store_answer(connection, "followup", practice_id, key, answer, now.machine)
        return answer, False
