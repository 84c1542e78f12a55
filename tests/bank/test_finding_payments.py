"""Which payments a line brought, and when that is certain enough to book without a person."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from claims_api.bank.domain.matching import (
    LineFacts,
    OpenPayment,
    business_days_between,
    by_amount,
    by_trace,
    certain,
)

FRIDAY = date(2026, 11, 20)
PRAIRIE = OpenPayment(UUID(int=1), "TRC1", "1420000099", "Prairie Mutual Health", 9600, FRIDAY)
OTHER = OpenPayment(UUID(int=2), "TRC2", "1420000088", "Bluff Country Health Plan", 9600, FRIDAY)
LINE = LineFacts(UUID(int=9), FRIDAY, 9600, ("TRC1",), ("1420000099",), "HCCLAIMPMT")
SILENT = replace(LINE, named=(), company_ids=(), text="DEPOSIT")


def test_the_trace_decides_when_the_amount_agrees_to_the_cent() -> None:
    assert certain(LINE, [PRAIRIE, OTHER], [LINE]) == by_trace(LINE, [PRAIRIE])
    less = replace(LINE, amount_cents=9599)
    assert certain(less, [PRAIRIE], [less]) is None
    suggestion = by_trace(less, [PRAIRIE])
    assert suggestion is not None
    assert suggestion.difference_cents == -1


def test_another_payers_trace_of_the_same_number_is_not_meant() -> None:
    assert by_trace(replace(LINE, company_ids=("1999999999",)), [PRAIRIE]) is None


def test_a_lockbox_line_names_several_payments_and_is_their_sum() -> None:
    line = replace(LINE, amount_cents=19200, named=("TRC1", "TRC2"), company_ids=())
    found = certain(line, [PRAIRIE, OTHER], [line])
    assert found is not None
    assert {payment.trace for payment in found.payments} == {"TRC1", "TRC2"}


def test_two_open_payments_under_one_trace_are_left_to_a_person() -> None:
    twin = replace(PRAIRIE, id=UUID(int=3))
    line = replace(LINE, amount_cents=19200)
    assert certain(line, [PRAIRIE, twin], [line]) is None


def test_without_a_trace_payer_amount_and_date_must_be_unique() -> None:
    line = replace(SILENT, text="PRAIRIE MUTUAL HEALTH ACH")
    assert certain(line, [PRAIRIE, OTHER], [line]) == by_amount(line, [PRAIRIE])[0]
    twin = replace(PRAIRIE, id=UUID(int=3), trace="TRC3")
    assert certain(line, [PRAIRIE, twin], [line]) is None, "two payments fit"
    rival = replace(line, id=UUID(int=8))
    assert certain(line, [PRAIRIE], [line, rival]) is None, "two lines fit"


def test_amount_and_date_alone_are_a_suggestion_only() -> None:
    assert certain(SILENT, [PRAIRIE], [SILENT]) is None
    assert [suggestion.by for suggestion in by_amount(SILENT, [PRAIRIE])] == ["amount"]


def test_three_business_days_are_near_and_four_are_not() -> None:
    wednesday, thursday = date(2026, 11, 25), date(2026, 11, 26)
    assert business_days_between(FRIDAY, wednesday) == 3
    assert by_amount(replace(SILENT, posted_on=wednesday), [PRAIRIE])
    assert not by_amount(replace(SILENT, posted_on=thursday), [PRAIRIE])
    assert business_days_between(wednesday, FRIDAY) == 3, "whichever comes first"
