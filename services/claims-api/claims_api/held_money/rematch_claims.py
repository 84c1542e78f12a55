"""Match held claims of a payment again by rule: a claim that was taken in later is found without a person."""

from typing import Final
from uuid import UUID

from ar_shared.kernel.clock import Clock
from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.auth.principal import Actor
from ar_shared.platform.database import Connection, Database
from claims_api.acting import Acting, acting_without_request
from claims_api.held_money import queries
from claims_api.held_money.post_held import HeldPosting, matched_event
from claims_api.remittances.domain.holds import HoldReason
from claims_api.remittances.keep_action import keep_action

BY_RULE: Final = "matched by rule"
MAX_PAYMENTS: Final = 20
RETRIED: Final = [
    reason.value
    for reason in (
        HoldReason.PAYER_UNKNOWN,
        HoldReason.NO_MATCH,
        HoldReason.AMBIGUOUS,
        HoldReason.FACTS_DIFFER,
        HoldReason.LINE_UNMATCHED,
        HoldReason.REVERSAL_UNMATCHED,
    )
]
"""What a claim taken in later may cure. What a person took off, and what looks like a repeat, is left to a person."""


async def rematch_claims(connection: Connection, acting: Acting, remittance_id: UUID) -> list[int]:
    """The numbers of held claims that were posted now, unique by the rule of any payment; the caller commits.

    Raises NotFoundError.
    """
    remittance = await queries.lock_remittance(connection, acting.practice_id, remittance_id)
    if remittance is None:
        raise NotFoundError("there is no such remittance")
    numbers = await queries.held_numbers(connection, acting.practice_id, remittance_id, RETRIED)
    await queries.note_rematch(connection, acting.practice_id, remittance_id, acting.moment.at)
    if not numbers or remittance["state"] != "posted_with_held":
        return []
    posting = HeldPosting(connection, acting, remittance, BY_RULE)
    await posting.find(numbers)
    posted = await posting.posted()
    if not posted:
        await posting.keep_reasons()
        return []
    books = await posting.plan(held_before=True)
    first, *others = [matched_event(remittance_id, row) for row in posted]
    await posting.write(books, first)
    await posting.announce(others)
    for row in posted:
        await keep_action(
            connection, acting, remittance_id, "rematch", BY_RULE, claim_n=row["n"], claim_id=row["claim_id"]
        )
    return [row["n"] for row in posted]


async def rematch_practice(database: Database, clock: Clock, practice_id: int) -> int:
    """Try the payments that hold what a claim taken in since the last try may be; returns how many claims post."""
    async with database.tenant_tx(practice_id) as connection:
        waiting = await queries.rematchable(connection, practice_id, RETRIED, MAX_PAYMENTS)
    posted = 0
    for remittance_id in waiting:
        async with database.tenant_tx(practice_id, period_open=True) as connection:
            actor = Actor("rule", "rematch")
            who = await acting_without_request(connection, practice_id, "claims-api", actor, clock)
            posted += len(await rematch_claims(connection, who, remittance_id))
    return posted
