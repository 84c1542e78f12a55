"""SQL of the snapshots."""

from ar_shared.platform.database import Connection
from reporting_api.moment import Moment


async def unmatched_claims(connection: Connection, practice_id: int) -> int:
    """Claims inside remittances whose money is held until somebody knows whose it is."""
    found: int = await connection.fetchval(
        "SELECT count(*) FROM claims_export.remittance_claim_v1 WHERE practice_id = $1 AND state = 'held'", practice_id
    )
    return found


async def balance_difference(connection: Connection, moment: Moment, open_cents: int) -> int | None:
    """How far the rollups are from the ledger's balances, cents; None while events wait to be folded."""
    difference: int | None = await connection.fetchval(
        """
        SELECT abs($3 - (SELECT coalesce(sum(b.balance_cents), 0) FROM claims_export.balance_v1 b
                         WHERE b.practice_id = $1 AND b.balance_cents > 0))::bigint
        FROM claims_export.event_head_v1 h WHERE h.practice_id = $1 AND h.last_sequence = $2""",
        moment.practice_id,
        moment.sequence,
        open_cents,
    )
    return difference
