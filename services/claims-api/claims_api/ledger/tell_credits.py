"""Tell the overpayment cases which payers' credits a posting changed, in its own transaction."""

from datetime import datetime
from typing import Final

from ar_shared.platform.database import Connection
from claims_api.ledger.domain import Account
from claims_api.overpayments.domain import CreditNow
from claims_api.overpayments.follow_credits import follow_credits

_CREDIT: Final = int(Account.REFUNDS_PAYABLE_PAYER)

# Everything that touches a credit is a move on 2020: what a posting raised or drew (E45), a refund, its undoing.
_CHANGED: Final = f"""
WITH touched AS MATERIALIZED (
    SELECT DISTINCT charge_id, CASE WHEN debit_account = {_CREDIT} THEN debit_party ELSE credit_party END AS party_id
    FROM ledger_move
    WHERE amount_cents > 0 AND charge_id IS NOT NULL AND {_CREDIT} IN (debit_account, credit_account)
), cause AS MATERIALIZED (
    SELECT m.charge_id, array_agg(DISTINCT j.kind) AS how
    FROM (SELECT DISTINCT charge_id FROM touched) t
    JOIN ledger_move m ON m.charge_id = t.charge_id
    JOIN ledger_journal j ON j.journal_id = m.journal_id
    GROUP BY m.charge_id
)
SELECT t.charge_id, t.party_id, k.claim_id, k.balance_cents AS cents, c.how
FROM touched t
JOIN cause c ON c.charge_id = t.charge_id
JOIN claims.credit_balance k
  ON k.practice_id = $1 AND k.charge_id = t.charge_id AND k.account = {_CREDIT} AND k.party_id = t.party_id
ORDER BY t.charge_id, t.party_id
"""


async def tell_credits(
    connection: Connection,
    practice_id: int,
    *,
    client_id: str,
    actor: tuple[str, str | None],
    at: datetime,
    machine: datetime,
) -> None:
    """Once the moves are written; their temporary tables still hold them. actor: kind and id."""
    rows = await connection.fetch(_CHANGED, practice_id)
    changed = [CreditNow(**{**dict(row), "how": tuple(row["how"])}) for row in rows]
    kind, actor_id = actor
    who = {"kind": kind, "id": actor_id}
    await follow_credits(connection, practice_id, client_id, who, changed, at=at, machine=machine)
