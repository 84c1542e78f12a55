"""Take a resolution back by a linked journal: the money waits again where it waited."""

from dataclasses import replace
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import require_match
from claims_api.access.limits import decider, require_amount
from claims_api.acting import Acting
from claims_api.held_money.resolve_held import resolve_held
from claims_api.ledger.domain import Account
from claims_api.ledger.post_entries import mirror_of
from claims_api.resolutions import queries
from claims_api.resolutions.domain import Outcome, Subject, reversed_state, way_of
from claims_api.resolutions.resolve_money import announce
from claims_api.resolutions.schemas import ReverseResolutionIn
from claims_api.take_backs.open_item import close_item


async def reverse_resolution(
    connection: Connection,
    principal: Principal,
    acting: Acting,
    resolution_id: UUID,
    body: ReverseResolutionIn,
    if_match: str | None,
) -> None:
    """Needs the authority of the resolution itself. Raises NotFoundError, IllegalTransitionError, PayerItemUsedError
    when a refund, a later payment or a claim used the amount, and the errors of If-Match."""
    practice_id = acting.practice_id
    row = await queries.resolution_row(connection, practice_id, resolution_id, lock=True)
    if row is None:
        raise NotFoundError("there is no such resolution")
    require_match(if_match, row["version"])
    state = reversed_state(row["state"])
    require_amount(await decider(connection, principal), f"resolution.{row['outcome']}", row["amount_cents"])
    await queries.payment_row(connection, practice_id, row["remittance_id"])  # locked
    if row["payer_item_id"] is not None:
        await close_item(connection, acting, row["payer_item_id"])
    mirror = await mirror_of(connection, practice_id, row["journal_id"], kind="resolution_reversed", reason=body.reason)
    subject = Subject(row["subject"])
    came = mirror.entries[0].credit is Account.UNAPPLIED_INSURANCE
    way = way_of(subject, Outcome(row["outcome"]), came=came)
    mirror = replace(mirror, entries=[replace(entry, event=way.reversal) for entry in mirror.entries])
    await queries.mark_reversed(connection, practice_id, resolution_id, mirror.id, body.reason, acting.moment.at)
    if subject is not Subject.CLEARING:
        cents = row["amount_cents"] if came else -row["amount_cents"]
        await resolve_held(connection, practice_id, row["remittance_id"], row["claim_n"], cents, back=True)
    told = {**dict(row), "state": state.value, "version": row["version"] + 1}
    await announce(connection, acting, "reversed", told, mirror)
