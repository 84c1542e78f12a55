"""Who does something, for which practice, and when by both clocks: what every write needs to know."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.platform.auth import Principal
from ar_shared.platform.auth.principal import Actor, PracticeMode
from ar_shared.platform.database import Connection
from claims_api.practices.queries import practice_row, practice_time


@dataclass(frozen=True, slots=True)
class Acting:
    """`moment` is the practice's time (dates, deadlines, `posted_at`), `machine` ours (`recorded_at`, audit)."""

    practice_id: int
    practice: UUID
    mode: PracticeMode
    client_id: str
    actor: Actor
    moment: PracticeTime
    machine: datetime

    @property
    def today(self) -> date:
        """The calendar day at the practice."""
        return self.moment.today

    @property
    def actor_json(self) -> dict[str, Any]:
        """The actor as rows store it."""
        return {"kind": self.actor.kind, "id": self.actor.id}


async def acting(connection: Connection, principal: Principal, clock: Clock) -> Acting:
    """The acting of a request; reads the practice's clock in the request's transaction."""
    return Acting(
        practice_id=principal.practice_id,
        practice=principal.practice,
        mode=principal.mode,
        client_id=principal.client_id,
        actor=principal.actor,
        moment=await practice_time(connection, principal, clock),
        machine=clock.now(),
    )


async def acting_without_request(
    connection: Connection, practice_id: int, client_id: str, actor: Actor, clock: Clock
) -> Acting:
    """The acting of work that goes on after its request, or for another practice than the request's."""
    row = await practice_row(connection, practice_id)
    machine = clock.now()
    return Acting(
        practice_id=practice_id,
        practice=row["uuid"],
        mode=row["mode"],
        client_id=client_id,
        actor=actor,
        moment=PracticeTime(row["test_clock_at"] or machine, ZoneInfo(row["time_zone"])),
        machine=machine,
    )
