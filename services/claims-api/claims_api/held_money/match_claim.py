"""Post a held claim of a payment to the claim a person chose, as if it had matched at once."""

from typing import Final
from uuid import UUID

from ar_shared.kernel.errors import FieldError, NotFoundError
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.etags import require_match
from claims_api.acting import Acting
from claims_api.held_money import queries
from claims_api.held_money.errors import ClaimNotHeldError, ClaimNotMatchableError
from claims_api.held_money.post_held import Choice, HeldPosting, matched_event
from claims_api.remittances.errors import MatchRefusedError
from claims_api.remittances.keep_action import keep_action
from claims_api.remittances.queries import remittance_claim_row

_CLAIM: Final = "SELECT purpose FROM claims.claim WHERE practice_id = $1 AND id = $2"
_CHARGES: Final = "SELECT DISTINCT charge_id FROM claims.claim_line WHERE practice_id = $1 AND claim_id = $2"


async def match_claim(
    connection: Connection,
    acting: Acting,
    remittance_id: UUID,
    n: int,
    choice: Choice,
    *,
    reason: str,
    if_match: str | None,
) -> None:
    """Money leaves the held account, the decision posts: CAS effects, denials, state, events; the caller commits.

    Raises NotFoundError, ClaimNotHeldError, MatchRefusedError (no such claim or charge), ClaimNotMatchableError (its
    content cannot post), PreconditionFailedError and PreconditionRequiredError. Writes nothing when it raises.
    """
    remittance = await held_remittance(connection, acting.practice_id, remittance_id, n, if_match)
    await _check(connection, acting.practice_id, choice)
    posting = HeldPosting(connection, acting, remittance, reason)
    problem = await posting.find([n], choice)
    if problem is not None:
        raise ClaimNotMatchableError(problem.phrase)
    [row] = await posting.posted()
    books = await posting.plan(held_before=True)
    await posting.write(books, matched_event(remittance_id, row))
    await keep_action(connection, acting, remittance_id, "match", reason, claim_n=n, claim_id=choice.claim_id)


async def held_remittance(
    connection: Connection, practice_id: int, remittance_id: UUID, n: int, if_match: str | None
) -> Row:
    """The locked payment whose claim `n` is held. Raises NotFoundError, ClaimNotHeldError and what If-Match does."""
    remittance = await queries.lock_remittance(connection, practice_id, remittance_id)
    claim = await remittance_claim_row(connection, practice_id, remittance_id, n)
    if remittance is None or claim is None:
        raise NotFoundError("there is no such claim of a remittance")
    require_match(if_match, claim["row_version"])
    if claim["state"] != "held":
        raise ClaimNotHeldError("only a claim whose money is held can be matched")
    return remittance


async def _check(connection: Connection, practice_id: int, choice: Choice) -> None:
    purpose = await connection.fetchval(_CLAIM, practice_id, choice.claim_id)
    if purpose is None or purpose == "test":
        raise MatchRefusedError(errors=(FieldError("/claim_id", "unknown_claim", "there is no such claim to bill"),))
    rows = await connection.fetch(_CHARGES, practice_id, choice.claim_id)
    charges = {row["charge_id"] for row in rows}
    wrong = [place for place, charge in enumerate(choice.lines.values()) if charge not in charges]
    if wrong:
        errors = [
            FieldError(f"/lines/{i}/charge_id", "unknown_charge", "the charge is not on the claim") for i in wrong
        ]
        raise MatchRefusedError(errors=tuple(errors))
