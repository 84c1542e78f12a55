"""The image of a new version of a claim that came in as an 837: what changes is changed where it stands.

Everything else goes out as it came, with what we do not model. Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.money import decimal_from_cents
from ar_shared.x12.claim_amend import (
    AmendedLine,
    Items,
    amend_claim,
    amend_elements,
    component,
    replace_part,
    set_amount,
    set_date,
    set_diagnoses,
    set_lines,
    set_provider,
    set_reference,
    with_elements,
)
from ar_shared.x12.claim_builder import party_loop
from ar_shared.x12.claim_facts import SELF, Period
from ar_shared.x12.claim_model import ClaimImage, ClaimType, Loop, SegmentData, from_json, to_json, value
from claims_api.submissions.image_of_claim import (
    CAUSES,
    diagnosis_codes,
    rendering_provider,
    service_line,
    subscriber_of,
)
from claims_api.versions.domain import BilledLine

_CLAIM: Final = "2300"
_DATES: Final = {"onset_on": "431", "accident_on": "439", "admitted_on": "435"}
_REFERENCES: Final = {"prior_authorization": "G1", "property_casualty_number": "Y4"}
_ADMISSION: Final = {"admission_type": 1, "admission_source": 2, "patient_status": 3}


class NotAmendableError(ValueError):
    """The change cannot be made inside the image: the claim is put together anew from our rows."""


def amended(
    stored: dict[str, Any],
    present: Sequence[Mapping[str, Any]],
    lines: Sequence[BilledLine] | None,
    *,
    diagnoses: list[str] | None,
    place_of_service: str | None,
    facts: tuple[dict[str, Any], dict[str, Any]] | None,
    rendering: Mapping[str, Any] | None,
    coverage: tuple[dict[str, Any], dict[str, Any]] | None,
) -> dict[str, Any]:
    """stored, result: `claim_model.to_json`. None leaves a part as it came; pairs are before and after.

    present: rows of the lines that the image shows, in its order; rendering: a row of `provider`; coverage: coverage
    snapshots. Raises NotAmendableError.
    """
    image = from_json(stored)
    kind = image.claim_type
    if lines is not None:
        image = _with_lines(image, present, lines)
    if place_of_service is not None:
        image = amend_claim(image, lambda items: _facility(items, place_of_service))
    if diagnoses is not None:
        codes = diagnosis_codes(diagnoses)
        image = amend_claim(image, lambda items: set_diagnoses(items, kind, codes))
    if facts is not None:
        before, after = facts
        for change in _fact_changes(before, after):
            image = amend_claim(image, change)
    if rendering is not None:
        provider = rendering_provider(rendering, kind)
        image = amend_claim(image, lambda items: set_provider(items, kind, provider))
    if coverage is not None:
        image = _with_coverage(image, *coverage)
    return dict(to_json(image))


def _with_lines(image: ClaimImage, present: Sequence[Mapping[str, Any]], lines: Sequence[BilledLine]) -> ClaimImage:
    kind = image.claim_type
    places = {row["charge_id"]: place for place, row in enumerate(present)}
    amended_lines = [_line(line, present, places, kind) for line in lines]
    image = amend_claim(image, lambda items: set_lines(items, kind, amended_lines))
    total = sum(line.facts["charge_cents"] for line in lines)
    if total == sum(row["charge_cents"] for row in present):
        return image
    return amend_claim(image, lambda items: amend_elements(items, "CLM", {2: decimal_from_cents(total)}))


def _line(
    line: BilledLine,
    present: Sequence[Mapping[str, Any]],
    places: Mapping[UUID, int],
    kind: ClaimType,
) -> AmendedLine:
    """A continued line differs from what the image shows by what our rows say differs."""
    wanted = service_line({**line.facts, "line_control_number": ""}, kind)
    place = places.get(line.continues) if line.continues is not None else None
    if place is None:
        return AmendedLine(wanted)
    known = service_line({**present[place], "line_control_number": ""}, kind)
    return AmendedLine(wanted, place, known)


def _facility(items: Items, place: str) -> Items:
    return [
        with_elements(item, {5: component(item, 5, 1, place)}) if isinstance(item, list) and item[0] == "CLM" else item
        for item in items
    ]


def _fact_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Callable[[Items], Items]]:
    """One change of the claim loop for each fact that differs."""
    differ = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    changes: list[Callable[[Items], Items]] = []
    for name in sorted(differ & _DATES.keys()):
        period = Period(date.fromisoformat(after[name])) if name in after else None
        changes.append(lambda items, q=_DATES[name], p=period: set_date(_CLAIM, items, q, p))  # type: ignore[misc]
    for name in sorted(differ & _REFERENCES.keys()):
        text = after.get(name) or ""
        changes.append(lambda items, q=_REFERENCES[name], t=text: set_reference(_CLAIM, items, q, t))  # type: ignore[misc]
    if "patient_paid_cents" in differ:
        cents = after.get("patient_paid_cents") or 0
        changes.append(lambda items: set_amount(_CLAIM, items, "F5", cents))
    if differ & {"accident_kind", "accident_state"}:
        changes.append(lambda items: amend_elements(items, "CLM", {11: _cause(after)}))
    if "delay_reason" in differ:
        changes.append(lambda items: amend_elements(items, "CLM", {20: after.get("delay_reason") or ""}))
    if "type_of_bill" in differ:
        changes.append(lambda items: _facility(items, after.get("type_of_bill") or ""))
    if admission := differ & _ADMISSION.keys():
        elements = {_ADMISSION[name]: after.get(name) or "" for name in sorted(admission)}
        changes.append(lambda items: amend_elements(items, "CL1", elements))
    return changes


def _cause(facts: Mapping[str, Any]) -> str | list[str]:
    kind = facts.get("accident_kind")
    if not kind:
        return ""
    state = facts.get("accident_state")
    return [CAUSES[kind], "", "", state] if state else CAUSES[kind]


def _with_coverage(image: ClaimImage, before: Mapping[str, Any], after: Mapping[str, Any]) -> ClaimImage:
    """What differs of the coverage: in loops 2000B, 2010BA and 2010BB, and in CLM07 and CLM09.

    Raises NotAmendableError when the patient's relation to the insured is another: then levels come and go.
    """
    differ = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    if image.subscriber is None or "relation" in differ:
        raise NotAmendableError
    level = {3: "group_number", 4: "group_name", 9: "filing_indicator"}
    items = amend_elements(
        list(image.subscriber.items), "SBR", {n: after[name] or "" for n, name in level.items() if name in differ}
    )
    insured = {9: after["member_id"]} if "member_id" in differ else {}
    payer = {3: "payer_name", 8: "payer_id_qualifier", 9: "payer_identifier"}
    paying = {n: after[name] or "" for n, name in payer.items() if name in differ}
    items = [_named(_named(item, "2010BA", insured), "2010BB", paying) for item in items]
    if "subscriber" in differ and after["relation"] != SELF:
        items = [_insured(item, after) for item in items]
    said = {7: ("accepts_assignment", "A", "C"), 9: ("release_of_information", "Y", "I")}
    flags = {n: yes if after[name] else no for n, (name, yes, no) in said.items() if name in differ}
    image = replace_part(image, subscriber=Loop(image.subscriber.id, items))
    return amend_claim(image, lambda claim: amend_elements(claim, "CLM", dict(flags))) if flags else image


def _insured(item: SegmentData | Loop, cover: Mapping[str, Any]) -> SegmentData | Loop:
    """Loop 2010BA of another person; references of the loop stay."""
    if not isinstance(item, Loop) or item.id != "2010BA":
        return item
    person = party_loop(item.id, subscriber_of(cover, value(item.first("NM1"), 3)))
    return Loop(item.id, [*person.items, *item.segments("REF"), *item.segments("PER")])


def _named(item: SegmentData | Loop, loop_id: str, elements: Mapping[int, str]) -> SegmentData | Loop:
    if not isinstance(item, Loop) or item.id != loop_id or not elements:
        return item
    return Loop(item.id, amend_elements(list(item.items), "NM1", dict(elements)))
