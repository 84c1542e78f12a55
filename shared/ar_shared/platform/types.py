"""Hardened request types: what no endpoint should have to check again.

A text has a length and no control characters (PostgreSQL refuses NUL, terminals obey escapes), a number fits its
column, a date is one a practice could mean. Rules of our own carry their sentence with them, so that an error
body never has to repeat pydantic's wording, which quotes the input.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from ar_shared.kernel.money import MAX_CENTS
from ar_shared.kernel.npi import is_valid_npi

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]{5,18}([Zz]|[+-][0-9:]{4,5})?")
EARLIEST_DATE: Final = date(1900, 1, 1)
LATEST_DATE: Final = date(2199, 12, 31)


class Rule:
    """One reason to refuse a value: a stable code and a sentence that holds for every value.

    Validators raise `rule.broken()`; the problem document then shows this code and sentence.
    """

    sentences: ClassVar[dict[str, str]] = {}

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentences[code] = sentence

    def broken(self) -> PydanticCustomError:
        return PydanticCustomError(self.code, "rule broken")


CONTROL_CHARACTERS: Final = Rule("control_characters", "Must not contain control characters.")
BAD_NPI: Final = Rule("npi_invalid", "Must be ten digits with a valid NPI check digit.")
NOT_A_DATE: Final = Rule("not_a_date", "Must be a date like 2026-03-31.")
NOT_AN_INSTANT: Final = Rule("not_an_instant", "Must be an instant like 2026-03-31T14:05:00Z.")
DATE_RANGE: Final = Rule("date_out_of_range", "Must be a date from 1900 to 2199.")
NO_TIME_ZONE: Final = Rule("time_zone_missing", "Must carry a UTC offset.")


def _without_control_characters(value: str) -> str:
    if _CONTROL.search(value):
        raise CONTROL_CHARACTERS.broken()
    return value


def _with_check_digit(value: str) -> str:
    if not is_valid_npi(value):
        raise BAD_NPI.broken()
    return value


def _iso_date(value: object) -> object:
    if not isinstance(value, date) and not (isinstance(value, str) and _ISO_DATE.fullmatch(value)):
        raise NOT_A_DATE.broken()  # a bare number would be read as seconds since 1970
    return value


def _iso_instant(value: object) -> object:
    if not isinstance(value, datetime) and not (isinstance(value, str) and _ISO_INSTANT.fullmatch(value)):
        raise NOT_AN_INSTANT.broken()
    return value


def _in_range(value: date) -> date:
    if not EARLIEST_DATE <= value <= LATEST_DATE:
        raise DATE_RANGE.broken()
    return value


def _aware_in_range(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise NO_TIME_ZONE.broken()
    _in_range(value.date())
    return value


def Text(max_length: int, *, min_length: int = 1) -> Any:  # noqa: N802 - reads as a type: Text(60)
    """A text of `min_length` to `max_length` characters, trimmed, without control characters."""
    return Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=min_length, max_length=max_length),
        AfterValidator(_without_control_characters),
    ]


Int32 = Annotated[int, Field(strict=True, ge=-(2**31), le=2**31 - 1)]
Int64 = Annotated[int, Field(strict=True, ge=-(2**63), le=2**63 - 1)]
PositiveInt32 = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
Cents = Annotated[int, Field(strict=True, ge=-MAX_CENTS, le=MAX_CENTS)]
NonNegativeCents = Annotated[int, Field(strict=True, ge=0, le=MAX_CENTS)]
ExternalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@/+=-]{0,63}$")]
Npi = Annotated[
    str,
    AfterValidator(_with_check_digit),
    Field(min_length=10, max_length=10, examples=["1234567893"]),
]
SaneDate = Annotated[date, BeforeValidator(_iso_date), AfterValidator(_in_range)]
SaneInstant = Annotated[datetime, BeforeValidator(_iso_instant), AfterValidator(_aware_in_range)]


class StrictModel(BaseModel):
    """Base of request bodies: an unknown field is an error, and nothing changes after validation."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class WireModel(BaseModel):
    """Base of responses: built by us from our own rows, so it may gain fields without breaking anyone."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Blocker(WireModel):
    """Why something does not go on: held, not billable, no statement, not in a queue, no appeal."""

    code: str = Field(examples=["missing_member_id"])
    text: str = Field(examples=["The coverage has no member id."])
    since: datetime
    cleared_by: str = Field(examples=["Add the member id to the coverage."])
