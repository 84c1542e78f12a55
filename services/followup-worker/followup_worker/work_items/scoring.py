"""The score of a work item in words: which part gave how many points, and by what rule."""

from collections.abc import Iterator
from datetime import date

from ar_shared.kernel.money import format_dollars
from ar_shared.platform.database import Row
from followup_worker.work_items.domain import (
    CENTS_PER_POINT,
    DEADLINE_HORIZON_DAYS,
    MAX_AMOUNT_POINTS,
    MAX_OVERDUE_POINTS,
    URGENT_DAYS,
    URGENT_POINTS,
)
from followup_worker.work_items.schemas import PartOut


def parts_of(row: Row, today: date) -> list[PartOut]:
    """Every part of the score, those without points too; their sum is the score. today: the practice's day."""
    return [PartOut(name=name, points=row[f"{name}_points"], text=text) for name, text in _texts(row, today)]


def _texts(row: Row, today: date) -> Iterator[tuple[str, str]]:
    dollars = format_dollars(row["amount_cents"])
    step = format_dollars(CENTS_PER_POINT).removesuffix(".00")
    yield "amount", f"{dollars} at stake: 1 point per {step}, at most {MAX_AMOUNT_POINTS}"
    deadline = _deadline(row["deadline_on"], today)
    yield "deadline", f"{deadline}: 1 point for each day under {DEADLINE_HORIZON_DAYS}"
    yield "urgent", f"{deadline}: {URGENT_POINTS} points from {URGENT_DAYS} days before it"
    overdue = max((today - row["due_on"]).days, 0)
    yield "overdue", f"{overdue} days past the due date: 1 point a day, at most {MAX_OVERDUE_POINTS}"
    yield "weight", "The rule's own weight in the rulebook"


def _deadline(deadline_on: date | None, today: date) -> str:
    if deadline_on is None:
        return "No deadline"
    days = (deadline_on - today).days
    if days < 0:
        return f"Deadline missed {-days} days ago, so what can still be saved comes first"
    return f"Deadline in {days} days"
