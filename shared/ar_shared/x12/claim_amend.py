"""Change single facts of a claim image where they stand; every other segment, loop and element stays as it came.

Each function gives a new image and leaves the one given alone. What is new gets the place that the guide gives it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ar_shared.kernel.money import decimal_from_cents
from ar_shared.x12.claim_builder import dates_of, drug_loop, health_code_element, line_loop, party_loop, references_of
from ar_shared.x12.claim_facts import (
    DIAGNOSES,
    ClaimDate,
    Drug,
    HealthCode,
    Party,
    Period,
    Procedure,
    Reference,
    ServiceLine,
)
from ar_shared.x12.claim_model import ClaimImage, ClaimType, Element, Loop, SegmentData, value
from ar_shared.x12.claim_values import number_text, procedure_parts

Items = list[SegmentData | Loop]

# In both guides the segments of a loop stand in this order, before its inner loops.
_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "2300": (
        "CLM", "DTP", "CL1", "PWK", "CN1", "AMT", "REF", "K3", "NTE", "CR1", "CR2", "CRC", "CR3", "CR5", "CR6", "HI",
        "HCP",
    ),
    "2400": (
        "LX", "SV1", "SV2", "SV3", "SV5", "PWK", "CR1", "CR3", "CRC", "DTP", "QTY", "MEA", "CN1", "REF", "AMT", "K3",
        "NTE", "PS1", "HCP",
    ),
}  # fmt: skip
_SERVICE_DAY: Final = "472"
_CODES_PER_HI: Final = 12
_SERVICE: Final[Mapping[ClaimType, str]] = {"P": "SV1", "I": "SV2"}


@dataclass(frozen=True, slots=True)
class AmendedLine:
    """A line of the claim as it shall be. `place`: the line it continues, from 0; None for a new one.

    `before` and `after` are what it billed and bills; equal where nothing changes. A new line has only `after`.
    """

    after: ServiceLine
    place: int | None = None
    before: ServiceLine | None = None


def amend_claim(image: ClaimImage, change: Callable[[Items], Items]) -> ClaimImage:
    """The image with its claim loop (2300) changed."""
    return replace_part(image, claim=Loop(image.claim.id, change(list(image.claim.items))))


def replace_part(image: ClaimImage, **parts: Loop | None) -> ClaimImage:
    """The image with other levels in place of those named."""
    own = {name: getattr(image, name) for name in ("header", "billing", "subscriber", "patient", "claim")}
    return ClaimImage(claim_type=image.claim_type, version=image.version, **{**own, **parts})


def amend_elements(items: Items, segment_id: str, elements: Mapping[int, Element]) -> Items:
    """Every segment of that kind in the loop with these elements (from 1) set; empty ones at its end go."""
    return [
        with_elements(item, elements) if isinstance(item, list) and item[0] == segment_id else item for item in items
    ]


def with_elements(segment: SegmentData, elements: Mapping[int, Element]) -> SegmentData:
    """The segment with these elements (from 1) set; empty ones at its end go."""
    changed: SegmentData = [*segment, *[""] * (max((*elements, 0)) + 1 - len(segment))]
    for place, element in elements.items():
        changed[place] = element
    while len(changed) > 1 and not changed[-1]:
        changed.pop()
    return changed


def component(segment: SegmentData, place: int, n: int, text: str) -> Element:
    """The element at that place with one component (from 1) set."""
    element = segment[place] if place < len(segment) else ""
    parts = [element] if isinstance(element, str) else list(element)
    parts += [""] * (n - len(parts))
    parts[n - 1] = text
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts[0] if len(parts) == 1 else parts


def set_segments(loop_id: str, items: Items, old: Callable[[SegmentData], bool], new: Sequence[SegmentData]) -> Items:
    """`new` where the first segment of which `old` holds stood, which all go; else where the guide puts their kind."""
    gone = [n for n, item in enumerate(items) if isinstance(item, list) and old(item)]
    kept = [item for n, item in enumerate(items) if n not in gone]
    place = gone[0] if gone else (_place(loop_id, kept, str(new[0][0])) if new else 0)
    return [*kept[:place], *new, *kept[place:]]


def set_date(loop_id: str, items: Items, qualifier: str, period: Period | None) -> Items:
    """DTP of one kind; None takes it away."""
    new = dates_of([ClaimDate(qualifier, period)]) if period else []
    return set_segments(loop_id, items, lambda one: one[0] == "DTP" and value(one, 1) == qualifier, new)


def set_reference(loop_id: str, items: Items, qualifier: str, text: str) -> Items:
    """REF of one kind; an empty text takes it away."""
    new = references_of([Reference(qualifier, text)]) if text else []
    return set_segments(loop_id, items, lambda one: one[0] == "REF" and value(one, 1) == qualifier, new)


def set_amount(loop_id: str, items: Items, qualifier: str, cents: int) -> Items:
    """AMT of one kind; 0 takes it away."""
    new: list[SegmentData] = [["AMT", qualifier, decimal_from_cents(cents)]] if cents else []
    return set_segments(loop_id, items, lambda one: one[0] == "AMT" and value(one, 1) == qualifier, new)


def set_diagnoses(items: Items, claim_type: ClaimType, codes: Sequence[HealthCode]) -> Items:
    """The diagnoses of the claim; one that stays keeps its composite, what else an HI holds stays where it is."""
    old: dict[str, Element] = {}
    for item in items:
        if isinstance(item, list) and item[0] == "HI":
            old |= {value(item, n, 2): item[n] for n in range(1, len(item)) if value(item, n) in DIAGNOSES}
    composites = [_requalified(old.get(code.code), code) for code in codes]
    groups = [composites] if claim_type == "P" else [composites[:1], composites[1:]]
    new: list[SegmentData] = [
        ["HI", *group[start : start + _CODES_PER_HI]]
        for group in groups
        for start in range(0, len(group), _CODES_PER_HI)
    ]
    mixed = [_without_diagnoses(item) if isinstance(item, list) and item[0] == "HI" else item for item in items]
    first = next((n for n, item in enumerate(items) if isinstance(item, list) and _holds_diagnosis(item)), None)
    place = _place("2300", items, "HI") if first is None else first
    return [*_some(mixed[:place]), *new, *_some(mixed[place:])]


def set_provider(items: Items, claim_type: ClaimType, party: Party) -> Items:
    """The provider of one role (loop 2310): who it is changes, references to the one before go."""
    role = party.role
    loop_id = {"82": "2310B" if claim_type == "P" else "2310D", "71": "2310A"}[role]
    new = party_loop(loop_id, party)
    kept: Items = []
    place: int | None = None
    for item in items:
        if isinstance(item, Loop) and item.id.startswith("2310") and value(item.first("NM1"), 1) == role:
            place = len(kept) if place is None else place
            continue
        kept.append(item)
    if place is None:
        before = [n for n, item in enumerate(kept) if not isinstance(item, Loop) or "2310" <= item.id < loop_id]
        place = before[-1] + 1 if before else 0
    return [*kept[:place], new, *kept[place:]]


def set_lines(items: Items, claim_type: ClaimType, lines: Sequence[AmendedLine]) -> Items:
    """The service lines in their new order and number; what stays of a line is as it came."""
    old = [item for item in items if isinstance(item, Loop) and item.id == "2400"]
    first = next((n for n, item in enumerate(items) if isinstance(item, Loop) and item.id == "2400"), len(items))
    kept = [item for item in items if not (isinstance(item, Loop) and item.id == "2400")]
    made = [_line(old, claim_type, number, line) for number, line in enumerate(lines, start=1)]
    return [*kept[:first], *made, *kept[first:]]


def _line(old: Sequence[Loop], claim_type: ClaimType, number: int, line: AmendedLine) -> Loop:
    if line.place is None or line.before is None:
        return line_loop(claim_type, number, line.after)
    loop = old[line.place]
    items = amend_elements(list(loop.items), "LX", {1: str(number)})
    if line.after == line.before:
        return Loop(loop.id, items)
    kind = _SERVICE[claim_type]
    service = loop.first(kind) or [kind]
    items = amend_elements(items, kind, dict(_service_elements(claim_type, service, line.before, line.after)))
    if _days(line.after) != _days(line.before):
        items = set_date("2400", items, _SERVICE_DAY, _days(line.after))
    if line.after.drugs != line.before.drugs:
        items = _set_drugs(items, line.after.drugs)
    return Loop(loop.id, items)


def _service_elements(
    claim_type: ClaimType, service: SegmentData, before: ServiceLine, after: ServiceLine
) -> Iterator[tuple[int, Element]]:
    """The elements of SV1 or SV2 that differ."""
    shift = 0 if claim_type == "P" else 1
    if after.procedure != before.procedure:
        yield 1 + shift, _procedure(service, 1 + shift, after.procedure)
    if after.charge_cents != before.charge_cents:
        yield 2 + shift, decimal_from_cents(after.charge_cents)
    if after.unit_basis != before.unit_basis:
        yield 3 + shift, after.unit_basis
    if after.units != before.units:
        yield 4 + shift, number_text(after.units)
    if claim_type == "P":
        if after.place_of_service != before.place_of_service:
            yield 5, after.place_of_service
        if after.pointers != before.pointers:
            texts = [str(pointer) for pointer in after.pointers]
            yield 7, texts[0] if len(texts) == 1 else texts
        return
    if after.revenue_code != before.revenue_code:
        yield 1, after.revenue_code
    if after.noncovered_cents != before.noncovered_cents:
        yield 7, "" if after.noncovered_cents is None else decimal_from_cents(after.noncovered_cents)


def _procedure(service: SegmentData, place: int, procedure: Procedure | None) -> Element:
    """The composite with another code or modifiers; its kind and description stay where the code does."""
    parts = procedure_parts(procedure)
    if procedure is not None and value(service, place, 1):
        parts[0] = value(service, place, 1)
        if value(service, place, 2) == procedure.code:
            parts[6:] = [value(service, place, 7)]
    while parts and not parts[-1]:
        parts.pop()
    return parts if len(parts) > 1 else "".join(parts)


def _days(line: ServiceLine) -> Period | None:
    return next((dated.period for dated in line.dates if dated.qualifier == _SERVICE_DAY), None)


def _set_drugs(items: Items, drugs: Sequence[Drug]) -> Items:
    kept = [item for item in items if not (isinstance(item, Loop) and item.id == "2410")]
    new = [drug_loop(drug) for drug in drugs]
    place = next((n for n, item in enumerate(kept) if isinstance(item, Loop)), len(kept))
    return [*kept[:place], *new, *kept[place:]]


def _requalified(old: Element | None, code: HealthCode) -> Element:
    """The composite as it came, under the qualifier of its new place (principal or other)."""
    return health_code_element(code) if old is None or isinstance(old, str) else [code.qualifier, *old[1:]]


def _holds_diagnosis(segment: SegmentData) -> bool:
    return segment[0] == "HI" and any(value(segment, n) in DIAGNOSES for n in range(1, len(segment)))


def _without_diagnoses(segment: SegmentData) -> SegmentData:
    return ["HI", *(segment[n] for n in range(1, len(segment)) if value(segment, n) not in DIAGNOSES)]


def _some(items: Iterable[SegmentData | Loop]) -> Items:
    """Without segments of which nothing is left."""
    return [item for item in items if isinstance(item, Loop) or len(item) > 1 or item[0] != "HI"]


def _place(loop_id: str, items: Items, segment_id: str) -> int:
    """After the segments that stand before this kind, and after others of it."""
    order = _ORDER[loop_id]
    before = order[: order.index(segment_id) + 1]
    at = [n for n, item in enumerate(items) if isinstance(item, list) and item[0] in before]
    return at[-1] + 1 if at else 0
