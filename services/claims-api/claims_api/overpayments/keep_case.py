"""Give a case its next fact: the columns it changes, its version, its history and its event, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent, append_events
from claims_api.overpayments import queries
from claims_api.overpayments.clock import Clock, due_on, look_back_from, suspended_until
from claims_api.overpayments.domain import CaseEvent

TOLD: Final[Mapping[CaseEvent, str]] = {
    CaseEvent.ARISE: "overpayment.opened",
    CaseEvent.FIND: "overpayment.opened",
    CaseEvent.IDENTIFY: "credit.identified",
    CaseEvent.CLOSE: "overpayment.closed",
    CaseEvent.RETURN: "overpayment.reopened",
}
CHANGED: Final = "overpayment.changed"
FACTS_TOLD: Final = (
    "claim_id",
    "charge_id",
    "payer_id",
    "state",
    "credit_cents",
    "stated_cents",
    "arisen_on",
    "identified_on",
    "investigation_started_on",
    "investigation_ended_on",
    "suspended_until",
    "due_on",
    "method",
    "close_reason",
    "closed_on",
    "version",
)
"""Columns that each event of a case carries, absolute: the event with the highest version is the case."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who keeps cases: `at` and `today` by the practice's clock, `machine` by ours."""

    practice_id: int
    client_id: str
    actor: Mapping[str, Any]
    at: datetime
    machine: datetime
    today: date


@dataclass(slots=True)
class Kept:
    """A case while its next facts are made; `steps` are written in their order."""

    case: dict[str, Any]
    steps: list[tuple[CaseEvent, dict[str, Any], str | None, date]] = field(default_factory=list)

    def add(self, event: CaseEvent, today: date, changes: Mapping[str, Any], reason: str | None = None) -> None:
        """One fact: it makes the next version, and the clock is read anew."""
        self.case |= changes
        counted = self._counted()
        self.case |= counted | {"version": self.case["version"] + 1}
        told = {name: self.case[name] for name in FACTS_TOLD}
        self.steps.append((event, {"changes": {**changes, **counted}, "told": told}, reason, today))

    def _counted(self) -> dict[str, Any]:
        clock = Clock.model_validate(self.case["clock"])
        known, started, ended = (
            self.case[name] for name in ("identified_on", "investigation_started_on", "investigation_ended_on")
        )
        return {
            "due_on": due_on(clock, known, started, ended),
            "suspended_until": known and suspended_until(clock, known, started, ended),
            "look_back_from": look_back_from(clock, known),
        }


async def keep_cases(connection: Connection, writer: Writer, kept: Sequence[Kept]) -> None:
    """Write what was added and announce it, one event a fact."""
    changed = [one for one in kept if one.steps]
    if not changed:
        return
    facts, events = [], []
    for one in changed:
        one.case["updated_at"] = writer.at
        for event, step, reason, day in one.steps:
            told = step["told"]
            facts.append(_fact(writer, one.case["id"], told["version"], event, day, step["changes"], reason))
            events.append(NewEvent(TOLD.get(event, CHANGED), "overpayment_case", one.case["id"], _plain(told)))
    await queries.keep(connection, writer.practice_id, [_plain(one.case) for one in changed], facts)
    await append_events(
        connection, "claims", writer.practice_id, events, occurred_at=writer.at, recorded_at=writer.machine
    )


def _fact(
    writer: Writer,
    case_id: UUID,
    version: int,
    event: CaseEvent,
    day: date,
    changes: Mapping[str, Any],
    reason: str | None,
) -> dict[str, Any]:
    return {
        "case_id": str(case_id),
        "version": version,
        "kind": event.value,
        "happened_on": day.isoformat(),
        "data": _plain(changes),
        "reason": reason,
        "client_id": writer.client_id,
        "actor": dict(writer.actor),
        "at": writer.at.isoformat(),
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
