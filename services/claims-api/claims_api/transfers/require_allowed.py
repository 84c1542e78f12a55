"""Ask everything that stands against a transfer before it is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError
from ar_shared.platform.database import Connection, Row
from claims_api.claims.domain import AdjudicationState, SubmissionState
from claims_api.coordination.domain import Decision, crossover_until
from claims_api.coordination.find_patient_blocks import find_patient_blocks
from claims_api.coordination.queries import decision_of
from claims_api.transfers import queries
from claims_api.transfers.domain import (
    WAYS,
    ClaimInPlay,
    LaterPayerFirstError,
    PatientProtectedError,
    PayerAwaitedError,
    PayerCreditError,
    ReasonUnprovenError,
    TransferReason,
    in_force,
)
from claims_api.transfers.schemas import TransferIn


@dataclass(frozen=True, slots=True)
class Owed:
    """Open amounts that one party owes of one patient's charges, and the claims that bill them."""

    patient_id: UUID
    guarantor_id: UUID
    claim_id: UUID | None
    account: int
    party_id: UUID
    days: Sequence[date]
    charges: Sequence[UUID]
    claims: Sequence[Row]
    coverages: Sequence[Row]
    crossing: bool

    @property
    def claim_ids(self) -> list[UUID]:
        return [row["id"] for row in self.claims]

    def coverage(self, coverage_id: UUID | None) -> Row | None:
        return next((row for row in self.coverages if row["id"] == coverage_id), None)

    def in_force(self, coverage: Row) -> bool:
        """On every day of service."""
        return all(in_force(coverage["starts_on"], coverage["ends_on"], day) for day in self.days)

    @classmethod
    async def read(cls, connection: Connection, practice_id: int, buckets: Sequence[Row]) -> Self:
        """Raises InvalidRequestError unless the buckets are of one patient, one party and one claim."""
        _require_one(buckets)
        first = buckets[0]
        charges = [bucket["charge_id"] for bucket in buckets]
        claims = await queries.claims_of(connection, practice_id, charges)
        ids = [row["id"] for row in claims]
        coverages = await queries.coverages_of(connection, practice_id, first["patient_id"], ids)
        return cls(
            patient_id=first["patient_id"],
            guarantor_id=first["guarantor_id"],
            claim_id=first["claim_id"],
            account=first["account"],
            party_id=first["party_id"],
            days=sorted({bucket["service_from"] for bucket in buckets}),
            charges=charges,
            claims=claims,
            coverages=coverages,
            crossing=await _is_crossing(connection, practice_id, claims, coverages),
        )


async def require_allowed(connection: Connection, practice_id: int, body: TransferIn, owed: Owed) -> None:
    """Raises the error of the first rule that forbids it: see `transfers.domain`."""
    _require_nothing_awaited(body, owed)
    if WAYS[body.reason].to_payer:
        await _to_payer(connection, practice_id, body, owed)
    else:
        await _to_patient(connection, practice_id, body, owed)


def require_no_claim_out(owed: Owed, coverage_id: UUID) -> None:
    """Raises PayerAwaitedError while that coverage's payer has the charges and has not decided."""
    if any(_play(row).is_awaited for row in owed.claims if row["coverage_id"] == coverage_id):
        raise PayerAwaitedError("that payer has the claim and has not decided")


def _require_one(buckets: Sequence[Row]) -> None:
    for names, pointer, text in (
        (("patient_id",), "/lines", "The charges are of more than one patient."),
        (("claim_id",), "/lines", "More than one claim bills the charges: move them claim by claim."),
        (("account", "party_id"), "/from_party_id", "More than one party owes a part of it: name one."),
    ):
        if len({tuple(bucket[name] for name in names) for bucket in buckets}) > 1:
            raise InvalidRequestError(errors=(FieldError(pointer, "ambiguous", text),))


def _require_nothing_awaited(body: TransferIn, owed: Owed) -> None:
    if owed.crossing:
        raise PayerAwaitedError("the payer passed the claim on, and the next payer has not answered")
    for row in owed.claims:
        claim = _play(row)
        if claim.is_awaited and row["coverage_id"] in (owed.party_id, body.coverage_id):
            raise PayerAwaitedError("the payer has the claim and has not decided")
        other = row["coverage_id"] != owed.party_id
        if body.coverage_id is None and other and (claim.is_awaited or claim.is_to_come):
            raise PayerAwaitedError("a claim to another payer is out or ready to go")


async def _to_patient(connection: Connection, practice_id: int, body: TransferIn, owed: Owed) -> None:
    for day in owed.days:
        if blocks := await find_patient_blocks(connection, practice_id, owed.patient_id, day, owed.claim_ids):
            errors = tuple(FieldError("/reason", block.value, f"{block.phrase}.") for block in blocks)
            raise PatientProtectedError(errors=errors)
    source = owed.coverage(owed.party_id)
    rank = source["rank"] if source else 0
    if any(row["rank"] > rank and not row["decided"] and owed.in_force(row) for row in owed.coverages):
        raise LaterPayerFirstError(suggestion="Move it to the next payer, or end that coverage.")
    if body.reason is TransferReason.COVERAGE_ENDED and (source is None or owed.in_force(source)):
        raise ReasonUnprovenError("the coverage was in force on the day of service")
    if body.document_id is not None and not await queries.is_consent(
        connection, practice_id, body.document_id, owed.patient_id, owed.claim_id
    ):
        raise ReasonUnprovenError("the document is no consent of this patient")


async def _to_payer(connection: Connection, practice_id: int, body: TransferIn, owed: Owed) -> None:
    target, source = owed.coverage(body.coverage_id), owed.coverage(owed.party_id)
    if target is None or target["id"] == owed.party_id:
        errors = (FieldError("/coverage_id", "unknown_reference", "Not another coverage of the patient."),)
        raise InvalidRequestError(errors=errors)
    if body.reason is TransferReason.NEXT_PAYER and (source is None or target["rank"] <= source["rank"]):
        raise ReasonUnprovenError("the coverage does not come after the one that owes it")
    if body.reason is TransferReason.PATIENT_PROTECTED:
        await _require_protected(connection, practice_id, owed)
    elif not owed.in_force(target):
        raise ReasonUnprovenError("the coverage was not in force on the day of service")
    if await queries.has_credit(connection, practice_id, owed.charges, target["id"]):
        raise PayerCreditError(suggestion="Refund the credit, or have the payer take it back, first.")


async def _require_protected(connection: Connection, practice_id: int, owed: Owed) -> None:
    for day in owed.days:
        if not await find_patient_blocks(connection, practice_id, owed.patient_id, day, owed.claim_ids):
            raise ReasonUnprovenError("nothing known of the patient or said by a payer forbids the bill")


def _play(row: Row) -> ClaimInPlay:
    return ClaimInPlay(SubmissionState(row["submission_state"]), AdjudicationState(row["adjudication_state"]))


async def _is_crossing(
    connection: Connection, practice_id: int, claims: Sequence[Row], coverages: Sequence[Row]
) -> bool:
    """A payer passed a claim on itself, and no other payer has decided; also when that is overdue."""
    for claim in claims:
        found = await decision_of(connection, practice_id, claim)
        if found is None:
            continue
        carrier = (found["facts"] or {}).get("crossover", {}).get("last")
        decision = Decision(found["clp_status"], frozenset(found["remarks"]), carrier, found["remitted_on"])
        answered = any(row["decided"] for row in coverages if row["id"] != claim["coverage_id"])
        if crossover_until(decision) is not None and not answered:
            return True
    return False
