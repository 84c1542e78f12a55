"""A denied amount was written off or moved to another party, or that was undone: the cases of the charge follow."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.denials.domain import DenialEvent, DenialState, next_denial_state
from claims_api.denials.move_denials import move_denials

_REASONS: Final[Mapping[DenialEvent, str]] = MappingProxyType(
    {
        DenialEvent.WRITE_OFF: "the denied amount was written off",
        DenialEvent.BILL_PATIENT: "the denied amount was moved to the patient",
        DenialEvent.BILL_PAYER: "the denied amount was moved to another payer",
    }
)


async def conclude_denials(
    connection: Connection, practice_id: int, claim_id: UUID, charge_id: UUID, event: DenialEvent, *, now: datetime
) -> list[NewEvent]:
    """Cases that nobody has taken further take the event of `_REASONS`; returns what to announce."""
    before = (DenialState.NEW, DenialState.IN_REVIEW)
    return await move_denials(
        connection, practice_id, claim_id, charge_id, before, [event], closed_reason=_REASONS[event], now=now
    )


async def reopen_denials(
    connection: Connection, practice_id: int, claim_id: UUID, charge_id: UUID, event: DenialEvent, *, now: datetime
) -> list[NewEvent]:
    """Cases that this event concluded are in review again; returns what to announce."""
    concluded = next_denial_state(DenialState.IN_REVIEW, event)
    return await move_denials(connection, practice_id, claim_id, charge_id, (concluded,), [DenialEvent.REOPEN], now=now)
