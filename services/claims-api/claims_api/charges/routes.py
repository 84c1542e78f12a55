"""HTTP of charges."""

from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Path, Request, Response

from ar_shared.kernel.errors import ConflictError, NotFoundError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.database import Connection
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import ExternalId, WireModel
from claims_api.acting import Acting
from claims_api.changes import Answer, Change, IdempotencyHeader
from claims_api.charges.errors import ChargeBilledError, ChargeMovedError, ChargeOnClaimError, ChargeVoidedError
from claims_api.charges.read_charge import read_charge
from claims_api.charges.schemas import ChargeIn, ChargeOut, VoidChargeIn
from claims_api.charges.upsert_charge import upsert_charge
from claims_api.charges.void_charge import void_charge
from claims_api.reads import View
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/charges", tags=["charges"])

Reader = Annotated[Principal, require("claims:read")]
Writer = Annotated[Principal, require("claims:write")]
OwnId = Annotated[ExternalId, Path(description="The caller's own id.")]


@router.put(
    "/by-external-id/{external_id}",
    operation_id="upsertCharge",
    summary="Post a charge, or change one",
    response_model=ChargeOut,
    responses={
        201: {"model": ChargeOut, "description": "Posted"},
        **problem_responses(ChargeBilledError, ChargeOnClaimError, ChargeMovedError),
    },
)
async def put_charge(external_id: OwnId, body: ChargeIn, request: Request, principal: Writer, wired: Wired) -> Response:
    """Owed by the first coverage that holds on the service date, or by the guarantor.

    The same request again changes nothing. References to documents, orders and diagnoses change in place; anything
    else voids the charge and posts another under the same external id: `replaces` names what was voided. A charge
    on a claim that was sent changes by `POST /v1/claims/{claim_id}/correct` only.
    """

    async def work(connection: Connection, who: Acting) -> Answer:
        charge_id, is_new = await upsert_charge(connection, who, external_id, body)
        charge = await read_charge(connection, who.practice_id, charge_id=charge_id)
        return Answer(charge, subject_id=charge_id, status=201 if is_new else 200)

    try:
        return await Change(request, principal, wired, None, "upsertCharge", "charge").run(None, work)
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
        charge = await read_charge(connection, principal.practice_id, external_id=external_id)
        access = access_by(principal, wired.clock.now(), "findCharge", "view", "charge", charge.id)
        await record_access(connection, "claims", principal.practice_id, access)
    return charge


@router.get(
    "/{charge_id}",
    operation_id="readCharge",
    summary="Read a charge",
    responses=problem_responses(NotFoundError),
)
async def get_charge(charge_id: UUID, principal: Reader, wired: Wired) -> ChargeOut:
    """A voided one too."""
    return await View(principal, wired, "readCharge", "charge").of(charge_id, _charge)


async def _charge(connection: Connection, practice_id: int, charge_id: UUID) -> ChargeOut:
    return await read_charge(connection, practice_id, charge_id=charge_id)


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
