"""The payer says, in another way than by its reversal, that it has undone a claim that we had voided."""

from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.charges.take_back_voided import kept_cents, take_back_voided
from claims_api.claims.add_note import add_note
from claims_api.claims.domain import (
    CHARGES_TAKEN_BACK,
    SubmissionEvent,
    SubmissionState,
    VoidCause,
    next_submission_state,
)
from claims_api.versions import queries
from claims_api.versions.domain import UNPROCESSABLE
from claims_api.versions.errors import PayerMoneyKeptError, VoidNotSentError


async def confirm_void(connection: Connection, acting: Acting, claim_id: UUID, evidence: str) -> None:
    """The claim is voided, its charges go or are free as the void's cause says; the evidence is a note on the claim.

    Money that the payer left with us becomes a credit of the payer where the charges go; where they would be billed
    again it has to go back first. The caller commits. Raises NotFoundError, VoidNotSentError, PayerMoneyKeptError and
    PeriodClosedError.
    """
    practice = acting.practice_id
    claim = await queries.lock_claim(connection, practice, claim_id, list(UNPROCESSABLE))
    if claim is None:
        raise NotFoundError("there is no such claim")
    state = SubmissionState(claim["submission_state"])
    if state is not SubmissionState.VOID_SENT:
        raise VoidNotSentError(f"it is {state} ({state.phrase})")
    cause = VoidCause(await queries.void_cause(connection, practice, claim_id, claim["version"]) or VoidCause.OTHER)
    if cause not in CHARGES_TAKEN_BACK and await kept_cents(connection, practice, claim_id, claim["version"]) > 0:
        raise PayerMoneyKeptError(
            "its charges would be billed again", suggestion="Wait for the payer's reversal, or assign its take-back."
        )
    voided = next_submission_state(state, SubmissionEvent.VOID_CONFIRMED)
    await queries.set_submission(connection, practice, claim_id, voided.value, acting.moment.at)
    await add_note(connection, acting, claim_id, evidence)
    await take_back_voided(connection, acting, [claim_id])
