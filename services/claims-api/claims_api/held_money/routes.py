"""HTTP of held money: the queue, and what a person decides about a payment and its claims."""

from dataclasses import asdict
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from ar_shared.kernel.errors import NotFoundError, PreconditionFailedError, PreconditionRequiredError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, PageSize
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import IfMatch
from ar_shared.platform.problems import problem_responses
from claims_api.access.authority import AuthorityMissingError, require_role
from claims_api.acting import Acting
from claims_api.changes import Answer, Change, IdempotencyHeader
from claims_api.held_money.domain.reasons import PaymentReason
from claims_api.held_money.errors import (
    ClaimNotHeldError,
    ClaimNotMatchableError,
    ClaimNotPostedError,
    DepositDiffersError,
    LaterPostingError,
    RemittanceNotPostedError,
    RemittanceNotQueuedError,
    RemittanceUsedError,
)
from claims_api.held_money.match_claim import match_claim
from claims_api.held_money.post_held import Choice
from claims_api.held_money.read_held_money import (
    HeldFilters,
    Order,
    position_from,
    position_of,
    read_held_money,
    sum_held_money,
)
from claims_api.held_money.release_remittance import RELEASER, reject_remittance, release_remittance
from claims_api.held_money.rematch_claims import rematch_claims
from claims_api.held_money.reverse_remittance import reverse_remittance
from claims_api.held_money.schemas import ClaimMatchIn, HeldMoneyPage, ReleaseIn, SuggestionsOut
from claims_api.held_money.suggest_matches import suggest_matches
from claims_api.held_money.unmatch_claim import unmatch_claim
from claims_api.practices.queries import practice_time
from claims_api.remittances.answer_payment import answer_payment
from claims_api.remittances.domain.holds import HoldReason
from claims_api.remittances.errors import MatchRefusedError
from claims_api.remittances.schemas import ReasonIn, RemittanceDetailOut
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1", tags=["remittances"])

Reader = Annotated[Principal, require("remittances:read")]
Writer = Annotated[Principal, require("remittances:write")]
Number = Annotated[int, Path(ge=1, le=10**9)]
CHANGING: Final = (NotFoundError, PreconditionFailedError, PreconditionRequiredError)


@router.get("/held-money", operation_id="listHeldMoney", summary="List money that waits for a person")
async def get_held_money(
    principal: Reader,
    wired: Wired,
    kind: Literal["claim", "payment", "difference"] | None = None,
    reason: HoldReason | PaymentReason | None = None,
    payer_id: UUID | None = None,
    min_age_days: Annotated[int | None, Query(ge=0, le=36_500)] = None,
    order: Order = "oldest",
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> HeldMoneyPage:
    """Held claims, queued payments and differences of deposits: how much, why, since when, and what clears it.

    Oldest or most money first; filters combine with and; `totals` sum up everything they let through.
    """
    filters = HeldFilters(kind, reason.value if reason else None, payer_id, min_age_days)
    keys: dict[str, Any] = {name: str(value) for name, value in asdict(filters).items() if value is not None}
    keys["order"] = order
    practice = principal.practice_id
    after = None
    if cursor:
        after = position_from(wired.cursors.decode(cursor, "listHeldMoney", practice, keys), order)
    async with wired.database.tenant_tx(practice, one_snapshot=True) as connection:
        now = (await practice_time(connection, principal, wired.clock)).at
        found = await read_held_money(connection, practice, filters, now, order, after, limit + 1)
        totals = await sum_held_money(connection, practice, filters, now)
        await record_access(
            connection, "claims", practice, access_by(principal, wired.clock.now(), "listHeldMoney", "search")
        )
    page = found[:limit]
    next_cursor = None
    if len(found) > limit:
        next_cursor = wired.cursors.encode("listHeldMoney", practice, keys, position_of(page[-1], order))
    return HeldMoneyPage(items=page, next_cursor=next_cursor, totals=totals)


@router.get(
    "/remittances/{remittance_id}/claims/{n}/suggestions",
    operation_id="suggestMatches",
    summary="Suggest claims that a held claim may be",
    responses=problem_responses(NotFoundError),
)
async def get_suggestions(remittance_id: UUID, n: Number, principal: Reader, wired: Wired) -> SuggestionsOut:
    """The best five of our claims, key by key: what agrees, what differs. Nothing posts by this."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        found = await suggest_matches(connection, principal.practice_id, remittance_id, n)
        access = access_by(principal, wired.clock.now(), "suggestMatches", "search", "remittance", remittance_id)
        await record_access(connection, "claims", principal.practice_id, access)
    return found


@router.post(
    "/remittances/{remittance_id}/claims/{n}/match",
    operation_id="matchRemittanceClaim",
    summary="Post a held claim to a claim of ours",
    response_model=RemittanceDetailOut,
    responses=problem_responses(*CHANGING, ClaimNotHeldError, ClaimNotMatchableError, MatchRefusedError),
)
async def post_match(
    remittance_id: UUID,
    n: Number,
    body: ClaimMatchIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """As if it had matched at once: money, adjustments, denials, states, events. Needs the claim's `If-Match`."""
    choice = Choice(body.claim_id, {one.line: one.charge_id for one in body.lines}, body.not_a_repeat)

    async def work(connection: Connection, who: Acting) -> Answer:
        await match_claim(connection, who, remittance_id, n, choice, reason=body.reason, if_match=if_match)
        return await answer_payment(connection, who.practice_id, remittance_id)

    change = Change(request, principal, wired, idempotency_key, "matchRemittanceClaim", "remittance")
    return await change.run(remittance_id, work)


@router.post(
    "/remittances/{remittance_id}/claims/{n}/unmatch",
    operation_id="unmatchRemittanceClaim",
    summary="Take a posted claim off the claim of ours",
    response_model=RemittanceDetailOut,
    responses=problem_responses(*CHANGING, ClaimNotPostedError, LaterPostingError),
)
async def post_unmatch(
    remittance_id: UUID,
    n: Number,
    body: ReasonIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Linked journals undo it, its money is held again, its denials are withdrawn. Needs the claim's `If-Match`."""

    async def work(connection: Connection, who: Acting) -> Answer:
        await unmatch_claim(connection, who, remittance_id, n, reason=body.reason, if_match=if_match)
        return await answer_payment(connection, who.practice_id, remittance_id)

    change = Change(request, principal, wired, idempotency_key, "unmatchRemittanceClaim", "remittance")
    return await change.run(remittance_id, work)


@router.post(
    "/remittances/{remittance_id}/rematch",
    operation_id="rematchRemittance",
    summary="Match held claims again by rule",
    response_model=RemittanceDetailOut,
    responses=problem_responses(NotFoundError),
)
async def post_rematch(
    remittance_id: UUID, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """Posts what fits one claim of ours by now, by the same rules as a new payment. It also happens by itself."""

    async def work(connection: Connection, who: Acting) -> Answer:
        await rematch_claims(connection, who, remittance_id)
        return await answer_payment(connection, who.practice_id, remittance_id)

    change = Change(request, principal, wired, idempotency_key, "rematchRemittance", "remittance")
    return await change.run(remittance_id, work)


@router.post(
    "/remittances/{remittance_id}/release",
    operation_id="releaseRemittance",
    summary="Let a queued remittance post",
    response_model=RemittanceDetailOut,
    responses=problem_responses(*CHANGING, RemittanceNotQueuedError, DepositDiffersError, AuthorityMissingError),
)
async def post_release(
    remittance_id: UUID,
    body: ReleaseIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Posts what adds up and matches, holds the rest, and holds what the confirmed deposit differs by, with a review.

    Needs `If-Match` and a staff user with the role `release_remittances`.
    """

    async def work(connection: Connection, who: Acting) -> Answer:
        await require_role(connection, principal, RELEASER)
        await release_remittance(
            connection,
            who,
            remittance_id,
            deposit_cents=body.deposit_cents,
            reason=body.reason,
            if_match=if_match,
        )
        return await answer_payment(connection, who.practice_id, remittance_id)

    change = Change(request, principal, wired, idempotency_key, "releaseRemittance", "remittance")
    return await change.run(remittance_id, work)


@router.post(
    "/remittances/{remittance_id}/reject",
    operation_id="rejectRemittance",
    summary="Refuse a queued remittance",
    response_model=RemittanceDetailOut,
    responses=problem_responses(*CHANGING, RemittanceNotQueuedError),
)
async def post_reject(
    remittance_id: UUID,
    body: ReasonIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Nothing of it posts, now or when the same content comes again. Needs `If-Match`."""

    async def work(connection: Connection, who: Acting) -> Answer:
        await reject_remittance(connection, who, remittance_id, reason=body.reason, if_match=if_match)
        return await answer_payment(connection, who.practice_id, remittance_id)

    change = Change(request, principal, wired, idempotency_key, "rejectRemittance", "remittance")
    return await change.run(remittance_id, work)


@router.post(
    "/remittances/{remittance_id}/reverse",
    operation_id="reverseRemittance",
    summary="Undo everything a remittance posted",
    response_model=RemittanceDetailOut,
    responses=problem_responses(
        *CHANGING, RemittanceNotPostedError, LaterPostingError, RemittanceUsedError, AuthorityMissingError
    ),
)
async def post_reverse(
    remittance_id: UUID,
    body: ReasonIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """By linked journals; it may then be entered again. Refused when something later rests on it, saying what.

    Needs `If-Match` and a staff user with the role `release_remittances`.
    """

    async def work(connection: Connection, who: Acting) -> Answer:
        await require_role(connection, principal, RELEASER)
        await reverse_remittance(connection, who, remittance_id, reason=body.reason, if_match=if_match)
        return await answer_payment(connection, who.practice_id, remittance_id)

    change = Change(request, principal, wired, idempotency_key, "reverseRemittance", "remittance")
    return await change.run(remittance_id, work)
