"""The postings of a payment's claims, round by round: set-based, equal to what `domain` says of one line.

A claim that a payment decides twice (a reversal and its correction, a split) is posted in as many rounds, reversals
first, so that each decision sees what the one before left open.
"""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.moves import Books, load_buckets, settle_round
from claims_api.remittances.capitated import RULES
from claims_api.remittances.staging import PLACES
from claims_api.sql_ids import uuid7_sql

_AR: Final = int(Account.AR_INSURANCE)
_CLEARING: Final = int(Account.REMITTANCE_CLEARING)
_HELD: Final = int(Account.UNAPPLIED_INSURANCE)
_TAKEN: Final = int(Account.TAKE_BACKS_UNIDENTIFIED)

# $1 practice, $2 the practice's payers that may be this payer, $3 milliseconds, $4 states in which no 835 is expected.
_POST: Final = f"""
INSERT INTO remit_post
SELECT s.n, row_number() OVER (PARTITION BY c.id ORDER BY (s.handling = 'reversal') DESC, s.n),
    {uuid7_sql("$3::bigint")}, s.handling, s.event, c.id, coalesce(v.id, c.coverage_id),
    CASE WHEN v.id IS NULL OR v.id = c.coverage_id THEN c.sequence ELSE v.rank END,
    coalesce(s.sequence, 1) > 1, v.id IS NULL OR v.id = c.coverage_id, c.guarantor_id, x.id, x.rank,
    o.journal_id, c.submission_state = ANY($4::text[]), c.adjudication_state = 'reversed',
    coalesce(v.payer_id, c.payer_id),
    CASE WHEN v.id IS NULL OR v.id = c.coverage_id THEN c.plan_id ELSE v.plan_id END,
    CASE WHEN v.id IS NULL OR v.id = c.coverage_id THEN c.financial_class ELSE y.financial_class END,
    c.billing_entity_id, c.location_id, c.rendering_provider_id,
    c.adjudication_state NOT IN ('none', 'pended', 'info_requested', 'forwarded')
FROM remit_match m
JOIN remit_claim s ON s.n = m.n AND s.handling IN ('adjudicated', 'reversal')
JOIN claims.claim c ON c.practice_id = $1 AND c.id = m.claim_id
LEFT JOIN remit_original o ON o.n = s.n
LEFT JOIN LATERAL (
    SELECT k.id, k.rank, k.payer_id, k.plan_id FROM claims.coverage k
    WHERE k.practice_id = $1 AND k.patient_id = c.patient_id AND k.payer_id = ANY($2::uuid[])
    ORDER BY (k.rank = s.sequence) DESC NULLS LAST, (k.id = c.coverage_id) DESC, k.rank
    LIMIT 1
) v ON true
LEFT JOIN claims.payer y ON y.practice_id = $1 AND y.id = v.payer_id
LEFT JOIN LATERAL (
    SELECT k.id, k.rank FROM claims.coverage k
    WHERE k.practice_id = $1 AND k.patient_id = c.patient_id
      AND k.rank > CASE WHEN v.id IS NULL OR v.id = c.coverage_id THEN c.sequence ELSE v.rank END
      AND coalesce(k.starts_on <= c.service_from, true) AND coalesce(k.ends_on >= c.service_from, true)
    ORDER BY k.rank
    LIMIT 1
) x ON true
WHERE m.hold_reason IS NULL
"""

_JOURNALS: Final = """
INSERT INTO ledger_journal
SELECT journal_id,
       CASE WHEN handling = 'reversal' THEN 'reversal' WHEN was_reversed THEN 'correction' ELSE 'remittance' END,
       'remittance', $1::uuid, original_journal_id, claim_id, coverage_id, billing_entity_id, location_id,
       rendering_provider_id, payer_id, plan_id, financial_class, $1::uuid, n
FROM remit_post
"""

_CHARGES: Final = """
INSERT INTO ledger_charge
SELECT DISTINCT ON (h.id) h.id, t.claim_id, h.service_from, h.rendering_provider_id
FROM (
    SELECT t.charge_id, p.claim_id FROM remit_target t
    JOIN remit_post p ON p.n = t.claim_n AND p.handling = 'adjudicated'
    UNION ALL
    SELECT g.charge_id, p.claim_id FROM remit_post p
    JOIN claims.posting g ON g.practice_id = $1 AND g.journal_id = p.original_journal_id
    WHERE g.charge_id IS NOT NULL
) t
JOIN claims.charge h ON h.practice_id = $1 AND h.id = t.charge_id
ORDER BY h.id
"""

# All charges of a claim: what a provider entry moves on it, and what a correction could not post before its reversal.
_ALL_CHARGES: Final = """
INSERT INTO ledger_charge
SELECT DISTINCT h.id, k.claim_id, h.service_from, h.rendering_provider_id
FROM (SELECT claim_id FROM remit_post WHERE handling = 'reversal' UNION SELECT unnest($2::uuid[])) t
JOIN claims.claim_line k ON k.practice_id = $1 AND k.claim_id = t.claim_id
JOIN claims.charge h ON h.practice_id = $1 AND h.id = k.charge_id
WHERE NOT EXISTS (SELECT FROM ledger_charge g WHERE g.charge_id = h.id)
"""

# A posting is numbered by its line and its place there (0: the payment).
# Turns: 1 raises the bucket, 2 is paid, 3 moves to another party, 4 is written off. Payments always post in full;
# 3 and 4 go, in this order, only as far as the bucket: no write-off and no transfer takes a receivable below zero.
_DECISIONS: Final = f"""
INSERT INTO ledger_move
WITH item AS (
    SELECT p.n, p.journal_id, p.coverage_id, p.sequence, p.claim_id, t.charge_id, t.line_n, 0::smallint AS place,
           2 AS turn, l.cash_cents AS cents,
           CASE WHEN p.sequence > 1 THEN '{LedgerEvent.SECONDARY_PAYMENT}' ELSE '{LedgerEvent.INSURANCE_PAYMENT}' END
               AS entry,
           {_CLEARING}::smallint AS debit_account, $2::uuid AS debit_party, NULL::smallint AS debit_sequence,
           {_AR}::smallint AS credit_account, p.coverage_id AS credit_party, p.sequence AS credit_sequence,
           NULL::text AS group_code, NULL::text AS carc
    FROM remit_post p
    JOIN remit_line l ON l.claim_n = p.n AND l.cash_cents > 0
    JOIN remit_target t ON t.claim_n = l.claim_n AND t.line_n = l.n
    WHERE p.round = $1::smallint AND p.handling = 'adjudicated'
    UNION ALL
    SELECT p.n, p.journal_id, p.coverage_id, p.sequence, p.claim_id, t.charge_id, t.line_n, a.n,
           CASE WHEN r.action = 'transfer' THEN 3 WHEN r.debit_account = {_AR} THEN 1 ELSE 4 END,
           a.moves_cents, r.event,
           CASE WHEN r.action = 'transfer' AND p.next_coverage_id IS NOT NULL
                THEN r.next_coverage_account ELSE r.debit_account END,
           CASE WHEN r.action = 'transfer' THEN coalesce(p.next_coverage_id, p.guarantor_id)
                WHEN r.debit_account = {_AR} THEN p.coverage_id END,
           CASE WHEN r.action = 'transfer' THEN p.next_sequence WHEN r.debit_account = {_AR} THEN p.sequence END,
           r.credit_account,
           CASE WHEN r.credit_account = {_AR} THEN p.coverage_id END,
           CASE WHEN r.credit_account = {_AR} THEN p.sequence END,
           a.group_code, a.carc
    FROM remit_post p
    JOIN remit_adjustment a ON a.claim_n = p.n AND a.line_n > 0 AND a.moves_cents > 0
    JOIN claims.cas_rule r
      ON r.group_code = a.group_code AND r.carc = a.carc AND r.sign = CASE WHEN a.amount_cents > 0 THEN 1 ELSE -1 END
    JOIN remit_target t ON t.claim_n = a.claim_n AND t.line_n = a.line_n
    WHERE p.round = $1::smallint AND p.handling = 'adjudicated' AND r.action IN ('post', 'transfer')
      AND (r.debit_account IS NOT NULL OR p.next_coverage_id IS NOT NULL)
), run AS (
    SELECT i.*,
           coalesce(b.balance_cents - b.credit_cents, 0)
               + sum(CASE turn WHEN 1 THEN cents WHEN 2 THEN -cents ELSE 0 END) OVER so_far AS room,
           coalesce(sum(cents) FILTER (WHERE turn > 2) OVER so_far, 0) AS used
    FROM item i
    LEFT JOIN ledger_bucket b
      ON b.charge_id = i.charge_id AND b.account = {_AR} AND b.party_id = i.coverage_id
    WINDOW so_far AS (PARTITION BY i.n, i.charge_id ORDER BY turn, line_n, place ROWS UNBOUNDED PRECEDING)
), capped AS (
    SELECT run.*, CASE WHEN turn <= 2 THEN cents ELSE least(cents, greatest(room - used + cents, 0)) END AS taken
    FROM run
)
SELECT $1::smallint, journal_id, line_n * {PLACES} + place, charge_id, claim_id, entry, taken, cents - taken,
       debit_account, debit_party, debit_sequence, credit_account, credit_party, credit_sequence,
       line_n, group_code, carc
FROM capped
"""

_CAPITATED: Final = _DECISIONS.replace("JOIN claims.cas_rule r", f"JOIN {RULES} r")

# A decision was posted in one journal, and in a second one where it came before the reversal of an earlier decision.
_UNDONE: Final = f"""
WITH undone AS (
    INSERT INTO remit_undone
    SELECT p.n, p.original_journal_id, p.journal_id FROM remit_post p WHERE p.handling = 'reversal'
    UNION ALL
    SELECT p.n, v.completion_journal_id, {uuid7_sql("$2::bigint")}
    FROM remit_post p
    JOIN claims.reversal v
      ON v.practice_id = $1 AND v.correction_journal_id = p.original_journal_id AND v.completion_journal_id IS NOT NULL
    WHERE p.handling = 'reversal'
    RETURNING n, journal_id, mirror_id
)
INSERT INTO ledger_journal
SELECT u.mirror_id, 'reversal', 'remittance', $3::uuid, u.journal_id, p.claim_id, p.coverage_id, p.billing_entity_id,
       p.location_id, p.rendering_provider_id, p.payer_id, p.plan_id, p.financial_class, $3::uuid, p.n
FROM undone u JOIN remit_post p ON p.n = u.n
WHERE u.mirror_id <> p.journal_id
"""

# Each posting of the original backwards; its credit (E45) is left to the rule that keeps buckets above zero.
# The money side moves from the remittance that paid to the one that takes back.
_REVERSALS: Final = f"""
INSERT INTO ledger_move
SELECT $2::smallint, u.mirror_id, g.n, g.charge_id, g.claim_id, '{LedgerEvent.REVERSAL}', g.amount_cents, 0,
       g.credit_account, g.credit_party_id, g.credit_sequence,
       g.debit_account, CASE WHEN g.debit_account = {_CLEARING} THEN $3::uuid ELSE g.debit_party_id END,
       g.debit_sequence,
       g.remittance_line_n, g.group_code, g.carc
FROM remit_post p
JOIN remit_undone u ON u.n = p.n
JOIN claims.posting g ON g.practice_id = $1 AND g.journal_id = u.journal_id
WHERE p.round = $2::smallint AND p.handling = 'reversal' AND g.entry <> '{LedgerEvent.CREDIT_RECLASS}'
"""

_HOLD: Final = f"""
INSERT INTO ledger_move
SELECT 0, $2::uuid, s.n, NULL, NULL, '{LedgerEvent.REMITTANCE_HELD}', abs(s.paid_cents), 0,
       CASE WHEN s.paid_cents > 0 THEN {_CLEARING} ELSE {_TAKEN} END, $1::uuid, NULL,
       CASE WHEN s.paid_cents > 0 THEN {_HELD} ELSE {_CLEARING} END, $1::uuid, NULL,
       NULL, NULL, NULL
FROM remit_match m JOIN remit_claim s ON s.n = m.n
WHERE m.hold_reason IS NOT NULL AND s.paid_cents <> 0
"""


async def post_claims(
    connection: Connection,
    books: Books,
    remittance_id: UUID,
    payer_ids: list[UUID],
    unexpected_states: list[str],
    *,
    has_reversals: bool,
    more_claims: list[UUID],
    capitated: bool = False,
) -> int:
    """Fill the ledger's tables with every matched claim's moves; returns the number of rounds.

    Nothing is written to the books yet. more_claims: claims of ours that provider entries move. capitated: the
    payer's contract.
    """
    practice = books.practice_id
    milliseconds = int(books.recorded_at.timestamp() * 1000)
    await connection.execute(_POST, practice, payer_ids, milliseconds, unexpected_states)
    await connection.execute("ANALYZE remit_post")
    await connection.execute(_JOURNALS, remittance_id)
    await connection.execute(_CHARGES, practice)
    if has_reversals:
        await connection.execute(_UNDONE, practice, milliseconds, remittance_id)
    if has_reversals or more_claims:
        await connection.execute(_ALL_CHARGES, practice, more_claims)
    await connection.execute("ANALYZE ledger_charge")
    await load_buckets(connection, books)
    rounds: int = await connection.fetchval("SELECT coalesce(max(round), 0) FROM remit_post")
    for number in range(1, rounds + 1):
        if has_reversals:
            await connection.execute(_REVERSALS, practice, number, remittance_id)
        await connection.execute(_CAPITATED if capitated else _DECISIONS, number, remittance_id)
        await settle_round(connection, books, number)
    return rounds


async def hold_money(connection: Connection, remittance_id: UUID, journal_id: UUID) -> None:
    """Moves for the claims that do not post: their money is held, so that clearing shows the whole payment."""
    await connection.execute(_HOLD, remittance_id, journal_id)
