"""Take an agency's remittance back by linked journals: what it collected is with the agency again."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError, StateConflictError
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import require_match
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.agencies import queries
from claims_api.agencies.domain import AgencyRemittanceState, PlacementState
from claims_api.agencies.enter_agency_remittance import SOURCE, told_of
from claims_api.agencies.schemas import ReverseAgencyRemittanceIn
from claims_api.ledger.post_entries import mirror_of, tell_and_post
from claims_api.receipts.deposited import void_from_agency


class AgencyRemittanceReversedError(StateConflictError):
    """It was taken back before."""

    code = "agency_remittance_reversed"
    title = "The agency's remittance was taken back"


async def reverse_agency_remittance(
    connection: Connection,
    acting: Acting,
    remittance_id: UUID,
    body: ReverseAgencyRemittanceIn,
    if_match: str | None,
) -> None:
    """Raises NotFoundError, AgencyRemittanceReversedError, ReceiptDepositedError while the bank has its money, and the
    errors of If-Match."""
    practice_id = acting.practice_id
    row = await queries.remittance_row(connection, practice_id, remittance_id, lock=True)
    if row is None:
        raise NotFoundError("there is no such remittance of an agency")
    require_match(if_match, row["version"])
    if row["state"] == AgencyRemittanceState.REVERSED:
        raise AgencyRemittanceReversedError
    await void_from_agency(connection, acting, row["receipt_id"])
    lines = row["lines"]
    placements = sorted({UUID(line["placement_id"]) for line in lines})
    await queries.placed_lines(connection, practice_id, placements)  # locked in key order
    journals = []
    for line in lines:
        await queries.change_line(
            connection,
            practice_id,
            UUID(line["placement_id"]),
            UUID(line["charge_id"]),
            collected=-line["collected_cents"],
        )
        journals.append(
            await mirror_of(
                connection,
                practice_id,
                UUID(line["journal_id"]),
                kind="agency_remittance_reversed",
                reason=body.reason,
            )
        )
    for placement_id in placements:
        await queries.touch_placement(
            connection, practice_id, placement_id, PlacementState.PLACED.value, acting.moment.at
        )
    await queries.mark_reversed(connection, practice_id, remittance_id, body.reason, acting.moment.at)
    data = {**told_of(row), "version": row["version"] + 1}
    event = NewEvent("agency_remittance.reversed", SOURCE, remittance_id, data)
    await tell_and_post(connection, acting, journals, [event], source_on=acting.today)
