"""HTTP of claim versions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from ar_shared.platform.auth import Principal, require
from ar_shared.platform.database import Connection
from ar_shared.platform.problems import problem_responses
from claims_api.acting import Acting
from claims_api.changes import Answer, Change, IdempotencyHeader
from claims_api.reads import View
from claims_api.transitions import IllegalTransitionError
from claims_api.versions.add_late_charges import add_late_charges
from claims_api.versions.confirm_void import confirm_void
from claims_api.versions.correct_claim import correct_claim
from claims_api.versions.errors import (
    ClaimNotSentError,
    NothingPendingError,
    NotRejectedError,
    PayerMoneyKeptError,
    VersionPendingError,
    VersionRefusedError,
    VoidNotSentError,
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
    VoidConfirmationIn,
    VoidIn,
)
from claims_api.versions.void_claim import void_claim
from claims_api.versions.withdraw_version import withdraw_version
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/claims/{claim_id}", tags=["claims"])

Reader = Annotated[Principal, require("claims:read")]
Writer = Annotated[Principal, require("claims:write")]
REFUSALS = problem_responses(VersionPendingError, VersionRefusedError, IllegalTransitionError)


@router.get("/versions", operation_id="listClaimVersions", summary="List a claim's versions")
async def get_versions(claim_id: UUID, principal: Reader, wired: Wired) -> VersionsOut:
    """What was sent, what waits to be sent and what was given up, oldest first."""
    return await View(principal, wired, "listClaimVersions", "claim").of(claim_id, read_versions)


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

    async def work(connection: Connection, who: Acting) -> VersionOut:
        return await _version(connection, who, await correct_claim(connection, who, claim_id, body))

    return await Change(request, principal, wired, idempotency_key, "correctClaim", "claim", 201).run(claim_id, work)


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
    """A void (frequency 8) with the payer's claim control number; the claim is voided by the payer's reversal.

    Then its charges are taken back, or are free to be billed on a new claim, as `cause` says.
    """

    async def work(connection: Connection, who: Acting) -> VersionOut:
        return await _version(connection, who, await void_claim(connection, who, claim_id, body.reason, body.cause))

    return await Change(request, principal, wired, idempotency_key, "voidClaim", "claim", 201).run(claim_id, work)


@router.post(
    "/confirm-void",
    operation_id="confirmVoid",
    summary="Say that the payer has undone a voided claim",
    response_model=VersionsOut,
    responses=problem_responses(VoidNotSentError, PayerMoneyKeptError),
)
async def post_confirm_void(
    claim_id: UUID,
    body: VoidConfirmationIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """For a payer that answers a void by a status or a letter and sends no reversal; the evidence becomes a note.

    Where the charges are taken back, money that the payer left with us becomes a credit to refund.
    """

    async def work(connection: Connection, who: Acting) -> VersionsOut:
        await confirm_void(connection, who, claim_id, body.evidence)
        return await read_versions(connection, who.practice_id, claim_id)

    return await Change(request, principal, wired, idempotency_key, "confirmVoid", "claim").run(claim_id, work)


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

    async def work(connection: Connection, who: Acting) -> VersionOut:
        return await _version(connection, who, await resubmit_claim(connection, who, claim_id, body))

    return await Change(request, principal, wired, idempotency_key, "resubmitClaim", "claim", 201).run(claim_id, work)


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

    async def work(connection: Connection, who: Acting) -> Answer:
        made = await add_late_charges(connection, who, claim_id, body)
        if isinstance(made, MadeVersion):
            version = await _version(connection, who, made)
            return Answer(LateChargesOut(way="replacement", version=version, claim_id=claim_id))
        return Answer(LateChargesOut(way="further_claim", version=None, claim_id=made))

    return await Change(request, principal, wired, idempotency_key, "addLateCharges", "claim", 201).run(claim_id, work)


@router.post(
    "/withdraw",
    operation_id="withdrawClaimVersion",
    summary="Give up a version that waits",
    response_model=VersionsOut,
    responses=problem_responses(NothingPendingError),
)
async def post_withdraw(
    claim_id: UUID, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """The claim stands as the payer has it; the version stays in the list as withdrawn."""

    async def work(connection: Connection, who: Acting) -> VersionsOut:
        await withdraw_version(connection, who, claim_id)
        return await read_versions(connection, who.practice_id, claim_id)

    return await Change(request, principal, wired, idempotency_key, "withdrawClaimVersion", "claim").run(claim_id, work)


async def _version(connection: Connection, who: Acting, made: MadeVersion) -> VersionOut:
    versions = await read_versions(connection, who.practice_id, made.claim_id)
    return next(version for version in versions.versions if version.n == made.n)
