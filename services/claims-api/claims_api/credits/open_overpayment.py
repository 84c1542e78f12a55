"""Open a case for what somebody found before any posting showed it."""

from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError
from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.credits import queries
from claims_api.credits.changing import name_of, writer_of
from claims_api.credits.overpayment_schemas import OpenOverpaymentIn
from claims_api.overpayments.clock import clock_of
from claims_api.overpayments.domain import CaseEvent, CaseExistsError, CaseState, CreditNow, next_state
from claims_api.overpayments.follow_credits import new_case
from claims_api.overpayments.keep_case import Kept, keep_cases
from claims_api.overpayments.queries import COLUMNS, lock_cases, practice_of
from claims_api.overpayments.queries import known as known_cases


async def open_overpayment(connection: Connection, acting: Acting, body: OpenOverpaymentIn) -> UUID:
    """The clock runs from `identified_on`. A closed case of the charge and coverage is opened again.

    Raises InvalidRequestError (no such charge or coverage, a day to come), CaseExistsError when one is open.
    """
    practice_id = acting.practice_id
    claim_id, coverage_id = await _whose(connection, practice_id, body)
    if body.identified_on > acting.today:
        raise _refused("/identified_on", "in_the_future", "Nobody knows it before today is over.")
    payer = await queries.payer_of(connection, practice_id, coverage_id)
    practice = await practice_of(connection, practice_id)
    clock = clock_of(
        payer["financial_class"] if payer else None,
        body.identified_on,
        practice["settings"],
        payer["profile"] if payer else {},
    )
    writer = writer_of(acting)
    credit = CreditNow(body.charge_id, coverage_id, claim_id, 0, ())
    await queries.keep_from_posting(connection, practice_id, body.charge_id)
    await lock_cases(connection, practice_id, [credit])
    row = (await known_cases(connection, practice_id, [credit]))[body.charge_id, coverage_id]
    found = {
        "clock": clock.model_dump(mode="json"),
        "stated_cents": body.amount_cents,
        "received_on": body.received_on or body.identified_on,
        "arisen_on": body.identified_on,
    }
    if row["id"] is None:
        kept = Kept(new_case(writer, credit, clock) | {"source": "person", "payer_id": row["of_payer"]})
        kept.add(CaseEvent.FIND, acting.today, found, body.basis)
    else:
        kept = _again(dict(row))
        state = next_state(kept.case["state"], CaseEvent.RETURN).value
        fresh = {"state": state, "closed_on": None, "close_reason": None, "method": None, "proof_document_id": None}
        stopped = {"investigation_started_on": None, "investigation_ended_on": None}
        kept.add(CaseEvent.RETURN, acting.today, {**found, **fresh, **stopped}, body.basis)
    state = next_state(kept.case["state"], CaseEvent.IDENTIFY).value
    known = {"identified_on": body.identified_on, "identified_by": name_of(acting), "state": state}
    kept.add(CaseEvent.IDENTIFY, acting.today, {**known, "basis": body.basis}, body.basis)
    await keep_cases(connection, writer, [kept])
    case_id: UUID = kept.case["id"]
    return case_id


def _again(row: dict[str, object]) -> Kept:
    case = {name: row[name] for name in COLUMNS}
    if case["state"] != CaseState.CLOSED:
        raise CaseExistsError("it is open: say there what was found")
    return Kept(case)


async def _whose(connection: Connection, practice_id: int, body: OpenOverpaymentIn) -> tuple[UUID | None, UUID]:
    row = await queries.coverage_of_charge(connection, practice_id, body.charge_id)
    if row is None:
        raise _refused("/charge_id", "unknown_reference", "There is no such charge on a claim.")
    if body.coverage_id is None:
        if row["coverage_id"] is None:
            raise _refused("/coverage_id", "missing", "The charge's claim names no coverage.")
        return row["claim_id"], row["coverage_id"]
    if not await queries.coverage_fits(connection, practice_id, body.charge_id, body.coverage_id):
        raise _refused("/coverage_id", "unknown_reference", "The patient has no such coverage.")
    return row["claim_id"], body.coverage_id


def _refused(pointer: str, code: str, sentence: str) -> InvalidRequestError:
    return InvalidRequestError(errors=(FieldError(pointer, code, sentence),))
