"""Take one claim in: the claim, its charges, and their journal in one transaction."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import asyncpg

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.kernel.errors import ConflictError, FieldError, InvalidRequestError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Database, Row, violated_constraint
from ar_shared.platform.idempotency import RequestKey, StoredAnswer, checked
from claims_api.claims.bill_charges import bill_charges, charges_to_bill
from claims_api.claims.control_numbers import (
    RANDOM_BITS,
    line_control_number,
    mint_patient_control_number,
    normalise_control_number,
)
from claims_api.claims.display_status import display_status
from claims_api.claims.domain import AdjudicationState, BalanceState, SubmissionState, balance_state
from claims_api.claims.frequency import NEW_CLAIM
from claims_api.claims.intake_sql import SINGLE
from claims_api.claims.queries import claim_id_of
from claims_api.claims.resolve_references import resolve_references
from claims_api.claims.schemas import ClaimIn, ClaimOut, LineOut
from claims_api.ledger.effective_on import effective_on
from claims_api.practices.queries import on_practice_clock


class ClaimExistsError(ConflictError):
    """A claim with this external_id exists; `existing` is its path."""

    code = "claim_exists"
    title = "A claim with this external_id exists"


async def create_claim(
    database: Database, principal: Principal, clock: Clock, claim: ClaimIn, key: RequestKey | None
) -> tuple[StoredAnswer, bool]:
    """The answer to `POST /v1/claims` (201 and the claim as JSON), and whether it is a replay under `key`.

    Posts E01 (Dr 1100, Cr 4000) for each line but those that bill a charge which is posted. Raises
    InvalidRequestError, ClaimExistsError, PeriodClosedError, IdempotencyMismatchError, IdempotencyInFlightError;
    writes nothing when it raises.
    """
    machine = clock.now()
    lock = key.lock(principal.practice_id) if key else None
    try:
        async with database.tenant_tx(principal.practice_id, key_lock=lock, period_open=True) as connection:
            found = await resolve_references(connection, principal.practice_id, claim, key)
            if key is not None and found["answer_hash"] is not None:
                repeated = checked(found["answer_hash"], found["answer_status"], found["answer_body"], key)
                access = access_by(principal, machine, "createClaim", "view")
                await record_access(connection, "claims", principal.practice_id, access)
                return repeated, True
            moment = on_practice_clock(principal, machine, found["test_clock_at"])
            if errors := future_services(claim, moment.today):
                raise InvalidRequestError("only what was performed can be billed", errors=tuple(errors))
            billed = []
            if claim.billed:
                billed = await charges_to_bill(connection, principal.practice_id, claim, found)
            record, lines = claim_records(claim, found, billed)
            every_line = sorted([*lines, *billed], key=lambda line: line["n"]) if billed else lines
            answer = StoredAnswer(201, _created(record, every_line, moment).model_dump_json().encode())
            await connection.fetchval(
                SINGLE,
                principal.practice_id,
                moment.at,
                machine,
                effective_on(moment.today, today=moment.today, first_open_day=found["first_open_day"] or date.min),
                principal.client_id,
                principal.actor.id,
                principal.actor.kind,
                [{**record, "content_hash": _as_text(record["content_hash"])}],
                lines,
                uuid7(),
                access_by(principal, machine, "createClaim", "change", "claim", record["id"]).entry(),
                key.key if key else None,
                key.request_hash if key else None,
                answer.status,
                answer.body,
            )
            if billed:
                await bill_charges(connection, principal.practice_id, record["id"], billed, moment.at)
            return answer, False
    except asyncpg.UniqueViolationError as error:
        raise await _conflict(database, principal, claim, error) from error


def claim_records(
    claim: ClaimIn, found: Mapping[str, Any] | Row, billed: Sequence[dict[str, Any]] = ()
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The claim and the lines that make their charge as the columns of `intake_sql`; mints the control numbers."""
    number = mint_patient_control_number(secrets.randbits(RANDOM_BITS))
    claim_id = uuid7()
    services = claim.services
    lines = [
        {
            "claim_id": claim_id,
            "n": n,
            "charge_id": uuid7(),
            "external_id": line.external_id,
            "line_control_number": line_control_number(number, n),
            "procedure_qualifier": "HC" if line.procedure_code else None,
            "procedure_code": line.procedure_code,
            "modifiers": line.modifiers,
            "revenue_code": line.revenue_code,
            "charge_cents": line.charge_cents,
            "non_covered_cents": line.non_covered_cents,
            "units": line.units,
            "unit_basis": line.unit_basis,
            "place_of_service": line.place_of_service,
            "service_from": line.service_from,
            "service_to": line.service_to or line.service_from,
            "diagnosis_pointers": [str(pointer) for pointer in line.diagnosis_pointers or [1]],
            "ndc": line.ndc,
            "ndc_units": line.ndc_units,
            "ndc_unit_basis": line.ndc_unit_basis,
        }
        for n, line in services
    ]
    for line in billed:
        line["line_control_number"] = line_control_number(number, line["n"])
    record = {
        "id": claim_id,
        "journal_id": uuid7() if services else None,
        "external_id": claim.external_id,
        "type": claim.type,
        "purpose": "live",
        "patient_control_number": number,
        "normalised_pcn": normalise_control_number(number),
        "patient_id": found["patient_id"],
        "guarantor_id": found["guarantor_id"],
        "coverage_id": found["coverage_id"],
        "coverage_snapshot": coverage_snapshot(found),
        "sequence": found["rank"],
        "payer_id": found["payer_id"],
        "plan_id": found["plan_id"],
        "financial_class": found["financial_class"],
        "billing_entity_id": found["billing_entity_id"],
        "location_id": found["location_id"],
        "rendering_provider_id": found["rendering_provider_id"],
        "place_of_service": claim.place_of_service,
        "charge_cents": sum(line["charge_cents"] for line in (*lines, *billed)),
        "service_from": min(line["service_from"] for line in (*lines, *billed)),
        "service_to": max(line["service_to"] for line in (*lines, *billed)),
        "diagnoses": claim.diagnoses,
        "facts": claim.facts.model_dump(mode="json", exclude_none=True),
        "submission_state": SubmissionState.READY.value,
        "line_count": len(claim.lines),
        "frequency": NEW_CLAIM,
        "posts": True,
        "blockers": [],
        "content_hash": content_hash(claim) if claim.external_id is not None else None,
    }
    return record, lines


def content_hash(claim: ClaimIn) -> bytes:
    """SHA-256 of what was asked for: tells a repeat from another claim under the same external_id."""
    return hashlib.sha256(claim.model_dump_json().encode()).digest()


def _as_text(octets: bytes | None) -> str | None:
    """A bytea inside JSON."""
    return None if octets is None else f"\\x{octets.hex()}"


def coverage_snapshot(found: Mapping[str, Any] | Row) -> dict[str, Any]:
    """What the claim keeps of its coverage: later changes of the coverage do not change what was billed."""
    return {
        "member_id": found["member_id"],
        "group_number": found["group_number"],
        "relation": found["relation"],
        "rank": found["rank"],
        "filing_indicator": found["filing_indicator"],
        "group_name": found["group_name"],
        "subscriber": found["subscriber"],
        "accepts_assignment": found["accepts_assignment"],
        "release_of_information": found["release_of_information"],
        "payer_id_qualifier": found["payer_id_qualifier"],
        "payer_identifier": found["payer_identifier"],
        "payer_name": found["payer_name"],
    }


def _created(record: dict[str, Any], lines: list[dict[str, Any]], moment: PracticeTime) -> ClaimOut:
    total = record["charge_cents"]
    balance = balance_state(insurance_cents=total, patient_cents=0, credit_cents=0)
    status = display_status(SubmissionState.READY, AdjudicationState.NONE, BalanceState(balance))
    return ClaimOut.model_construct(
        id=record["id"],
        external_id=record["external_id"],
        type=record["type"],
        purpose=record["purpose"],
        patient_control_number=record["patient_control_number"],
        submitted_control_number=None,
        payer_control_number=None,
        patient_id=record["patient_id"],
        coverage_id=record["coverage_id"],
        payer_id=record["payer_id"],
        billing_entity_id=record["billing_entity_id"],
        rendering_provider_id=record["rendering_provider_id"],
        location_id=record["location_id"],
        diagnoses=record["diagnoses"],
        charge_cents=total,
        balance_cents=total,
        insurance_cents=total,
        patient_cents=0,
        service_from=record["service_from"],
        service_to=record["service_to"],
        submission_state=record["submission_state"],
        adjudication_state=AdjudicationState.NONE.value,
        balance_state=balance.value,
        display_status=status.value,
        version=1,
        pending_version=None,
        origin_claim_id=None,
        sequence=record["sequence"],
        first_billed_on=None,
        accepted_on=None,
        adjudicated_on=None,
        blockers=[],
        lines=[
            LineOut.model_construct(
                n=line["n"],
                charge_id=line["charge_id"],
                external_id=line["external_id"],
                line_control_number=line["line_control_number"],
                procedure_code=line["procedure_code"],
                modifiers=line["modifiers"],
                revenue_code=line["revenue_code"],
                charge_cents=line["charge_cents"],
                balance_cents=line["charge_cents"],
                units=line["units"],
                service_from=line["service_from"],
                service_to=line["service_to"],
            )
            for line in lines
        ],
        created_at=moment.at,
        updated_at=moment.at,
    )


def future_services(claim: ClaimIn, today: date) -> list[FieldError]:
    """One error a line that was not performed yet."""
    return [
        FieldError(f"/lines/{n - 1}/service_from", "service_in_future", "The service date is after today.")
        for n, line in claim.services
        if (line.service_to or line.service_from) > today
    ]


async def _conflict(
    database: Database, principal: Principal, claim: ClaimIn, error: asyncpg.UniqueViolationError
) -> ConflictError:
    constraint = violated_constraint(error)
    if constraint in ("claim_external_uq", "claim_content_uq") and claim.external_id is not None:
        async with database.tenant_tx(principal.practice_id) as connection:
            existing = await claim_id_of(connection, principal.practice_id, claim.external_id)
        return ClaimExistsError(existing=f"/v1/claims/{existing}")
    if constraint == "charge_external_uq":
        return ConflictError("a line's external_id is already used by another charge")
    return ConflictError()
