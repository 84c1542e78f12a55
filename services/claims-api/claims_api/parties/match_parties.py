"""Find the parties of claims from outside by their natural keys, and make those that are not there.

A payer is its qualifier and id, a provider its NPI, a patient member id, birth date and name, a coverage its patient,
payer, member id and rank. What is there is never overwritten: master data has its own door.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from claims_api.parties.claim_parties import (
    ClaimParties,
    CoverageNamed,
    MatchedParties,
    PayerNamed,
    PersonNamed,
    ProviderNamed,
)
from claims_api.parties.domain import FINANCIAL_CLASS_OF, LineOfBusiness, line_of_business, patient_identity_key

_ANSWER_DAYS: Final = 30


@dataclass(slots=True)
class PartyMatch:
    """The rows of each claim, in the order they were asked for, and how many were made."""

    claims: list[MatchedParties] = field(default_factory=list)
    providers: dict[str, UUID] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Patient:
    id: UUID
    guarantor_id: UUID
    is_new: bool = False
    resembles: UUID | None = None


async def match_parties(
    connection: Connection, practice_id: int, claims: Sequence[ClaimParties], now: datetime
) -> PartyMatch:
    """Some round trips for all of them; the caller commits.

    The caller lets the imports of a practice take turns, or one person becomes two.
    """
    match = PartyMatch()
    payers = await _payers(connection, practice_id, claims, now, match)
    match.providers = await _providers(connection, practice_id, claims, now, match)
    patients = await _patients(connection, practice_id, claims, now, match)
    coverages = await _coverages(connection, practice_id, claims, patients, payers, now, match)
    for claim, patient in zip(claims, patients, strict=True):
        payer = payers[claim.coverages[0].payer.key]
        match.claims.append(
            MatchedParties(
                patient_id=patient.id,
                guarantor_id=patient.guarantor_id,
                coverage_id=coverages[_coverage_key(patient.id, claim.coverages[0], payer["id"])],
                payer_id=payer["id"],
                financial_class=payer["financial_class"],
                is_new_patient=patient.is_new,
                resembles=patient.resembles,
            )
        )
    return match


async def _payers(
    connection: Connection, practice_id: int, claims: Sequence[ClaimParties], now: datetime, match: PartyMatch
) -> dict[tuple[str, str], Row]:
    named = {cover.payer.key: cover.payer for claim in reversed(claims) for cover in claim.coverages}
    found = await _payers_by_key(connection, practice_id, named)
    missing = [payer for key, payer in named.items() if key not in found]
    if missing:
        rows = [_payer_row(payer) for payer in missing]
        await _insert(connection, practice_id, "payer", _PAYER, rows, now, "ON CONFLICT DO NOTHING")
        found = await _payers_by_key(connection, practice_id, named)
        match.made["payers"] = len(missing)
    return found


async def _payers_by_key(
    connection: Connection, practice_id: int, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Row]:
    qualifiers, identifiers = zip(*keys, strict=True)
    rows = await connection.fetch(
        "SELECT p.id, p.id_qualifier, p.payer_identifier, p.financial_class "
        "FROM unnest($2::text[], $3::text[]) AS k(qualifier, identifier) "
        "JOIN claims.payer p ON p.practice_id = $1 AND p.id_qualifier = k.qualifier "
        "AND p.payer_identifier = k.identifier",
        practice_id,
        qualifiers,
        identifiers,
    )
    return {(row["id_qualifier"], row["payer_identifier"]): row for row in rows}


async def _providers(
    connection: Connection, practice_id: int, claims: Sequence[ClaimParties], now: datetime, match: PartyMatch
) -> dict[str, UUID]:
    named: dict[str, ProviderNamed] = {}
    roles: dict[str, set[str]] = {}
    for provider in (provider for claim in claims for provider in claim.providers):
        named.setdefault(provider.npi, provider)
        roles.setdefault(provider.npi, set()).add(provider.role)
    found = await _providers_by_npi(connection, practice_id, list(named))
    missing = [provider for npi, provider in named.items() if npi not in found]
    if missing:
        rows = [_provider_row(provider, roles[provider.npi]) for provider in missing]
        await _insert(connection, practice_id, "provider", _PROVIDER, rows, now, "ON CONFLICT DO NOTHING")
        found = await _providers_by_npi(connection, practice_id, list(named))
        match.made["providers"] = len(missing)
    return found


async def _providers_by_npi(connection: Connection, practice_id: int, npis: list[str]) -> dict[str, UUID]:
    rows = await connection.fetch(
        "SELECT id, npi FROM claims.provider WHERE practice_id = $1 AND npi = ANY($2::text[])", practice_id, npis
    )
    return {row["npi"]: row["id"] for row in rows}


async def _patients(
    connection: Connection, practice_id: int, claims: Sequence[ClaimParties], now: datetime, match: PartyMatch
) -> list[_Patient]:
    candidates = await _candidates(connection, practice_id, claims)
    known: dict[str | int, _Patient] = {}
    for row in candidates:
        for known_key in _keys_of(row):
            known.setdefault(known_key, _Patient(row["merged_into"] or row["id"], row["guarantor_id"]))
    guarantors, patients, found = [], [], []
    for claim in claims:
        key = claim.identity_key
        place: str | int = key or claim.level
        patient = known.get(place)
        if patient is None:
            patient = _Patient(uuid7(), uuid7(), is_new=True, resembles=_resembled(claim, candidates))
            known[place] = patient
            guarantors.append(_guarantor_row(patient.guarantor_id, claim.guarantor))
            patients.append(_patient_row(patient, claim.patient, key))
        found.append(patient)
    await _insert(connection, practice_id, "guarantor", _GUARANTOR, guarantors, now)
    await _insert(connection, practice_id, "patient", _PATIENT, patients, now)
    match.made["patients"] = len(patients)
    return found


async def _candidates(connection: Connection, practice_id: int, claims: Sequence[ClaimParties]) -> list[Row]:
    """Patients with one of these keys or member ids, or one of these birth dates and names; oldest first.

    A merged patient stands for the one that replaced it, whose guarantor answers.
    """
    born = {(claim.patient.birth_date, claim.patient.last_name.upper()) for claim in claims}
    dated = sorted((day, name) for day, name in born if day is not None)
    return await connection.fetch(
        "WITH hit AS ("
        "  SELECT p.id FROM claims.patient p WHERE p.practice_id = $1 AND p.identity_key = ANY($2::text[])"
        "  UNION SELECT v.patient_id FROM claims.coverage v WHERE v.practice_id = $1 AND v.member_id = ANY($3::text[])"
        "  UNION SELECT p.id FROM unnest($4::date[], $5::text[]) AS b(birth_date, last_name)"
        "  JOIN claims.patient p ON p.practice_id = $1 AND p.birth_date = b.birth_date"
        "  AND upper(p.last_name) = b.last_name) "
        "SELECT p.id, p.merged_into, coalesce(m.guarantor_id, p.guarantor_id) AS guarantor_id, p.identity_key, "
        "p.last_name, p.first_name, p.birth_date, "
        "ARRAY(SELECT v.member_id FROM claims.coverage v WHERE v.practice_id = $1 AND v.patient_id = p.id) AS members "
        "FROM hit JOIN claims.patient p ON p.practice_id = $1 AND p.id = hit.id "
        "LEFT JOIN claims.patient m ON m.practice_id = $1 AND m.id = p.merged_into ORDER BY p.id",
        practice_id,
        [claim.identity_key for claim in claims],
        [cover.member_id for claim in claims for cover in claim.coverages if cover.member_id],
        [day for day, _ in dated],
        [name for _, name in dated],
    )


def _keys_of(row: Row) -> Iterable[str]:
    """Every key under which this patient is known: the one of its import, and one a coverage."""
    keys = {row["identity_key"]} | {_key(member, row) for member in row["members"]}
    return (key for key in keys if key is not None)


def _key(member_id: str, row: Row) -> str | None:
    return patient_identity_key(
        member_id=member_id,
        born_on=row["birth_date"],
        last_name=row["last_name"],
        first_name=row["first_name"] or "",
    )


def _resembled(claim: ClaimParties, candidates: Sequence[Row]) -> UUID | None:
    """The oldest patient who agrees in two of member id, birth date and name."""
    person, members = claim.patient, {cover.member_id for cover in claim.coverages} - {""}
    name = (person.last_name.upper(), person.first_name.upper())
    for row in candidates:
        agreeing = [
            bool(members.intersection(row["members"])),
            person.birth_date is not None and person.birth_date == row["birth_date"],
            name == (row["last_name"].upper(), (row["first_name"] or "").upper()),
        ]
        if sum(agreeing) >= 2:
            found: UUID = row["merged_into"] or row["id"]
            return found
    return None


CoverageKey = tuple[UUID, UUID, str, int]


def _coverage_key(patient_id: UUID, cover: CoverageNamed, payer_id: UUID) -> CoverageKey:
    return patient_id, payer_id, cover.member_id, cover.rank


async def _coverages(
    connection: Connection,
    practice_id: int,
    claims: Sequence[ClaimParties],
    patients: Sequence[_Patient],
    payers: dict[tuple[str, str], Row],
    now: datetime,
    match: PartyMatch,
) -> dict[CoverageKey, UUID]:
    rows = await connection.fetch(
        "SELECT id, patient_id, payer_id, member_id, rank FROM claims.coverage "
        "WHERE practice_id = $1 AND patient_id = ANY($2::uuid[]) ORDER BY id DESC",
        practice_id,
        list({patient.id for patient in patients}),
    )
    found = {(row["patient_id"], row["payer_id"], row["member_id"], row["rank"]): row["id"] for row in rows}
    missing = []
    for claim, patient in zip(claims, patients, strict=True):
        for cover in claim.coverages:
            payer_id: UUID = payers[cover.payer.key]["id"]
            key = _coverage_key(patient.id, cover, payer_id)
            if key not in found:
                found[key] = uuid7()
                missing.append(_coverage_row(found[key], patient.id, payer_id, cover))
    await _insert(connection, practice_id, "coverage", _COVERAGE, missing, now)
    match.made["coverages"] = len(missing)
    return found


_NAMED: Final = "id uuid, external_id text, "
_PAYER: Final = (
    _NAMED + "name text, id_qualifier text, payer_identifier text, remittance_ids text[], aliases text[], "
    "financial_class text, supports_replacement boolean, answer_days smallint, profile jsonb, addresses jsonb"
)
_PROVIDER: Final = (
    _NAMED + "kind text, npi text, last_name text, first_name text, taxonomies jsonb, roles text[], links jsonb"
)
_GUARANTOR: Final = _NAMED + "last_name text, first_name text, birth_date date, address jsonb"
_PATIENT: Final = (
    _NAMED + "guarantor_id uuid, last_name text, first_name text, middle_name text, birth_date date, sex text, "
    "address jsonb, identity_key text, possible_duplicate_of uuid"
)
_COVERAGE: Final = (
    _NAMED + "patient_id uuid, payer_id uuid, member_id text, group_number text, group_name text, relation text, "
    "subscriber jsonb, rank smallint, filing_indicator text, accepts_assignment boolean, "
    "release_of_information boolean"
)


async def _insert(
    connection: Connection,
    practice_id: int,
    table: str,
    columns: str,
    rows: list[dict[str, Any]],
    now: datetime,
    conflict: str = "",
) -> None:
    if not rows:
        return
    names = ", ".join(column.split(" ")[0] for column in columns.split(", "))
    await connection.execute(
        f"INSERT INTO claims.{table} (practice_id, created_at, updated_at, {names}) "
        f"SELECT $1, $2, $2, {names} FROM jsonb_to_recordset($3) AS r({columns}) {conflict}",
        practice_id,
        now,
        rows,
    )


def _named(row_id: UUID) -> dict[str, Any]:
    """Nobody outside has a name for it yet; ours is the id."""
    return {"id": row_id, "external_id": f"837:{row_id}"}


def _payer_row(payer: PayerNamed) -> dict[str, Any]:
    business = line_of_business(payer.filing_indicator)
    return {
        **_named(uuid7()),
        "name": payer.name or payer.identifier,
        "id_qualifier": payer.id_qualifier,
        "payer_identifier": payer.identifier,
        "remittance_ids": [],
        "aliases": [],
        "financial_class": FINANCIAL_CLASS_OF[business].value,
        "supports_replacement": business is not LineOfBusiness.MEDICARE,
        "answer_days": _ANSWER_DAYS,
        "profile": {},
        "addresses": {},
    }


def _provider_row(provider: ProviderNamed, roles: set[str]) -> dict[str, Any]:
    return {
        **_named(uuid7()),
        "kind": "person" if provider.is_person else "organisation",
        "npi": provider.npi,
        "last_name": provider.last_name,
        "first_name": provider.first_name or None,
        "taxonomies": [provider.taxonomy] if provider.taxonomy else [],
        "roles": sorted(roles),
        "links": [],
    }


def _guarantor_row(row_id: UUID, person: PersonNamed) -> dict[str, Any]:
    return {
        **_named(row_id),
        "last_name": person.last_name,
        "first_name": person.first_name or None,
        "birth_date": person.birth_date,
        "address": person.address,
    }


def _patient_row(patient: _Patient, person: PersonNamed, key: str | None) -> dict[str, Any]:
    return {
        **_guarantor_row(patient.id, person),
        "guarantor_id": patient.guarantor_id,
        "middle_name": person.middle_name or None,
        "sex": person.sex,
        "identity_key": key,
        "possible_duplicate_of": patient.resembles,
    }


def _coverage_row(row_id: UUID, patient_id: UUID, payer_id: UUID, cover: CoverageNamed) -> dict[str, Any]:
    return {
        **_named(row_id),
        "patient_id": patient_id,
        "payer_id": payer_id,
        "member_id": cover.member_id,
        "group_number": cover.group_number or None,
        "group_name": cover.group_name or None,
        "relation": cover.relation,
        "subscriber": cover.subscriber and person_json(cover.subscriber),
        "rank": cover.rank,
        "filing_indicator": cover.filing_indicator or None,
        "accepts_assignment": cover.accepts_assignment,
        "release_of_information": cover.release_of_information,
    }


def person_json(person: PersonNamed) -> dict[str, Any]:
    """The subscriber of a coverage as its row holds it."""
    return {
        "last_name": person.last_name,
        "first_name": person.first_name or None,
        "birth_date": person.birth_date,
        "sex": person.sex,
        "address": person.address,
    }
