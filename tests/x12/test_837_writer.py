"""Batches of claims: grouping, numbering, counts and the envelope."""

from dataclasses import replace

import pytest

from ar_shared.x12.claim_builder import build_claim
from ar_shared.x12.claim_facts import Coverage, Party
from ar_shared.x12.claim_model import ClaimImage, from_json, to_json
from ar_shared.x12.claim_writer import MixedBatchError, plan_837, write_837
from ar_shared.x12.envelope import EnvelopeReader

from .claims_837 import (
    HEADER,
    NPI,
    a_claim,
    a_hospital_claim,
    a_patient,
    a_subscriber,
    body,
    passes_pyx12,
    read,
    written,
)

FAMILY = Coverage(sequence="P", filing_code="CI")


def stored(number: str, **changes: object) -> ClaimImage:
    """An image as it comes out of the database: equal levels are equal, not the same object."""
    return from_json(to_json(build_claim(a_claim(patient_control_number=number, **changes))))


def a_child(number: str, name: str) -> ClaimImage:
    return stored(number, coverage=FAMILY, patient=a_patient(first_name=name), relationship="19")


def levels(data: bytes) -> list[str]:
    """HL segments and claim numbers in the order of the file."""
    return [
        "*".join(segment.row[:5]) if segment.id == "HL" else segment[1]
        for segment in body(data)
        if segment.id in {"HL", "CLM"}
    ]


def test_claims_of_one_subscriber_come_together_under_one_billing_provider() -> None:
    other = a_subscriber(id="M2", name="ROE")

    data = written([stored("A"), stored("B", subscriber=other), stored("C"), stored("D", subscriber=other)])

    assert levels(data) == ["HL*1**20*1", "HL*2*1*22*0", "A", "C", "HL*3*1*22*0", "B", "D"]
    assert passes_pyx12(data.decode())


def test_patients_come_below_their_subscriber_who_then_has_children() -> None:
    data = written([a_child("A", "PIP"), a_child("B", "LEA"), a_child("C", "PIP"), stored("D")])

    assert levels(data) == [
        *("HL*1**20*1", "HL*2*1*22*1", "HL*3*2*23*0", "A", "C", "HL*4*2*23*0", "B"),
        *("HL*5*1*22*0", "D"),
    ]
    assert passes_pyx12(data.decode())


def test_a_subscribers_own_claim_is_not_given_to_the_patient_before_it() -> None:
    child = a_child("A", "PIP")
    own = replace(a_child("B", "PIP"), patient=None)

    again = [claim.image for claim in read(written([child, own]))]

    assert [image.patient is None for image in again] == [True, False]


def test_a_second_billing_provider_gets_its_own_level_without_a_parent() -> None:
    other = Party(role="85", name="OTHER CLINIC", id_qualifier="XX", id=NPI)

    data = written([stored("A"), stored("B", billing_provider=other)])

    assert levels(data) == ["HL*1**20*1", "HL*2*1*22*0", "A", "HL*3**20*1", "HL*4*3*22*0", "B"]


def test_the_envelope_counts_and_numbers_agree() -> None:
    reader = EnvelopeReader([written([stored("A"), stored("B")])])
    (transaction,) = [(one, one.findings) for one in reader.transactions()]
    (interchange,) = reader.interchanges

    assert transaction[1].kept == []
    assert interchange.findings.kept == []
    assert interchange.groups[0].findings.kept == []
    assert (interchange.control, interchange.usage, interchange.complete) == ("000000017", "T", True)
    assert (interchange.groups[0].control, interchange.groups[0].version) == ("1", "005010X222A1")
    assert (transaction[0].control, transaction[0].version) == ("0001", "005010X222A1")


@pytest.mark.parametrize(("count", "sizes"), [(5000, [5000]), (5001, [5000, 1])])
def test_a_transaction_holds_at_most_5000_claims(count: int, sizes: list[int]) -> None:
    planned = plan_837([stored("A")] * count, first_control=42)

    assert [len(one.images) for one in planned] == sizes
    assert [one.control for one in planned] == ["0042", "0043"][: len(sizes)]


def test_every_planned_transaction_is_written_with_its_own_header_and_numbers() -> None:
    planned = plan_837([stored("A")], first_control=7) + plan_837([stored("B")], first_control=8)

    chunks = write_837(
        planned, HEADER, sender_code="LEDGERWELL", receiver_code="CLEARING", group_control=3, batch_reference="B9"
    )
    segments = list(body(b"".join(chunks)))

    assert [segment[3] for segment in segments if segment.id == "BHT"] == ["B9", "B9"]
    assert [segment[1] for segment in segments if segment.id == "HL"] == ["1", "2", "1", "2"]


def test_the_batch_reference_and_time_are_those_of_the_batch() -> None:
    (bht,) = [segment.row for segment in body(written([stored("A")])) if segment.id == "BHT"]

    assert bht == ["BHT", "0019", "00", "B1", "20260302", "0830", "CH"]


def test_a_batch_of_two_guides_is_refused() -> None:
    with pytest.raises(MixedBatchError, match="one guide"):
        plan_837([build_claim(a_claim()), build_claim(a_hospital_claim())], first_control=1)


def test_a_batch_of_two_receivers_is_refused() -> None:
    other = Party(role="40", name="OTHER", id_qualifier="46", id="RCV2")

    with pytest.raises(MixedBatchError, match="one receiver"):
        plan_837([stored("A"), stored("B", receiver=other)], first_control=1)


def test_an_empty_batch_is_refused() -> None:
    with pytest.raises(MixedBatchError, match="at least one"):
        plan_837([], first_control=1)


@pytest.mark.parametrize(
    ("image", "version"),
    [
        (replace(build_claim(a_claim()), version="005010X222A2"), "005010X222A1"),
        (replace(build_claim(a_hospital_claim()), version="005010X223A3"), "005010X223A2"),
        (replace(build_claim(a_claim()), version="004010X098A1"), "004010X098A1"),
    ],
)
def test_5010_claims_go_out_under_the_guide_payers_expect(image: ClaimImage, version: str) -> None:
    (planned,) = plan_837([image], first_control=1)

    assert planned.version == version
    assert f"*X*{version}~".encode() in written([image])


def test_a_delimiter_inside_a_stored_value_cannot_break_the_segment() -> None:
    image = stored("A")
    image.claim.items.append(["NTE", "ADD", "ONE*TWO~THREE:FOUR^FIVE"])

    assert b"NTE*ADD*ONE TWO THREE FOUR FIVE~" in written([image])
