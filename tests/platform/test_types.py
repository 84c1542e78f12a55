"""Both sides of every boundary of the request types."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from ar_shared.platform.types import (
    Cents,
    ExternalId,
    Int32,
    Int64,
    NonNegativeCents,
    Npi,
    PositiveInt32,
    SaneDate,
    SaneInstant,
    StrictModel,
    Text,
)


def accepts(kind: Any, value: Any) -> Any:
    return TypeAdapter(kind).validate_python(value)


def refuses(kind: Any, value: Any) -> bool:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)
    return True


@pytest.mark.parametrize(
    ("kind", "lowest", "highest"),
    [
        (Int32, -(2**31), 2**31 - 1),
        (Int64, -(2**63), 2**63 - 1),
        (PositiveInt32, 1, 2**31 - 1),
        (Cents, -(10**13), 10**13),
        (NonNegativeCents, 0, 10**13),
    ],
)
def test_a_number_fits_its_column(kind: Any, lowest: int, highest: int) -> None:
    assert (accepts(kind, lowest), accepts(kind, highest)) == (lowest, highest)
    assert refuses(kind, lowest - 1)
    assert refuses(kind, highest + 1)


@pytest.mark.parametrize("value", [1.0, "1", True, None])
def test_an_amount_is_a_whole_number_and_nothing_that_looks_like_one(value: Any) -> None:
    assert refuses(Cents, value)


@pytest.mark.parametrize("text", ["a", "abcde", "  abcde  ", "a b", "Ö-ñ", "a\tb"])
def test_a_text_of_one_to_five_characters_passes_trimmed(text: str) -> None:
    assert accepts(Text(5), text) == text.strip()


@pytest.mark.parametrize(
    "text", ["", "   ", "abcdef", "a\x00", "a\x1bb", "a\x7f", "a\u0085b", "a\u2028b", "a\ud800", 7]
)
def test_a_text_that_is_empty_long_or_holds_control_characters_is_refused(text: Any) -> None:
    assert refuses(Text(5), text)


@pytest.mark.parametrize("text", ["A", "PAT-1001", "a" * 64, "urn:x/1@b+c=d_e.f"])
def test_an_external_id_passes(text: str) -> None:
    assert accepts(ExternalId, text) == text


@pytest.mark.parametrize("text", ["", "a" * 65, "-a", "a b", "a\n", "é", "a\x00"])
def test_an_external_id_with_other_characters_is_refused(text: str) -> None:
    assert refuses(ExternalId, text)


@pytest.mark.parametrize("text", ["1900-01-01", "2199-12-31", "2028-02-29"])
def test_a_date_a_practice_could_mean_passes(text: str) -> None:
    assert accepts(SaneDate, text) == date.fromisoformat(text)


@pytest.mark.parametrize("value", ["1899-12-31", "2200-01-01", "2027-02-29", "20260331", 1700000000, 0, "", None])
def test_another_date_is_refused(value: Any) -> None:
    assert refuses(SaneDate, value)


@pytest.mark.parametrize("text", ["2026-03-31T14:05:00Z", "2026-03-31T14:05:00.123456+00:00"])
def test_an_instant_with_an_offset_passes(text: str) -> None:
    assert accepts(SaneInstant, text).astimezone(UTC).date() == date(2026, 3, 31)
    assert accepts(SaneInstant, datetime(2026, 3, 31, tzinfo=UTC))


@pytest.mark.parametrize("value", ["2026-03-31T14:05:00", "2026-03-31", "1800-01-01T00:00:00Z", 1700000000])
def test_an_instant_without_an_offset_or_out_of_range_is_refused(value: Any) -> None:
    assert refuses(SaneInstant, value)


def test_an_npi_needs_its_check_digit() -> None:
    assert accepts(Npi, "1234567893") == "1234567893"
    assert refuses(Npi, "1234567894")


def test_a_request_model_takes_no_unknown_field_and_does_not_change() -> None:
    class Request(StrictModel):
        amount_cents: Cents

    request = Request(amount_cents=1)
    with pytest.raises(ValidationError, match="frozen"):
        request.amount_cents = 2  # type: ignore[misc]
    assert refuses(Request, {"amount_cents": 1, "amount": 1})
