"""Make the work items of a practice equal to what the rules say about its claims now.

Level-triggered: only the present state of the exported views counts, so that running it twice, late or after a
lost event ends at the same items. The caller holds the practice's `event_head` row.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from followup_worker.business_days import after_business_days
from followup_worker.causes import queries
from followup_worker.practice_clock import Now
from followup_worker.rules.rulebook import Rule, Rulebook
from followup_worker.work_items.close_work_items import close_work_items
from followup_worker.work_items.open_work_items import NewWorkItem, open_work_items
from followup_worker.work_items.restate_work_items import restate_work_items

_AT_ONCE: Final = 5_000

Scope = Mapping[str, Sequence[UUID]]


async def apply_rules(
    connection: Connection,
    practice_id: int,
    rulebook: Rulebook,
    now: Now,
    *,
    scope: Scope | None = None,
) -> None:
    """Open, restate and close work items. scope: subject type to ids, None for everything. The caller commits."""
    await connection.execute(queries.NO_JIT)
    for rule in rulebook.effective(now.today):
        ids = None if scope is None else scope[rule.when.subject]
        if ids is None or ids:
            await _apply(connection, practice_id, rule, ids, now)


async def come_back(connection: Connection, practice_id: int, today: date) -> None:
    """Let completed items whose day has come fire again, if their cause still holds."""
    await connection.execute(queries.REARM, practice_id, today)


async def retire_rules(connection: Connection, practice_id: int, rulebook: Rulebook, now: Now) -> None:
    """Close the items of rules that are out of date or no longer in the rulebook."""
    names = [rule.name for rule in rulebook.effective(now.today)]
    rows = await connection.fetch(queries.RETIRE, practice_id, names)
    await close_work_items(connection, practice_id, [row["work_item_id"] for row in rows], now)


async def _apply(connection: Connection, practice_id: int, rule: Rule, scope: Sequence[UUID] | None, now: Now) -> None:
    statement, values = queries.differences(rule, scope, now.today, practice_id)
    rows = await connection.fetch(statement, *values)
    gone = [row["told_item_id"] for row in rows if not row["holds"]]
    changed = [row for row in rows if row["holds"] and row["told_item_id"]]
    new = [row for row in rows if not row["told_item_id"]]
    if gone:
        await connection.execute(queries.FORGET, practice_id, gone)
        await close_work_items(connection, practice_id, gone, now)
    if changed:
        await _restate(connection, practice_id, changed, now)
    for start in range(0, len(new), _AT_ONCE):
        items = await _fire(connection, practice_id, rule, new[start : start + _AT_ONCE], now.today)
        await open_work_items(connection, practice_id, items, now)


async def _restate(connection: Connection, practice_id: int, changed: Sequence[Row], now: Now) -> None:
    ids = [row["told_item_id"] for row in changed]
    amounts = [row["amount_cents"] for row in changed]
    deadlines = [row["deadline_on"] for row in changed]
    await connection.execute(queries.TELL, practice_id, ids, amounts, deadlines)
    facts = list(zip(ids, amounts, deadlines, strict=True))
    await restate_work_items(connection, practice_id, facts, now.machine)


async def _fire(
    connection: Connection, practice_id: int, rule: Rule, causes: Sequence[Row], today: date
) -> list[NewWorkItem]:
    ids = [uuid7() for _ in causes]
    fired = await connection.fetch(
        queries.FIRE,
        practice_id,
        rule.name,
        [row["subject_id"] for row in causes],
        [row["subject_n"] for row in causes],
        ids,
        [row["amount_cents"] for row in causes],
        [row["deadline_on"] for row in causes],
    )
    generations = {row["work_item_id"]: row["generation"] for row in fired}
    return [
        NewWorkItem(
            id=item_id,
            rule=rule.name,
            subject_type=rule.when.subject,
            subject_id=row["subject_id"],
            subject_n=row["subject_n"],
            generation=generations[item_id],
            claim_id=row["claim_id"],
            payer_id=row["payer_id"],
            owner=rule.owner,
            amount_cents=row["amount_cents"],
            due_on=due_on(rule, today, row["deadline_on"]),
            deadline_on=row["deadline_on"],
        )
        for item_id, row in zip(ids, causes, strict=True)
        if item_id in generations
    ]


def due_on(rule: Rule, today: date, deadline_on: date | None) -> date:
    """The rule's business days from today, never after a deadline that is still ahead; today if it has passed."""
    due = after_business_days(today, rule.due_business_days)
    return due if deadline_on is None else max(today, min(due, deadline_on))
