"""Open an amount between us and a payer that a person's decision made, and close it when that is undone."""

from typing import Final
from uuid import UUID

from ar_shared.kernel.errors import StateConflictError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from claims_api.acting import Acting
from claims_api.ledger.domain import Account

_KINDS: Final = {
    Account.OWED_TO_PAYER: ("announced", "credit"),
    Account.TAKE_BACKS_UNIDENTIFIED: ("take_back", "debit"),
}
_OPEN: Final = """
INSERT INTO claims.payer_item (practice_id, id, remittance_id, entry_n, payer_key, payer_id, provider_identifier, kind,
    code, account, side, reference, amount_cents, open_cents, opened_on, row_version, updated_at)
SELECT $1, $2, r.id, 0, r.payer_key, r.payer_id, r.payee_key, $4, $5, $6, $7, $8, $9, $9, $10, 1, $11
FROM claims.remittance r WHERE r.practice_id = $1 AND r.id = $3
"""
_LOCK: Final = """
SELECT i.open_cents = i.amount_cents AND NOT EXISTS (
           SELECT FROM claims.refund f WHERE f.practice_id = $1 AND f.payer_item_id = i.id
           AND f.state NOT IN ('cancelled', 'voided')) AS is_whole
FROM claims.payer_item i WHERE i.practice_id = $1 AND i.id = $2
FOR UPDATE
"""
_CLOSE: Final = """
UPDATE claims.payer_item SET open_cents = 0, settled_on = $3, row_version = row_version + 1, updated_at = $4
WHERE practice_id = $1 AND id = $2
"""


class PayerItemUsedError(StateConflictError):
    """A part of it was settled, assigned to a claim or asked for as a refund."""

    code = "payer_item_used"
    title = "The amount with the payer was used"


async def open_item(
    connection: Connection,
    acting: Acting,
    remittance: Row,
    account: Account,
    cents: int,
    *,
    code: str,
    reference: str | None,
) -> UUID:
    """Returns its id, the party of what the caller posts on `account`: 2040 we owe it, 1200 the payer does.

    A later payment that takes what we owe by `reference`, or as the only one of its amount, settles it (E16).
    """
    item_id = uuid7()
    kind, side = _KINDS[account]
    await connection.execute(
        _OPEN,
        acting.practice_id,
        item_id,
        remittance["id"],
        kind,
        code,
        int(account),
        side,
        reference,
        cents,
        acting.today,
        acting.moment.at,
    )
    return item_id


async def close_item(connection: Connection, acting: Acting, item_id: UUID) -> None:
    """The caller undoes its posting. Raises PayerItemUsedError."""
    row = await connection.fetchrow(_LOCK, acting.practice_id, item_id)
    if row is None or not row["is_whole"]:
        raise PayerItemUsedError
    await connection.execute(_CLOSE, acting.practice_id, item_id, acting.today, acting.moment.at)
