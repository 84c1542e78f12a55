"""Make the next version of a claim; it waits to be sent as any claim does, and until then changes nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from ar_shared.kernel.errors import ConflictError, FieldError, InvalidRequestError, NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row, violated_constraint
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.claims.control_numbers import line_control_number
from claims_api.claims.create_claim import coverage_snapshot
from claims_api.claims.domain import VoidCause
from claims_api.claims.schemas import BAD_POINTER, MAX_DIAGNOSES, MAX_LINES, LineIn
from claims_api.parties.kinds import BY_NAME
from claims_api.parties.upsert_party import find_party
from claims_api.references import Reference
from claims_api.telling import tell
from claims_api.versions import queries
from claims_api.versions.amend_image import NotAmendableError, amended
from claims_api.versions.domain import UNPROCESSABLE, BilledLine, billed_lines
from claims_api.versions.errors import VersionPendingError
from claims_api.versions.schemas import ResubmissionIn, VersionLineIn

_NOTHING: Final = ResubmissionIn(reason="-")


@dataclass(frozen=True, slots=True)
class MadeVersion:
    """The claim and the number of the version that waits now."""

    claim_id: UUID
    n: int


async def lock_claim(connection: Connection, acting: Acting, claim_id: UUID) -> Row:
    """The claim, locked. Raises NotFoundError, and VersionPendingError when a version waits already."""
    claim = await queries.lock_claim(connection, acting.practice_id, claim_id, list(UNPROCESSABLE))
    if claim is None:
        raise NotFoundError("there is no such claim")
    if claim["pending_version"] is not None:
        raise VersionPendingError(
            f"version {claim['pending_version']} waits to be sent",
            suggestion="Send it, or withdraw it.",
            existing=f"/v1/claims/{claim_id}/versions",
        )
    return claim


async def make_version(
    connection: Connection,
    acting: Acting,
    claim: Row,
    frequency: str,
    reason: str,
    body: ResubmissionIn = _NOTHING,
    *,
    other_payers: list[dict[str, Any]] | None = None,
    void_cause: VoidCause | None = None,
) -> MadeVersion:
    """claim: from `lock_claim`; the caller has asked its guards, and commits.

    other_payers: what earlier payers decided, where that is no longer what the version before says.

    Raises InvalidRequestError, and ConflictError when a line's external_id belongs to another charge.
    """
    n = claim["newest_version"] + 1
    present = [
        dict(row) for row in await queries.lines_of(connection, acting.practice_id, claim["id"], claim["version"])
    ]
    lines = _billed(claim, present, body)
    diagnoses = body.diagnoses or claim["diagnoses"]
    _check_form(claim["type"], diagnoses, lines, acting.today)
    provider = await _provider(connection, acting.practice_id, body.rendering_provider)
    changes = await _changes(connection, acting.practice_id, claim, body, lines, provider)
    charges = [(line, uuid7()) for line in lines]
    await _insert_charges(connection, acting, claim["id"], charges, diagnoses, changes.get("rendering_provider_id"))
    total = sum(line.facts["charge_cents"] for line in lines)
    await queries.insert_version(
        connection,
        acting.practice_id,
        claim["id"],
        n,
        frequency=frequency,
        charge_cents=total,
        image=_image(claim, present, lines, body, changes, provider),
        made_at=acting.moment.at,
        reason=reason,
        changes=changes,
        other_payers=other_payers,
        void_cause=void_cause,
        actor_id=acting.actor.id,
        actor_kind=acting.actor.kind,
        lines=[_version_line(claim, n, place, line, new_id) for place, (line, new_id) in enumerate(charges, start=1)],
    )
    await _announce(connection, acting, claim, n, frequency, total)
    return MadeVersion(claim["id"], n)


def _billed(claim: Row, present: Sequence[Mapping[str, Any]], body: ResubmissionIn) -> list[BilledLine]:
    """Lines as asked for, else the present ones, moved along where the claim's place of service moves."""
    if body.lines is not None:
        return billed_lines(present, [_columns(line) for line in body.lines])
    if body.place_of_service is None:
        return [BilledLine(row, row["charge_id"], None) for row in present]
    places = {claim["place_of_service"]: body.place_of_service}
    moved = [
        {
            **row,
            "line": row["n"],
            "external_id": None,
            "place_of_service": places.get(row["place_of_service"], row["place_of_service"]),
        }
        for row in present
    ]
    return billed_lines(present, moved)


def _columns(line: VersionLineIn) -> dict[str, Any]:
    return {
        **line_columns(line),
        "line": line.line,
    }


def line_columns(line: LineIn) -> dict[str, Any]:
    """A line of a request as the columns of a charge."""
    columns = line.model_dump(exclude={"line"})
    columns["service_to"] = line.service_to or line.service_from
    columns["diagnosis_pointers"] = [str(pointer) for pointer in line.diagnosis_pointers or [1]]
    return columns


def _check_form(claim_type: str, diagnoses: Sequence[str], lines: Sequence[BilledLine], today: date) -> None:
    errors: list[FieldError] = []
    if len(lines) > MAX_LINES[claim_type]:
        errors.append(FieldError("/lines", "too_many_lines", "A professional claim holds 50 lines."))
    if len(diagnoses) > MAX_DIAGNOSES[claim_type]:
        errors.append(FieldError("/diagnoses", "too_many_diagnoses", "A professional claim holds 12 diagnoses."))
    for n, line in enumerate(lines):
        if any(int(pointer) > len(diagnoses) for pointer in line.facts["diagnosis_pointers"]):
            errors.append(
                FieldError(f"/lines/{n}/diagnosis_pointers", BAD_POINTER.code, BAD_POINTER.sentences[BAD_POINTER.code])
            )
        if line.facts["service_to"] > today:
            errors.append(
                FieldError(f"/lines/{n}/service_from", "service_in_future", "The service date is after today.")
            )
        if (
            line.charge is not None
            and not line.facts["procedure_code" if claim_type == "professional" else "revenue_code"]
        ):
            errors.append(FieldError(f"/lines/{n}", "procedure_missing", "The line does not say what was done."))
    if errors:
        raise InvalidRequestError("the version cannot be billed", errors=tuple(errors))


async def _changes(
    connection: Connection,
    practice_id: int,
    claim: Row,
    body: ResubmissionIn,
    lines: Sequence[BilledLine],
    provider: Row | None,
) -> dict[str, Any]:
    """The columns of the claim that sending the version sets."""
    changes: dict[str, Any] = {"line_count": len(lines)}
    if body.lines is not None:
        changes["service_from"] = min(line.facts["service_from"] for line in lines)
        changes["service_to"] = max(line.facts["service_to"] for line in lines)
    if body.diagnoses is not None:
        changes["diagnoses"] = body.diagnoses
    if body.place_of_service is not None:
        changes["place_of_service"] = body.place_of_service
    if body.facts is not None:
        changes["facts"] = body.facts.model_dump(mode="json", exclude_none=True)
    if provider is not None:
        changes["rendering_provider_id"] = str(provider["id"])
    if body.refresh_coverage:
        cover = await queries.coverage_today(connection, practice_id, claim["coverage_id"])
        changes["coverage_snapshot"] = coverage_snapshot(dict(cover or {}))
    return changes


async def _provider(connection: Connection, practice_id: int, named: Reference | None) -> Row | None:
    """The provider that is named; None when none is. Raises InvalidRequestError."""
    if named is None:
        return None
    row = await find_party(
        connection, practice_id, BY_NAME["provider"], party_id=named.id, external_id=named.external_id
    )
    if row is None:
        error = FieldError("/rendering_provider", "reference_unknown", "There is no such resource in this practice.")
        raise InvalidRequestError("a reference cannot be used", errors=(error,))
    return row


async def _insert_charges(
    connection: Connection,
    acting: Acting,
    claim_id: UUID,
    charges: Sequence[tuple[BilledLine, UUID]],
    diagnoses: list[str],
    rendering_provider_id: str | None,
) -> None:
    rows = [
        {**line.charge, "id": new_id, "replaces_charge_id": line.continues}
        for line, new_id in charges
        if line.charge is not None
    ]
    provider = UUID(rendering_provider_id) if rendering_provider_id else None
    if not rows:
        return
    try:
        await queries.insert_charges(
            connection, acting.practice_id, claim_id, rows, acting.moment.at, diagnoses, provider
        )
    except asyncpg.UniqueViolationError as error:
        if violated_constraint(error) != "charge_external_uq":
            raise
        raise ConflictError("a line's external_id is already used by another charge") from error


def _version_line(claim: Row, n: int, place: int, line: BilledLine, new_id: UUID) -> dict[str, Any]:
    return {
        "n": place,
        "charge_id": new_id if line.charge is not None else line.continues,
        "line_control_number": line_control_number(claim["patient_control_number"], place, n),
        "charge_cents": line.facts["charge_cents"],
        "diagnosis_pointers": line.facts["diagnosis_pointers"],
    }


def _image(
    claim: Row,
    present: Sequence[Mapping[str, Any]],
    lines: Sequence[BilledLine],
    body: ResubmissionIn,
    changes: dict[str, Any],
    provider: Row | None,
) -> dict[str, Any] | None:
    """Of a claim that came in as an 837: as it came, with what changes changed where it stands.

    None: what goes out is put together from our rows.
    """
    if claim["source_file_id"] is None:
        return None
    stored: dict[str, Any] = claim["image"]
    snapshot = changes.get("coverage_snapshot")
    try:
        return amended(
            stored,
            present,
            None if body.lines is None and body.place_of_service is None else lines,
            diagnoses=body.diagnoses,
            place_of_service=body.place_of_service,
            facts=None if body.facts is None else (claim["facts"], changes["facts"]),
            rendering=None if provider is None else dict(provider),
            coverage=None if snapshot is None else (claim["coverage_snapshot"], snapshot),
        )
    except NotAmendableError:
        return None


async def _announce(
    connection: Connection, acting: Acting, claim: Row, n: int, frequency: str, charge_cents: int
) -> None:
    data = {"external_id": claim["external_id"], "version": n, "frequency": frequency, "charge_cents": charge_cents}
    await tell(connection, acting, [NewEvent("claim.version_made", "claim", claim["id"], data)])
