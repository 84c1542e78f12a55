"""Take a charge back that should not have been posted; none takes its place."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.charges import queries
from claims_api.charges.domain import VoidReason
from claims_api.charges.errors import ChargeBilledError, ChargeVoidedError
from claims_api.charges.post_charges import SOURCE, void_journal
from claims_api.ledger.post_entries import post_entries
from claims_api.telling import tell


async def void_charge(connection: Connection, acting: Acting, charge_id: UUID, reason: VoidReason, note: str) -> None:
    """E03 over all of it, and its `charge.voided`; the caller commits. A charge of 0 moves nothing.

    Raises NotFoundError, ChargeVoidedError, ChargeBilledError (a claim bills it: void that first), ChargeMovedError
    and PeriodClosedError.
    """
    practice, now = acting.practice_id, acting.moment.at
    charge = await queries.lock_charge_by_id(connection, practice, charge_id)
    if charge is None:
        raise NotFoundError("there is no such charge")
    if charge["voided_at"] is not None:
        raise ChargeVoidedError("it was voided before")
    holding = [row for row in await queries.claims_holding(connection, practice, charge_id) if not row["is_over"]]
    if holding:
        claim = f"/v1/claims/{holding[0]['claim_id']}"
        raise ChargeBilledError(
            "a claim bills it", existing=claim, suggestion="Void or correct the claim that bills it."
        )
    voided = await void_journal(connection, practice, charge, note)
    await queries.change_charge(connection, practice, charge_id, {"voided_at": now, "void_reason": reason.value})
    said = {"external_id": charge["external_id"], "charge_cents": charge["charge_cents"]}
    [outbox_id] = await tell(
        connection,
        acting,
        [NewEvent("charge.voided", SOURCE, charge_id, {**said, "replaced_by_charge_id": None, "reason": reason.value})],
    )
    if voided is not None:
        await post_entries(connection, acting, [voided[0]], outbox_id, source_on=acting.today)
