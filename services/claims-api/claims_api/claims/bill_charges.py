"""Bill charges that were posted before their claim: the claim's lines point at them, nothing posts a second time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError
from ar_shared.platform.database import Connection, Row
from claims_api.claims.schemas import BilledChargeIn, ClaimIn

_UNKNOWN: Final = ("reference_unknown", "There is no such resource in this practice.")
_VOIDED: Final = ("charge_voided", "The charge was voided; another one replaces it.")
_TWICE: Final = ("charge_named_twice", "Another line of this claim bills the charge.")
_OTHER_PATIENT: Final = ("charge_of_another_patient", "The charge is not this patient's.")
_OTHER_CLAIM: Final = ("charge_on_another_claim", "Another claim bills the charge.")
_NOT_OPEN: Final = ("charge_owed_otherwise", "Not all of the charge is owed by the claim's coverage.")
_NO_CODE: Final = ("procedure_missing", "The charge has no code for a claim of this type.")
_NO_DIAGNOSIS: Final = ("diagnosis_not_on_claim", "The charge points at a diagnosis that is not on the claim.")

_CHARGES: Final = """
SELECT h.id, h.external_id, h.patient_id, h.procedure_code, h.modifiers, h.revenue_code, h.charge_cents, h.units,
       h.service_from, h.service_to, h.diagnoses, h.diagnosis_pointers, h.voided_at,
       (SELECT coalesce(sum(b.balance_cents), 0) FROM claims.ar_balance b
        WHERE b.practice_id = $1 AND b.charge_id = h.id AND b.account = 1100 AND b.party_id = $4)::bigint AS owed_cents,
       EXISTS (SELECT FROM claims.claim_line l JOIN claims.claim c ON c.practice_id = $1 AND c.id = l.claim_id
               WHERE l.practice_id = $1 AND l.charge_id = h.id AND c.submission_state <> 'voided') AS is_billed
FROM claims.charge h
WHERE h.practice_id = $1 AND h.id IN (
    SELECT k.id FROM claims.charge k WHERE k.practice_id = $1
    AND (k.id = ANY($2::uuid[]) OR (k.external_id = ANY($3::text[]) AND k.voided_at IS NULL)))
"""
_LOCK: Final = """
SELECT id FROM claims.charge
WHERE practice_id = $1 AND (id = ANY($2::uuid[]) OR (external_id = ANY($3::text[]) AND voided_at IS NULL))
ORDER BY id FOR UPDATE
"""
_BILL: Final = """
WITH b AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($3) AS r(n smallint, charge_id uuid, line_control_number text,
                                              charge_cents bigint, diagnosis_pointers jsonb)
), line AS (
    INSERT INTO claims.claim_line (practice_id, claim_id, version, n, charge_id, line_control_number,
        allocated_cents, diagnosis_pointers)
    SELECT $1, $2, 1, n, charge_id, line_control_number, charge_cents, diagnosis_pointers FROM b
)
UPDATE claims.ar_balance a SET claim_id = $2, updated_at = $4
FROM b WHERE a.practice_id = $1 AND a.charge_id = b.charge_id
"""


async def charges_to_bill(
    connection: Connection, practice_id: int, claim: ClaimIn, found: Mapping[str, Any] | Row
) -> list[dict[str, Any]]:
    """The lines of the claim that name a charge, with the charge's facts; locks the charges.

    Raises InvalidRequestError with one error a line.
    """
    names = [line.charge for _, line in claim.billed]
    keys = [name.id for name in names if name.id], [name.external_id for name in names if name.external_id]
    await connection.execute(_LOCK, practice_id, *keys)  # what follows sees what others committed meanwhile
    rows = await connection.fetch(_CHARGES, practice_id, *keys, found["coverage_id"])
    known: dict[UUID | str | None, Row] = {row["id"]: row for row in rows}
    known |= {row["external_id"]: row for row in rows if row["external_id"] and row["voided_at"] is None}
    errors: list[FieldError] = []
    lines: list[dict[str, Any]] = []
    for n, line in claim.billed:
        charge = known.get(line.charge.id or line.charge.external_id)
        pointers = _pointers(claim, line, charge)
        wrong = _wrong(claim, charge, found, pointers, {one["charge_id"] for one in lines})
        if charge is None or wrong is not None:
            errors.append(FieldError(f"/lines/{n - 1}/charge", *(wrong or _UNKNOWN)))
            continue
        facts = {name: charge[name] for name in _SHOWN}
        lines.append({**facts, "n": n, "charge_id": charge["id"], "diagnosis_pointers": pointers})
    if errors:
        raise InvalidRequestError("a charge cannot be billed", errors=tuple(errors))
    return lines


async def lock_charges(connection: Connection, practice_id: int, claims: Sequence[ClaimIn]) -> None:
    """The charges that several claims name, in one order for all writers."""
    names = [line.charge for claim in claims for _, line in claim.billed]
    if names:
        keys = [name.id for name in names if name.id], [name.external_id for name in names if name.external_id]
        await connection.execute(_LOCK, practice_id, *keys)


def billed_by_another(lines: Sequence[Mapping[str, Any]], taken: Collection[UUID]) -> list[FieldError]:
    """One error a line whose charge a claim taken in beside it bills. lines: from `charges_to_bill`."""
    return [FieldError(f"/lines/{line['n'] - 1}/charge", *_OTHER_CLAIM) for line in lines if line["charge_id"] in taken]


async def bill_charges(
    connection: Connection, practice_id: int, claim_id: UUID, billed: Sequence[dict[str, Any]], now: datetime
) -> None:
    """Put the lines on the claim that was just taken in; what is open of their charges is the claim's from now on."""
    columns = ("n", "charge_id", "line_control_number", "charge_cents", "diagnosis_pointers")
    lines = [{name: line[name] for name in columns} for line in billed]
    await connection.execute(_BILL, practice_id, claim_id, lines, now)


_SHOWN: Final = (
    "external_id",
    "procedure_code",
    "modifiers",
    "revenue_code",
    "charge_cents",
    "units",
    "service_from",
    "service_to",
)


def _pointers(claim: ClaimIn, line: BilledChargeIn, charge: Row | None) -> list[str] | None:
    """Places in the claim's diagnoses; None where one of the charge's own is not among them."""
    if line.diagnosis_pointers or charge is None:
        return [str(pointer) for pointer in line.diagnosis_pointers]
    codes = [charge["diagnoses"][int(pointer) - 1] for pointer in charge["diagnosis_pointers"]]
    if not set(codes).issubset(claim.diagnoses):
        return None
    return [str(claim.diagnoses.index(code) + 1) for code in codes] or ["1"]


def _wrong(
    claim: ClaimIn,
    charge: Row | None,
    found: Mapping[str, Any] | Row,
    pointers: list[str] | None,
    named: set[UUID],
) -> tuple[str, str] | None:
    """The first reason why the claim cannot bill it: code and sentence."""
    if charge is None:
        return _UNKNOWN
    code = charge["procedure_code"] if claim.type == "professional" else charge["revenue_code"]
    reasons = (
        (charge["voided_at"] is not None, _VOIDED),
        (charge["patient_id"] != found["patient_id"], _OTHER_PATIENT),
        (charge["id"] in named, _TWICE),
        (charge["is_billed"], _OTHER_CLAIM),
        (charge["owed_cents"] != charge["charge_cents"], _NOT_OPEN),
        (code is None, _NO_CODE),
        (pointers is None, _NO_DIAGNOSIS),
    )
    return next((reason for is_so, reason in reasons if is_so), None)
