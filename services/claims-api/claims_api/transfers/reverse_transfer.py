"""Take a transfer back by a linked journal: the party of before owes it again."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.etags import require_match
from ar_shared.platform.outbox import NewEvent
from claims_api.access.limits import decider, require_amount
from claims_api.acting import Acting
from claims_api.denials.conclude_denials import reopen_denials
from claims_api.ledger.domain import Account
from claims_api.ledger.post_entries import mirror_of, tell_and_post
from claims_api.transfers import queries
from claims_api.transfers.domain import (
    WAYS,
    AboveTransferableError,
    TransferReason,
    reversed_state,
)
from claims_api.transfers.require_allowed import Owed, require_no_claim_out
from claims_api.transfers.schemas import ReverseTransferIn
from claims_api.transfers.transfer_balance import denial_event, told_of


async def reverse_transfer(
    connection: Connection,
    principal: Principal,
    acting: Acting,
    transfer_id: UUID,
    body: ReverseTransferIn,
    if_match: str | None,
) -> None:
    """Needs the authority of the transfer itself.

    Raises NotFoundError, IllegalTransitionError, AboveTransferableError when the new party paid or it was written off
    in the meantime, PayerAwaitedError while the new payer has it, and the errors of If-Match.

    What a payer paid on a later decision, and that stands as its credit because the amount had gone, pays it then.
    """
    practice_id = acting.practice_id
    row = await queries.transfer_row(connection, practice_id, transfer_id, lock=True)
    if row is None:
        raise NotFoundError("there is no such transfer")
    require_match(if_match, row["version"])
    state, way = reversed_state(row["state"]), WAYS[TransferReason(row["reason"])]
    require_amount(await decider(connection, principal), way.decision, row["amount_cents"])
    await _require_still_there(connection, practice_id, row)
    mirror = await mirror_of(connection, practice_id, row["journal_id"], kind="transfer_reversed", reason=body.reason)
    events = []
    if (event := denial_event(way)) is not None and row["claim_id"] is not None:
        for line in row["lines"]:
            events += await reopen_denials(
                connection, practice_id, row["claim_id"], UUID(line["charge_id"]), event, now=acting.moment.at
            )
    data = {**told_of(row), "state": state.value, "version": row["version"] + 1}
    events.append(NewEvent("transfer.reversed", "transfer", transfer_id, data))
    await tell_and_post(connection, acting, [mirror], events, source_on=acting.today)


async def _require_still_there(connection: Connection, practice_id: int, row: Row) -> None:
    moved = {UUID(line["charge_id"]): line["amount_cents"] for line in row["lines"]}
    buckets = await queries.open_buckets(connection, practice_id, list(moved), [row["to_account"]], row["to_party_id"])
    left = {bucket["charge_id"]: bucket["balance_cents"] for bucket in buckets}
    if any(left.get(charge, 0) < cents for charge, cents in moved.items()):
        raise AboveTransferableError("less than that is still open with the new party")
    if row["to_account"] == Account.AR_INSURANCE:
        owed = await Owed.read(connection, practice_id, buckets)
        require_no_claim_out(owed, row["to_party_id"])
