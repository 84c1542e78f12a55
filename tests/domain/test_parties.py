"""When two records are the same patient, and the closed sets around them."""

from datetime import date

import pytest

from claims_api.parties.domain import (
    FINANCIAL_CLASS_OF,
    LINE_OF_BUSINESS_BY_FILING_INDICATOR,
    LineOfBusiness,
    Relation,
    line_of_business,
    patient_identity_key,
)

BORN = date(1980, 2, 29)


def _key(member: str = "XYZ-123", born: date | None = BORN, last: str = "Müller", first: str = "Ana") -> str | None:
    return patient_identity_key(member_id=member, born_on=born, last_name=last, first_name=first)


@pytest.mark.parametrize(
    ("member", "last", "first"),
    [
        ("xyz 123", "MULLER", "ANA"),
        ("XYZ123", "mu\u0308ller", "ana"),
        ("XYZ.123", "Müller ", "Ana Maria"),
    ],
)
def test_case_accents_punctuation_and_middle_names_do_not_split_a_patient(member: str, last: str, first: str) -> None:
    assert _key(member, BORN, last, first) == _key()


@pytest.mark.parametrize(
    "other",
    [
        _key(member="XYZ-124"),
        _key(born=date(1980, 2, 28)),
        _key(last="Miller"),
        _key(first="Eva"),
    ],
)
def test_one_different_part_makes_another_patient(other: str | None) -> None:
    assert other is not None
    assert other != _key()


@pytest.mark.parametrize("key", [_key(member=""), _key(born=None), _key(last="--"), _key(first=" ")])
def test_without_all_parts_nothing_matches(key: str | None) -> None:
    assert key is None


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        ("MB", LineOfBusiness.MEDICARE),
        ("16", LineOfBusiness.MEDICARE_ADVANTAGE),
        ("MC", LineOfBusiness.MEDICAID),
        ("WC", LineOfBusiness.WORKERS_COMP),
        ("HM", LineOfBusiness.COMMERCIAL),
        (None, LineOfBusiness.COMMERCIAL),
        ("", LineOfBusiness.COMMERCIAL),
    ],
)
def test_the_filing_indicator_tells_the_line_of_business(indicator: str | None, expected: LineOfBusiness) -> None:
    assert line_of_business(indicator) is expected


def test_every_line_of_business_has_a_financial_class() -> None:
    assert set(FINANCIAL_CLASS_OF) == set(LineOfBusiness)
    assert set(LINE_OF_BUSINESS_BY_FILING_INDICATOR.values()) <= set(LineOfBusiness)


def test_the_relation_of_an_837_is_a_closed_set() -> None:
    assert Relation("18") is Relation.SELF
    with pytest.raises(ValueError, match="99"):
        Relation("99")
