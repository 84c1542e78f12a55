"""Take a charge in, or what is different of it, under the caller's own id."""

from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.charges import queries
from claims_api.charges.domain import SAID_BY_THE_CLAIM, ChangeKind, changed_facts, kind_of_change
from claims_api.charges.errors import ChargeBilledError, ChargeOnClaimError
from claims_api.charges.post_charges import SOURCE, charge_journal, dimensions_of, void_journal
from claims_api.charges.schemas import ChargeIn
from claims_api.ledger.post_entries import NewJournal, post_entries
from claims_api.parties.kinds import BY_NAME
from claims_api.parties.upsert_party import find_party
from claims_api.references import Reference
from claims_api.telling import tell

_REFERENCES: Final = {
    "patient": "patient",
    "encounter": "encounter",
    "rendering_provider": "provider",
    "ordering_provider": "provider",
    "referring_provider": "provider",
    "authorization": "authorization",
}


async def upsert_charge(connection: Connection, acting: Acting, external_id: str, body: ChargeIn) -> tuple[UUID, bool]:
    """The charge's id, and whether the caller's id is new; the caller commits.

    New facts post E01 or E02. The same facts change nothing; facts without money change in place; others void the
    charge (E03) and post another under the same external id, which an unsent claim then bills. Raises
    InvalidRequestError, ChargeBilledError, ChargeOnClaimError, ChargeMovedError and PeriodClosedError.
    """
    facts = await _facts(connection, acting, body)
    old = await queries.lock_charge(connection, acting.practice_id, external_id)
    if old is None:
        return await _post(connection, acting, external_id, facts), True
    changed = changed_facts(dict(old), facts)
    kind = kind_of_change(changed)
    if kind is ChangeKind.NOTHING:
        return old["id"], False
    line = await _held_line(connection, acting.practice_id, old, changed)
    if kind is ChangeKind.IN_PLACE:
        await queries.change_charge(connection, acting.practice_id, old["id"], {name: facts[name] for name in changed})
        return old["id"], False
    return await _replace(connection, acting, old, facts, line), False


async def _facts(connection: Connection, acting: Acting, body: ChargeIn) -> dict[str, Any]:
    """The columns of the charge that the caller owns, in the words of its table."""
    errors: list[FieldError] = []
    found: dict[str, Row | None] = {}
    for name, kind in _REFERENCES.items():
        reference: Reference | None = getattr(body, name)
        found[name] = await _named(connection, acting.practice_id, kind, reference)
        if reference is not None and found[name] is None:
            errors.append(FieldError(f"/{name}", "reference_unknown", "There is no such resource in this practice."))
    patient, encounter, last = found["patient"], found["encounter"], body.service_to or body.service_from
    if patient is not None and patient["merged_into"] is not None:
        errors.append(FieldError("/patient", "patient_merged", "This patient was merged into another one."))
    if patient is not None and encounter is not None and encounter["patient_id"] != patient["id"]:
        errors.append(FieldError("/encounter", "encounter_of_another_patient", "The encounter is not this patient's."))
    if last > acting.today:
        errors.append(FieldError("/service_from", "service_in_future", "The service date is after today."))
    if errors or patient is None:
        raise InvalidRequestError("the charge cannot be posted", errors=tuple(errors))
    own = body.model_dump(exclude={*_REFERENCES, "diagnosis_pointers", "service_to"})
    return {
        **own,
        **{f"{name}_id": row and row["id"] for name, row in found.items()},
        "guarantor_id": patient["guarantor_id"],
        "procedure_qualifier": "HC" if body.procedure_code else None,
        "service_to": last,
        "diagnosis_pointers": [str(pointer) for pointer in body.diagnosis_pointers or (body.diagnoses and [1])],
    }


async def _named(connection: Connection, practice_id: int, kind: str, reference: Reference | None) -> Row | None:
    if reference is None:
        return None
    return await find_party(
        connection, practice_id, BY_NAME[kind], party_id=reference.id, external_id=reference.external_id
    )


async def _post(connection: Connection, acting: Acting, external_id: str, facts: dict[str, Any]) -> UUID:
    charge = await _insert(connection, acting, external_id, facts, None)
    owed = await dimensions_of(connection, acting.practice_id, charge)
    await _tell(connection, acting, [_posted(charge, owed)], [charge_journal(charge, owed)], charge)
    made: UUID = charge["id"]
    return made


async def _replace(connection: Connection, acting: Acting, old: Row, facts: dict[str, Any], line: Row | None) -> UUID:
    practice_id, now = acting.practice_id, acting.moment.at
    voided = await void_journal(connection, practice_id, old)
    await queries.change_charge(connection, practice_id, old["id"], {"voided_at": now})
    charge = await _insert(connection, acting, old["external_id"], facts, old["id"])
    owed = await dimensions_of(connection, practice_id, charge)
    if line is not None:
        await queries.repoint_line(connection, practice_id, line, charge["id"], charge["charge_cents"], now)
        owed = {**line, "rank": line["sequence"]}
    journals = [charge_journal(charge, owed, _since(voided, owed, old, charge))]
    if voided is not None:
        journals.insert(0, voided[0])
    said = {"external_id": old["external_id"], "charge_cents": old["charge_cents"]}
    gone = NewEvent("charge.voided", SOURCE, old["id"], {**said, "replaced_by_charge_id": charge["id"]})
    await _tell(connection, acting, [gone, _posted(charge, owed)], journals, charge)
    made: UUID = charge["id"]
    return made


def _since(voided: tuple[NewJournal, Row] | None, owed: dict[str, Any], old: Row, charge: dict[str, Any]) -> Any:
    """The same party has owed it since the charge before; a new party, or another service, starts anew."""
    if voided is None or old["service_from"] != charge["service_from"]:
        return None
    bucket = voided[1]
    return bucket["responsible_on"] if bucket["party_id"] == (owed["coverage_id"] or charge["guarantor_id"]) else None


async def _held_line(connection: Connection, practice_id: int, charge: Row, changed: set[str]) -> Row | None:
    """The line of an unsent claim that bills it. Raises ChargeBilledError and ChargeOnClaimError."""
    lines = [
        line for line in await queries.claims_holding(connection, practice_id, charge["id"]) if not line["is_over"]
    ]
    if not lines:
        return None
    line = lines[0]
    if line["sent_on"] is not None:
        correct = f"Correct the claim that bills it: POST /v1/claims/{line['claim_id']}/correct"
        raise ChargeBilledError(existing=f"/v1/claims/{line['claim_id']}", suggestion=correct)
    whole = len(lines) == 1 and line["allocated_cents"] == charge["charge_cents"]
    if not whole or line["pending_version"] is not None or line["is_written"]:
        raise ChargeOnClaimError("the claim bills it in parts, or was written already")
    if not changed.isdisjoint(SAID_BY_THE_CLAIM):
        raise ChargeOnClaimError("patient and diagnoses are the claim's")
    return line


async def _insert(
    connection: Connection, acting: Acting, external_id: str, facts: dict[str, Any], replaces: UUID | None
) -> dict[str, Any]:
    charge = {
        **facts,
        "practice_id": acting.practice_id,
        "id": uuid7(),
        "external_id": external_id,
        "entered_at": acting.moment.at,
        "replaces_charge_id": replaces,
    }
    await queries.insert_charge(connection, charge)
    return charge


def _posted(charge: dict[str, Any], owed: dict[str, Any]) -> NewEvent:
    said = {
        "external_id": charge["external_id"],
        "charge_cents": charge["charge_cents"],
        "responsibility": "self_pay" if owed["coverage_id"] is None else "insurance",
        "replaces_charge_id": charge["replaces_charge_id"],
    }
    return NewEvent("charge.posted", SOURCE, charge["id"], said)


async def _tell(
    connection: Connection,
    acting: Acting,
    events: list[NewEvent],
    journals: list[NewJournal],
    charge: dict[str, Any],
) -> None:
    """The events, and the journals that move money: a charge of 0 moves none."""
    outbox_ids = await tell(connection, acting, events)
    moving = [journal for journal in journals if journal.entries[0].amount_cents]
    if moving:
        await post_entries(connection, acting, moving, outbox_ids[-1], source_on=charge["service_from"])
