"""HTTP of coordination of benefits."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from ar_shared.kernel.errors import FieldError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.database import Connection
from ar_shared.platform.problems import problem_responses
from claims_api.acting import Acting, acting
from claims_api.changes import Answer, Change, IdempotencyHeader
from claims_api.claims.read_claim import read_claim
from claims_api.claims.schemas import ClaimOut
from claims_api.coordination.bill_next import Step, bill_next
from claims_api.coordination.decided import sentence
from claims_api.coordination.domain import NextStep
from claims_api.coordination.errors import (
    CobUnbalancedError,
    CrossoverAwaitedError,
    NotDecidedError,
    NothingForNextPayerError,
)
from claims_api.coordination.read_coordination import read_coordination
from claims_api.coordination.schemas import CoordinationOut
from claims_api.coordination.settings import coordination_settings
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/claims/{claim_id}", tags=["claims"])

Reader = Annotated[Principal, require("claims:read")]
Writer = Annotated[Principal, require("claims:write")]


@router.get("/coordination", operation_id="readCoordination", summary="Read the order of payers")
async def get_coordination(claim_id: UUID, principal: Reader, wired: Wired) -> CoordinationOut:
    """The payers of the claim's charges in their order, what is awaited, and what the patient may be billed now."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        who = await acting(connection, principal, wired.clock)
        coordination = await read_coordination(connection, principal.practice_id, claim_id, now=who.moment.at)
        access = access_by(principal, who.machine, "readCoordination", "view", "claim", claim_id)
        await record_access(connection, "claims", principal.practice_id, access)
    return coordination


@router.post(
    "/bill-next",
    operation_id="billNextPayer",
    summary="Bill the next payer",
    response_model=ClaimOut,
    responses=problem_responses(NotDecidedError, NothingForNextPayerError, CrossoverAwaitedError, CobUnbalancedError),
)
async def post_bill_next(
    claim_id: UUID, request: Request, principal: Writer, wired: Wired, idempotency_key: IdempotencyHeader = None
) -> Response:
    """The claim to the next payer with the decision of the one before, exactly as it came; made if it is not there.

    Refused before that decision, while a crossover is awaited, and when the decision does not add up.
    """

    async def work(connection: Connection, who: Acting) -> Answer:
        settings = await coordination_settings(connection, who.practice_id)
        step = await bill_next(connection, who, claim_id, crossover_days=settings.crossover_days)
        return Answer(*await read_claim(connection, who.practice_id, _next_claim(step)))

    return await Change(request, principal, wired, idempotency_key, "billNextPayer", "claim").run(claim_id, work)


def _next_claim(step: Step) -> UUID:
    if step.step is NextStep.BLOCKED:
        errors = tuple(FieldError("", "cob_unbalanced", sentence(one)) for one in step.differences)
        raise CobUnbalancedError(sentence(step.differences[0]), errors=errors)
    if step.step is NextStep.CROSSOVER_AWAITED:
        raise CrossoverAwaitedError(
            f"awaited through {step.awaited_until}", suggestion="Wait for the next payer's remittance, or that day."
        )
    if step.next_claim_id is None:
        raise NothingForNextPayerError("the next payer has answered what was passed on")
    return step.next_claim_id
