"""claims-api with one more route: the same middleware, token check and body, and one committed row. The floor."""

from typing import Annotated

from fastapi import APIRouter, FastAPI

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.types import WireModel
from claims_api.claims.schemas import ClaimIn, LineIn
from claims_api.main import create_app
from claims_api.wiring import Wired

TABLE_SQL = (
    (
        "CREATE TABLE claims.bench_floor (practice_id int NOT NULL, id uuid NOT NULL, charge_cents bigint NOT NULL, "
        "PRIMARY KEY (practice_id, id))"
    ),
    "ALTER TABLE claims.bench_floor ENABLE ROW LEVEL SECURITY",
    (
        "CREATE POLICY practice ON claims.bench_floor "
        "USING (practice_id = nullif(current_setting('ar.practice_id', true), '')::int)"
    ),
    "GRANT INSERT ON claims.bench_floor TO ar_claims",
)
router = APIRouter()


class FloorOut(WireModel):
    """What the floor answers."""

    id: str


@router.post("/v1/bench/floor", operation_id="benchFloor", summary="Commit one row", status_code=201)
async def post_floor(body: ClaimIn, principal: Annotated[Principal, require("claims:write")], wired: Wired) -> FloorOut:
    """One row in one transaction of the practice."""
    row_id = uuid7()
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        await connection.execute(
            "INSERT INTO claims.bench_floor (practice_id, id, charge_cents) VALUES ($1, $2, $3)",
            principal.practice_id,
            row_id,
            sum(line.charge_cents for line in body.lines if isinstance(line, LineIn)),
        )
    return FloorOut(id=str(row_id))


def create_floor_app() -> FastAPI:
    """For uvicorn --factory."""
    return create_app(more_routers=[router])
