"""A claim from outside goes out under our own numbers; everything else stays as it came."""

import pytest

from ar_shared.x12.claim_model import ClaimImage, Loop
from ar_shared.x12.claim_renumber import renumber

HEADER = Loop("HEADER", [["BHT", "0019", "00", "", "", "", "CH"]])


def an_image(*lines: Loop) -> ClaimImage:
    claim = Loop("2300", [["CLM", "THEIRS-1", "120", "", "", ["11", "B", "1"]], *lines])
    return ClaimImage("P", "005010X222A1", Loop("HEADER", []), None, None, None, claim)


def test_the_claim_number_is_ours_and_the_rest_of_the_claim_is_theirs() -> None:
    image = an_image(Loop("2400", [["LX", "1"]]))

    ours = renumber(image, HEADER, "OURS", ["OURS-001"])

    assert ours.claim.first("CLM") == ["CLM", "OURS", "120", "", "", ["11", "B", "1"]]
    assert ours.header is HEADER
    assert image.claim.first("CLM") == ["CLM", "THEIRS-1", "120", "", "", ["11", "B", "1"]]


def test_a_line_number_takes_the_place_of_theirs_or_the_place_the_guide_gives_it() -> None:
    with_number = Loop("2400", [["LX", "1"], ["SV1"], ["REF", "6R", "A"], ["AMT", "T", "1"]])
    without = Loop("2400", [["LX", "2"], ["SV1"], ["DTP", "472", "D8", "20261102"], Loop("2420A", [["NM1", "82"]])])

    lines = list(renumber(an_image(with_number, without), HEADER, "P", ["P-001", "P-002"]).claim.loops("2400"))

    assert lines[0].items == [["LX", "1"], ["SV1"], ["REF", "6R", "P-001"], ["AMT", "T", "1"]]
    assert lines[1].items[:4] == [["LX", "2"], ["SV1"], ["DTP", "472", "D8", "20261102"], ["REF", "6R", "P-002"]]


def test_a_claim_with_another_number_of_lines_is_not_renumbered() -> None:
    with pytest.raises(ValueError, match="zip"):
        renumber(an_image(Loop("2400", [["LX", "1"]])), HEADER, "P", ["P-001", "P-002"])
