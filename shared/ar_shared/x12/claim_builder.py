"""Builds the image of a claim from its facts: segments in the order of the guide, ready for `claim_writer`."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from ar_shared.kernel.money import decimal_from_cents
from ar_shared.x12 import claim_facts as f
from ar_shared.x12.claim_limits import check_limits
from ar_shared.x12.claim_loops import LOOPS
from ar_shared.x12.claim_model import (
    WRITTEN_VERSIONS,
    ClaimImage,
    ClaimType,
    Element,
    Loop,
    SegmentData,
)
from ar_shared.x12.claim_values import day_text, number_text, padded, period_texts, procedure_parts

_CODES_PER_HI: Final = 12
_TRIPLETS_PER_CAS: Final = 6
_SEPARATORS: Final = str.maketrans("*:^~", "    ")
# The order of HI segments in 2300; kinds of one row share segments. Others follow, each kind on its own.
_HI_ORDER: Final[dict[ClaimType, tuple[frozenset[str], ...]]] = {
    "P": (frozenset({"ABK", "BK", "ABF", "BF"}),),
    "I": (
        frozenset({"ABK", "BK"}),
        frozenset({"ABJ", "BJ"}),
        frozenset({"APR", "PR"}),
        frozenset({"ABN", "BN"}),
        frozenset({"DR"}),
        frozenset({"ABF", "BF"}),
        frozenset({"BBR", "BR", "CAH"}),
        frozenset({"BBQ", "BQ"}),
        frozenset({"BI"}),
        frozenset({"BH"}),
        frozenset({"BE"}),
        frozenset({"BG"}),
    ),
}


def build_claim(facts: f.ClaimFacts) -> ClaimImage:
    """The image of a claim made here. `facts_of` gives the same facts back.

    Text is made fit for X12: accents and control characters go, a separator becomes a blank.
    Raises ClaimLimitError when the facts break a limit of the guide.
    """
    check_limits(facts)
    return ClaimImage(
        claim_type=facts.claim_type,
        version=WRITTEN_VERSIONS[facts.claim_type],
        header=build_header(facts.submitter, facts.receiver),
        billing=_billing(facts),
        subscriber=_subscriber(facts),
        patient=_patient(facts) if facts.patient else None,
        claim=_claim(facts),
    )


def build_header(submitter: f.Party | None, receiver: f.Party | None) -> Loop:
    """BHT and the loops 1000A and 1000B; batch reference, date and time are the writer's."""
    header = Loop("HEADER", [["BHT", "0019", "00", "", "", "", "CH"]])
    header.items += [party_loop("1000A", submitter)] if submitter else []
    header.items += [party_loop("1000B", receiver)] if receiver else []
    return header


def _billing(facts: f.ClaimFacts) -> Loop:
    provider = facts.billing_provider
    level = Loop("2000A", [["HL", "", "", "20", ""]])
    if provider.taxonomy:
        level.items.append(["PRV", "BI", "PXC", provider.taxonomy])
    level.items.append(party_loop("2010AA", provider, taxonomy_code=""))
    if facts.pay_to:
        level.items.append(party_loop("2010AB", facts.pay_to))
    return level


def _subscriber(facts: f.ClaimFacts) -> Loop:
    items: list[SegmentData | Loop] = [
        ["HL", "", "", "22", ""],
        _sbr(facts.coverage),
        party_loop("2010BA", facts.subscriber),
        party_loop("2010BB", facts.payer),
    ]
    return Loop("2000B", items)


def _patient(facts: f.ClaimFacts) -> Loop:
    assert facts.patient is not None
    pat = _segment("PAT", facts.relationship)
    return Loop("2000C", [["HL", "", "", "23", ""], pat, party_loop("2010CA", facts.patient)])


def _sbr(coverage: f.Coverage) -> SegmentData:
    return _segment(
        "SBR",
        coverage.sequence,
        coverage.relationship,
        coverage.group_number,
        coverage.group_name,
        coverage.insurance_type,
        "",
        "",
        "",
        coverage.filing_code,
    )


def party_loop(loop_id: str, party: f.Party, taxonomy_code: str = "PE") -> Loop:
    """A person or an organisation in its role, under this loop."""
    kind = "1" if party.is_person else "2"
    names = (party.name, party.first_name, party.middle_name, "", party.suffix)
    loop = Loop(loop_id, [_segment("NM1", party.role, kind, *names, party.id_qualifier, party.id)])
    if party.taxonomy and taxonomy_code:
        loop.items.append(_segment("PRV", "AT" if party.role == "71" else taxonomy_code, "PXC", party.taxonomy))
    if party.address:
        loop.items += _address(party.address)
    if party.birth_on or party.gender:
        kind, born = ("D8", day_text(party.birth_on)) if party.birth_on else ("", "")
        loop.items.append(_segment("DMG", kind, born, party.gender))
    loop.items += references_of(party.references)
    loop.items += [_contact(contact) for contact in party.contacts]
    return loop


def _address(address: f.Address) -> list[SegmentData]:
    town = _segment("N4", address.city, address.state, address.postal_code, address.country)
    return [_segment("N3", address.line1, address.line2), town]


def _contact(contact: f.Contact) -> SegmentData:
    numbers = [text for number in contact.numbers for text in (number.qualifier, number.value)]
    return _segment("PER", "IC", contact.name, *numbers)


def references_of(references: Iterable[f.Reference]) -> list[SegmentData]:
    """The REF segments."""
    return [_segment("REF", reference.qualifier, reference.value) for reference in references]


def _claim(facts: f.ClaimFacts) -> Loop:
    loop = Loop("2300", [_clm(facts)])
    loop.items += dates_of(facts.dates)
    if facts.admission:
        admission = facts.admission
        loop.items.append(_segment("CL1", admission.type_code, admission.source_code, admission.patient_status))
    loop.items += _attachments(facts.attachments)
    loop.items += _amounts(facts.amounts)
    loop.items += references_of(facts.references)
    loop.items += _notes(facts.notes)
    loop.items += _health_codes(facts)
    loop.items += _providers(facts.claim_type, "2300", "2310", facts.providers)
    loop.items += [_other_coverage(facts.claim_type, other) for other in facts.other_coverages]
    loop.items += [line_loop(facts.claim_type, number, line) for number, line in enumerate(facts.lines, start=1)]
    return loop


def _clm(facts: f.ClaimFacts) -> SegmentData:
    cause = facts.related_cause
    causes = [*padded(cause.causes, 3), cause.state, cause.country] if cause else []
    place_kind = "B" if facts.claim_type == "P" else "A"
    return _segment(
        "CLM",
        facts.patient_control_number,
        decimal_from_cents(facts.charge_cents),
        "",
        "",
        [facts.facility_code, place_kind, facts.frequency_code],
        facts.provider_signature,
        facts.assignment,
        facts.benefits_assigned,
        facts.release,
        facts.patient_signature,
        causes,
        facts.special_program,
        *[""] * 7,
        facts.delay_reason,
    )


def _health_codes(facts: f.ClaimFacts) -> Iterator[SegmentData]:
    order = _HI_ORDER[facts.claim_type]

    def rank(code: f.HealthCode) -> tuple[int, str]:
        for place, kinds in enumerate(order):
            if code.qualifier in kinds:
                return place, ""
        return len(order), code.qualifier

    for _, group in groupby(sorted(facts.codes, key=rank), key=rank):
        codes = list(group)
        for start in range(0, len(codes), _CODES_PER_HI):
            yield _segment("HI", *[_health_code(code) for code in codes[start : start + _CODES_PER_HI]])


def health_code_element(code: f.HealthCode) -> Element:
    """The composite of an HI."""
    return _composite(_health_code(code))


def _health_code(code: f.HealthCode) -> list[str]:
    kind, text = period_texts(code.period) if code.period else ("", "")
    amount = decimal_from_cents(code.amount_cents) if code.amount_cents is not None else ""
    return [code.qualifier, code.code, kind, text, amount, "", "", "", code.present_on_admission]


def _other_coverage(claim_type: ClaimType, other: f.OtherCoverage) -> Loop:
    loop = Loop("2320", [_sbr(other.coverage)])
    loop.items += _adjustments(other.adjustments)
    loop.items += _amounts(other.amounts)
    assigned, signature, release = other.benefits_assigned, other.patient_signature, other.release
    loop.items.append(_segment("OI", "", "", assigned, signature, "", release))
    if other.subscriber:
        loop.items.append(party_loop("2330A", other.subscriber))
    if other.payer:
        loop.items.append(_other_payer(other.payer, other.dates))
    loop.items += _providers(claim_type, "2320", "2330", other.providers)
    return loop


def _other_payer(payer: f.Party, dates: Sequence[f.ClaimDate]) -> Loop:
    """Here the dates stand between the address and the references."""
    loop = party_loop("2330B", payer)
    references = list(loop.segments("REF"))
    others = [item for item in loop.items if item not in references]
    return Loop(loop.id, [*others, *dates_of(dates), *references])


def _adjustments(adjustments: Sequence[f.Adjustment]) -> Iterator[SegmentData]:
    for group, members in groupby(adjustments, key=lambda adjustment: adjustment.group):
        reasons = list(members)
        for start in range(0, len(reasons), _TRIPLETS_PER_CAS):
            triplets = [
                text
                for reason in reasons[start : start + _TRIPLETS_PER_CAS]
                for text in (reason.reason, decimal_from_cents(reason.amount_cents), number_text(reason.quantity))
            ]
            yield _segment("CAS", group, *triplets)


def line_loop(claim_type: ClaimType, number: int, line: f.ServiceLine) -> Loop:
    """Loop 2400 of one service line."""
    service = _professional_service(line) if claim_type == "P" else _institutional_service(line)
    loop = Loop("2400", [["LX", str(number)], service])
    loop.items += _attachments(line.attachments)
    loop.items += dates_of(line.dates)
    loop.items += references_of(line.references)
    loop.items += _amounts(line.amounts)
    loop.items += _notes(line.notes)
    loop.items += [drug_loop(drug) for drug in line.drugs]
    loop.items += _providers(claim_type, "2400", "2420", line.providers)
    loop.items += [_adjudication(answer) for answer in line.adjudications]
    return loop


def _professional_service(line: f.ServiceLine) -> SegmentData:
    return _segment(
        "SV1",
        procedure_parts(line.procedure),
        decimal_from_cents(line.charge_cents),
        line.unit_basis,
        number_text(line.units),
        line.place_of_service,
        "",
        [str(pointer) for pointer in line.pointers],
        "",
        line.emergency,
        "",
        line.epsdt,
        line.family_planning,
    )


def _institutional_service(line: f.ServiceLine) -> SegmentData:
    noncovered = decimal_from_cents(line.noncovered_cents) if line.noncovered_cents is not None else ""
    charge = decimal_from_cents(line.charge_cents)
    procedure = procedure_parts(line.procedure)
    return _segment(
        "SV2", line.revenue_code, procedure, charge, line.unit_basis, number_text(line.units), "", noncovered
    )


def drug_loop(drug: f.Drug) -> Loop:
    """Loop 2410."""
    loop = Loop("2410", [["LIN", "", "N4", drug.ndc]])
    if drug.quantity is not None:
        loop.items.append(_segment("CTP", "", "", "", number_text(drug.quantity), [drug.unit]))
    loop.items += references_of(drug.references)
    return loop


def _adjudication(answer: f.LineAdjudication) -> Loop:
    paid = decimal_from_cents(answer.paid_cents)
    procedure, units = procedure_parts(answer.procedure), number_text(answer.paid_units)
    svd = _segment("SVD", answer.payer_id, paid, procedure, answer.revenue_code, units, answer.bundled_into)
    loop = Loop("2430", [svd])
    loop.items += _adjustments(answer.adjustments)
    if answer.paid_on:
        loop.items.append(["DTP", "573", "D8", day_text(answer.paid_on)])
    if answer.remaining_cents is not None:
        loop.items.append(["AMT", "EAF", decimal_from_cents(answer.remaining_cents)])
    return loop


def _providers(claim_type: ClaimType, outer: str, prefix: str, parties: Iterable[f.Party]) -> Iterator[Loop]:
    names = LOOPS[claim_type][outer]
    for party in parties:
        loop_id = names.get(f"NM1*{party.role}", prefix)
        yield party_loop(loop_id, party)


def dates_of(dates: Iterable[f.ClaimDate]) -> list[SegmentData]:
    """The DTP segments."""
    return [["DTP", dated.qualifier, *period_texts(dated.period)] for dated in dates]


def _attachments(attachments: Iterable[f.Attachment]) -> Iterator[SegmentData]:
    for paper in attachments:
        number_kind = "AC" if paper.control_number else ""
        yield _segment("PWK", paper.report_type, paper.transmission, "", "", number_kind, paper.control_number)


def _amounts(amounts: Iterable[f.Amount]) -> list[SegmentData]:
    return [["AMT", amount.qualifier, decimal_from_cents(amount.cents)] for amount in amounts]


def _notes(notes: Iterable[f.Note]) -> list[SegmentData]:
    return [_segment("NTE", note.qualifier, note.text) for note in notes]


def _segment(segment_id: str, *elements: Element) -> SegmentData:
    """A segment with clean text and nothing empty at its end."""
    segment: SegmentData = [segment_id]
    segment += [_clean(element) if isinstance(element, str) else _composite(element) for element in elements]
    while len(segment) > 1 and not segment[-1]:
        segment.pop()
    return segment


def _composite(parts: list[str]) -> Element:
    cleaned = [_clean(part) for part in parts]
    while cleaned and not cleaned[-1]:
        cleaned.pop()
    if len(cleaned) > 1:
        return cleaned
    return cleaned[0] if cleaned else ""


def _clean(text: str) -> str:
    if not text or (text.isalnum() and text.isascii()):
        return text
    if not text.isascii():
        folded = unicodedata.normalize("NFKD", text)
        text = folded.encode("ascii", "ignore").decode("ascii")
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text.translate(_SEPARATORS).strip()
