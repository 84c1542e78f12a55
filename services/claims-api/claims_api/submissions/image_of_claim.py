"""The image of a claim that was taken in as data: its rows put into the facts of an 837."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ar_shared.platform.database import Row
from ar_shared.x12.claim_builder import build_claim
from ar_shared.x12.claim_cob import cob_differences
from ar_shared.x12.claim_facts import (
    SELF,
    Address,
    Admission,
    Amount,
    ClaimDate,
    ClaimFacts,
    Contact,
    Coverage,
    Drug,
    HealthCode,
    OtherCoverage,
    Party,
    Period,
    Procedure,
    Reference,
    RelatedCause,
    ServiceLine,
)
from ar_shared.x12.claim_limits import ClaimLimitError
from ar_shared.x12.claim_model import ClaimImage, ClaimType
from claims_api.claims.frequency import NEW_CLAIM
from claims_api.submissions.other_payers import RANKS, adjudications, other_coverage

CAUSES: Final = {"auto": "AA", "employment": "EM", "other": "OA"}
_DEFAULT_PLACE: Final = "11"


def image_of_claim(claim: Row, lines: list[Row], *, submitter: Party, receiver: Party) -> ClaimImage:
    """A guide-valid claim from `queries.submittable_claims` and its lines. Raises ClaimLimitError."""
    facts: dict[str, Any] = claim["facts"]
    cover: dict[str, Any] = claim["coverage_snapshot"]
    kind: ClaimType = "P" if claim["type"] == "professional" else "I"
    is_self = cover["relation"] == SELF
    decided: list[dict[str, Any]] = claim["other_payers"] or []
    facts_of_lines = tuple(
        replace(service_line(line, kind), adjudications=adjudications(decided, str(line["charge_id"])))
        for line in lines
    )
    others = tuple(_other_coverage(claim, payer) for payer in decided)
    if cob_differences(claim["charge_cents"], facts_of_lines, others):
        raise ClaimLimitError(["cob_unbalanced"])
    return build_claim(
        ClaimFacts(
            claim_type=kind,
            submitter=submitter,
            receiver=receiver,
            billing_provider=_billing_provider(claim),
            pay_to=_pay_to(claim),
            coverage=Coverage(
                sequence=RANKS[claim["sequence"] - 1],
                relationship=SELF if is_self else "",
                group_number=cover["group_number"] or "",
                group_name=cover["group_name"] or "",
                filing_code=cover["filing_indicator"] or "CI",
            ),
            subscriber=_patient(claim, "IL") if is_self else subscriber_of(cover, claim["patient_last_name"]),
            payer=payer_of(cover),
            patient=None if is_self else _patient(claim, "QC"),
            relationship=cover["relation"],
            patient_control_number=claim["patient_control_number"],
            charge_cents=claim["charge_cents"],
            facility_code=facts.get("type_of_bill") or claim["place_of_service"] or _DEFAULT_PLACE,
            frequency_code=claim["frequency"],
            provider_signature="Y" if kind == "P" else "",
            assignment="A" if cover["accepts_assignment"] else "C",
            benefits_assigned="Y",
            release="Y" if cover["release_of_information"] else "I",
            related_cause=_related_cause(facts),
            delay_reason=facts.get("delay_reason", ""),
            dates=_claim_dates(claim, facts, kind),
            admission=_admission(facts) if kind == "I" else None,
            amounts=_amounts(facts),
            references=_references(claim, facts),
            codes=diagnosis_codes(claim["diagnoses"]),
            providers=_providers(claim, kind),
            other_coverages=others,
            lines=facts_of_lines,
        )
    )


def _billing_provider(claim: Row) -> Party:
    contact = claim["billing_contact"] or {}
    numbers = tuple(
        Reference(kind, contact[name]) for kind, name in (("TE", "phone"), ("EM", "email")) if contact.get(name)
    )
    return Party(
        role="85",
        name=claim["billing_name"],
        id_qualifier="XX",
        id=claim["billing_npi"],
        taxonomy=claim["billing_taxonomy"] or "",
        address=_address(claim["billing_address"]),
        references=(Reference("EI", claim["billing_tin"]),),
        contacts=(Contact(contact.get("name") or "", numbers),) if numbers else (),
    )


def _pay_to(claim: Row) -> Party | None:
    address = claim["pay_to_address"]
    return Party(role="87", name="", address=_address(address)) if address else None


def _patient(claim: Row, role: str) -> Party:
    insured = role == "IL"
    return Party(
        role=role,
        name=claim["patient_last_name"],
        is_person=True,
        first_name=claim["patient_first_name"] or "",
        middle_name=claim["patient_middle_name"] or "",
        id_qualifier="MI" if insured else "",
        id=claim["coverage_snapshot"]["member_id"] if insured else "",
        address=_address(claim["patient_address"]),
        birth_on=claim["patient_birth_date"],
        gender=claim["patient_sex"] or "U",
    )


def _other_coverage(claim: Row, decided: dict[str, Any]) -> OtherCoverage:
    cover: dict[str, Any] = decided["coverage"]
    if cover["relation"] == SELF:
        insured = replace(_patient(claim, "IL"), id=cover["member_id"])
    else:
        insured = subscriber_of(cover, claim["patient_last_name"])
    return other_coverage(decided, payer_of(cover), replace(insured, birth_on=None, gender=""))


def payer_of(cover: Mapping[str, Any]) -> Party:
    """The payer of a coverage snapshot."""
    return Party(
        role="PR",
        name=cover["payer_name"],
        id_qualifier=cover["payer_id_qualifier"],
        id=cover["payer_identifier"],
    )


def subscriber_of(cover: Mapping[str, Any], patient_last_name: str) -> Party:
    """The insured of a coverage snapshot whose patient is somebody else."""
    person: dict[str, Any] = cover["subscriber"] or {}
    born = person.get("birth_date")
    return Party(
        role="IL",
        name=person.get("last_name") or patient_last_name,
        is_person=True,
        first_name=person.get("first_name") or "",
        id_qualifier="MI",
        id=cover["member_id"],
        address=_address(person.get("address")),
        birth_on=date.fromisoformat(born) if born else None,
        gender=person.get("sex") or "U",
    )


def _address(stored: dict[str, Any] | None) -> Address | None:
    if not stored:
        return None
    return Address(
        line1=stored["line1"],
        line2=stored.get("line2") or "",
        city=stored["city"],
        state=stored["state"],
        postal_code=stored["postal_code"],
    )


def _related_cause(facts: dict[str, Any]) -> RelatedCause | None:
    kind = facts.get("accident_kind")
    return RelatedCause((CAUSES[kind],), state=facts.get("accident_state", "")) if kind else None


def _claim_dates(claim: Row, facts: dict[str, Any], kind: ClaimType) -> tuple[ClaimDate, ...]:
    dated = [
        ClaimDate(qualifier, Period(date.fromisoformat(facts[name])))
        for qualifier, name in (("431", "onset_on"), ("439", "accident_on"), ("435", "admitted_on"))
        if name in facts
    ]
    if kind == "I":
        dated.append(ClaimDate("434", Period(claim["service_from"], claim["service_to"])))
    return tuple(dated)


def _admission(facts: dict[str, Any]) -> Admission:
    return Admission(
        facts.get("admission_type", "3"), facts.get("admission_source", "1"), facts.get("patient_status", "01")
    )


def _amounts(facts: dict[str, Any]) -> tuple[Amount, ...]:
    paid = facts.get("patient_paid_cents")
    return (Amount("F5", paid),) if paid else ()


def _references(claim: Row, facts: dict[str, Any]) -> tuple[Reference, ...]:
    """A replacement or void names the payer's number of the original, the newest that is known."""
    is_new = claim["frequency"] == NEW_CLAIM
    original = facts.get("payer_control_number") if is_new else claim["payer_control_number"]
    named = (("G1", facts.get("prior_authorization")), ("F8", original))
    return tuple(Reference(qualifier, number) for qualifier, number in named if number)


def diagnosis_codes(codes: list[str]) -> tuple[HealthCode, ...]:
    """The first is the principal one."""
    return tuple(HealthCode("ABK" if n == 0 else "ABF", code) for n, code in enumerate(codes))


def _providers(claim: Row, kind: ClaimType) -> tuple[Party, ...]:
    if claim["rendering_npi"] is None:
        return ()
    names = ("npi", "kind", "last_name", "first_name", "taxonomies")
    return (rendering_provider({name: claim[f"rendering_{name}"] for name in names}, kind),)


def rendering_provider(provider: Mapping[str, Any] | Row, kind: ClaimType) -> Party:
    """A row of `provider` as who rendered the service, on an institutional claim as who attended."""
    taxonomies = provider["taxonomies"] or []
    return Party(
        role="82" if kind == "P" else "71",
        name=provider["last_name"],
        is_person=provider["kind"] == "person",
        first_name=provider["first_name"] or "",
        id_qualifier="XX",
        id=provider["npi"],
        taxonomy=taxonomies[0] if taxonomies else "",
    )


def service_line(line: Mapping[str, Any] | Row, kind: ClaimType) -> ServiceLine:
    """A line of `queries.submittable_claims`."""
    period = Period(line["service_from"], line["service_to"] if line["service_to"] != line["service_from"] else None)
    return ServiceLine(
        charge_cents=line["charge_cents"],
        units=Decimal(line["units"]),
        unit_basis=line["unit_basis"],
        procedure=Procedure(line["procedure_code"], tuple(line["modifiers"])) if line["procedure_code"] else None,
        revenue_code=line["revenue_code"] or "",
        place_of_service=line["place_of_service"] or "" if kind == "P" else "",
        pointers=tuple(int(pointer) for pointer in line["diagnosis_pointers"]) if kind == "P" else (),
        noncovered_cents=line["non_covered_cents"],
        dates=(ClaimDate("472", period),),
        references=(Reference("6R", line["line_control_number"]),),
        drugs=_drugs(line),
    )


def _drugs(line: Mapping[str, Any] | Row) -> tuple[Drug, ...]:
    if line["ndc"] is None:
        return ()
    return (Drug(line["ndc"], line["ndc_units"], line["ndc_unit_basis"] or "UN"),)
