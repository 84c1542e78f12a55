"""Find the payments of open bank lines: when a statement comes, when a remittance comes, and when somebody asks.

Only what is certain is matched, and nothing that a person has taken apart; the rest stays an open item with
suggestions. A transfer whose addenda name an insurer's trace that we do not know is kept as unidentified insurer cash
(E43) until its remittance comes.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias
from uuid import UUID

from ar_shared.platform.database import Connection, Database
from claims_api.acting import Acting
from claims_api.bank import queries
from claims_api.bank.candidate_queries import find_candidates, has_open_lines
from claims_api.bank.domain.candidates import Candidate
from claims_api.bank.hold_line import hold_rest
from claims_api.bank.pay_refunds import pay_refunds
from claims_api.bank.schemas import ReassociationOut
from claims_api.bank.settle import Settlement, settle

NO_REMITTANCE: Final = "the remittance of this trace has not come"
Place: TypeAlias = tuple[date, UUID]
"""A line's day and id: lines are looked at in this order."""
BEGINNING: Final[Place] = (date.min, UUID(int=0))


@dataclass(slots=True)
class _Done:
    matched: int = 0
    held: int = 0


async def reassociate_after(database: Database, acting: Acting) -> None:
    """The same in a transaction of its own, after a remittance was posted; a practice without a bank costs one look."""
    async with database.tenant_tx(acting.practice_id, period_open=True) as connection:
        await reassociate(connection, acting)


async def reassociate(connection: Connection, acting: Acting) -> ReassociationOut:
    """Match what is certain, oldest line first; what was matched before stays."""
    if not await has_open_lines(connection, acting.practice_id):
        return ReassociationOut(matched_count=0, held_count=0)
    done = _Done(matched=await pay_refunds(connection, acting))
    place: Place | None = BEGINNING
    while place is not None:
        place = await _go_on(connection, acting, place, done)
    return ReassociationOut(matched_count=done.matched, held_count=done.held)


async def _go_on(connection: Connection, acting: Acting, after: Place, done: _Done) -> Place | None:
    """Search, and go through what was found, from the line after a place; the place at which to search again.

    That is a line that took money back: its payment waits again, perhaps for one of the next lines.
    """
    found = await find_candidates(connection, acting.practice_id)
    for line in found.lines:
        place = (line.facts.posted_on, line.facts.id)
        if place <= after:
            continue
        if line.facts.amount_cents < 0:
            if await _take_back(connection, acting, line):
                done.matched += 1
                return place
        elif (suggestion := found.certain(line)) is not None:
            settlements = [Settlement(payment.id, amount_cents=payment.open_cents) for payment in suggestion.payments]
            if await _settle(connection, acting, line, settlements, suggestion.by):
                found.settle(line, suggestion)
                done.matched += 1
        elif found.is_unknown_transfer(line):
            done.held += await _hold(connection, acting, line)
    return None


async def _take_back(connection: Connection, acting: Acting, line: Candidate) -> bool:
    """A returned transfer: the one payment under its trace of which the bank has exactly that much."""
    rows = await queries.settled_by_trace(connection, acting.practice_id, list(line.facts.named))
    fitting = [row["id"] for row in rows if row["cents"] == -line.facts.amount_cents]
    if len(fitting) != 1 or fitting[0] in line.undone:
        return False
    settlement = Settlement(fitting[0], amount_cents=line.facts.amount_cents)
    return await _settle(connection, acting, line, [settlement], "trace")


async def _settle(
    connection: Connection, acting: Acting, line: Candidate, settlements: list[Settlement], by: str
) -> bool:
    """False when somebody changed the line meanwhile."""
    row = await queries.line_row(connection, acting.practice_id, line.facts.id, lock=True)
    if row is None or row["version"] != line.version:
        return False
    await settle(connection, acting, row, settlements, by=by, reason=None)
    return True


async def _hold(connection: Connection, acting: Acting, line: Candidate) -> bool:
    """False when somebody changed the line meanwhile."""
    row = await queries.line_row(connection, acting.practice_id, line.facts.id, lock=True)
    if row is None or row["version"] != line.version:
        return False
    await hold_rest(connection, acting, row, NO_REMITTANCE)
    return True
