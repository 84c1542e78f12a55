"""Open work items, set by set, with one fact for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent, append_events
from followup_worker.practice_clock import Now

_INSERT: Final = """
INSERT INTO followup.work_item
    (practice_id, id, rule, subject_type, subject_id, subject_n, generation, claim_id, payer_id, owner, state,
     amount_cents, opened_on, opened_at, due_on, deadline_on, row_version, updated_at)
SELECT $1, n.id, n.rule, n.subject_type, n.subject_id, n.subject_n, n.generation, n.claim_id, n.payer_id, n.owner,
       'open', n.amount_cents, $13, $14, n.due_on, n.deadline_on, 1, $15
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::smallint[], $7::int[], $8::uuid[], $9::uuid[],
            $10::text[], $11::bigint[], $12::date[], $16::date[])
    AS n(id, rule, subject_type, subject_id, subject_n, generation, claim_id, payer_id, owner, amount_cents,
         due_on, deadline_on)
"""


@dataclass(frozen=True, slots=True)
class NewWorkItem:
    """What a rule asks for."""

    id: UUID
    rule: str
    subject_type: str
    subject_id: UUID
    subject_n: int
    generation: int
    claim_id: UUID | None
    payer_id: UUID | None
    owner: str
    amount_cents: int
    due_on: date
    deadline_on: date | None


async def open_work_items(connection: Connection, practice_id: int, items: Sequence[NewWorkItem], now: Now) -> None:
    """Write the items and their `work_item.opened` facts. The caller commits."""
    await connection.execute(
        _INSERT,
        practice_id,
        [item.id for item in items],
        [item.rule for item in items],
        [item.subject_type for item in items],
        [item.subject_id for item in items],
        [item.subject_n for item in items],
        [item.generation for item in items],
        [item.claim_id for item in items],
        [item.payer_id for item in items],
        [item.owner for item in items],
        [item.amount_cents for item in items],
        [item.due_on for item in items],
        now.today,
        now.practice.at,
        now.machine,
        [item.deadline_on for item in items],
    )
    events = [NewEvent("work_item.opened", "work_item", item.id, _facts(item)) for item in items]
    await append_events(
        connection, "followup", practice_id, events, occurred_at=now.practice.at, recorded_at=now.machine
    )


def _facts(item: NewWorkItem) -> dict[str, str | int | None]:
    return {
        "rule": item.rule,
        "claim_id": str(item.claim_id) if item.claim_id else None,
        "due_on": item.due_on.isoformat(),
        "amount_cents": item.amount_cents,
    }
