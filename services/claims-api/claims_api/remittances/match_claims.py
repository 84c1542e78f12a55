"""Find the claim, and the charge of each line, that a payer answers: a fixed list of statements over the staged rows.

A number is only a hint. A hit counts when the payer agrees and either the total charge (of any version), or the
service dates and the member; other service dates are another claim. What fits by five keys without a number of ours
is taken only when its number is foreign and nothing else fits, in any state.
"""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.remittances.domain.holds import HoldReason

MAX_DECISIONS_ON_ONE_CLAIM: Final = 20

# $1 practice, $2 the practice's payers that may be this payer.
_BY_NUMBER: Final = f"""
INSERT INTO remit_match (n, claim_id, matched_by, hold_reason)
WITH hit AS MATERIALIZED (
    SELECT s.n, 1 AS rank, c.id FROM remit_claim s
    JOIN claims.claim c ON c.practice_id = $1 AND c.patient_control_number = s.pcn
    UNION
    SELECT s.n, 1, c.id FROM remit_claim s
    JOIN claims.claim c ON c.practice_id = $1 AND c.submitted_pcn = s.pcn
    UNION
    SELECT s.n, 2, c.id FROM remit_claim s
    JOIN claims.claim c ON c.practice_id = $1 AND c.payer_control_number = s.payer_number
    UNION
    SELECT s.n, 3, c.id FROM remit_claim s
    JOIN claims.claim c ON c.practice_id = $1 AND c.payer_control_number = s.original_number
    UNION
    SELECT s.n, 4, c.id FROM remit_claim s
    JOIN claims.claim c ON c.practice_id = $1 AND c.normalised_pcn = s.normal_pcn
    WHERE s.normal_pcn <> ''
), fit AS MATERIALIZED (
    SELECT h.n, h.rank, h.id
    FROM hit h
    JOIN remit_claim s ON s.n = h.n
    JOIN claims.claim c ON c.practice_id = $1 AND c.id = h.id
    WHERE c.purpose <> 'test'
      AND (c.payer_id = ANY($2::uuid[]) OR EXISTS (
          SELECT FROM claims.coverage v
          WHERE v.practice_id = $1 AND v.patient_id = c.patient_id AND v.payer_id = ANY($2::uuid[])))
      AND (abs(s.charge_cents) = c.charge_cents OR EXISTS (
          SELECT FROM claims.claim_version o
          WHERE o.practice_id = $1 AND o.claim_id = c.id AND o.charge_cents = abs(s.charge_cents)) OR (
          s.service_from >= c.service_from AND s.service_to <= c.service_to AND EXISTS (
              SELECT FROM claims.coverage v
              WHERE v.practice_id = $1 AND v.patient_id = c.patient_id AND v.member_id = s.member_id)))
      AND NOT coalesce(s.service_to < c.service_from OR s.service_from > c.service_to, false)
), chosen AS (
    SELECT DISTINCT ON (n) n, rank, ids[1] AS id
    FROM (SELECT n, rank, array_agg(id) AS ids FROM fit GROUP BY n, rank) by_rank
    WHERE cardinality(ids) = 1
    ORDER BY n, rank
)
SELECT s.n, chosen.id,
       CASE chosen.rank WHEN 1 THEN 'patient_control_number' WHEN 2 THEN 'payer_control_number'
                        WHEN 3 THEN 'original_reference' WHEN 4 THEN 'normalised_number' END,
       CASE WHEN s.problem IS NOT NULL THEN s.problem
            WHEN chosen.id IS NOT NULL THEN NULL
            WHEN cardinality($2::uuid[]) = 0 THEN '{HoldReason.PAYER_UNKNOWN}'
            WHEN s.n IN (SELECT n FROM fit) THEN '{HoldReason.AMBIGUOUS}'
            WHEN s.n IN (SELECT n FROM hit) THEN '{HoldReason.FACTS_DIFFER}'
            ELSE '{HoldReason.NO_MATCH}' END
FROM remit_claim s LEFT JOIN chosen ON chosen.n = s.n
"""

# $3 the payee's NPI: it stands for the rendering provider where the payer names none.
_BY_FIVE_KEYS: Final = f"""
UPDATE remit_match m
SET claim_id = CASE WHEN cardinality(f.ids) = 1 THEN f.ids[1] END,
    matched_by = CASE WHEN cardinality(f.ids) = 1 THEN 'five_keys' END,
    hold_reason = CASE WHEN cardinality(f.ids) > 1 THEN '{HoldReason.AMBIGUOUS}' END
FROM (
    SELECT s.n, array_agg(DISTINCT c.id) AS ids
    FROM remit_claim s
    JOIN remit_match w ON w.n = s.n AND w.hold_reason = '{HoldReason.NO_MATCH}'
    JOIN claims.coverage v
      ON v.practice_id = $1 AND v.member_id = s.member_id AND v.payer_id = ANY($2::uuid[])
    JOIN claims.claim c
      ON c.practice_id = $1 AND c.coverage_id = v.id AND c.charge_cents = abs(s.charge_cents)
     AND c.service_from = s.service_from AND c.service_to = s.service_to
    JOIN claims.billing_entity b ON b.practice_id = $1 AND b.id = c.billing_entity_id
    LEFT JOIN claims.provider p ON p.practice_id = $1 AND p.id = c.rendering_provider_id
    WHERE s.handling = 'adjudicated'
      AND (p.npi = s.rendering_npi OR (s.rendering_npi IS NULL AND $3 = ANY(b.npis)))
    GROUP BY s.n
) f
WHERE m.n = f.n
"""

# A claim keeps only its newest payer number; a reversal may name the one of the decision it undoes.
_BY_DECISION: Final = f"""
UPDATE remit_match m
SET claim_id = f.ids[1], matched_by = 'payer_control_number', hold_reason = NULL
FROM (
    SELECT s.n, array_agg(DISTINCT p.claim_id) AS ids
    FROM remit_claim s
    JOIN remit_match w ON w.n = s.n AND w.hold_reason IN ('{HoldReason.NO_MATCH}', '{HoldReason.FACTS_DIFFER}')
    JOIN claims.remittance_claim p
      ON p.practice_id = $1 AND p.payer_control_number = s.payer_number AND p.state = 'posted'
     AND p.charge_cents = -s.charge_cents AND p.paid_cents = -s.paid_cents AND p.adjustment_cents = -s.adjustment_cents
    JOIN claims.coverage v ON v.practice_id = $1 AND v.id = p.coverage_id AND v.payer_id = ANY($2::uuid[])
    WHERE s.handling = 'reversal'
    GROUP BY s.n
) f
WHERE m.n = f.n AND cardinality(f.ids) = 1
"""

_LOCK: Final = """
SELECT count(*) FROM (
    SELECT c.id FROM claims.claim c
    WHERE c.practice_id = $1 AND c.id IN (SELECT claim_id FROM remit_match)
    ORDER BY c.id
    FOR UPDATE
) locked
"""

# After the lock: what another payment has just posted on these claims is visible now. $2 this remittance.
_LOOK_ALIKES: Final = f"""
UPDATE remit_match m SET hold_reason = '{HoldReason.LOOK_ALIKE}'
FROM remit_claim s
WHERE s.n = m.n AND m.hold_reason IS NULL AND EXISTS (
    SELECT FROM claims.remittance_claim p
    WHERE p.practice_id = $1 AND p.payer_control_number = s.payer_number AND p.look_alike_key = s.look_alike_key
      AND p.state = 'posted' AND p.remittance_id <> $2)
"""

# What each side of a line match is compared by; a line without its own day has the first day of the payer's claim,
# and where that has none either, of ours.
_LINES: Final = """
INSERT INTO remit_target (claim_n, line_n, charge_id)
WITH line AS MATERIALIZED (
    SELECT l.claim_n, l.n, l.line_number, l.code, l.modifiers, abs(l.charge_cents) AS cents, m.claim_id,
           coalesce(l.service_from, s.service_from, (
               SELECT c.service_from FROM claims.claim c WHERE c.practice_id = $1 AND c.id = m.claim_id
           )) AS service_from
    FROM remit_line l
    JOIN remit_match m ON m.n = l.claim_n AND m.hold_reason IS NULL
    JOIN remit_claim s ON s.n = l.claim_n AND s.handling = 'adjudicated'
), numbered AS MATERIALIZED (
    SELECT DISTINCT ON (l.claim_n, l.n) l.claim_n, l.n, k.charge_id
    FROM line l
    JOIN claims.claim_line k
      ON k.practice_id = $1 AND k.claim_id = l.claim_id AND k.line_control_number = l.line_number
    ORDER BY l.claim_n, l.n, k.version DESC
), open_line AS MATERIALIZED (
    SELECT l.* FROM line l
    WHERE NOT EXISTS (SELECT FROM numbered d WHERE d.claim_n = l.claim_n AND d.n = l.n)
), charge AS MATERIALIZED (
    SELECT o.claim_n, k.n, k.charge_id, coalesce(h.procedure_code, h.revenue_code) AS code, h.modifiers,
           h.service_from, k.allocated_cents AS cents,
           EXISTS (SELECT FROM numbered d WHERE d.claim_n = o.claim_n AND d.charge_id = k.charge_id) AS taken
    FROM (SELECT DISTINCT claim_n, claim_id FROM open_line) o
    JOIN claims.claim c ON c.practice_id = $1 AND c.id = o.claim_id
    JOIN claims.claim_line k ON k.practice_id = $1 AND k.claim_id = c.id AND k.version = c.version
    JOIN claims.charge h ON h.practice_id = $1 AND h.id = k.charge_id
), exact AS MATERIALIZED (
    SELECT l.claim_n, l.n, h.charge_id
    FROM (SELECT *, row_number() OVER (PARTITION BY claim_n, code, modifiers, service_from, cents ORDER BY n) AS place
          FROM open_line) l
    JOIN (SELECT *, row_number() OVER (PARTITION BY claim_n, code, modifiers, service_from, cents ORDER BY n) AS place
          FROM charge WHERE NOT taken) h
      ON h.claim_n = l.claim_n AND h.code = l.code AND h.modifiers = l.modifiers
     AND h.service_from = l.service_from AND h.cents = l.cents AND h.place = l.place
), loose AS (
    SELECT DISTINCT ON (l.claim_n, l.n) l.claim_n, l.n, h.charge_id
    FROM open_line l
    JOIN charge h ON h.claim_n = l.claim_n AND h.code = l.code AND h.service_from = l.service_from
    WHERE NOT EXISTS (SELECT FROM exact e WHERE e.claim_n = l.claim_n AND e.n = l.n)
    ORDER BY l.claim_n, l.n,
             h.taken OR EXISTS (SELECT FROM exact e WHERE e.claim_n = l.claim_n AND e.charge_id = h.charge_id),
             abs(h.cents - l.cents), h.n
)
SELECT claim_n, n, charge_id FROM numbered
UNION ALL SELECT claim_n, n, charge_id FROM exact
UNION ALL SELECT claim_n, n, charge_id FROM loose
"""

# A line without money and without adjustments (a reporting code) may stand alone. The difference of two sets is taken
# first: joined away, it is planned as if there were next to none, and then costs lines times targets.
_UNMATCHED_LINES: Final = f"""
WITH alone AS MATERIALIZED (
    SELECT l.claim_n, l.n
    FROM remit_line l
    JOIN remit_match m ON m.n = l.claim_n AND m.hold_reason IS NULL
    JOIN remit_claim s ON s.n = l.claim_n AND s.handling = 'adjudicated'
    EXCEPT SELECT claim_n, line_n FROM remit_target
)
UPDATE remit_match m SET hold_reason = '{HoldReason.LINE_UNMATCHED}'
WHERE m.n IN (
    SELECT l.claim_n FROM alone JOIN remit_line l ON l.claim_n = alone.claim_n AND l.n = alone.n
    WHERE l.charge_cents <> 0 OR l.paid_cents <> 0
       OR EXISTS (SELECT FROM remit_adjustment a
                  WHERE a.claim_n = l.claim_n AND a.line_n = l.n AND a.amount_cents <> 0))
"""

# The exact opposite among the decisions of this payer posted on the claim and not yet undone. The payer's number
# decides between several, then the service dates, then (they are equal in all that counts) the newest.
_ORIGINALS: Final = """
INSERT INTO remit_original (n, journal_id)
WITH found AS (
    SELECT s.n, p.journal_id,
           rank() OVER (PARTITION BY s.n ORDER BY (p.payer_control_number IS DISTINCT FROM s.payer_number),
                        (p.service_from IS DISTINCT FROM s.service_from), p.journal_id DESC) AS place
    FROM remit_claim s
    JOIN remit_match m ON m.n = s.n AND m.hold_reason IS NULL
    JOIN claims.remittance_claim p ON p.practice_id = $1 AND p.claim_id = m.claim_id
    JOIN claims.coverage v ON v.practice_id = $1 AND v.id = p.coverage_id AND v.payer_id = ANY($2::uuid[])
    WHERE s.handling = 'reversal' AND p.state = 'posted' AND p.clp_status <> '22'
      AND p.charge_cents = -s.charge_cents AND p.paid_cents = -s.paid_cents
      AND p.adjustment_cents = -s.adjustment_cents
      AND NOT EXISTS (SELECT FROM claims.journal j WHERE j.practice_id = $1 AND j.reverses_journal_id = p.journal_id)
)
SELECT DISTINCT ON (journal_id) n, journal_id FROM found WHERE place = 1 ORDER BY journal_id, n
"""

_UNMATCHED_REVERSALS: Final = f"""
UPDATE remit_match m SET hold_reason = '{HoldReason.REVERSAL_UNMATCHED}'
FROM remit_claim s
WHERE s.n = m.n AND s.handling = 'reversal' AND m.hold_reason IS NULL
  AND NOT EXISTS (SELECT FROM remit_original o WHERE o.n = m.n)
"""

_TOO_MANY: Final = f"""
UPDATE remit_match m SET hold_reason = '{HoldReason.TOO_MANY_FOR_ONE_CLAIM}'
FROM (SELECT n, row_number() OVER (PARTITION BY claim_id ORDER BY n) AS place
      FROM remit_match WHERE hold_reason IS NULL) x
WHERE x.n = m.n AND x.place > {MAX_DECISIONS_ON_ONE_CLAIM}
"""


async def find_claims(
    connection: Connection, practice_id: int, payer_ids: list[UUID], payee_npi: str, *, has_reversals: bool
) -> None:
    """Fill `remit_match`: one row a staged claim, with its claim or the reason why it has none; lock the claims."""
    await connection.execute(_BY_NUMBER, practice_id, payer_ids)
    await connection.execute("ANALYZE remit_match")
    if payer_ids:
        await connection.execute(_BY_FIVE_KEYS, practice_id, payer_ids, payee_npi)
        if has_reversals:
            await connection.execute(_BY_DECISION, practice_id, payer_ids)
    await connection.execute(_LOCK, practice_id)


async def find_lines(
    connection: Connection,
    practice_id: int,
    remittance_id: UUID,
    payer_ids: list[UUID],
    *,
    has_reversals: bool,
    look_alikes: bool = True,
) -> None:
    """Fill `remit_target` (line to charge) and `remit_original` (reversal to posted decision); hold what fails.

    look_alikes: hold what repeats a posted decision, unless a person has said that it does not.
    """
    if look_alikes:
        await connection.execute(_LOOK_ALIKES, practice_id, remittance_id)
    await connection.execute(_LINES, practice_id)
    await connection.execute("ANALYZE remit_target")
    await connection.execute(_UNMATCHED_LINES)
    if has_reversals:
        await connection.execute(_ORIGINALS, practice_id, payer_ids)
        await connection.execute(_UNMATCHED_REVERSALS)
    await connection.execute(_TOO_MANY)
