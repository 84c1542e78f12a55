"""HTTP of submissions."""

from contextlib import suppress
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from ar_shared.kernel.errors import NotFoundError, ServiceUnavailableError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.database import Connection
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import Blocker, StrictModel, WireModel
from claims_api.acting import Acting, acting
from claims_api.changes import Answer, Change, IdempotencyHeader
from claims_api.claims.read_claim import read_claim
from claims_api.claims.schemas import ClaimOut
from claims_api.submissions import queries
from claims_api.submissions.deliver_submissions import deliver_submissions
from claims_api.submissions.release_claim import release_claim
from claims_api.submissions.submit_claims import ClaimNotSubmittableError, submit_claims
from claims_api.submissions.trading_partner import ClearinghouseNotSetError
from claims_api.transitions import IllegalTransitionError
from claims_api.wiring import Wired, Wiring

router = APIRouter(prefix="/v1", tags=["submissions"])

Reader = Annotated[Principal, require("claims:read")]
Writer = Annotated[Principal, require("claims:write")]
REFUSALS = problem_responses(IllegalTransitionError, ClaimNotSubmittableError, ClearinghouseNotSetError)


class SubmissionIn(StrictModel):
    """Which claims go out: all that are ready (up to 5,000, oldest first), or the named ones."""

    select: Literal["ready", "named"] = "ready"
    claim_ids: list[UUID] = Field(default_factory=list, max_length=queries.MAX_CLAIMS)


class SubmissionOut(WireModel):
    """One 837 that went out: its control numbers, and what the receiver said of it."""

    id: UUID
    receiver: str
    port: str
    interchange_control: str
    group_control: str
    transaction_control: str
    claim_type: str
    claim_count: int
    charge_cents: int
    file_id: UUID | None
    sent_at: datetime
    interchange_outcome: str | None
    group_outcome: str | None
    delivery: str = Field(description="pending until the clearinghouse port has taken the file.")


class HeldOut(WireModel):
    """A claim that was ready and could not be written: it is held until what is missing is there."""

    claim_id: UUID
    blockers: list[Blocker]


class SubmittedOut(WireModel):
    """The files of one request, none when nothing was ready, and the claims that were held instead."""

    submissions: list[SubmissionOut]
    held: list[HeldOut]


@router.post("/submissions", operation_id="submitClaims", summary="Send claims", responses=REFUSALS)
async def post_submissions(body: SubmissionIn, principal: Writer, wired: Wired) -> SubmittedOut:
    """One 837 for each claim type. A repeat sends nothing twice: claims that went out are no longer ready.

    Of the ready claims one that cannot be written is held, with blockers that say what is missing; the others go out.
    A named claim that cannot be written refuses the whole request.
    """
    claim_ids = body.claim_ids if body.select == "named" else None
    return await _submit(principal, wired, claim_ids, "submitClaims")


@router.post("/claims/{claim_id}/submit", operation_id="submitClaim", summary="Send a claim", responses=REFUSALS)
async def post_claim_submit(claim_id: UUID, principal: Writer, wired: Wired) -> SubmissionOut:
    """An 837 with this claim alone."""
    submitted = await _submit(principal, wired, [claim_id], "submitClaim")
    return submitted.submissions[0]


@router.post(
    "/claims/{claim_id}/release",
    operation_id="releaseClaim",
    summary="Lift a claim's hold",
    response_model=ClaimOut,
    responses=problem_responses(IllegalTransitionError, ClearinghouseNotSetError),
)
async def post_claim_release(
    claim_id: UUID, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """`ready` again when the claim can be written now; else it stays held with the blockers of today."""

    async def work(connection: Connection, who: Acting) -> Answer:
        await release_claim(connection, who, claim_id)
        return Answer(*await read_claim(connection, who.practice_id, claim_id))

    change = Change(request, principal, wired, idempotency_key, "releaseClaim", "claim", posts=False)
    return await change.run(claim_id, work)


@router.get("/submissions", operation_id="listSubmissions", summary="List submissions")
async def get_submissions(
    principal: Reader, wired: Wired, limit: PageSize = DEFAULT_PAGE_SIZE, cursor: CursorParameter = None
) -> Page[SubmissionOut]:
    """In the order they were made."""
    practice = principal.practice_id
    after = UUID(str(wired.cursors.decode(cursor, "listSubmissions", practice, {})[0])) if cursor else None
    async with wired.database.tenant_tx(practice) as connection:
        rows = await queries.submission_rows(connection, practice, after, limit + 1)
    page = [SubmissionOut(**dict(row)) for row in rows[:limit]]
    more = len(rows) > limit
    next_cursor = wired.cursors.encode("listSubmissions", practice, {}, [str(page[-1].id)]) if more else None
    return Page[SubmissionOut](items=page, next_cursor=next_cursor)


@router.get("/submissions/{submission_id}", operation_id="readSubmission", summary="Read a submission")
async def get_submission(submission_id: UUID, principal: Reader, wired: Wired) -> SubmissionOut:
    """The file's numbers and how far its acknowledgement has come."""
    return (await _read(principal, wired, [submission_id]))[0]


async def _submit(principal: Principal, wired: Wiring, claim_ids: list[UUID] | None, operation: str) -> SubmittedOut:
    async with wired.database.tenant_tx(principal.practice_id, period_open=True) as connection:
        who = await acting(connection, principal, wired.clock)
        files, held = await submit_claims(connection, who, claim_ids, port=wired.port_of(principal.mode))
        await record_access(
            connection, "claims", principal.practice_id, access_by(principal, who.machine, operation, "export")
        )
    with suppress(ServiceUnavailableError):  # the claims are out of the user's hands: the background loop goes on
        await deliver_submissions(wired.database, principal.practice_id, wired.ports)
    return SubmittedOut(
        submissions=await _read(principal, wired, [file.submission_id for file in files]),
        held=[
            HeldOut(claim_id=one.claim_id, blockers=[Blocker(**blocker) for blocker in one.blockers]) for one in held
        ],
    )


async def _read(principal: Principal, wired: Wiring, ids: list[UUID]) -> list[SubmissionOut]:
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        rows = [
            row
            for submission_id in ids
            for row in await queries.submission_rows(connection, principal.practice_id, None, 1, only=submission_id)
        ]
    if len(rows) != len(ids):
        raise NotFoundError("there is no such submission")
    return [SubmissionOut(**dict(row)) for row in rows]
