"""The queue of money that waits for a person, with the sums by reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.types import Blocker
from claims_api.held_money import queries
from claims_api.held_money.domain.reasons import cleared_by, held_text
from claims_api.held_money.schemas import HeldMoneyOut, HeldTotalOut

Order = Literal["oldest", "amount"]


@dataclass(frozen=True, slots=True)
class HeldFilters:
    """All combine with and; `min_age_days` counts whole days since the money came, by the practice's clock."""

    kind: str | None = None
    reason: str | None = None
    payer_id: UUID | None = None
    min_age_days: int | None = None

    def arguments(self, now: datetime) -> tuple[Any, ...]:
        before = None if self.min_age_days is None else now - timedelta(days=self.min_age_days)
        return (self.kind, self.reason, self.payer_id, before)


async def read_held_money(
    connection: Connection,
    practice_id: int,
    filters: HeldFilters,
    now: datetime,
    order: Order,
    after: tuple[Any, UUID, int] | None,
    limit: int,
) -> list[HeldMoneyOut]:
    """Oldest, or most money, first; `after` is the position of the last one seen."""
    rows = await queries.held_money_page(connection, practice_id, filters.arguments(now), now, order, after, limit)
    return [_item(row) for row in rows]


async def sum_held_money(
    connection: Connection, practice_id: int, filters: HeldFilters, now: datetime
) -> list[HeldTotalOut]:
    """By reason, most money first."""
    rows = await queries.held_money_totals(connection, practice_id, filters.arguments(now), now)
    return [HeldTotalOut(**dict(row)) for row in rows]


def position_of(item: HeldMoneyOut, order: Order) -> list[str | int]:
    """What a cursor keeps of the last item of a page."""
    key = item.received_at.isoformat() if order == "oldest" else abs(item.amount_cents)
    return [key, str(item.remittance_id), item.n]


def position_from(values: list[str | int], order: Order) -> tuple[Any, UUID, int]:
    """The position that a cursor kept."""
    key = datetime.fromisoformat(str(values[0])) if order == "oldest" else int(values[0])
    return key, UUID(str(values[1])), int(values[2])


def _item(row: Row) -> HeldMoneyOut:
    payment = f"/v1/remittances/{row['remittance_id']}"
    links = {"remittance": payment}
    if row["kind"] == "claim":
        links["claim"] = f"{payment}/claims/{row['n']}"
        links["suggestions"] = f"{payment}/claims/{row['n']}/suggestions"
    reason = row["reason"]
    blocker = Blocker(code=reason, text=held_text(reason), since=row["received_at"], cleared_by=cleared_by(reason))
    facts = {name: row[name] for name in HeldMoneyOut.model_fields if name not in ("blocker", "links")}
    return HeldMoneyOut(**facts, blocker=blocker, links=links)
