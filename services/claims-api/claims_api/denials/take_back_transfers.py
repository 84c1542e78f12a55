"""Before a payer's new decision posts: what a person had moved away from that payer is its own again (E33)."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.denials.domain import DenialEvent, DenialState
from claims_api.denials.move_denials import move_denials
from claims_api.ledger.post_entries import leave_tables_empty, mirror_of, tell_and_post

_DECIDED_AGAIN: Final = "the payer decided again"
_MOVED: Final = (DenialState.PATIENT_BILLED, DenialState.PAYER_BILLED)

# Locked first and read then: who waited for the lock sees what was taken back meanwhile.
_LOCK: Final = """
SELECT t.id FROM claims.transfer t
JOIN claims.claim c ON c.practice_id = $1 AND c.id = t.claim_id AND c.coverage_id = t.from_party_id
WHERE t.practice_id = $1 AND t.claim_id = ANY($2::uuid[]) AND t.from_account = 1100
ORDER BY t.id FOR UPDATE OF t
"""
_STANDING: Final = """
SELECT t.id, t.claim_id, t.patient_id, t.reason, t.from_account, t.to_account, t.amount_cents, t.journal_id
FROM claims.transfer t
WHERE t.practice_id = $1 AND t.id = ANY($2::uuid[]) AND NOT EXISTS (
    SELECT FROM claims.journal u WHERE u.practice_id = $1 AND u.reverses_journal_id = t.journal_id)
ORDER BY t.id
"""


async def take_back_transfers(connection: Connection, acting: Acting, claim_ids: Sequence[UUID]) -> None:
    """Each transfer that stands is undone by its linked journal, and its denials are in review for the new decision.

    What the new party has paid meanwhile becomes its credit. The caller commits.
    """
    practice, now = acting.practice_id, acting.moment.at
    locked = [row["id"] for row in await connection.fetch(_LOCK, practice, list(claim_ids))]
    for row in await connection.fetch(_STANDING, practice, locked):
        mirror = await mirror_of(
            connection, practice, row["journal_id"], kind="transfer_reversed", reason=_DECIDED_AGAIN
        )
        moves = [DenialEvent.REOPEN]
        events = await move_denials(connection, practice, row["claim_id"], None, _MOVED, moves, now=now)
        names = ("claim_id", "patient_id", "reason", "from_account", "to_account", "amount_cents")
        data = {**{name: row[name] for name in names}, "state": "reversed", "version": 2}
        told = NewEvent("transfer.reversed", "transfer", row["id"], data)
        await tell_and_post(connection, acting, [mirror], [*events, told], source_on=acting.today)
        await leave_tables_empty(connection)
