"""Remember what a person, or a rule, did with a payment and why: the history of corrections."""

from typing import Final
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from claims_api.acting import Acting

_KEEP: Final = """
INSERT INTO claims.remittance_action (practice_id, id, remittance_id, claim_n, claim_id, kind, reason, client_id,
    actor_id, actor_kind, acted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""


async def keep_action(
    connection: Connection,
    acting: Acting,
    remittance_id: UUID,
    kind: str,
    reason: str,
    *,
    claim_n: int | None = None,
    claim_id: UUID | None = None,
) -> None:
    """Write one row of the history; the caller commits."""
    await connection.execute(
        _KEEP,
        acting.practice_id,
        uuid7(),
        remittance_id,
        claim_n,
        claim_id,
        kind,
        reason,
        acting.client_id,
        acting.actor.id,
        acting.actor.kind,
        acting.moment.at,
    )
