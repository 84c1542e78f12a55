"""Payers that pay by capitation: CARC 24 under CO closes the line as contractual (E35) and is no denial.

A payer is one by its profile (`capitated` = `yes`). What the rules said of the staged claims without knowing the
payer is put right here, before anything is posted.
"""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent

_IS: Final = """
SELECT EXISTS (SELECT FROM claims.payer
               WHERE practice_id = $1 AND id = ANY($2::uuid[]) AND profile->>'capitated' = 'yes')
"""
_CAPITATED: Final = """(
    SELECT claim_n, line_n, sum(amount_cents)::bigint AS cents FROM remit_adjustment
    WHERE group_code = 'CO' AND carc = '24' AND amount_cents > 0 GROUP BY 1, 2
)"""
_LINES: Final = f"""
UPDATE remit_line l
SET denied_cents = greatest(l.denied_cents - a.cents, 0),
    outcome = CASE WHEN l.denied_cents > a.cents THEN l.outcome WHEN l.paid_cents > 0 THEN 'paid'
                   ELSE 'zero_paid_review' END
FROM {_CAPITATED} a
WHERE a.claim_n = l.claim_n AND a.line_n = l.n
"""
_CASES: Final = f"""
UPDATE denial_found d SET denied_cents = d.denied_cents - a.cents
FROM {_CAPITATED} a
WHERE a.claim_n = d.claim_n AND a.line_n = d.line_n AND d.group_code = 'CO' AND d.carc = '24'
"""
_NO_CASES: Final = "DELETE FROM denial_found WHERE denied_cents <= 0"
_CLAIMS: Final = f"""
UPDATE remit_claim s
SET outcome = x.outcome, event = 'remit_' || x.outcome
FROM (
    SELECT s.n, CASE WHEN EXISTS (SELECT FROM denial_found d WHERE d.claim_n = s.n) THEN
                    CASE WHEN s.paid_cents > 0 THEN 'partially_denied' ELSE s.outcome END
                WHEN s.paid_cents > 0 THEN 'paid' ELSE 'zero_paid' END AS outcome
    FROM remit_claim s WHERE s.n IN (SELECT claim_n FROM {_CAPITATED} a)
) x
WHERE x.n = s.n AND s.handling = 'adjudicated'
"""

RULES: Final = f"""(
    SELECT group_code, carc, sign, action, event, debit_account, credit_account, next_coverage_account
    FROM claims.cas_rule WHERE NOT (group_code = 'CO' AND carc = '24' AND sign = 1)
    UNION ALL
    SELECT 'CO', '24', 1, 'post', '{LedgerEvent.CAPITATED_SERVICE}', {int(Account.CONTRACTUAL)},
           {int(Account.AR_INSURANCE)}, NULL
)"""
"""The posting rules as such a payer's contract changes them; stands in for `claims.cas_rule`."""


async def apply_capitation(connection: Connection, practice_id: int, payer_ids: list[UUID]) -> bool:
    """Whether the payer is one; if so, what is staged is judged by its contract."""
    if not await connection.fetchval(_IS, practice_id, payer_ids):
        return False
    for statement in (_LINES, _CASES, _NO_CASES, _CLAIMS):
        await connection.execute(statement)
    return True
