"""HTTP of claim versions."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.database import Connection
from ar_shared.platform.idempotency import StoredAnswer, request_key, store_answer, stored_answer
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import WireModel
from claims_api.acting import Acting, acting
from claims_api.transitions import IllegalTransitionError
from claims_api.versions.add_late_charges import add_late_charges
from claims_api.versions.correct_claim import correct_claim
from claims_api.versions.errors import (
    ClaimNotSentError,
    NothingPendingError,
    NotRejectedError,
    VersionPendingError,
    VersionRefusedError,
)
from claims_api.versions.make_version import MadeVersion
from claims_api.versions.read_versions import read_versions
from claims_api.versions.resubmit_claim import resubmit_claim
from claims_api.versions.schemas import (
    CorrectionIn,
    LateChargesIn,
    LateChargesOut,
    ResubmissionIn,
    VersionOut,
    VersionsOut,
    VoidIn,
)
from claims_api.versions.void_claim import void_claim
from claims_api.versions.withdraw_version import withdraw_version
from claims_api.wiring import Wired, Wiring

router = APIRouter(prefix="/v1/claims/{claim_id}", tags=["claims"])

Reader = Annotated[Principal, require("claims:read")]
Writer = Annotated[Principal, require("claims:write")]
IdempotencyHeader = Annotated[
    str | None, Header(alias="Idempotency-Key", description="Makes a repeat of this request harmless.")
]
REFUSALS = problem_responses(VersionPendingError, VersionRefusedError, IllegalTransitionError)


@router.get("/versions", operation_id="listClaimVersions", summary="List a claim's versions")
async def get_versions(claim_id: UUID, principal: Reader, wired: Wired) -> VersionsOut:
    """What was sent, what waits to be sent and what was given up, oldest first."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        versions = await read_versions(connection, principal.practice_id, claim_id)
        access = access_by(principal, wired.clock.now(), "listClaimVersions", "view", "claim", claim_id)
        await record_access(connection, "claims", principal.practice_id, access)
    return versions


@router.post(
    "/correct",
    operation_id="correctClaim",
    summary="Replace a decided claim",
    status_code=201,
    response_model=VersionOut,
    responses=REFUSALS,
)
async def post_correct(
    claim_id: UUID,
    body: CorrectionIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """A replacement (frequency 7) with the payer's claim control number; it waits to be sent like any ready claim.

    Refused without that number, before the payer has decided, after a rejection, and where the payer takes none.
    Changed charges are voided and posted anew when it is sent; what the payer posted stays until its own reversal.
    """

    async def work(connection: Connection, who: Acting) -> WireModel:
        return await _version(connection, who, await correct_claim(connection, who, claim_id, body))

    return await _write(wired, principal, request, idempotency_key, "correctClaim", claim_id, work)


@router.post(
    "/void",
    operation_id="voidClaim",
    summary="Ask the payer to undo a claim",
    status_code=201,
    response_model=VersionOut,
    responses=REFUSALS,
)
async def post_void(
    claim_id: UUID,
    body: VoidIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """A void (frequency 8) with the payer's claim control number; the claim is voided by the payer's reversal."""

    async def work(connection: Connection, who: Acting) -> WireModel:
        return await _version(connection, who, await void_claim(connection, who, claim_id, body.reason))

    return await _write(wired, principal, request, idempotency_key, "voidClaim", claim_id, work)


@router.post(
    "/resubmit",
    operation_id="resubmitClaim",
    summary="Send a rejected claim again",
    status_code=201,
    response_model=VersionOut,
    responses=problem_responses(VersionPendingError, NotRejectedError),
)
async def post_resubmit(
    claim_id: UUID,
    body: ResubmissionIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """A new claim (frequency 1) after a rejection, or after a decision that was none; it waits to be sent."""

    async def work(connection: Connection, who: Acting) -> WireModel:
        return await _version(connection, who, await resubmit_claim(connection, who, claim_id, body))

    return await _write(wired, principal, request, idempotency_key, "resubmitClaim", claim_id, work)


@router.post(
    "/late-charges",
    operation_id="addLateCharges",
    summary="Bill services recorded later",
    status_code=201,
    response_model=LateChargesOut,
    responses=problem_responses(VersionPendingError, VersionRefusedError, ClaimNotSentError),
)
async def post_late_charges(
    claim_id: UUID,
    body: LateChargesIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """As a replacement with all services where the payer takes one, else as a further claim."""

    async def work(connection: Connection, who: Acting) -> WireModel:
        made = await add_late_charges(connection, who, claim_id, body)
        if isinstance(made, MadeVersion):
            version = await _version(connection, who, made)
            return LateChargesOut(way="replacement", version=version, claim_id=claim_id)
        return LateChargesOut(way="further_claim", version=None, claim_id=made)

    return await _write(wired, principal, request, idempotency_key, "addLateCharges", claim_id, work)


@router.post(
    "/withdraw",
    operation_id="withdrawClaimVersion",
    summary="Give up a version that waits",
    responses=problem_responses(NothingPendingError),
)
async def post_withdraw(claim_id: UUID, principal: Writer, wired: Wired) -> VersionsOut:
    """The claim stands as the payer has it; the version stays in the list as withdrawn."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        who = await acting(connection, principal, wired.clock)
        await withdraw_version(connection, who, claim_id)
        access = access_by(principal, who.machine, "withdrawClaimVersion", "change", "claim", claim_id)
        await record_access(connection, "claims", principal.practice_id, access)
        return await read_versions(connection, principal.practice_id, claim_id)


async def _version(connection: Connection, who: Acting, made: MadeVersion) -> VersionOut:
    versions = await read_versions(connection, who.practice_id, made.claim_id)
    return next(version for version in versions.versions if version.n == made.n)


async def _write(
    wired: Wiring,
    principal: Principal,
    request: Request,
    idempotency_key: str | None,
    operation: str,
    claim_id: UUID,
    work: Callable[[Connection, Acting], Awaitable[WireModel]],
) -> Response:
    """One transaction under the caller's key; the first answer again for a repeat."""
    practice_id = principal.practice_id
    key = request_key(principal.client_id, idempotency_key, f"{operation} {claim_id}", await request.body())
    lock = key.lock(practice_id) if key else None
    async with wired.database.tenant_tx(practice_id, key_lock=lock, period_open=True) as connection:
        access = access_by(principal, wired.clock.now(), operation, "change", "claim", claim_id)
        await record_access(connection, "claims", practice_id, access)
        headers: dict[str, Any] = {}
        answer = await stored_answer(connection, "claims", practice_id, key)
        if answer is None:
            who = await acting(connection, principal, wired.clock)
            made = await work(connection, who)
            answer = StoredAnswer(201, made.model_dump_json().encode())
            await store_answer(connection, "claims", practice_id, key, answer, who.machine)
        else:
            headers["Idempotency-Replayed"] = "true"
    return Response(answer.body, answer.status, headers, media_type="application/json")
