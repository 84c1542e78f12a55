"""HTTP of charges."""

from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Path, Request, Response

from ar_shared.kernel.errors import ConflictError, NotFoundError
from ar_shared.platform.access_log import Action, access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.database import Connection
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import ExternalId, WireModel
from claims_api.acting import Acting, acting
from claims_api.changes import Change, IdempotencyHeader
from claims_api.charges.errors import ChargeBilledError, ChargeMovedError, ChargeOnClaimError, ChargeVoidedError
from claims_api.charges.read_charge import read_charge
from claims_api.charges.schemas import ChargeIn, ChargeOut, VoidChargeIn
from claims_api.charges.upsert_charge import upsert_charge
from claims_api.charges.void_charge import void_charge
from claims_api.wiring import Wired, Wiring

router = APIRouter(prefix="/v1/charges", tags=["charges"])

Reader = Annotated[Principal, require("claims:read")]
Writer = Annotated[Principal, require("claims:write")]
OwnId = Annotated[ExternalId, Path(description="The caller's own id.")]


@router.put(
    "/by-external-id/{external_id}",
    operation_id="upsertCharge",
    summary="Post a charge, or change one",
    responses={
        201: {"model": ChargeOut, "description": "Posted"},
        **problem_responses(ChargeBilledError, ChargeOnClaimError, ChargeMovedError),
    },
)
async def put_charge(
    external_id: OwnId, body: ChargeIn, principal: Writer, wired: Wired, response: Response
) -> ChargeOut:
    """Owed by the first coverage that holds on the service date, or by the guarantor.

    The same request again changes nothing. References to documents, orders and diagnoses change in place; anything
    else voids the charge and posts another under the same external id: `replaces` names what was voided. A charge
    on a claim that was sent changes by `POST /v1/claims/{claim_id}/correct` only.
    """
    try:
        async with wired.database.tenant_tx(principal.practice_id, period_open=True) as connection:
            who = await acting(connection, principal, wired.clock)
            charge_id, is_new = await upsert_charge(connection, who, external_id, body)
            response.status_code = 201 if is_new else 200
            return await _shown(connection, principal, wired, "upsertCharge", "change", charge_id=charge_id)
    except asyncpg.UniqueViolationError as error:
        raise ConflictError("another request posts this charge at the same moment: repeat yours") from error


@router.get(
    "/by-external-id/{external_id}",
    operation_id="findCharge",
    summary="Find a charge by the caller's id",
    responses=problem_responses(NotFoundError),
)
async def find_charge(external_id: OwnId, principal: Reader, wired: Wired) -> ChargeOut:
    """The one that is not voided."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        return await _shown(connection, principal, wired, "findCharge", "view", external_id=external_id)


@router.get(
    "/{charge_id}",
    operation_id="readCharge",
    summary="Read a charge",
    responses=problem_responses(NotFoundError),
)
async def get_charge(charge_id: UUID, principal: Reader, wired: Wired) -> ChargeOut:
    """A voided one too."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        return await _shown(connection, principal, wired, "readCharge", "view", charge_id=charge_id)


async def _shown(
    connection: Connection, principal: Principal, wired: Wiring, operation: str, action: Action, **key: Any
) -> ChargeOut:
    charge = await read_charge(connection, principal.practice_id, **key)
    access = access_by(principal, wired.clock.now(), operation, action, "charge", charge.id)
    await record_access(connection, "claims", principal.practice_id, access)
    return charge


@router.post(
    "/{charge_id}/void",
    operation_id="voidCharge",
    summary="Take a charge back",
    response_model=ChargeOut,
    responses=problem_responses(NotFoundError, ChargeVoidedError, ChargeBilledError, ChargeMovedError),
)
async def post_void(
    charge_id: UUID,
    body: VoidChargeIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """The mirror of its posting (E03), with the reason; nothing takes its place, and its external id is free again.

    Refused while a claim bills it (void or correct that claim first) and after money was posted to it.
    """

    async def work(connection: Connection, who: Acting) -> WireModel:
        await void_charge(connection, who, charge_id, body.reason, body.note)
        return await read_charge(connection, who.practice_id, charge_id=charge_id)

    return await Change(request, principal, wired, idempotency_key, "voidCharge", "charge").run(charge_id, work)
