"""Patient control numbers: no meaning inside, every slip visible, comparable after what payers do to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_api.claims.control_numbers import (
    ALPHABET,
    RANDOM_BITS,
    is_patient_control_number,
    line_control_number,
    mint_patient_control_number,
    normalise_control_number,
)

numbers = st.integers(0, 2**RANDOM_BITS - 1).map(mint_patient_control_number)


@given(numbers)
def test_a_minted_number_is_valid_and_fits_clm01(number: str) -> None:
    assert len(number) == 16
    assert set(number) <= set(ALPHABET)
    assert is_patient_control_number(number)


@given(numbers, st.integers(0, 15), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(number: str, place: int, character: str) -> None:
    changed = number[:place] + character + number[place + 1 :]

    assert is_patient_control_number(changed) is (changed == number)


@given(numbers, st.integers(0, 15), st.integers(0, 15))
def test_every_swap_of_two_characters_is_caught(number: str, one: int, other: int) -> None:
    characters = list(number)
    characters[one], characters[other] = characters[other], characters[one]
    swapped = "".join(characters)

    assert is_patient_control_number(swapped) is (swapped == number)


def test_all_the_bits_reach_the_number() -> None:
    assert mint_patient_control_number(0) == "0" * 16
    assert mint_patient_control_number(2**75 - 1)[:15] == "Z" * 15
    assert len({mint_patient_control_number(1 << bit) for bit in range(75)}) == 75


@pytest.mark.parametrize("bits", [-1, 2**75])
def test_more_or_fewer_bits_are_refused(bits: int) -> None:
    with pytest.raises(ValueError, match="75 random bits"):
        mint_patient_control_number(bits)


@pytest.mark.parametrize("text", ["", "0" * 15, "0" * 17, "0" * 15 + "1", "O" * 16, "0" * 15 + "u"])
def test_what_is_not_ours_is_told_apart(text: str) -> None:
    assert not is_patient_control_number(text)


def test_line_numbers_have_three_places() -> None:
    assert line_control_number("0123456789ABCDEF", 1) == "0123456789ABCDEF-001"
    assert line_control_number("0123456789ABCDEF", 999) == "0123456789ABCDEF-999"
    assert line_control_number("0123456789ABCDEF", 1, version=2) == "0123456789ABCDEF-2-001"
    assert len(line_control_number("0123456789ABCDEF", 999, version=99)) <= 30


@pytest.mark.parametrize("line", [0, 1000])
def test_a_line_outside_1_to_999_is_refused(line: int) -> None:
    with pytest.raises(ValueError, match="1 to 999"):
        line_control_number("0123456789ABCDEF", line)


@pytest.mark.parametrize(
    ("sent", "came_back"),
    [
        ("AB12-C3", "ab12c3"),
        ("000123", "123"),
        ("ACCT/2026.7", "ACCT20267"),
        ("0", "000"),
        ("A 1", "A1"),
    ],
)
def test_payers_change_case_punctuation_and_leading_zeros(sent: str, came_back: str) -> None:
    assert normalise_control_number(sent) == normalise_control_number(came_back)


def test_different_numbers_stay_different() -> None:
    assert normalise_control_number("1230") != normalise_control_number("123")
