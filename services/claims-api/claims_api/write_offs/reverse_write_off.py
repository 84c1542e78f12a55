"""Take a write-off back by a linked journal: the balance is open again, bad debt by its own event (E41)."""

from dataclasses import replace
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import require_match
from ar_shared.platform.outbox import NewEvent
from claims_api.access.limits import decider, require_amount
from claims_api.acting import Acting
from claims_api.denials.conclude_denials import reopen_denials
from claims_api.denials.domain import DenialEvent
from claims_api.ledger.post_entries import mirror_of, tell_and_post
from claims_api.write_offs import queries
from claims_api.write_offs.domain import BOOKINGS, WithAgencyError, WriteOffClass, reversed_state
from claims_api.write_offs.schemas import ReverseWriteOffIn


async def reverse_write_off(
    connection: Connection,
    principal: Principal,
    acting: Acting,
    write_off_id: UUID,
    body: ReverseWriteOffIn,
    if_match: str | None,
) -> None:
    """Needs the authority of the write-off itself. Raises NotFoundError, IllegalTransitionError, WithAgencyError
    for bad debt that an agency works on, and the errors of If-Match."""
    practice_id = acting.practice_id
    row = await queries.write_off_row(connection, practice_id, write_off_id, lock=True)
    if row is None:
        raise NotFoundError("there is no such write-off")
    require_match(if_match, row["version"])
    state = reversed_state(row["state"])
    kind = WriteOffClass(row["kind"])
    require_amount(await decider(connection, principal), f"write_off.{kind}", row["amount_cents"])
    if kind is WriteOffClass.BAD_DEBT and await queries.is_with_agency(connection, practice_id, row["charge_id"]):
        raise WithAgencyError(suggestion="Recall it first.")
    mirror = await mirror_of(connection, practice_id, row["journal_id"], kind="write_off_reversed", reason=body.reason)
    event = BOOKINGS[kind].reversal
    mirror = replace(mirror, entries=[replace(entry, event=event) for entry in mirror.entries])
    await queries.mark_reversed(
        connection, practice_id, write_off_id, state.value, mirror.id, body.reason, acting.moment.at
    )
    cases = []
    if kind is WriteOffClass.ADMINISTRATIVE and row["claim_id"] is not None:
        cases = await reopen_denials(
            connection, practice_id, row["claim_id"], row["charge_id"], DenialEvent.WRITE_OFF, now=acting.moment.at
        )
    data = {"claim_id": row["claim_id"], "charge_id": row["charge_id"], "kind": kind.value}
    told = NewEvent("write_off.reversed", "write_off", write_off_id, {**data, "amount_cents": row["amount_cents"]})
    await tell_and_post(connection, acting, [mirror], [*cases, told], source_on=acting.today)
