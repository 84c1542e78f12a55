"""Turn the references of a new claim into rows, in one query, or say which of them does not exist."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.idempotency import RequestKey
from claims_api.claims.schemas import ClaimIn
from claims_api.references import Reference

_REFERENCES: Final = {
    # pointer              alias, table
    "patient": ("p", "patient"),
    "coverage": ("v", "coverage"),
    "billing_entity": ("b", "billing_entity"),
    "rendering_provider": ("r", "provider"),
    "location": ("o", "location"),
}


async def resolve_references(connection: Connection, practice_id: int, claim: ClaimIn, key: RequestKey | None) -> Row:
    """One row: the ids a claim needs, the facts of its coverage, the practice's test clock and first open day, and
    what was answered before under `key` (`answer_hash`, `answer_status`, `answer_body`).

    Raises InvalidRequestError naming each reference that finds nothing, and a coverage of another patient.
    """
    arguments: list[object] = [practice_id, key.client_id if key else None, key.key if key else None]
    joins = []
    for name, (alias, table) in _REFERENCES.items():
        reference: Reference | None = getattr(claim, name)
        column = "external_id" if reference is None or reference.id is None else "id"
        arguments.append(reference and (reference.id or reference.external_id))
        joins.append(
            f"LEFT JOIN claims.{table} {alias} ON {alias}.practice_id = $1 AND {alias}.{column} = ${len(arguments)}"
        )
    row = await connection.fetchrow(_SELECT + " ".join(joins) + _PAYER, *arguments)
    if row is None:
        raise RuntimeError("a row without a source always has one row")
    if row["answer_hash"] is None and (errors := reference_errors(claim, row)):
        raise InvalidRequestError("a reference cannot be used", errors=tuple(errors))
    return row


_SELECT: Final = """
SELECT p.id AS patient_id, p.guarantor_id, p.merged_into, v.id AS coverage_id, v.patient_id AS coverage_patient_id,
       v.rank, v.member_id, v.group_number, v.group_name, v.relation, v.subscriber, v.accepts_assignment,
       v.release_of_information, v.plan_id, coalesce(v.filing_indicator, n.filing_indicator) AS filing_indicator,
       y.id AS payer_id, y.financial_class, y.id_qualifier AS payer_id_qualifier, y.payer_identifier,
       y.name AS payer_name,
       b.id AS billing_entity_id, r.id AS rendering_provider_id, o.id AS location_id,
       t.test_clock_at, e.first_open_day, k.request_hash AS answer_hash, k.status AS answer_status,
       k.body AS answer_body
FROM (SELECT test_clock_at FROM claims.practice WHERE id = $1) t
LEFT JOIN claims.open_period e ON e.practice_id = $1
LEFT JOIN claims.idempotency_key k ON k.practice_id = $1 AND k.client_id = $2 AND k.key = $3
"""
_PAYER: Final = (
    " LEFT JOIN claims.payer y ON y.practice_id = $1 AND y.id = v.payer_id"
    " LEFT JOIN claims.plan n ON n.practice_id = $1 AND n.id = v.plan_id"
)


def reference_errors(claim: ClaimIn, found: Mapping[str, Any] | Row) -> list[FieldError]:
    """What is wrong with what the claim's references found; empty when all of them can be used."""
    errors = [
        FieldError(f"/{name}", "reference_unknown", "There is no such resource in this practice.")
        for name in _REFERENCES
        if getattr(claim, name) is not None and found[f"{name}_id"] is None
    ]
    if not errors and found["coverage_patient_id"] != found["patient_id"]:
        errors.append(FieldError("/coverage", "coverage_of_another_patient", "The coverage is not this patient's."))
    if not errors and found["merged_into"] is not None:
        errors.append(FieldError("/patient", "patient_merged", "This patient was merged into another one."))
    return errors


# What each reference brings: its rows, and their columns.
_BRINGS: Final = {
    "patient": ("claims.patient t", "t.id AS patient_id, t.guarantor_id, t.merged_into"),
    "coverage": (
        (
            "claims.coverage t JOIN claims.payer y ON y.practice_id = $1 AND y.id = t.payer_id "
            "LEFT JOIN claims.plan n ON n.practice_id = $1 AND n.id = t.plan_id"
        ),
        (
            "t.id AS coverage_id, t.patient_id AS coverage_patient_id, t.rank, t.member_id, t.group_number, "
            "t.group_name, t.relation, t.subscriber, t.accepts_assignment, t.release_of_information, t.plan_id, "
            "coalesce(t.filing_indicator, n.filing_indicator) AS filing_indicator, y.id AS payer_id, "
            "y.financial_class, y.id_qualifier AS payer_id_qualifier, y.payer_identifier, y.name AS payer_name"
        ),
    ),
    "billing_entity": ("claims.billing_entity t", "t.id AS billing_entity_id"),
    "rendering_provider": ("claims.provider t", "t.id AS rendering_provider_id"),
    "location": ("claims.location t", "t.id AS location_id"),
}
_NOTHING: Final = {
    name.rpartition(" ")[2].rpartition(".")[2]: None for _, columns in _BRINGS.values() for name in columns.split(", ")
}


async def resolve_many(connection: Connection, practice_id: int, claims: Sequence[ClaimIn]) -> list[dict[str, Any]]:
    """The same facts for each claim, without the test clock and the stored answer; one query a table."""
    brought = {
        name: await _brought(connection, practice_id, name, [getattr(claim, name) for claim in claims])
        for name in _REFERENCES
    }
    resolved = []
    for claim in claims:
        found: dict[str, Any] = dict(_NOTHING)
        for name, rows in brought.items():
            reference: Reference | None = getattr(claim, name)
            if reference is not None:
                found |= rows.get(reference.id or reference.external_id, {})
        resolved.append(found)
    return resolved


async def _brought(
    connection: Connection, practice_id: int, name: str, references: list[Reference | None]
) -> dict[UUID | str | None, dict[str, Any]]:
    """By our id and by the caller's."""
    source, columns = _BRINGS[name]
    rows = await connection.fetch(
        f"SELECT t.id, t.external_id, {columns} FROM {source} "
        "WHERE t.practice_id = $1 AND (t.external_id = ANY($2::text[]) OR t.id = ANY($3::uuid[]))",
        practice_id,
        list({reference.external_id for reference in references if reference and reference.external_id}),
        list({reference.id for reference in references if reference and reference.id}),
    )
    brought: dict[UUID | str | None, dict[str, Any]] = {}
    for row in rows:
        facts = dict(row)
        brought[facts.pop("id")] = brought[facts.pop("external_id")] = facts
    return brought
