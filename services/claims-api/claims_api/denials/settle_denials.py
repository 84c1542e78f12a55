"""What a payer's next decision, or its reversal, does to the cases of the decisions before: by posted money alone."""

from datetime import datetime
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.denials.announce import RETURNED, moved_events
from claims_api.denials.domain import DENIAL_TRANSITIONS, DenialEvent

_MOVES: Final = [(state.value, event.value, to.value) for (state, event), to in DENIAL_TRANSITIONS.items()]

# `undone` is an SQL source (remittance_id, claim_n) of decisions that are reversed.
_TAKE_BACK: Final = """
UPDATE claims.denial_case d
SET state = a.after, recovered_cents = 0, settled_remittance_id = NULL, settled_claim_n = NULL, closed_at = NULL,
    closed_reason = NULL, row_version = d.row_version + 1, updated_at = $2
FROM {undone} u
JOIN claims.denial_case b
  ON b.practice_id = $1 AND b.settled_remittance_id = u.remittance_id AND b.settled_claim_n = u.claim_n
JOIN unnest($3::text[], $4::text[], $5::text[]) AS a(before, event, after)
  ON a.before = b.state AND a.event = '{event}'
WHERE d.practice_id = $1 AND d.id = b.id
RETURNING {returned}
"""

# `decided` is an SQL source (claim_n, claim_id, payer_id, charge_id, gives_cents, denies): per charge, what the new
# decision gives (payment and shares that moved) and whether it denies again. A case gains what is given beyond what
# its own decision gave; a claim-level case looks at all charges. Won: nothing is denied any more.
_SETTLE: Final = """
WITH given AS MATERIALIZED (SELECT * FROM {decided} x),
judged AS (
    SELECT b.id, b.state, b.denied_cents, g.claim_n, bool_or(g.denies) AS denies,
           sum(g.gives_cents)::bigint - coalesce((
               SELECT sum(p.amount_cents) FROM claims.posting p
               WHERE p.practice_id = $1 AND p.remittance_id = b.remittance_id
                 AND p.remittance_claim_n = b.remittance_claim_n AND p.entry IN ('E04', 'E07', 'E09')
                 AND (b.charge_id IS NULL OR p.charge_id = b.charge_id)), 0)::bigint AS gained
    FROM claims.denial_case b
    JOIN given g ON g.claim_id = b.claim_id AND g.payer_id = b.payer_id
                AND (b.charge_id IS NULL OR g.charge_id = b.charge_id)
    WHERE b.practice_id = $1 AND b.remittance_id <> $6 AND b.settled_remittance_id IS NULL
    GROUP BY b.practice_id, b.id, g.claim_n
), settled AS (
    SELECT DISTINCT ON (j.id) j.id, j.claim_n, a.after, a.event,
           least(greatest(j.gained, 0), j.denied_cents) AS recovered
    FROM judged j
    JOIN unnest($3::text[], $4::text[], $5::text[]) AS a(before, event, after)
      ON a.before = j.state AND a.event = CASE
          WHEN j.gained > 0 AND NOT j.denies THEN '{all}' WHEN j.gained > 0 THEN '{part}'
          WHEN j.denies THEN '{uphold}' END
    ORDER BY j.id, j.claim_n DESC
)
UPDATE claims.denial_case d
SET state = s.after, recovered_cents = s.recovered,
    settled_remittance_id = CASE WHEN s.recovered > 0 THEN $6::uuid END,
    settled_claim_n = CASE WHEN s.recovered > 0 THEN s.claim_n END,
    closed_at = CASE WHEN s.event = '{part}' THEN NULL ELSE $2::timestamptz END,
    closed_reason = CASE s.event WHEN '{all}' THEN 'the payer decided again and paid'
                                 WHEN '{uphold}' THEN 'the payer decided again and kept its denial' END,
    row_version = d.row_version + 1, updated_at = $2::timestamptz
FROM settled s
WHERE d.practice_id = $1 AND d.id = s.id
RETURNING {returned}
"""


async def settle_denials(
    connection: Connection, practice_id: int, remittance_id: UUID, *, undone: str, decided: str, now: datetime
) -> list[NewEvent]:
    """Bring earlier cases up to date with a payment's reversals, then its decisions; returns what to announce.

    undone, decided: SQL sources, see above. Won (wholly or in part) only by what posts; the case of this payment
    itself is not touched.
    """
    moves = [list(column) for column in zip(*_MOVES, strict=True)]
    take_back = _TAKE_BACK.format(undone=undone, event=DenialEvent.TAKE_BACK.value, returned=RETURNED)
    settle = _SETTLE.format(
        decided=decided,
        all=DenialEvent.RECOVER_ALL.value,
        part=DenialEvent.RECOVER_PART.value,
        uphold=DenialEvent.UPHOLD.value,
        returned=RETURNED,
    )
    changed = await connection.fetch(take_back, practice_id, now, *moves)
    changed += await connection.fetch(settle, practice_id, now, *moves, remittance_id)
    return moved_events(changed)
