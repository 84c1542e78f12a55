"""SQL of paper remittances: whom and what the person names."""

from uuid import UUID

from ar_shared.platform.database import Connection, Row


async def payer_named(
    connection: Connection, practice_id: int, payer_id: UUID | None, external_id: str | None
) -> Row | None:
    """By our id or the caller's own."""
    return await connection.fetchrow(
        "SELECT id, payer_identifier, name FROM claims.payer "
        "WHERE practice_id = $1 AND (id = $2::uuid OR external_id = $3::text)",
        practice_id,
        payer_id,
        external_id,
    )


async def document_named(connection: Connection, practice_id: int, document_id: UUID) -> Row | None:
    return await connection.fetchrow(
        "SELECT id FROM claims.document WHERE practice_id = $1 AND id = $2", practice_id, document_id
    )


async def billing_entity_named(
    connection: Connection, practice_id: int, entity_id: UUID | None, external_id: str | None
) -> Row | None:
    """By our id or the caller's own."""
    return await connection.fetchrow(
        "SELECT id, npis, tin FROM claims.billing_entity "
        "WHERE practice_id = $1 AND (id = $2::uuid OR external_id = $3::text)",
        practice_id,
        entity_id,
        external_id,
    )


async def control_numbers_of(connection: Connection, practice_id: int, claim_ids: list[UUID]) -> dict[UUID, str]:
    """Our own numbers of these claims."""
    rows = await connection.fetch(
        "SELECT id, patient_control_number FROM claims.claim WHERE practice_id = $1 AND id = ANY($2::uuid[])",
        practice_id,
        claim_ids,
    )
    return {row["id"]: row["patient_control_number"] for row in rows}
