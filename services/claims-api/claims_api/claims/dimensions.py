"""The columns by which reports slice postings (payer, plan, location, ...), as a claim has them."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection

Dimensions = dict[str, Any]

_DIMENSIONS: Final = """
SELECT id AS claim_id, coverage_id, billing_entity_id, location_id, rendering_provider_id, payer_id, plan_id,
       financial_class
FROM claims.claim WHERE practice_id = $1 AND id = ANY($2::uuid[])
"""


async def dimensions_of_claims(
    connection: Connection, practice_id: int, claims: Iterable[UUID | None]
) -> dict[UUID | None, Dimensions]:
    """For `NewJournal.dimensions`, by claim; where no claim is named (None) there are none."""
    rows = await connection.fetch(_DIMENSIONS, practice_id, [claim_id for claim_id in claims if claim_id is not None])
    return {None: {}, **{row["claim_id"]: dict(row) for row in rows}}


async def dimensions_of_claim(connection: Connection, practice_id: int, claim_id: UUID | None) -> Dimensions:
    """The same of one claim, or of none."""
    return (await dimensions_of_claims(connection, practice_id, [claim_id])).get(claim_id, {})
