"""Typed facts out of a claim image. What cannot be read becomes a Problem; nothing raises for bad data."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ar_shared.x12 import claim_facts as f
from ar_shared.x12.claim_fields import FieldReader, Problem
from ar_shared.x12.claim_model import ClaimImage, Loop, SegmentData, value
from ar_shared.x12.claim_values import read_procedure

_CAS_TRIPLETS: Final = range(2, 20, 3)
_SERVICE_DATES: Final = frozenset({"472", "434"})


class ClaimDataError(ValueError):
    """The claim has data that cannot be used. `problems` says what and where, without repeating the data."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(sorted({problem.code for problem in problems})))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Inspection:
    """`facts` is None when a fatal problem keeps the claim from being used."""

    facts: f.ClaimFacts | None
    problems: list[Problem]


def facts_of(image: ClaimImage) -> f.ClaimFacts:
    """The typed facts of an image. Raises ClaimDataError when the claim cannot be used."""
    inspection = inspect_claim(image)
    if inspection.facts is None:
        raise ClaimDataError([problem for problem in inspection.problems if problem.is_fatal])
    return inspection.facts


def inspect_claim(image: ClaimImage) -> Inspection:
    """The typed facts with everything that is wrong with them."""
    reader = FieldReader()
    facts = _claim(reader, image)
    _check_whole(reader, image, facts)
    return Inspection(facts if reader.is_usable else None, reader.problems)


def _claim(reader: FieldReader, image: ClaimImage) -> f.ClaimFacts:
    claim = image.claim
    clm = _required(claim, "CLM")
    patient_loop = image.patient.loop("2010CA") if image.patient else None
    return f.ClaimFacts(
        claim_type=image.claim_type,
        submitter=_optional_party(reader, image.header.loop("1000A")),
        receiver=_optional_party(reader, image.header.loop("1000B")),
        billing_provider=_billing_provider(reader, image),
        pay_to=_optional_party(reader, image.billing.loop("2010AB")) if image.billing else None,
        coverage=_coverage(image.subscriber),
        subscriber=_party_in(reader, image.subscriber, "2010BA", "subscriber"),
        payer=_party_in(reader, image.subscriber, "2010BB", "payer"),
        patient=_optional_party(reader, patient_loop),
        relationship=_relationship(image),
        patient_control_number=value(clm, 1),
        charge_cents=reader.required_cents(claim, clm, 2),
        facility_code=value(clm, 5, 1),
        frequency_code=value(clm, 5, 3),
        provider_signature=value(clm, 6),
        assignment=value(clm, 7),
        benefits_assigned=value(clm, 8),
        release=value(clm, 9),
        patient_signature=value(clm, 10),
        related_cause=_related_cause(clm),
        special_program=value(clm, 12),
        delay_reason=value(clm, 20),
        dates=_dates(reader, claim),
        admission=_admission(claim),
        attachments=_attachments(claim),
        amounts=_amounts(reader, claim),
        references=_references(claim),
        notes=_notes(claim),
        codes=tuple(_codes(reader, claim)),
        providers=_parties(reader, claim, "2310"),
        other_coverages=tuple(_other_coverage(reader, loop) for loop in claim.loops("2320")),
        lines=tuple(_line(reader, loop) for loop in claim.loops("2400")),
    )


def _billing_provider(reader: FieldReader, image: ClaimImage) -> f.Party:
    party = _party_in(reader, image.billing, "2010AA", "billing_provider")
    taxonomy = _taxonomy(image.billing) if image.billing else ""
    return replace(party, taxonomy=taxonomy) if taxonomy else party


def _party_in(reader: FieldReader, level: Loop | None, loop_id: str, what: str) -> f.Party:
    loop = level.loop(loop_id) if level else None
    if loop is None:
        place = level or Loop(loop_id)
        reader.note(f"{what}_missing", f"The claim names no {what.replace('_', ' ')}.", place, None)
        return f.Party(role="", name="")
    return _party(reader, loop)


def _optional_party(reader: FieldReader, loop: Loop | None) -> f.Party | None:
    return _party(reader, loop) if loop else None


def _parties(reader: FieldReader, loop: Loop, prefix: str) -> tuple[f.Party, ...]:
    return tuple(_party(reader, inner) for inner in loop.loops(prefix))


def _party(reader: FieldReader, loop: Loop) -> f.Party:
    nm1 = _required(loop, "NM1")
    dmg = loop.first("DMG")
    return f.Party(
        role=value(nm1, 1),
        name=value(nm1, 3),
        is_person=value(nm1, 2) == "1",
        first_name=value(nm1, 4),
        middle_name=value(nm1, 5),
        suffix=value(nm1, 7),
        id_qualifier=value(nm1, 8),
        id=value(nm1, 9),
        taxonomy=_taxonomy(loop),
        address=_address(loop),
        birth_on=_birth_day(reader, loop, dmg),
        gender=value(dmg, 3),
        references=_references(loop),
        contacts=tuple(_contact(per) for per in loop.segments("PER")),
    )


def _taxonomy(loop: Loop) -> str:
    return value(loop.first("PRV"), 3)


def _address(loop: Loop) -> f.Address | None:
    n3, n4 = loop.first("N3"), loop.first("N4")
    if n3 is None and n4 is None:
        return None
    return f.Address(value(n3, 1), value(n3, 2), value(n4, 1), value(n4, 2), value(n4, 3), value(n4, 4))


def _birth_day(reader: FieldReader, loop: Loop, dmg: SegmentData | None) -> date | None:
    if dmg is None or not value(dmg, 2):
        return None
    period = reader.period(loop, dmg, ((1, 1), (2, 1)), is_vital=True)
    return period.start_on if period else None


def _contact(per: SegmentData) -> f.Contact:
    pairs = ((value(per, place), value(per, place + 1)) for place in (3, 5, 7))
    return f.Contact(value(per, 2), tuple(f.Reference(kind, number) for kind, number in pairs if kind))


def _coverage(loop: Loop | None) -> f.Coverage:
    sbr = loop.first("SBR") if loop else None
    return f.Coverage(
        sequence=value(sbr, 1),
        relationship=value(sbr, 2),
        group_number=value(sbr, 3),
        group_name=value(sbr, 4),
        insurance_type=value(sbr, 5),
        filing_code=value(sbr, 9),
    )


def _relationship(image: ClaimImage) -> str:
    if image.patient is None:
        return f.SELF
    return value(image.patient.first("PAT"), 1)


def _related_cause(clm: SegmentData) -> f.RelatedCause | None:
    causes = tuple(code for code in (value(clm, 11, n) for n in (1, 2, 3)) if code)
    return f.RelatedCause(causes, value(clm, 11, 4), value(clm, 11, 5)) if causes else None


def _admission(claim: Loop) -> f.Admission | None:
    cl1 = claim.first("CL1")
    return f.Admission(value(cl1, 1), value(cl1, 2), value(cl1, 3)) if cl1 else None


def _dates(reader: FieldReader, loop: Loop) -> tuple[f.ClaimDate, ...]:
    periods = (
        (value(dtp, 1), reader.period(loop, dtp, ((2, 1), (3, 1)), is_vital=value(dtp, 1) in _SERVICE_DATES))
        for dtp in loop.segments("DTP")
    )
    return tuple(f.ClaimDate(qualifier, period) for qualifier, period in periods if period)


def _amounts(reader: FieldReader, loop: Loop) -> tuple[f.Amount, ...]:
    return tuple(f.Amount(value(amt, 1), reader.required_cents(loop, amt, 2)) for amt in loop.segments("AMT"))


def _references(loop: Loop) -> tuple[f.Reference, ...]:
    return tuple(f.Reference(value(ref, 1), value(ref, 2)) for ref in loop.segments("REF"))


def _attachments(loop: Loop) -> tuple[f.Attachment, ...]:
    return tuple(f.Attachment(value(pwk, 1), value(pwk, 2), value(pwk, 6)) for pwk in loop.segments("PWK"))


def _notes(loop: Loop) -> tuple[f.Note, ...]:
    return tuple(f.Note(value(nte, 1), value(nte, 2)) for nte in loop.segments("NTE"))


def _codes(reader: FieldReader, claim: Loop) -> Iterator[f.HealthCode]:
    for hi in claim.segments("HI"):
        for place in range(1, len(hi)):
            if value(hi, place) or value(hi, place, 2):
                yield _code(reader, claim, hi, place)


def _code(reader: FieldReader, claim: Loop, hi: SegmentData, place: int) -> f.HealthCode:
    if not value(hi, place) or not value(hi, place, 2):
        reader.note("health_code_incomplete", "A health care code lacks its kind or its code.", claim, hi, place)
    return f.HealthCode(
        qualifier=value(hi, place),
        code=value(hi, place, 2),
        period=reader.period(claim, hi, ((place, 3), (place, 4))) if value(hi, place, 3) else None,
        amount_cents=reader.cents(claim, hi, place, 5),
        present_on_admission=value(hi, place, 9),
    )


def _other_coverage(reader: FieldReader, loop: Loop) -> f.OtherCoverage:
    oi = loop.first("OI")
    payer = loop.loop("2330B")
    inner = [party for party in loop.loops("2330") if party.id not in {"2330A", "2330B"}]
    return f.OtherCoverage(
        coverage=_coverage(loop),
        subscriber=_optional_party(reader, loop.loop("2330A")),
        payer=_optional_party(reader, payer),
        benefits_assigned=value(oi, 3),
        patient_signature=value(oi, 4),
        release=value(oi, 6),
        adjustments=tuple(_adjustments(reader, loop)),
        amounts=_amounts(reader, loop),
        dates=_dates(reader, payer) if payer else (),
        providers=tuple(_party(reader, party) for party in inner),
    )


def _adjustments(reader: FieldReader, loop: Loop) -> Iterator[f.Adjustment]:
    for cas in loop.segments("CAS"):
        for place in _CAS_TRIPLETS:
            reason = value(cas, place)
            if reason or value(cas, place + 1):
                cents = reader.required_cents(loop, cas, place + 1)
                yield f.Adjustment(value(cas, 1), reason, cents, reader.quantity(loop, cas, place + 2))


def _line(reader: FieldReader, loop: Loop) -> f.ServiceLine:
    professional, institutional = loop.first("SV1"), loop.first("SV2")
    if professional is not None:
        return _professional_line(reader, loop, professional)
    if institutional is not None:
        return _institutional_line(reader, loop, institutional)
    reader.note("service_missing", "A service line says no service.", loop, loop.first("LX"))
    return f.ServiceLine(charge_cents=0, units=f.NO_UNITS)


def _professional_line(reader: FieldReader, loop: Loop, sv1: SegmentData) -> f.ServiceLine:
    return replace(
        _line_details(reader, loop),
        procedure=read_procedure(sv1, 1),
        charge_cents=reader.required_cents(loop, sv1, 2),
        unit_basis=value(sv1, 3),
        units=reader.quantity(loop, sv1, 4) or f.NO_UNITS,
        place_of_service=value(sv1, 5),
        pointers=_pointers(reader, loop, sv1),
        emergency=value(sv1, 9),
        epsdt=value(sv1, 11),
        family_planning=value(sv1, 12),
    )


def _institutional_line(reader: FieldReader, loop: Loop, sv2: SegmentData) -> f.ServiceLine:
    return replace(
        _line_details(reader, loop),
        revenue_code=value(sv2, 1),
        procedure=read_procedure(sv2, 2),
        charge_cents=reader.required_cents(loop, sv2, 3),
        unit_basis=value(sv2, 4),
        units=reader.quantity(loop, sv2, 5) or f.NO_UNITS,
        noncovered_cents=reader.cents(loop, sv2, 7),
    )


def _line_details(reader: FieldReader, loop: Loop) -> f.ServiceLine:
    return f.ServiceLine(
        charge_cents=0,
        units=f.NO_UNITS,
        dates=_dates(reader, loop),
        references=_references(loop),
        amounts=_amounts(reader, loop),
        attachments=_attachments(loop),
        notes=_notes(loop),
        drugs=tuple(_drug(reader, drug) for drug in loop.loops("2410")),
        providers=_parties(reader, loop, "2420"),
        adjudications=tuple(_adjudication(reader, answer) for answer in loop.loops("2430")),
    )


def _pointers(reader: FieldReader, loop: Loop, sv1: SegmentData) -> tuple[int, ...]:
    texts = [text for text in (value(sv1, 7, n) for n in range(1, f.MAX_POINTERS + 1)) if text]
    if not all(text.isascii() and text.isdigit() for text in texts):
        reader.note("pointer_unreadable", "A diagnosis pointer is not a number.", loop, sv1, 7)
        return ()
    return tuple(int(text) for text in texts)


def _drug(reader: FieldReader, loop: Loop) -> f.Drug:
    ctp = loop.first("CTP")
    quantity = reader.quantity(loop, ctp, 4) if ctp else None
    return f.Drug(value(loop.first("LIN"), 3), quantity, value(ctp, 5), _references(loop))


def _adjudication(reader: FieldReader, loop: Loop) -> f.LineAdjudication:
    svd = _required(loop, "SVD")
    paid = next((dated.period.start_on for dated in _dates(reader, loop) if dated.qualifier == "573"), None)
    remaining = next((amt.cents for amt in _amounts(reader, loop) if amt.qualifier == "EAF"), None)
    return f.LineAdjudication(
        payer_id=value(svd, 1),
        paid_cents=reader.required_cents(loop, svd, 2),
        procedure=read_procedure(svd, 3),
        revenue_code=value(svd, 4),
        paid_units=reader.quantity(loop, svd, 5),
        bundled_into=value(svd, 6),
        adjustments=tuple(_adjustments(reader, loop)),
        paid_on=paid,
        remaining_cents=remaining,
    )


def _required(loop: Loop, segment_id: str) -> SegmentData:
    """The segment that opened the loop."""
    return loop.first(segment_id) or [segment_id]


def _check_whole(reader: FieldReader, image: ClaimImage, facts: f.ClaimFacts) -> None:
    claim, clm = image.claim, _required(image.claim, "CLM")
    if not facts.patient_control_number:
        reader.note("patient_control_number_missing", "The claim has no number of its own.", claim, clm, 1)
    if facts.charge_cents < 0:
        reader.note("charge_negative", "The claim's charge is below zero.", claim, clm, 2)
    if not facts.lines:
        reader.note("service_lines_missing", "The claim has no service line.", claim, clm)
    elif sum(line.charge_cents for line in facts.lines) != facts.charge_cents:
        sentence = "The lines' charges do not add up to the claim's charge."
        reader.note("charges_do_not_add_up", sentence, claim, clm, 2, is_fatal=False)
    if len(facts.lines) > f.MAX_LINES[facts.claim_type]:
        sentence = "The claim has more lines than the guide allows."
        reader.note("too_many_lines", sentence, claim, clm, is_fatal=False)
    if len(facts.diagnoses) > f.MAX_DIAGNOSES[facts.claim_type]:
        sentence = "The claim has more diagnoses than the guide allows."
        reader.note("too_many_diagnoses", sentence, claim, claim.first("HI"), is_fatal=False)
    _check_pointers(reader, image, facts)


def _check_pointers(reader: FieldReader, image: ClaimImage, facts: f.ClaimFacts) -> None:
    count = len(facts.diagnoses)
    for loop, line in zip(image.claim.loops("2400"), facts.lines, strict=True):
        if any(not 1 <= pointer <= count for pointer in line.pointers):
            sentence = "A line points at a diagnosis the claim does not have."
            reader.note("pointer_without_diagnosis", sentence, loop, loop.first("SV1"), 7, is_fatal=False)
