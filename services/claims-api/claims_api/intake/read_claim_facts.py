"""A claim of an 837 as the facts our rows are made of: who, when, what, and the hash it is recognised by. Pure."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import orjson

from ar_shared.kernel.money import MAX_CENTS
from ar_shared.kernel.npi import is_valid_npi
from ar_shared.x12.claim_facts import (
    SELF,
    Address,
    ClaimFacts,
    Party,
    Period,
    Reference,
    ServiceLine,
    period_of,
)
from ar_shared.x12.claim_facts import Coverage as CoverageFacts
from ar_shared.x12.claim_model import ClaimImage, to_json, value
from ar_shared.x12.claim_reader import ReadClaim
from claims_api.claims.control_numbers import MAX_LINES
from claims_api.parties.claim_parties import ClaimParties, CoverageNamed, PayerNamed, PersonNamed, ProviderNamed
from claims_api.parties.domain import Relation

MAX_UNITS: Final = 10**9
_RANKS: Final = {letter: rank for rank, letter in enumerate("PSTABCDEFGH", start=1)}
_ROLES: Final = {
    "82": "rendering",
    "DN": "referring",
    "P3": "referring",
    "DK": "ordering",
    "DQ": "supervising",
    "71": "attending",
    "72": "operating",
}
_STATEMENT: Final = "434"
_RELATIONS: Final = frozenset(relation.value for relation in Relation)
_CHILD: Final = Relation.CHILD.value
_NO_ASSIGNMENT: Final = "C"


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """One service line with its days and the NPI of who rendered it, when the line names its own."""

    facts: ServiceLine
    service_from: date
    service_to: date
    rendering_npi: str | None


@dataclass(frozen=True, slots=True)
class ImportedClaim:
    """`image_json` is the whole claim; `rendering_npi` is None when nobody with a valid NPI is named."""

    facts: ClaimFacts
    image_json: bytes
    content_hash: bytes
    parties: ClaimParties
    rendering_npi: str | None
    lines: tuple[ImportedLine, ...]
    made_on: date | None

    @property
    def service_from(self) -> date:
        return min(line.service_from for line in self.lines)

    @property
    def service_to(self) -> date:
        return max(line.service_to for line in self.lines)

    @property
    def charge_cents(self) -> int:
        """What the ledger holds: the sum of the lines."""
        return sum(line.facts.charge_cents for line in self.lines)


class UnusableClaimError(ValueError):
    """The claim cannot be taken in: a stable code and a sentence without its data."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def read_claim_facts(read: ReadClaim, facts: ClaimFacts, *, is_test: bool) -> ImportedClaim:
    """What our rows need. Raises UnusableClaimError."""
    lines = _lines(facts)
    parties = _parties(read.image, facts)
    return ImportedClaim(
        facts=facts,
        image_json=orjson.dumps(to_json(read.image)),
        content_hash=content_hash(read.image, is_test=is_test),
        parties=parties,
        rendering_npi=_npi_of(facts.provider("82") or facts.provider("71")),
        lines=lines,
        made_on=_made_on(read.image),
    )


def content_hash(image: ClaimImage, *, is_test: bool) -> bytes:
    """SHA-256 of what the claim says, whatever file it stands in: without header and HL numbers.

    A test has hashes of its own, so that it never stands in the way of the claim it tries out.
    """
    levels = (image.billing, image.subscriber, image.patient, image.claim)
    said = [segment for level in levels if level for segment in level.walk() if segment[0] != "HL"]
    return hashlib.sha256((b"test" if is_test else b"") + orjson.dumps(said)).digest()


def _lines(facts: ClaimFacts) -> tuple[ImportedLine, ...]:
    if len(facts.lines) > MAX_LINES:
        raise UnusableClaimError("too_many_lines", f"The claim has more than {MAX_LINES} lines.")
    statement = _days(period_of(facts.dates, _STATEMENT))
    dated = [(line, _days(line.service) or statement) for line in facts.lines]
    first = next((days for _, days in dated if days), None)
    if first is None:
        raise UnusableClaimError("service_date_missing", "The claim does not say when the service was.")
    return tuple(_line(line, days or first) for line, days in dated)


def _days(period: Period | None) -> tuple[date, date] | None:
    if period is None or period.start_on is None:
        return None
    return period.start_on, max(period.end_on or period.start_on, period.start_on)


def _line(line: ServiceLine, days: tuple[date, date]) -> ImportedLine:
    if line.charge_cents < 0:
        raise UnusableClaimError("charge_negative", "A line's charge is below zero.")
    if line.charge_cents > MAX_CENTS:
        raise UnusableClaimError("charge_too_large", "A line's charge is beyond what can be kept.")
    if abs(line.units) >= MAX_UNITS:
        raise UnusableClaimError("units_too_large", "A line has more units than can be kept.")
    rendering = next((party for party in line.providers if party.role == "82"), None)
    return ImportedLine(line, *days, _npi_of(rendering))


def _npi_of(party: Party | None) -> str | None:
    is_named = party is not None and party.id_qualifier == "XX" and is_valid_npi(party.id)
    return party.id if party and is_named else None


def _made_on(image: ClaimImage) -> date | None:
    """BHT04: the day the file was made."""
    try:
        return datetime.strptime(value(image.header.first("BHT"), 4), "%Y%m%d").date()  # noqa: DTZ007 - a day
    except ValueError:
        return None


def _parties(image: ClaimImage, facts: ClaimFacts) -> ClaimParties:
    patient = _person(facts.patient or facts.subscriber)
    if not patient.last_name:
        raise UnusableClaimError("patient_name_missing", "The claim does not name its patient.")
    subscriber = _person(facts.subscriber)
    relation = _relation(facts.relationship)
    billed = _coverage(facts, facts.coverage, facts.subscriber, facts.payer, relation)
    if billed is None:
        raise UnusableClaimError("payer_id_missing", "The claim names its payer without an id.")
    return ClaimParties(
        level=id(image.patient or image.subscriber),
        patient=patient,
        guarantor=subscriber if relation == _CHILD else patient,
        coverages=(billed, *_other_coverages(facts, billed)),
        providers=tuple(_providers(facts)),
    )


def _person(party: Party) -> PersonNamed:
    return PersonNamed(
        last_name=party.name,
        first_name=party.first_name,
        middle_name=party.middle_name,
        birth_date=party.birth_on,
        sex=party.gender if party.gender in ("F", "M", "U") else None,
        address=_address(party.address),
    )


def _address(address: Address | None) -> dict[str, Any] | None:
    if address is None:
        return None
    return {
        "line1": address.line1,
        "line2": address.line2 or None,
        "city": address.city,
        "state": address.state,
        "postal_code": address.postal_code,
    }


def _relation(code: str) -> str:
    """The code as it stands when we know it, else `other`."""
    return code if code in _RELATIONS else Relation.OTHER.value


def _coverage(
    facts: ClaimFacts, said: CoverageFacts, subscriber: Party | None, payer: Party | None, relation: str
) -> CoverageNamed | None:
    if payer is None or not payer.id:
        return None
    return CoverageNamed(
        payer=PayerNamed(payer.id_qualifier or "PI", payer.id, payer.name, said.filing_code),
        member_id=subscriber.id if subscriber else "",
        rank=_RANKS.get(said.sequence, 1),
        relation=relation,
        group_number=said.group_number,
        group_name=said.group_name,
        filing_indicator=said.filing_code,
        accepts_assignment=facts.assignment != _NO_ASSIGNMENT,
        release_of_information=facts.release == "Y",
        subscriber=_person(subscriber) if subscriber and relation != SELF else None,
    )


def _other_coverages(facts: ClaimFacts, billed: CoverageNamed) -> Iterator[CoverageNamed]:
    """Other payers of the claim (2320) whose place in the order is not the billed one's."""
    ranks = {billed.rank}
    for other in facts.other_coverages:
        relation = _relation(other.coverage.relationship or facts.relationship)
        cover = _coverage(facts, other.coverage, other.subscriber, other.payer, relation)
        if cover is not None and cover.rank not in ranks:
            ranks.add(cover.rank)
            yield cover


def _providers(facts: ClaimFacts) -> Iterator[ProviderNamed]:
    named = [*facts.providers, *(party for line in facts.lines for party in line.providers)]
    for party in named:
        npi = _npi_of(party)
        if npi is not None and party.role in _ROLES:
            yield ProviderNamed(npi, party.is_person, party.name, party.first_name, party.taxonomy, _ROLES[party.role])


def claim_facts_json(facts: ClaimFacts) -> dict[str, Any]:
    """The columns' worth of `claims.facts` that an 837 may state; the rest stays in the image."""
    cause = facts.related_cause
    causes = set(cause.causes) if cause else set()
    kind = next((name for code, name in (("AA", "auto"), ("EM", "employment"), ("OA", "other")) if code in causes), "")
    stated: dict[str, Any] = {
        "accident_kind": kind,
        "accident_state": cause.state if cause else "",
        "accident_on": _day(facts, "439"),
        "onset_on": _day(facts, "431"),
        "admitted_on": _day(facts, "435"),
        "prior_authorization": facts.reference("G1"),
        "payer_control_number": facts.reference("F8"),
        "property_casualty_number": facts.reference("Y4"),
        "delay_reason": facts.delay_reason,
        "patient_paid_cents": facts.patient_paid_cents or None,
        "type_of_bill": facts.facility_code if facts.claim_type == "I" else "",
        "admission_type": facts.admission.type_code if facts.admission else "",
        "admission_source": facts.admission.source_code if facts.admission else "",
        "patient_status": facts.admission.patient_status if facts.admission else "",
    }
    return {name: fact for name, fact in stated.items() if fact not in ("", None)}


def _day(facts: ClaimFacts, qualifier: str) -> str | None:
    period = period_of(facts.dates, qualifier)
    return period.start_on.isoformat() if period and period.start_on else None


def line_number_sent(references: tuple[Reference, ...]) -> str | None:
    """REF*6R as the other system sent it."""
    return next((reference.value for reference in references if reference.qualifier == "6R"), None)
