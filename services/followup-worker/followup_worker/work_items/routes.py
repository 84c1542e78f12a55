"""HTTP of work items."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Query, Request, Response

from ar_shared.kernel.errors import PreconditionFailedError, PreconditionRequiredError
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorInvalidError, CursorParameter, Page, PageSize
from ar_shared.platform.etags import IfMatch, etag_of, require_match
from ar_shared.platform.idempotency import MAX_KEY, RequestKey, StoredAnswer, request_key
from ar_shared.platform.problems import problem_responses
from followup_worker.wiring import Wired
from followup_worker.work_items.complete_work_item import NextActionDateError, complete_work_item
from followup_worker.work_items.domain import WorkItemState, WorkItemStateError
from followup_worker.work_items.examples import COMPLETED, HELD, SNOOZED, TOUCH, WORK_ITEM, answers
from followup_worker.work_items.leases import WorkItemHeldError
from followup_worker.work_items.list_work_items import list_work_items
from followup_worker.work_items.moves import Move, move_item
from followup_worker.work_items.read_work_item import read_work_item
from followup_worker.work_items.release_work_item import release_work_item
from followup_worker.work_items.schemas import CompleteIn, SnoozeIn, TakeIn, WorkItemDetail, WorkItemOut
from followup_worker.work_items.snooze_work_item import SnoozeNotPossibleError, snooze_work_item
from followup_worker.work_items.take_work_item import take_work_item

router = APIRouter(prefix="/v1/work-items", tags=["work items"])

Reader = Annotated[Principal, require("work:read")]
Writer = Annotated[Principal, require("work:write")]
IdempotencyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Makes a repeat of this request harmless.",
        min_length=1,
        max_length=MAX_KEY,
        pattern="^[ -~]+$",
    ),
]
RuleName = Annotated[str | None, Query(pattern="^[a-z][a-z_]{2,39}$")]
HolderId = Annotated[str | None, Query(max_length=64, pattern="^[A-Za-z0-9][A-Za-z0-9._:@/+=-]*$")]
_REFUSALS = (WorkItemHeldError, WorkItemStateError)
_STALE = (PreconditionFailedError, PreconditionRequiredError)


@router.get(
    "",
    operation_id="listWorkItems",
    summary="What to do first, and why",
    responses=problem_responses(CursorInvalidError) | answers({"items": [WORK_ITEM], "next_cursor": None}),
)
async def get_work_items(
    principal: Reader,
    wired: Wired,
    state: WorkItemState = WorkItemState.OPEN,
    rule: RuleName = None,
    assignee: HolderId = None,
    claim_id: UUID | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[WorkItemOut]:
    """Highest score first; `why` shows how the score came about. `assignee` is who holds the item now."""
    given = {"state": state.value, "rule": rule, "assignee": assignee, "claim_id": claim_id}
    filters = {name: str(value) for name, value in given.items() if value is not None}
    return await list_work_items(wired, principal, filters, cursor, limit)


@router.get(
    "/{work_item_id}",
    operation_id="readWorkItem",
    summary="Read a work item",
    responses=answers({**COMPLETED, "touches": [TOUCH]}),
)
async def get_work_item(work_item_id: UUID, principal: Reader, wired: Wired, response: Response) -> WorkItemDetail:
    """The item with everything people did about it. `ETag` is its version."""
    item = await read_work_item(wired, principal, work_item_id)
    response.headers["ETag"] = etag_of(item.version)
    return item


@router.post(
    "/{work_item_id}/take",
    operation_id="takeWorkItem",
    summary="Take a work item",
    response_model=WorkItemOut,
    responses=problem_responses(*_REFUSALS) | answers(HELD),
)
async def post_take(
    request: Request,
    work_item_id: UUID,
    body: TakeIn,
    principal: Writer,
    wired: Wired,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Yours until the lease ends; who comes second gets 409 with the holder."""
    key = await _key(request, principal, idempotency_key)

    async def make(move: Move) -> None:
        await take_work_item(move, body.minutes)

    return _answer(*await move_item(wired, principal, "takeWorkItem", work_item_id, key, make))


@router.post(
    "/{work_item_id}/release",
    operation_id="releaseWorkItem",
    summary="Give a work item back",
    response_model=WorkItemOut,
    responses=problem_responses(*_REFUSALS) | answers(WORK_ITEM),
)
async def post_release(
    request: Request,
    work_item_id: UUID,
    principal: Writer,
    wired: Wired,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Ends your lease before its time."""
    key = await _key(request, principal, idempotency_key)
    return _answer(*await move_item(wired, principal, "releaseWorkItem", work_item_id, key, release_work_item))


@router.post(
    "/{work_item_id}/snooze",
    operation_id="snoozeWorkItem",
    summary="Put a work item off",
    response_model=WorkItemOut,
    responses=problem_responses(*_REFUSALS, *_STALE, SnoozeNotPossibleError) | answers(SNOOZED),
)
async def post_snooze(
    request: Request,
    work_item_id: UUID,
    body: SnoozeIn,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Until a day after today and not after the deadline. Needs `If-Match`."""
    key = await _key(request, principal, idempotency_key)

    async def make(move: Move) -> None:
        require_match(if_match, move.item["row_version"])
        await snooze_work_item(move, body.until, body.reason)

    return _answer(*await move_item(wired, principal, "snoozeWorkItem", work_item_id, key, make))


@router.post(
    "/{work_item_id}/complete",
    operation_id="completeWorkItem",
    summary="Record the outcome of a work item",
    response_model=WorkItemOut,
    responses=problem_responses(*_REFUSALS, *_STALE, NextActionDateError) | answers(COMPLETED),
)
async def post_complete(
    request: Request,
    work_item_id: UUID,
    body: CompleteIn,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Ends the item; it comes back later if its cause still holds. Needs `If-Match`."""
    key = await _key(request, principal, idempotency_key)
    rules = wired.rulebook.by_name()

    async def make(move: Move) -> None:
        require_match(if_match, move.item["row_version"])
        rule = rules.get(move.item["rule"])
        await complete_work_item(move, body, rule.repeat_days if rule else 1)

    return _answer(*await move_item(wired, principal, "completeWorkItem", work_item_id, key, make))


async def _key(request: Request, principal: Principal, given: str | None) -> RequestKey | None:
    """The path is part of what a key stands for: the same body sent to another item is another request."""
    return request_key(principal.client_id, given, request.url.path, await request.body())


def _answer(answer: StoredAnswer, replayed: bool) -> Response:
    headers = {"ETag": etag_of(orjson.loads(answer.body)["version"])}
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(answer.body, answer.status, headers, media_type="application/json")
