"""Take a take-back off the claim it was assigned to, by a linked journal; it is open again."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.ledger.post_entries import mirror_of
from claims_api.remittances.keep_action import keep_action
from claims_api.reviews.close_reviews import reopen_reviews, reviews_of_items
from claims_api.take_backs import queries
from claims_api.take_backs.assign_take_back import announce, lock_item
from claims_api.take_backs.errors import AssignmentUndoneError


async def unassign_take_back(
    connection: Connection, acting: Acting, item_id: UUID, assignment_id: UUID, *, reason: str, if_match: str | None
) -> None:
    """Mirror the assignment; what was paid on the claim since then becomes a credit; the caller commits.

    Raises NotFoundError, AssignmentUndoneError, PreconditionFailedError, PreconditionRequiredError.
    """
    practice = acting.practice_id
    item = await lock_item(connection, practice, item_id, if_match)
    made = {row["id"]: row for row in await queries.assignment_rows(connection, practice, item_id)}
    assignment = made.get(assignment_id)
    if assignment is None:
        raise NotFoundError("there is no such assignment of the take-back")
    if assignment["undone_by"] is not None:
        raise AssignmentUndoneError("the assignment was taken back before")
    mirror = await mirror_of(connection, practice, assignment_id, kind="take_back_unassigned", reason=reason)
    cents, claim_id = assignment["amount_cents"], assignment["claim_id"]
    settled = await queries.announced_parts(connection, practice, assignment_id)
    for moved_id, moved in ((item_id, cents), *((part["item_id"], part["amount_cents"]) for part in settled)):
        await queries.move_open(connection, practice, moved_id, moved, acting.today, acting.moment.at)
    await announce(connection, acting, "payer_item.unassigned", item_id, claim_id, mirror, cents)
    await keep_action(connection, acting, item["remittance_id"], "unassign", reason, claim_id=claim_id)
    reviews = await reviews_of_items(connection, practice, [item_id])
    await reopen_reviews(connection, practice, reviews, now=acting.moment.at, machine=acting.machine)
