"""Tell the overpayment cases which payers' credits a posting changed, in its own transaction."""

from datetime import datetime
from typing import Final

from ar_shared.platform.database import Connection
from claims_api.ledger.domain import Account
from claims_api.overpayments.domain import CreditNow
from claims_api.overpayments.follow_credits import follow_credits

_CREDIT: Final = int(Account.REFUNDS_PAYABLE_PAYER)

# Everything that touches a credit is a move on 2020: what a posting raised or drew (E45), a refund, its undoing. Such
# moves are few, so their credits are looked up one by one, whatever the planner thinks of the temporary tables.
_MOVED: Final = f"""
SELECT m.charge_id, CASE WHEN m.debit_account = {_CREDIT} THEN m.debit_party ELSE m.credit_party END AS party_id,
       array_agg(DISTINCT j.kind) AS how
FROM ledger_move m JOIN ledger_journal j ON j.journal_id = m.journal_id
WHERE m.amount_cents > 0 AND m.charge_id IS NOT NULL AND {_CREDIT} IN (m.debit_account, m.credit_account)
GROUP BY 1, 2 ORDER BY 1, 2
"""
_NOW: Final = f"""
SELECT k.charge_id, k.party_id, k.claim_id, k.balance_cents AS cents
FROM unnest($2::uuid[], $3::uuid[]) AS n(charge_id, party_id)
JOIN claims.credit_balance k
  ON k.practice_id = $1 AND k.charge_id = n.charge_id AND k.account = {_CREDIT} AND k.party_id = n.party_id
ORDER BY k.charge_id, k.party_id
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
    moved = {(row["charge_id"], row["party_id"]): tuple(row["how"]) for row in await connection.fetch(_MOVED)}
    if not moved:
        return
    charges, parties = [charge for charge, _ in moved], [party for _, party in moved]
    rows = await connection.fetch(_NOW, practice_id, charges, parties)
    changed = [CreditNow(**dict(row), how=moved[row["charge_id"], row["party_id"]]) for row in rows]
    kind, actor_id = actor
    who = {"kind": kind, "id": actor_id}
    await follow_credits(connection, practice_id, client_id, who, changed, at=at, machine=machine)
