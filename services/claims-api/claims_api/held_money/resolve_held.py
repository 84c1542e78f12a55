"""Take held money of a payment out of the queue because a person found whose it is, and put it back."""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.held_money.refresh_remittance import refresh_remittance

_CLAIM: Final = """
UPDATE claims.remittance_claim SET state = $4, row_version = row_version + 1
WHERE practice_id = $1 AND remittance_id = $2 AND n = $3 AND state = $5
"""
_DIFFERENCE: Final = """
UPDATE claims.remittance SET difference_resolved_cents = difference_resolved_cents + $3
WHERE practice_id = $1 AND id = $2
"""


async def resolve_held(
    connection: Connection,
    practice_id: int,
    remittance_id: UUID,
    claim_n: int | None,
    cents: int,
    *,
    back: bool = False,
) -> None:
    """A held claim becomes `returned`, or what the deposit differs by is resolved; `back` undoes it. The caller posts.

    cents: of the difference, with its sign.
    """
    if claim_n is None:
        await connection.execute(_DIFFERENCE, practice_id, remittance_id, -cents if back else cents)
    else:
        before, after = ("returned", "held") if back else ("held", "returned")
        await connection.execute(_CLAIM, practice_id, remittance_id, claim_n, after, before)
    await refresh_remittance(connection, practice_id, remittance_id)
