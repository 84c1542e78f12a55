"""HTTP of paper remittances."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from ar_shared.platform.auth import Principal, require
from ar_shared.platform.database import Connection
from ar_shared.platform.problems import problem_responses
from claims_api.acting import Acting
from claims_api.changes import Answer, Change, IdempotencyHeader
from claims_api.paper.enter_eob import enter_eob
from claims_api.paper.errors import EobDiffersError
from claims_api.paper.schemas import EobIn
from claims_api.remittances.answer_payment import answer_payment
from claims_api.remittances.errors import MatchRefusedError
from claims_api.remittances.schemas import RemittanceDetailOut
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/remittances", tags=["remittances"])

Writer = Annotated[Principal, require("remittances:write")]


@router.post(
    "/manual",
    operation_id="enterRemittance",
    summary="Enter a paper remittance",
    status_code=201,
    response_model=RemittanceDetailOut,
    responses=problem_responses(EobDiffersError, MatchRefusedError),
)
async def post_manual(
    body: EobIn, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """A paper EOB or lockbox check, posted as an 835 is; refused, with every difference, when it does not add up.

    The same check entered or received before is never posted twice: `duplicate`, or `queued` for a decision.
    """

    async def work(connection: Connection, who: Acting) -> Answer:
        outcome = await enter_eob(connection, who, body)
        return await answer_payment(connection, who.practice_id, outcome.remittance_id)

    change = Change(request, principal, wired, idempotency_key, "enterRemittance", "remittance", 201)
    return await change.run(None, work)
