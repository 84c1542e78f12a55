"""What every step of an overpayment case does: lock it, know who acts, add a fact."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import require_match
from claims_api.acting import Acting
from claims_api.overpayments import queries
from claims_api.overpayments.domain import CaseEvent
from claims_api.overpayments.keep_case import Kept, Writer, keep_cases


def writer_of(acting: Acting) -> Writer:
    """The person or client who acts."""
    return Writer(
        acting.practice_id, acting.client_id, acting.actor_json, acting.moment.at, acting.machine, acting.today
    )


def name_of(acting: Acting) -> str:
    """Who knows: the actor, else the client."""
    return acting.actor.id or acting.client_id


async def lock_case(connection: Connection, practice_id: int, case_id: UUID, if_match: str | None) -> Kept:
    """Raises NotFoundError, PreconditionRequiredError, PreconditionFailedError."""
    row = await queries.case_row(connection, practice_id, case_id, lock=True)
    if row is None:
        raise NotFoundError("there is no such overpayment case")
    require_match(if_match, row["version"])
    return Kept(dict(row))


async def add_fact(
    connection: Connection,
    acting: Acting,
    kept: Kept,
    event: CaseEvent,
    changes: Mapping[str, Any],
    reason: str,
) -> None:
    """One fact of today."""
    kept.add(event, acting.today, changes, reason)
    await keep_cases(connection, writer_of(acting), [kept])
