"""Post claims of a stored payment that were held or waited: the same rules, the same postings, one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.claims.record_decisions import UNEXPECTED_STATES
from claims_api.held_money.refresh_remittance import refresh_remittance
from claims_api.held_money.stage_stored import StoredClaims
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.moves import Books, write_moves
from claims_api.remittances.books import books_for
from claims_api.remittances.capitated import apply_capitation
from claims_api.remittances.conclude_claims import conclude_claims, open_cases
from claims_api.remittances.domain.holds import HoldReason
from claims_api.remittances.end_voided import end_voided
from claims_api.remittances.match_claims import find_claims, find_lines
from claims_api.remittances.pair_reversals import Completions, complete_corrections
from claims_api.remittances.post_claims import post_claims
from claims_api.remittances.provider_entries import PaymentEntries, plan_payment, read_entries
from claims_api.remittances.recognise import Parties, find_parties
from claims_api.remittances.replace_assignments import replace_assignments
from claims_api.remittances.spread_unsplit import spread_unsplit
from claims_api.remittances.staging import stage
from claims_api.remittances.undo_passed_on import undo_passed_on
from claims_api.telling import tell

_CLEARING: Final = int(Account.REMITTANCE_CLEARING)
_HELD: Final = int(Account.UNAPPLIED_INSURANCE)
_TAKEN: Final = int(Account.TAKE_BACKS_UNIDENTIFIED)

_CHOOSE: Final = """
INSERT INTO remit_match (n, claim_id, matched_by, hold_reason)
SELECT s.n, $1, 'person', s.problem FROM remit_claim s
"""
_LOCK: Final = "SELECT id FROM claims.claim WHERE practice_id = $1 AND id = $2 FOR UPDATE"

# What a person says of single lines replaces what the rule found; with it every line may have its charge.
_CHOOSE_LINES: Final = """
WITH said AS (SELECT * FROM unnest($1::bigint[], $2::uuid[]) AS u(line_n, charge_id)),
gone AS (DELETE FROM remit_target t USING said WHERE t.line_n = said.line_n)
INSERT INTO remit_target (claim_n, line_n, charge_id) SELECT $3, line_n, charge_id FROM said
"""
_LINES_COMPLETE: Final = f"""
UPDATE remit_match m SET hold_reason = NULL
WHERE m.hold_reason = '{HoldReason.LINE_UNMATCHED}' AND NOT EXISTS (
    SELECT FROM remit_line l
    WHERE l.claim_n = m.n AND (l.charge_cents <> 0 OR l.paid_cents <> 0)
      AND NOT EXISTS (SELECT FROM remit_target t WHERE t.claim_n = l.claim_n AND t.line_n = l.n))
"""
# The mirror of what held the money: clearing shows the whole payment before and after.
_GIVE_BACK: Final = f"""
INSERT INTO ledger_move (round, journal_id, n, entry, amount_cents, short_cents, debit_account, debit_party,
    credit_account, credit_party)
SELECT 0, $2::uuid, s.n, '{LedgerEvent.REMITTANCE_HELD}', abs(s.paid_cents), 0,
       CASE WHEN s.paid_cents > 0 THEN {_HELD} ELSE {_CLEARING} END, $1::uuid,
       CASE WHEN s.paid_cents > 0 THEN {_CLEARING} ELSE {_TAKEN} END, $1::uuid
FROM remit_match m JOIN remit_claim s ON s.n = m.n
WHERE m.hold_reason IS NULL AND s.paid_cents <> 0
"""

_KEEP_CLAIMS: Final = """
UPDATE claims.remittance_claim c
SET claim_id = m.claim_id, coverage_id = p.coverage_id, matched_by = m.matched_by, hold_reason = m.hold_reason,
    state = CASE WHEN m.hold_reason IS NOT NULL THEN 'held' WHEN p.n IS NULL THEN 'memo' ELSE 'posted' END,
    journal_id = p.journal_id, out_of_order = coalesce(p.out_of_order, false), row_version = c.row_version + 1
FROM remit_match m LEFT JOIN remit_post p ON p.n = m.n
WHERE c.practice_id = $1 AND c.remittance_id = $2 AND c.n = m.n
  AND (c.state <> 'held' OR m.hold_reason IS DISTINCT FROM c.hold_reason)
"""
_KEEP_LINES: Final = """
UPDATE claims.remittance_line l SET charge_id = t.charge_id
FROM remit_target t JOIN remit_line s ON s.claim_n = t.claim_n AND s.n = t.line_n AND NOT s.derived
WHERE l.practice_id = $1 AND l.remittance_id = $2 AND l.claim_n = t.claim_n AND l.n = t.line_n
"""
_KEEP_DERIVED_LINES: Final = """
INSERT INTO claims.remittance_line (practice_id, remittance_id, claim_n, n, charge_id, charge_cents, paid_cents,
    cash_cents, service_from, service_to, remark_codes, denied_cents, derived)
SELECT $1, $2, l.claim_n, l.n, t.charge_id, l.charge_cents, l.paid_cents, l.cash_cents, l.service_from, l.service_to,
    l.remark_codes, l.denied_cents, true
FROM remit_line l JOIN remit_target t ON t.claim_n = l.claim_n AND t.line_n = l.n
WHERE l.derived
"""
_KEEP_DERIVED_ADJUSTMENTS: Final = """
INSERT INTO claims.remittance_adjustment (practice_id, remittance_id, claim_n, line_n, n, group_code, carc,
    amount_cents, quantity, derived)
SELECT $1, $2, a.claim_n, a.line_n, a.n, a.group_code, a.carc, a.amount_cents, a.quantity, true
FROM remit_adjustment a JOIN remit_match m ON m.n = a.claim_n AND m.hold_reason IS NULL
WHERE a.derived
ON CONFLICT DO NOTHING
"""
_POSTED: Final = """
SELECT m.n, m.claim_id, c.external_id, s.paid_cents, m.matched_by
FROM remit_match m
JOIN remit_claim s ON s.n = m.n
JOIN claims.claim c ON c.practice_id = $1 AND c.id = m.claim_id
WHERE m.hold_reason IS NULL ORDER BY m.n
"""
_STILL_HELD: Final = "SELECT hold_reason FROM remit_match WHERE hold_reason IS NOT NULL ORDER BY n LIMIT 1"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided: the claim, charges of single lines by number, and that it repeats no posted decision."""

    claim_id: UUID
    lines: Mapping[int, UUID] = field(default_factory=dict)
    not_a_repeat: bool = False


class HeldPosting:
    """Claims of one stored payment on their way to the books; `reason` is what a person (or rule) says."""

    def __init__(self, connection: Connection, acting: Acting, remittance: Row, reason: str) -> None:
        self._connection = connection
        self._acting = acting
        self._practice = acting.practice_id
        self._remittance = remittance
        self._id: UUID = remittance["id"]
        self._reason = reason
        self._source = StoredClaims(connection, acting.practice_id, remittance, None)
        self._completions = Completions([], [])
        self._capitated = False
        self.parties = Parties([], None)
        self.rounds = 0

    async def find(self, numbers: list[int] | None, choice: Choice | None = None) -> HoldReason | None:
        """Stage and match these claims; the reason of the first that still cannot post.

        With a choice `numbers` is the one claim it speaks of.
        """
        connection, practice = self._connection, self._practice
        self._source = StoredClaims(connection, practice, self._remittance, numbers)
        await stage(connection, self._source)
        header = self._source.header
        self.parties = await find_parties(connection, practice, header)
        if choice is None:
            await find_claims(
                connection,
                practice,
                self.parties.payer_ids,
                header.payee_npi,
                has_reversals=self._source.has_reversals,
            )
        else:
            await connection.execute(_CHOOSE, choice.claim_id)
            await connection.execute(_LOCK, practice, choice.claim_id)
        await self._find_lines(numbers, choice)
        held = await connection.fetchval(_STILL_HELD)
        return None if held is None else HoldReason(held)

    async def _find_lines(self, numbers: list[int] | None, choice: Choice | None) -> None:
        connection, totals = self._connection, self._source.totals()
        repeat_allowed = choice is not None and choice.not_a_repeat
        await find_lines(
            connection,
            self._practice,
            self._id,
            self.parties.payer_ids,
            has_reversals=totals.has_reversals,
            look_alikes=not repeat_allowed,
        )
        if choice is not None and choice.lines and numbers:
            await connection.execute(_CHOOSE_LINES, list(choice.lines), list(choice.lines.values()), numbers[0])
            await connection.execute(_LINES_COMPLETE)
        if totals.has_unsplit_claims:
            await spread_unsplit(connection, self._practice)
        self._capitated = await apply_capitation(connection, self._practice, self.parties.payer_ids)

    async def posted(self) -> list[Row]:
        """The claims that post: (n, claim_id, external_id, paid_cents, matched_by)."""
        return await self._connection.fetch(_POSTED, self._practice)

    async def keep_reasons(self) -> None:
        """Write why each claim that was looked for is still held, as of now."""
        await self._connection.execute(_KEEP_CLAIMS, self._practice, self._id)

    async def plan(self, *, held_before: bool, entries: PaymentEntries | None = None) -> Books:
        """Fill the ledger's moves. held_before: the money of these claims stands on 2000 or 1200 and comes back.

        entries: the payment's provider adjustments, planned along; `rounds` says after which round they move.
        """
        connection, totals = self._connection, self._source.totals()
        books = await books_for(connection, self._acting, paid_on=self._remittance["paid_on"])
        if entries is not None:
            payee = frozenset({self._source.header.payee_key})
            await read_entries(connection, self._practice, entries, payee)
        await undo_passed_on(connection, self._acting, self.parties.payer_ids)
        self.rounds = await post_claims(
            connection,
            books,
            self._id,
            self.parties.payer_ids,
            UNEXPECTED_STATES,
            has_reversals=totals.has_reversals,
            more_claims=entries.relieved_claims if entries is not None else [],
            capitated=self._capitated,
        )
        if totals.has_reversals:
            self._completions = await complete_corrections(connection, books, self._id, self.rounds + 1)
            payer = (self._source.header.payer_key, self.parties.payer_ids)
            await replace_assignments(connection, self._acting, books, *payer, self.rounds + 2)
        if entries is not None:
            await plan_payment(connection, self._practice, entries, has_reversals=totals.has_reversals)
        if held_before:
            await connection.execute(_GIVE_BACK, self._id, await self.journal("held_released"))
        return books

    async def journal(self, kind: str) -> UUID:
        """A journal of the payment itself, for moves that belong to no claim."""
        journal_id = uuid7()
        await self._connection.execute(
            "INSERT INTO ledger_journal (journal_id, kind, source_type, source_id, billing_entity_id, payer_id, "
            "remittance_id) VALUES ($1, $2, 'remittance', $3, $4, $5, $3)",
            journal_id,
            kind,
            self._id,
            self._remittance["billing_entity_id"],
            self._remittance["payer_id"],
        )
        return journal_id

    async def write(self, books: Books, event: NewEvent) -> None:
        """Write books, claims, denials, decisions and reviews; `event` announces the journals."""
        connection, practice = self._connection, self._practice
        await connection.execute("UPDATE ledger_journal SET reason = $1", self._reason)
        for statement in (_KEEP_CLAIMS, _KEEP_LINES, _KEEP_DERIVED_LINES, _KEEP_DERIVED_ADJUSTMENTS):
            await connection.execute(statement, practice, self._id)
        await open_cases(
            connection,
            self._acting,
            self._id,
            remitted_on=self._remittance["paid_on"],
            has_corrections=self._source.has_corrections,
        )
        [outbox_id] = await self.announce([event])
        await write_moves(connection, books, outbox_id)
        await conclude_claims(
            connection,
            books,
            self._id,
            self._completions,
            has_reversals=self._source.has_reversals,
            said_on=self._remittance["produced_on"] or self._remittance["paid_on"],
            today=self._acting.today,
        )
        if self._source.has_reversals:
            await end_voided(connection, self._acting)
        await refresh_remittance(connection, practice, self._id)

    async def announce(self, events: list[NewEvent]) -> list[int]:
        return await tell(self._connection, self._acting, events)


def matched_event(remittance_id: UUID, row: Row) -> NewEvent:
    """Tells that a held claim of the payment found its claim."""
    data: dict[str, Any] = {
        "claim_n": row["n"],
        "claim_id": str(row["claim_id"]),
        "external_id": row["external_id"],
        "paid_cents": row["paid_cents"],
        "matched_by": row["matched_by"],
    }
    return NewEvent("remittance.claim_matched", "remittance", remittance_id, data)
