"""Close the cases of a decision that was taken off its claim: they were no denials of it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent, append_events
from claims_api.denials.announce import RETURNED, closed_events

_WITHDRAW: Final = f"""
UPDATE claims.denial_case d
SET state = 'withdrawn', closed_at = $4, closed_reason = $5, row_version = d.row_version + 1, updated_at = $4
FROM claims.claim c
WHERE d.practice_id = $1 AND d.remittance_id = $2 AND d.remittance_claim_n = ANY($3::bigint[])
  AND d.state <> 'withdrawn' AND c.practice_id = $1 AND c.id = d.claim_id
RETURNING {RETURNED}, c.external_id
"""


async def withdraw_denials(
    connection: Connection,
    practice_id: int,
    remittance_id: UUID,
    numbers: list[int],
    *,
    reason: str,
    now: datetime,
    machine: datetime,
) -> None:
    """Withdraw every case of these claims of the payment, whatever its state, with the reason; the caller commits."""
    gone = await connection.fetch(_WITHDRAW, practice_id, remittance_id, numbers, now, reason)
    told = [
        NewEvent(
            "denial.withdrawn",
            "denial",
            case["id"],
            {
                "claim_id": str(case["claim_id"]),
                "external_id": case["external_id"],
                "carc": case["carc"],
                "denied_cents": case["denied_cents"],
            },
        )
        for case in gone
    ]
    await append_events(
        connection, "claims", practice_id, [*told, *closed_events(gone)], occurred_at=now, recorded_at=machine
    )
