"""Take a posted claim of a payment off the claim it was posted to; its money is held again."""

from typing import Final
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import require_match
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.held_money import queries
from claims_api.held_money.errors import ClaimNotPostedError
from claims_api.held_money.refresh_remittance import refresh_remittance
from claims_api.held_money.undo_postings import mirror_postings, refuse_if_built_on, take_off_claims
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.moves import write_moves
from claims_api.remittances.books import books_for
from claims_api.remittances.domain.holds import HoldReason
from claims_api.remittances.keep_action import keep_action
from claims_api.remittances.queries import remittance_claim_row
from claims_api.telling import tell

_CLEARING: Final = int(Account.REMITTANCE_CLEARING)
_HELD: Final = int(Account.UNAPPLIED_INSURANCE)
_TAKEN: Final = int(Account.TAKE_BACKS_UNIDENTIFIED)

_JOURNAL: Final = """
INSERT INTO ledger_journal (journal_id, kind, source_type, source_id, billing_entity_id, payer_id, remittance_id,
    reason)
SELECT $3, 'held_again', 'remittance', r.id, r.billing_entity_id, r.payer_id, r.id, $4
FROM claims.remittance r WHERE r.practice_id = $1 AND r.id = $2
"""
_HOLD: Final = f"""
INSERT INTO ledger_move (round, journal_id, n, entry, amount_cents, short_cents, debit_account, debit_party,
    credit_account, credit_party)
SELECT 0, $3::uuid, 1, '{LedgerEvent.REMITTANCE_HELD}', abs($4::bigint), 0,
       CASE WHEN $4 > 0 THEN {_CLEARING} ELSE {_TAKEN} END, $2::uuid,
       CASE WHEN $4 > 0 THEN {_HELD} ELSE {_CLEARING} END, $2::uuid
FROM claims.remittance r WHERE r.practice_id = $1 AND r.id = $2
"""


async def unmatch_claim(
    connection: Connection, acting: Acting, remittance_id: UUID, n: int, *, reason: str, if_match: str | None
) -> None:
    """Mirror its postings, hold its money, withdraw its denials, give the claim its state before; the caller commits.

    It is not matched again by rule: a person has said that it does not belong there. Raises NotFoundError,
    ClaimNotPostedError, LaterPostingError, PreconditionFailedError, PreconditionRequiredError.
    """
    practice = acting.practice_id
    remittance = await queries.lock_remittance(connection, practice, remittance_id)
    claim = await remittance_claim_row(connection, practice, remittance_id, n)
    if remittance is None or claim is None:
        raise NotFoundError("there is no such claim of a remittance")
    require_match(if_match, claim["row_version"])
    if claim["state"] != "posted":
        raise ClaimNotPostedError("only a claim that is posted can be taken off")
    await refuse_if_built_on(connection, practice, remittance_id, [n])
    books = await books_for(connection, acting, paid_on=remittance["paid_on"])
    await mirror_postings(connection, books, remittance_id, [n], kind="unmatch", reason=reason)
    if claim["paid_cents"]:
        journal_id = uuid7()
        await connection.execute(_JOURNAL, practice, remittance_id, journal_id, reason)
        await connection.execute(_HOLD, practice, remittance_id, journal_id, claim["paid_cents"])
    events = await take_off_claims(
        connection,
        acting,
        remittance_id,
        [n],
        state="held",
        hold_reason=HoldReason.UNMATCHED.value,
        reason=reason,
    )
    data = {"claim_n": n, "claim_id": str(claim["claim_id"]), "paid_cents": claim["paid_cents"]}
    announced = await tell(
        connection, acting, [NewEvent("remittance.claim_unmatched", "remittance", remittance_id, data), *events]
    )
    await write_moves(connection, books, announced[0])
    await refresh_remittance(connection, practice, remittance_id)
    await keep_action(connection, acting, remittance_id, "unmatch", reason, claim_n=n, claim_id=claim["claim_id"])
