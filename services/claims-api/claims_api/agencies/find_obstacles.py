"""Find what stands against placing a guarantor's balance with an agency."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.agencies import queries
from claims_api.agencies.domain import Obstacle, PlacementKind, is_too_young
from claims_api.claims.domain import AdjudicationState, SubmissionState
from claims_api.coordination.find_patient_blocks import find_patient_blocks
from claims_api.denials.domain import OPEN_STATES
from claims_api.transfers.domain import ClaimInPlay
from claims_api.transfers.queries import claims_of


async def find_obstacles(
    connection: Connection,
    practice_id: int,
    guarantor_id: UUID,
    kind: PlacementKind,
    rows: Sequence[Row],
    today: date,
) -> list[Obstacle]:
    """Each once, in the order of the list; rows: what is to be placed."""
    charges = [row["charge_id"] for row in rows]
    claims = await claims_of(connection, practice_id, charges)
    patients = sorted({row["patient_id"] for row in rows})
    known = await queries.facts(
        connection,
        practice_id,
        guarantor_id,
        charges,
        [row["id"] for row in claims],
        sorted(state.value for state in OPEN_STATES),
        patients,
    )
    found = {obstacle for obstacle in Obstacle if known.get(obstacle.value)}
    if any(_is_awaited(claim) for claim in claims):
        found.add(Obstacle.PAYER_AWAITED)
    if kind is PlacementKind.OWED and is_too_young((row["responsible_on"] for row in rows), today):
        found.add(Obstacle.TOO_YOUNG)
    if await _is_protected(connection, practice_id, rows, claims):
        found.add(Obstacle.PATIENT_PROTECTED)
    return [obstacle for obstacle in Obstacle if obstacle in found]


def _is_awaited(row: Row) -> bool:
    claim = ClaimInPlay(SubmissionState(row["submission_state"]), AdjudicationState(row["adjudication_state"]))
    return claim.is_awaited or claim.is_to_come


async def _is_protected(connection: Connection, practice_id: int, rows: Sequence[Row], claims: Sequence[Row]) -> bool:
    ids = [row["id"] for row in claims]
    for patient_id, day in sorted({(row["patient_id"], row["service_from"]) for row in rows}):
        if await find_patient_blocks(connection, practice_id, patient_id, day, ids):
            return True
    return False
