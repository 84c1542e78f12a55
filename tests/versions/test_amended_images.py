"""A change of an imported claim is made where it stands: in front of and behind it everything is as it came."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from ar_shared.x12.claim_builder import build_claim
from ar_shared.x12.claim_facts import Note, Reference
from ar_shared.x12.claim_model import ClaimImage, Loop, SegmentData, from_json, to_json
from claims_api.versions.amend_image import NotAmendableError, amended
from claims_api.versions.domain import BilledLine

# Relative, because the tests are not on the import path.
from ..x12 import claims_837 as x12  # noqa: TID252

COVER = {
    "member_id": "M1",
    "group_number": None,
    "group_name": None,
    "filing_indicator": "CI",
    "relation": "18",
    "subscriber": None,
    "accepts_assignment": True,
    "release_of_information": True,
    "payer_name": "PAYER",
    "payer_id_qualifier": "PI",
    "payer_identifier": "P1",
}
PROVIDER = {
    "kind": "person",
    "npi": "1999999984",
    "last_name": "NEW",
    "first_name": "NOVA",
    "taxonomies": ["207Q00000X"],
}


def came() -> ClaimImage:
    """One line, with segments that nobody models: in the claim, in its line, and in the insured's level."""
    image = build_claim(replace(x12.a_claim(), notes=(Note("ADD", "AS IT CAME"),)))
    image.claim.items.insert(1, ["K3", "UNMODELLED"])
    [line] = image.claim.loops("2400")
    line.items.insert(2, ["CRC", "07", "Y", "01"])
    assert image.subscriber is not None
    image.subscriber.items.insert(2, ["PAT", "", "", "", "", "D8", "20260101"])
    return image


def segments(image: ClaimImage) -> list[SegmentData]:
    levels: list[Loop | None] = [image.billing, image.subscriber, image.patient, image.claim]
    return [segment for level in levels if level for segment in level.walk()]


def row(**changes: Any) -> dict[str, Any]:
    """The only line as our rows hold it."""
    return {
        "charge_id": CHARGE,
        "procedure_code": "G0463",
        "modifiers": [],
        "revenue_code": None,
        "charge_cents": 10000,
        "non_covered_cents": None,
        "units": "1",
        "unit_basis": "UN",
        "place_of_service": "11",
        "service_from": date(2026, 3, 1),
        "service_to": date(2026, 3, 1),
        "ndc": None,
        "ndc_units": None,
        "ndc_unit_basis": None,
        "diagnosis_pointers": ["1"],
        **changes,
    }


CHARGE = uuid4()
NOTHING: dict[str, Any] = {
    "diagnoses": None, "place_of_service": None, "facts": None, "rendering": None, "coverage": None,
}  # fmt: skip


def change(lines: list[BilledLine] | None = None, **parts: Any) -> tuple[list[SegmentData], list[SegmentData]]:
    """(what went, what came instead)."""
    image = came()
    before = segments(image)
    after = segments(from_json(amended(to_json(image), [row()], lines, **{**NOTHING, **parts})))
    return [one for one in before if one not in after], [one for one in after if one not in before]


@pytest.mark.parametrize(
    ("parts", "kinds"),
    [
        ({"diagnoses": ["Z0000"]}, ["HI"]),
        ({"place_of_service": "22"}, ["CLM"]),
        ({"facts": ({}, {"delay_reason": "7"})}, ["CLM"]),
        ({"facts": ({}, {"prior_authorization": "A7"})}, ["REF"]),
        ({"facts": ({}, {"onset_on": "2026-02-03"})}, ["DTP"]),
        ({"facts": ({}, {"patient_paid_cents": 500})}, ["AMT"]),
        ({"facts": ({}, {"accident_kind": "auto", "accident_state": "TX"})}, ["CLM"]),
        ({"coverage": (COVER, {**COVER, "member_id": "M2"})}, ["NM1"]),
        ({"coverage": (COVER, {**COVER, "group_number": "G9"})}, ["SBR"]),
        ({"coverage": (COVER, {**COVER, "payer_identifier": "P2"})}, ["NM1"]),
        ({"coverage": (COVER, {**COVER, "accepts_assignment": False})}, ["CLM"]),
        ({"rendering": PROVIDER}, ["NM1", "PRV"]),
    ],
)
def test_one_change_touches_the_segments_that_say_it_and_no_other(parts: dict[str, Any], kinds: list[str]) -> None:
    went, instead = change(**parts)

    assert [one[0] for one in instead] == kinds
    assert {one[0] for one in went} <= set(kinds)


def test_a_dearer_service_changes_its_line_and_the_total() -> None:
    went, instead = change([BilledLine(row(charge_cents=12345), CHARGE, row(charge_cents=12345))])

    assert ([one[0] for one in went], [one[0] for one in instead]) == (["CLM", "SV1"], ["CLM", "SV1"])
    assert (instead[0][2], instead[1][2]) == ("123.45", "123.45")


def test_a_service_that_stays_and_one_that_comes_are_numbered_in_their_order() -> None:
    new = row(procedure_code="G0008", charge_cents=3000)
    went, instead = change([BilledLine(new, None, new), BilledLine(row(), CHARGE, None)])

    assert [one[0] for one in went] == ["CLM"]
    assert [one[:2] for one in instead if one[0] == "LX"] == [["LX", "2"]]
    assert ["CRC", "07", "Y", "01"] not in went


def test_what_is_said_no_more_goes_away() -> None:
    image = build_claim(replace(x12.a_claim(), references=(Reference("G1", "OLD"),)))
    parts: dict[str, Any] = {**NOTHING, "facts": ({"prior_authorization": "OLD"}, {})}

    after = segments(from_json(amended(to_json(image), [row()], None, **parts)))

    assert [one for one in segments(image) if one not in after] == [["REF", "G1", "OLD"]]


def test_another_relation_to_the_insured_is_put_together_anew() -> None:
    with pytest.raises(NotAmendableError):
        change(coverage=(COVER, {**COVER, "relation": "19"}))
