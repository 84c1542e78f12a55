"""HTTP of unapplied money and unclaimed property."""

from datetime import date
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from ar_shared.kernel.errors import InvalidRequestError
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize
from ar_shared.platform.database import Connection
from ar_shared.platform.problems import problem_responses
from claims_api.acting import Acting, acting
from claims_api.changes import Answer, Change, IdempotencyHeader
from claims_api.reads import Filters, Listing, Place, rows_as
from claims_api.unclaimed_property import queries
from claims_api.unclaimed_property.list_money import list_unapplied, list_unclaimed
from claims_api.unclaimed_property.record_contact import record_contact
from claims_api.unclaimed_property.schemas import (
    OwnerContactIn,
    OwnerContactOut,
    UnappliedMoneyOut,
    UnclaimedPropertyOut,
)
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1", tags=["credits"])

Reader = Annotated[Principal, require("refunds:read")]
Writer = Annotated[Principal, require("refunds:write")]
NOBODY: Final = UUID(int=0)
BY_AGE_AND_PARTY: Final = Place(
    lambda money: [money.oldest_on.isoformat(), money.kind, str(money.guarantor_id or money.payer_id or NOBODY)],
    lambda keys: (date.fromisoformat(str(keys[0])), str(keys[1]), UUID(str(keys[2]))),
)
BY_AGE: Final = Place(
    lambda held: [held.since.isoformat(), str(held.source_id)],
    lambda keys: (date.fromisoformat(str(keys[0])), UUID(str(keys[1]))),
)


@router.get("/unapplied-money", operation_id="listUnappliedMoney", summary="List unapplied money by party")
async def get_unapplied(
    principal: Reader,
    wired: Wired,
    kind: Literal["patient", "insurer", "unidentified"] | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[UnappliedMoneyOut]:
    """Prepayments and money nobody has applied, with its age and when it becomes dormant; the oldest first."""

    async def read(
        connection: Connection, practice_id: int, filters: Filters, after: tuple[date, str, UUID] | None, most: int
    ) -> list[UnappliedMoneyOut]:
        today = (await acting(connection, principal, wired.clock)).today
        return await list_unapplied(connection, practice_id, filters.get("kind"), after, most, today=today)

    listing = Listing(principal, wired, "listUnappliedMoney", {"kind": kind}, limit, cursor)
    return await listing.page(read, BY_AGE_AND_PARTY)


@router.get(
    "/unclaimed-property",
    operation_id="listUnclaimedProperty",
    summary="List money whose owners do not ask for it, and what comes next",
)
async def get_unclaimed(
    principal: Reader,
    wired: Wired,
    guarantor_id: UUID | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[UnclaimedPropertyOut]:
    """Each amount with its dormancy, its letter window and its report day by the state of the last known address."""

    async def read(
        connection: Connection, practice_id: int, filters: Filters, after: tuple[date, UUID] | None, most: int
    ) -> list[UnclaimedPropertyOut]:
        today = (await acting(connection, principal, wired.clock)).today
        owner = filters.get("guarantor_id")
        return await list_unclaimed(connection, practice_id, owner and UUID(owner), after, most, today=today)

    given = {"guarantor_id": guarantor_id}
    return await Listing(principal, wired, "listUnclaimedProperty", given, limit, cursor).page(read, BY_AGE)


@router.post(
    "/owner-contacts",
    operation_id="recordOwnerContact",
    summary="Record a contact with the owner of money, or a letter to one",
    status_code=201,
    response_model=OwnerContactOut,
    responses=problem_responses(InvalidRequestError),
)
async def post_contact(
    body: OwnerContactIn, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """A contact lets the dormancy begin anew; a due-diligence letter counts for the dormancy in which it went out."""

    async def work(connection: Connection, who: Acting) -> Answer:
        made = await record_contact(connection, who, body)
        return Answer(made, None, made.id)

    change = Change(request, principal, wired, idempotency_key, "recordOwnerContact", "owner_contact", 201, posts=False)
    return await change.run(None, work)


@router.get("/owner-contacts", operation_id="listOwnerContacts", summary="List contacts with owners of money")
async def get_contacts(
    principal: Reader,
    wired: Wired,
    guarantor_id: UUID | None = None,
    payer_id: UUID | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[OwnerContactOut]:
    """Newest first."""
    given = {"guarantor_id": guarantor_id, "payer_id": payer_id}
    return await Listing(principal, wired, "listOwnerContacts", given, limit, cursor).page(
        rows_as(OwnerContactOut, queries.contact_page)
    )
