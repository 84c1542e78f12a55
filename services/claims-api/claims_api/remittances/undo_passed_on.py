"""Before claims post: what had gone to another party, by a denial or a person, is the payer's again (E40 undone)."""

from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.denials.domain import DenialState
from claims_api.denials.pass_on_denials import take_back_passed_on
from claims_api.denials.take_back_transfers import take_back_transfers

# Claims that this payment decides again, by the payer that was billed, of which something was moved to another party.
_CLAIMS: Final = f"""
SELECT DISTINCT c.id
FROM remit_match m
JOIN remit_claim s ON s.n = m.n AND s.handling IN ('adjudicated', 'reversal')
JOIN claims.claim c ON c.practice_id = $1 AND c.id = m.claim_id
JOIN claims.coverage v ON v.practice_id = $1 AND v.id = c.coverage_id AND v.payer_id = ANY($2::uuid[])
WHERE m.hold_reason IS NULL AND (
    EXISTS (SELECT FROM claims.denial_case d
            WHERE d.practice_id = $1 AND d.claim_id = c.id AND d.state = '{DenialState.PAYER_BILLED}')
    OR EXISTS (SELECT FROM claims.transfer t
               WHERE t.practice_id = $1 AND t.claim_id = c.id AND t.from_party_id = c.coverage_id))
ORDER BY c.id
"""
_ANY: Final = f"""
SELECT EXISTS (SELECT FROM claims.denial_case d WHERE d.practice_id = $1 AND d.state = '{DenialState.PAYER_BILLED}')
       OR EXISTS (SELECT FROM claims.transfer t WHERE t.practice_id = $1)
"""


async def undo_passed_on(connection: Connection, acting: Acting, payer_ids: list[UUID]) -> None:
    """Needs the claims as they are staged and matched, and the ledger's tables still empty; leaves them empty."""
    if not await connection.fetchval(_ANY, acting.practice_id):  # the usual case, answered by two indexes
        return
    rows = await connection.fetch(_CLAIMS, acting.practice_id, payer_ids)
    claims = [row["id"] for row in rows]
    await take_back_passed_on(connection, acting, claims)
    await take_back_transfers(connection, acting, claims)
