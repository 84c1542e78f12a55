"""Deposit slips: opened by a person at a location, filled by receipts, counted and closed."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import require_match
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.receipts import queries
from claims_api.receipts.changing import require_rows
from claims_api.receipts.domain import OverShortReasonError, SlipClosedError
from claims_api.receipts.schemas import CloseSlipIn, DepositSlipIn
from claims_api.telling import tell


async def open_slip(connection: Connection, acting: Acting, body: DepositSlipIn) -> UUID:
    """The id of the slip. Raises InvalidRequestError for an unknown location or staff user."""
    named = {"/location_id": ("location", body.location_id), "/staff_user_id": ("staff_user", body.staff_user_id)}
    await require_rows(connection, acting.practice_id, named)
    slip_id = uuid7()
    await connection.execute(
        "INSERT INTO claims.deposit_slip (practice_id, id, location_id, staff_user_id, business_on, state, version, "
        "actor, created_at) VALUES ($1, $2, $3, $4, $5, 'open', 1, $6, $7)",
        acting.practice_id,
        slip_id,
        body.location_id,
        body.staff_user_id,
        body.business_on,
        acting.actor_json,
        acting.moment.at,
    )
    return slip_id


async def close_slip(
    connection: Connection, acting: Acting, slip_id: UUID, body: CloseSlipIn, if_match: str | None
) -> None:
    """Compare the count with what is recorded. A difference is stated with its reason; no money is moved for it.

    Raises NotFoundError, SlipClosedError, OverShortReasonError.
    """
    practice_id = acting.practice_id
    slip = await queries.slip_row(connection, practice_id, slip_id, lock=True)
    if slip is None:
        raise NotFoundError("there is no such deposit slip")
    require_match(if_match, slip["version"])
    if slip["state"] != "open":
        raise SlipClosedError("it was counted before")
    totals = await queries.slip_totals(connection, practice_id, slip_id)
    recorded = sum(row["recorded_cents"] for row in totals)
    difference = body.counted_cents - recorded
    if difference and body.reason is None:
        raise OverShortReasonError("say why counted and recorded money differ")
    await connection.execute(
        "UPDATE claims.deposit_slip SET state = 'closed', counted_cents = $3, recorded_cents = $4, "
        "over_short_cents = $5, reason = $6, closed_by = $7, closed_at = $8, version = version + 1 "
        "WHERE practice_id = $1 AND id = $2",
        practice_id,
        slip_id,
        body.counted_cents,
        recorded,
        difference,
        body.reason,
        acting.actor_json,
        acting.moment.at,
    )
    told = {"counted_cents": body.counted_cents, "recorded_cents": recorded, "over_short_cents": difference}
    await tell(connection, acting, [NewEvent("deposit_slip.closed", "deposit_slip", slip_id, told)])
