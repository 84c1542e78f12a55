"""NPI check digits, both sides."""

import pytest

from ar_shared.kernel.npi import is_valid_npi, npi_check_digit


def test_the_published_example_is_valid() -> None:
    assert is_valid_npi("1234567893")
    assert npi_check_digit("123456789") == "3"


def test_nine_of_ten_last_digits_are_wrong() -> None:
    assert [digit for digit in "0123456789" if is_valid_npi("200000000" + digit)] == [npi_check_digit("200000000")]


def test_any_single_wrong_digit_is_noticed() -> None:
    genuine = "1234567893"
    for place in range(1, 10):
        for digit in set("0123456789") - {genuine[place]}:
            assert not is_valid_npi(genuine[:place] + digit + genuine[place + 1 :])


@pytest.mark.parametrize("text", ["", "123456789", "12345678931", "3234567893", "12345 7893", "١٢٣٤٥٦٧٨٩٣"])
def test_what_does_not_look_like_an_npi_is_refused(text: str) -> None:
    assert not is_valid_npi(text)
