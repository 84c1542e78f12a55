"""HTTP of placements with agencies and of what agencies remit."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from ar_shared.kernel.errors import NotFoundError, PreconditionFailedError, PreconditionRequiredError
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.database import Connection
from ar_shared.platform.etags import IfMatch, etag_of
from ar_shared.platform.problems import problem_responses
from claims_api.access.authority import AuthorityMissingError
from claims_api.access.limits import AboveAuthorityError
from claims_api.acting import Acting
from claims_api.agencies import queries
from claims_api.agencies.domain import (
    AbovePlacedError,
    AgencyRemittanceState,
    AgencySumError,
    NothingToPlaceError,
    NotPlaceableError,
    PlacementState,
)
from claims_api.agencies.enter_agency_remittance import AgencyReferenceTakenError, enter_agency_remittance
from claims_api.agencies.place_accounts import place_accounts
from claims_api.agencies.recall_placement import recall_placement
from claims_api.agencies.reverse_agency_remittance import AgencyRemittanceReversedError, reverse_agency_remittance
from claims_api.agencies.schemas import (
    AgencyRemittanceIn,
    AgencyRemittanceOut,
    PlacementIn,
    PlacementOut,
    RecallIn,
    ReverseAgencyRemittanceIn,
)
from claims_api.changes import Change, IdempotencyHeader
from claims_api.reads import Listing, View, rows_as
from claims_api.receipts.domain import ReceiptDepositedError
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1", tags=["agencies"])

Reader = Annotated[Principal, require("agencies:read")]
Writer = Annotated[Principal, require("agencies:write")]
CHANGING = (NotFoundError, PreconditionFailedError, PreconditionRequiredError)


async def _placement(connection: Connection, practice_id: int, placement_id: UUID) -> PlacementOut:
    row = await queries.placement_row(connection, practice_id, placement_id)
    if row is None:
        raise NotFoundError("there is no such placement")
    return PlacementOut(**dict(row))


async def _remittance(connection: Connection, practice_id: int, remittance_id: UUID) -> AgencyRemittanceOut:
    row = await queries.remittance_row(connection, practice_id, remittance_id)
    if row is None:
        raise NotFoundError("there is no such remittance of an agency")
    return AgencyRemittanceOut(**dict(row))


@router.post(
    "/placements",
    operation_id="placeAccounts",
    summary="Place a guarantor's balance with an agency",
    status_code=201,
    response_model=PlacementOut,
    responses=problem_responses(NothingToPlaceError, NotPlaceableError, AuthorityMissingError, AboveAuthorityError),
)
async def post_placement(
    body: PlacementIn, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """Only after the last payer, for what was owed long enough, and never for a protected patient.

    What nothing here records (plans, applications for assistance, disputes, bankruptcy, notices) a person assures.
    """

    async def work(connection: Connection, who: Acting) -> PlacementOut:
        made = await place_accounts(connection, principal, who, body)
        return await _placement(connection, who.practice_id, made)

    return await Change(request, principal, wired, idempotency_key, "placeAccounts", "placement", 201).run(None, work)


@router.get("/placements", operation_id="listPlacements", summary="List placements with agencies")
async def get_placements(
    principal: Reader,
    wired: Wired,
    vendor_id: UUID | None = None,
    guarantor_id: UUID | None = None,
    state: PlacementState | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[PlacementOut]:
    """Newest first; filters combine with and."""
    given = {
        "vendor_id": vendor_id,
        "guarantor_id": guarantor_id,
        "state": state,
    }
    listing = Listing(principal, wired, "listPlacements", given, limit, cursor)
    return await listing.page(rows_as(PlacementOut, queries.placement_page))


@router.get(
    "/placements/{placement_id}",
    operation_id="readPlacement",
    summary="Read a placement",
    responses=problem_responses(NotFoundError),
)
async def get_placement(placement_id: UUID, principal: Reader, wired: Wired, response: Response) -> PlacementOut:
    """Charge by charge: what was placed, collected, recalled and is left."""
    found = await View(principal, wired, "readPlacement", "placement").of(placement_id, _placement)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.post(
    "/placements/{placement_id}/recall",
    operation_id="recallPlacement",
    summary="Recall accounts from an agency",
    response_model=PlacementOut,
    responses=problem_responses(*CHANGING, AbovePlacedError),
)
async def post_recall(
    placement_id: UUID,
    body: RecallIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """What the agency has not collected is the practice's to collect again, at the age it had."""

    async def work(connection: Connection, who: Acting) -> PlacementOut:
        await recall_placement(connection, who, placement_id, body, if_match)
        return await _placement(connection, who.practice_id, placement_id)

    change = Change(request, principal, wired, idempotency_key, "recallPlacement", "placement")
    return await change.run(placement_id, work)


@router.post(
    "/agency-remittances",
    operation_id="enterAgencyRemittance",
    summary="Enter what an agency collected, kept and paid",
    status_code=201,
    response_model=AgencyRemittanceOut,
    responses=problem_responses(AgencySumError, AbovePlacedError, AgencyReferenceTakenError),
)
async def post_agency_remittance(
    body: AgencyRemittanceIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """All accounts of one remittance, or none; it must add up. Its money is a receipt that the bank is matched with."""

    async def work(connection: Connection, who: Acting) -> AgencyRemittanceOut:
        made = await enter_agency_remittance(connection, who, body)
        return await _remittance(connection, who.practice_id, made)

    change = Change(request, principal, wired, idempotency_key, "enterAgencyRemittance", "agency_remittance", 201)
    return await change.run(None, work)


@router.get("/agency-remittances", operation_id="listAgencyRemittances", summary="List what agencies remitted")
async def get_agency_remittances(
    principal: Reader,
    wired: Wired,
    vendor_id: UUID | None = None,
    state: AgencyRemittanceState | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[AgencyRemittanceOut]:
    """Newest first; filters combine with and."""
    given = {"vendor_id": vendor_id, "state": state}
    listing = Listing(principal, wired, "listAgencyRemittances", given, limit, cursor)
    return await listing.page(rows_as(AgencyRemittanceOut, queries.remittance_page))


@router.get(
    "/agency-remittances/{agency_remittance_id}",
    operation_id="readAgencyRemittance",
    summary="Read an agency's remittance",
    responses=problem_responses(NotFoundError),
)
async def get_agency_remittance(
    agency_remittance_id: UUID, principal: Reader, wired: Wired, response: Response
) -> AgencyRemittanceOut:
    """With its lines and their journals."""
    view = View(principal, wired, "readAgencyRemittance", "agency_remittance")
    found = await view.of(agency_remittance_id, _remittance)
    response.headers["ETag"] = etag_of(found.version)
    return found


@router.post(
    "/agency-remittances/{agency_remittance_id}/reverse",
    operation_id="reverseAgencyRemittance",
    summary="Take an agency's remittance back",
    response_model=AgencyRemittanceOut,
    responses=problem_responses(*CHANGING, AgencyRemittanceReversedError, ReceiptDepositedError),
)
async def post_reverse(
    agency_remittance_id: UUID,
    body: ReverseAgencyRemittanceIn,
    request: Request,
    principal: Writer,
    wired: Wired,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyHeader = None,
) -> Response:
    """Linked journals; its receipt is voided, and what it had collected is with the agency again."""

    async def work(connection: Connection, who: Acting) -> AgencyRemittanceOut:
        await reverse_agency_remittance(connection, who, agency_remittance_id, body, if_match)
        return await _remittance(connection, who.practice_id, agency_remittance_id)

    change = Change(request, principal, wired, idempotency_key, "reverseAgencyRemittance", "agency_remittance")
    return await change.run(agency_remittance_id, work)
