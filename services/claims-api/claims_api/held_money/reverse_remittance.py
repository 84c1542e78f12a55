"""Undo everything that a payment posted, by linked journals; it may then be entered again."""

from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.etags import require_match
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.held_money import queries
from claims_api.held_money.errors import RemittanceNotPostedError, RemittanceUsedError
from claims_api.held_money.undo_postings import UNDOING, mirror_postings, refuse_if_built_on, take_off_claims
from claims_api.ledger.moves import write_moves
from claims_api.remittances.books import books_for
from claims_api.remittances.keep_action import keep_action
from claims_api.remittances.queries import clearing_row
from claims_api.reviews.close_reviews import close_reviews, reviews_of_payment
from claims_api.telling import tell

_POSTED: Final = ("posted", "posted_with_held")

# Everything of the payment that belongs to no claim: held money and provider entries, as they stand.
_REST: Final = """
INSERT INTO ledger_journal (journal_id, kind, source_type, source_id, reverses_journal_id, billing_entity_id, payer_id,
    remittance_id, reason)
SELECT m.id, 'remittance_undone', 'remittance', $2, m.journal_id, r.billing_entity_id, r.payer_id, $2, $3
FROM unnest($4::uuid[], $5::uuid[]) AS m(id, journal_id)
JOIN claims.remittance r ON r.practice_id = $1 AND r.id = $2
"""
_REST_JOURNALS: Final = """
SELECT j.id FROM claims.journal j
WHERE j.practice_id = $1 AND j.source_id = $2 AND j.kind <> ALL($3::text[])
  AND NOT EXISTS (SELECT FROM claims.journal u WHERE u.practice_id = $1 AND u.reverses_journal_id = j.id)
  AND EXISTS (SELECT FROM claims.posting g WHERE g.practice_id = $1 AND g.journal_id = j.id)
  AND NOT EXISTS (SELECT FROM claims.posting g
                  WHERE g.practice_id = $1 AND g.journal_id = j.id AND g.charge_id IS NOT NULL)
ORDER BY j.id
"""
_REST_MOVES: Final = """
INSERT INTO ledger_move (round, journal_id, n, entry, amount_cents, short_cents, debit_account, debit_party,
    credit_account, credit_party)
SELECT 0, j.journal_id, g.n, g.entry, g.amount_cents, 0, g.credit_account, g.credit_party_id, g.debit_account,
       g.debit_party_id
FROM ledger_journal j
JOIN claims.posting g ON g.practice_id = $1 AND g.journal_id = j.reverses_journal_id
WHERE j.reverses_journal_id = ANY($2::uuid[])
"""
_CLAIMS: Final = """
SELECT n, state FROM claims.remittance_claim WHERE practice_id = $1 AND remittance_id = $2 ORDER BY n
"""


async def reverse_remittance(
    connection: Connection, acting: Acting, remittance_id: UUID, *, reason: str, if_match: str | None
) -> None:
    """Mirror journals of all of it; its claims are dropped, their denials withdrawn; the caller commits.

    Raises NotFoundError, RemittanceNotPostedError, LaterPostingError (a later payment stands on a claim of it),
    RemittanceUsedError (its money reached the bank or a receipt, or a later payment settled what it opened) and what
    If-Match does.
    """
    practice = acting.practice_id
    remittance = await _posted(connection, practice, remittance_id, if_match)
    claims = await connection.fetch(_CLAIMS, practice, remittance_id)
    posted = [row["n"] for row in claims if row["state"] == "posted"]
    await refuse_if_built_on(connection, practice, remittance_id, posted)
    books = await books_for(connection, acting, paid_on=remittance["paid_on"])
    await mirror_postings(connection, books, remittance_id, posted, kind="remittance_undone", reason=reason)
    await _mirror_rest(connection, practice, remittance_id, reason)
    events = await take_off_claims(
        connection, acting, remittance_id, posted, state="dropped", hold_reason=None, reason=reason
    )
    data: dict[str, Any] = {"payment_cents": remittance["payment_cents"]}
    announced = await tell(
        connection, acting, [NewEvent("remittance.reversed", "remittance", remittance_id, data), *events]
    )
    await write_moves(connection, books, announced[0])
    await queries.note_reversal(connection, practice, remittance_id, books.effective_on)
    waiting = await reviews_of_payment(connection, practice, remittance_id)
    await close_reviews(connection, practice, waiting, now=acting.moment.at, machine=acting.machine)
    await keep_action(connection, acting, remittance_id, "reverse", reason)


async def _posted(connection: Connection, practice_id: int, remittance_id: UUID, if_match: str | None) -> Row:
    remittance = await queries.lock_remittance(connection, practice_id, remittance_id)
    if remittance is None:
        raise NotFoundError("there is no such remittance")
    require_match(if_match, remittance["row_version"])
    if remittance["state"] not in _POSTED:
        raise RemittanceNotPostedError("only a posted remittance is reversed")
    clearing = await clearing_row(connection, practice_id, remittance_id)
    if clearing is None or clearing["clearing_cents"] != remittance["payment_cents"]:
        raise RemittanceUsedError("its money was deposited or taken from a receipt; undo that first")
    if await queries.is_resolved(connection, practice_id, remittance_id):
        raise RemittanceUsedError("held or missing money of it was resolved; take that back first")
    if not await queries.drop_items(connection, practice_id, remittance_id):
        raise RemittanceUsedError("its provider adjustments settled, or were settled by, those of another payment")
    return remittance


async def _mirror_rest(connection: Connection, practice_id: int, remittance_id: UUID, reason: str) -> None:
    rows = await connection.fetch(_REST_JOURNALS, practice_id, remittance_id, list(UNDOING))
    journals = [row["id"] for row in rows]
    mirrors = sorted(uuid7() for _ in journals)
    await connection.execute(_REST, practice_id, remittance_id, reason, mirrors, journals)
    await connection.execute(_REST_MOVES, practice_id, journals)
