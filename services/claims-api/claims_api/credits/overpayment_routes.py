"""HTTP of overpayment cases."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from ar_shared.kernel.errors import (
    InvalidRequestError,
    NotFoundError,
    PreconditionFailedError,
    PreconditionRequiredError,
)
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import IfMatch, etag_of
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import SaneDate
from claims_api.access.authority import AuthorityMissingError
from claims_api.access.limits import AboveAuthorityError
from claims_api.acting import Acting, acting
from claims_api.changes import Answer, Change, IdempotencyHeader
from claims_api.credits.identify_overpayment import identify_overpayment
from claims_api.credits.investigate_overpayment import end_investigation, start_investigation
from claims_api.credits.open_overpayment import open_overpayment
from claims_api.credits.overpayment_schemas import (
    AttachProofIn,
    ChooseMethodIn,
    CloseOverpaymentIn,
    EndInvestigationIn,
    IdentifyIn,
    OpenOverpaymentIn,
    OverpaymentDetailOut,
    OverpaymentOut,
    StartInvestigationIn,
)
from claims_api.credits.read_overpayments import list_overpayments, read_overpayment
from claims_api.credits.settle_overpayment import attach_proof, choose_method, close_overpayment
from claims_api.overpayments.domain import (
    CaseExistsError,
    CaseState,
    CreditStillThereError,
    InvestigationNotPossibleError,
    KnowledgeNotLaterError,
)
from claims_api.transitions import IllegalTransitionError
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/overpayments", tags=["credits"])

Reader = Annotated[Principal, require("refunds:read")]
Writer = Annotated[Principal, require("refunds:write")]
STEP: Final = (NotFoundError, IllegalTransitionError, PreconditionFailedError, PreconditionRequiredError)
DECIDED: Final = (AuthorityMissingError, AboveAuthorityError)
KIND: Final = "overpayment_case"


async def _answer(connection: Connection, who: Acting, case_id: UUID) -> Answer:
    found = await read_overpayment(connection, who.practice_id, case_id, today=who.today)
    return Answer(found, found.version, found.id)


@router.post(
    "",
    operation_id="openOverpayment",
    summary="Open a case for an overpayment that somebody found",
    status_code=201,
    response_model=OverpaymentDetailOut,
    responses=problem_responses(CaseExistsError, InvalidRequestError),
)
async def post_overpayment(
    body: OpenOverpaymentIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """The books need not show a credit yet; the clock runs from the day on which somebody knew."""

    async def work(connection: Connection, who: Acting) -> Answer:
        return await _answer(connection, who, await open_overpayment(connection, who, body))

    return await Change(request, principal, wired, idempotency_key, "openOverpayment", KIND, 201).run(None, work)


@router.get("", operation_id="listOverpayments", summary="List overpayment cases by their last day")
async def get_overpayments(
    principal: Reader,
    wired: Wired,
    state: CaseState | None = None,
    claim_id: UUID | None = None,
    payer_id: UUID | None = None,
    due_until: SaneDate | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[OverpaymentOut]:
    """What is due first comes first, what no rule gives a day comes last. Closed cases only with `state=closed`."""
    wanted = {"state": state and state.value, "claim_id": claim_id, "payer_id": payer_id, "due_until": due_until}
    filters: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    signed = {name: str(value) for name, value in filters.items()}
    practice = principal.practice_id
    after = UUID(str(wired.cursors.decode(cursor, "listOverpayments", practice, signed)[0])) if cursor else None
    async with wired.database.tenant_tx(practice) as connection:
        today = (await acting(connection, principal, wired.clock)).today
        found = await list_overpayments(connection, practice, filters, after, limit + 1, today=today)
        access = access_by(principal, wired.clock.now(), "listOverpayments", "search")
        await record_access(connection, "claims", practice, access)
    page, next_cursor = found[:limit], None
    if len(found) > limit:
        next_cursor = wired.cursors.encode("listOverpayments", practice, signed, [str(page[-1].id)])
    return Page[OverpaymentOut](items=page, next_cursor=next_cursor)


@router.get(
    "/{overpayment_id}",
    operation_id="readOverpayment",
    summary="Read an overpayment case with its history",
    responses=problem_responses(NotFoundError),
)
async def get_overpayment(
    overpayment_id: UUID, principal: Reader, wired: Wired, response: Response
) -> OverpaymentDetailOut:
    """Its facts, its last day and how it comes about, and what the tests of its credit say."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        today = (await acting(connection, principal, wired.clock)).today
        found = await read_overpayment(connection, principal.practice_id, overpayment_id, today=today)
        access = access_by(principal, wired.clock.now(), "readOverpayment", "view", KIND, overpayment_id)
        await record_access(connection, "claims", principal.practice_id, access)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.post(
    "/{overpayment_id}/identify",
    operation_id="identifyOverpayment",
    summary="Say since when an overpayment is known",
    response_model=OverpaymentDetailOut,
    responses=problem_responses(*STEP, KnowledgeNotLaterError),
)
async def post_identify(
    overpayment_id: UUID,
    body: IdentifyIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """The clock starts on that day. What is known already may only turn out to be known earlier."""

    async def work(connection: Connection, who: Acting) -> Answer:
        await identify_overpayment(connection, who, overpayment_id, body, if_match)
        return await _answer(connection, who, overpayment_id)

    change = Change(request, principal, wired, idempotency_key, "identifyOverpayment", KIND)
    return await change.run(overpayment_id, work)


@router.post(
    "/{overpayment_id}/start-investigation",
    operation_id="startOverpaymentInvestigation",
    summary="Record that related overpayments are looked for",
    response_model=OverpaymentDetailOut,
    responses=problem_responses(*STEP, InvestigationNotPossibleError),
)
async def post_start_investigation(
    overpayment_id: UUID,
    body: StartInvestigationIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Stops the clock where the payer's rule lets it, once, and to the rule's last day at the most."""

    async def work(connection: Connection, who: Acting) -> Answer:
        await start_investigation(connection, who, overpayment_id, body, if_match)
        return await _answer(connection, who, overpayment_id)

    change = Change(request, principal, wired, idempotency_key, "startOverpaymentInvestigation", KIND)
    return await change.run(overpayment_id, work)


@router.post(
    "/{overpayment_id}/end-investigation",
    operation_id="endOverpaymentInvestigation",
    summary="Record that the search for related overpayments is over",
    response_model=OverpaymentDetailOut,
    responses=problem_responses(*STEP, InvestigationNotPossibleError),
)
async def post_end_investigation(
    overpayment_id: UUID,
    body: EndInvestigationIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """The clock goes on from that day."""

    async def work(connection: Connection, who: Acting) -> Answer:
        await end_investigation(connection, who, overpayment_id, body, if_match)
        return await _answer(connection, who, overpayment_id)

    change = Change(request, principal, wired, idempotency_key, "endOverpaymentInvestigation", KIND)
    return await change.run(overpayment_id, work)


@router.post(
    "/{overpayment_id}/choose-method",
    operation_id="chooseOverpaymentMethod",
    summary="Decide how an overpayment goes back",
    response_model=OverpaymentDetailOut,
    responses=problem_responses(*STEP, *DECIDED),
)
async def post_choose_method(
    overpayment_id: UUID,
    body: ChooseMethodIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """By a person with the authority for its amount. It moves no money by itself."""

    async def work(connection: Connection, who: Acting) -> Answer:
        await choose_method(connection, principal, who, overpayment_id, body, if_match)
        return await _answer(connection, who, overpayment_id)

    change = Change(request, principal, wired, idempotency_key, "chooseOverpaymentMethod", KIND)
    return await change.run(overpayment_id, work)


@router.post(
    "/{overpayment_id}/attach-proof",
    operation_id="attachOverpaymentProof",
    summary="Attach the paper that shows the return",
    response_model=OverpaymentDetailOut,
    responses=problem_responses(*STEP, InvalidRequestError),
)
async def post_attach_proof(
    overpayment_id: UUID,
    body: AttachProofIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Also when the case is closed."""

    async def work(connection: Connection, who: Acting) -> Answer:
        await attach_proof(connection, who, overpayment_id, body, if_match)
        return await _answer(connection, who, overpayment_id)

    change = Change(request, principal, wired, idempotency_key, "attachOverpaymentProof", KIND)
    return await change.run(overpayment_id, work)


@router.post(
    "/{overpayment_id}/close",
    operation_id="closeOverpayment",
    summary="Close a case that no posting can close",
    response_model=OverpaymentDetailOut,
    responses=problem_responses(*STEP, *DECIDED, CreditStillThereError),
)
async def post_close(
    overpayment_id: UUID,
    body: CloseOverpaymentIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """By a person with the authority for its amount, and never while the books show the credit."""

    async def work(connection: Connection, who: Acting) -> Answer:
        await close_overpayment(connection, principal, who, overpayment_id, body, if_match)
        return await _answer(connection, who, overpayment_id)

    change = Change(request, principal, wired, idempotency_key, "closeOverpayment", KIND)
    return await change.run(overpayment_id, work)
