"""A claim says which version it is: the frequency, and the payer's number where the guide wants it."""

import pytest

from ar_shared.x12.claim_builder import build_claim
from ar_shared.x12.claim_extract import facts_of
from ar_shared.x12.claim_revise import revise

from .claims_837 import a_claim, passes_pyx12, written


@pytest.mark.parametrize(("frequency", "number"), [("7", "ICN1"), ("8", "ICN1"), ("1", "")])
def test_frequency_and_number_are_set_and_the_rest_stays(frequency: str, number: str) -> None:
    image = build_claim(a_claim())

    revised = facts_of(revise(image, frequency, number))

    assert (revised.frequency_code, revised.reference("F8")) == (frequency, number)
    assert facts_of(image).frequency_code == "1"
    assert (revised.lines, revised.codes, revised.charge_cents) == (
        facts_of(image).lines,
        facts_of(image).codes,
        facts_of(image).charge_cents,
    )
    assert passes_pyx12(written([revise(image, frequency, number)]).decode())


def test_a_newer_number_takes_the_place_of_an_older_one() -> None:
    once = revise(build_claim(a_claim()), "7", "ICN1")

    twice = revise(once, "7", "ICN2")

    assert [value.value for value in facts_of(twice).references if value.qualifier == "F8"] == ["ICN2"]
    assert facts_of(revise(twice, "1", "")).reference("F8") == ""
