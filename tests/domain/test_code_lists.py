"""The shipped code lists: complete, closed, and never a crash for a code that we do not know."""

from collections.abc import Iterator

import pytest

from claims_api.codes import code_lists
from claims_api.codes.code_lists import CodeListError, read_code_list, shipped_rows
from claims_api.codes.domain import Carc, CarcKind, PostingDefault, StatusEvent


def test_all_three_lists_read_with_every_value_in_its_closed_set() -> None:
    code_lists.validate_code_lists()

    assert len(code_lists.carcs()) == 341
    assert len(code_lists.rarcs()) == 163
    assert len(code_lists.claim_status_categories()) == 46


@pytest.mark.parametrize("lookup", [code_lists.carc, code_lists.rarc, code_lists.claim_status_category])
def test_an_unknown_code_is_none_and_never_an_error(lookup: object) -> None:
    assert callable(lookup)
    assert lookup("ZZZ9") is None
    assert lookup("") is None


def test_retired_codes_stay_because_reversals_and_secondary_claims_repeat_them() -> None:
    retired = [row for row in code_lists.carcs().values() if row.list_status == "deactivated"]

    assert len(retired) == 44
    assert code_lists.carc("A2") in retired


@pytest.mark.parametrize(
    ("code", "kind", "posting"),
    [
        ("45", CarcKind.CONTRACTUAL, PostingDefault.CONTRACTUAL),
        ("253", CarcKind.CONTRACTUAL, PostingDefault.STATUTORY),
        ("118", CarcKind.CONTRACTUAL, PostingDefault.STATUTORY),
        ("137", CarcKind.CONTRACTUAL, PostingDefault.STATUTORY),
        ("223", CarcKind.CONTRACTUAL, PostingDefault.STATUTORY),
        ("2", CarcKind.PATIENT_SHARE, PostingDefault.TRANSFER_PATIENT_SHARE),
        ("23", CarcKind.PRIOR_PAYER_IMPACT, PostingDefault.MEMO),
        ("50", CarcKind.DENIAL, PostingDefault.OPEN_CASE),
        ("209", CarcKind.TRANSFER_NEXT_PAYER, PostingDefault.TRANSFER_NEXT_PAYER),
        ("133", CarcKind.PEND, PostingDefault.OPEN_WATCH),
    ],
)
def test_a_reason_code_knows_what_it_does(code: str, kind: CarcKind, posting: PostingDefault) -> None:
    row = code_lists.carc(code)

    assert row is not None
    assert (row.kind, row.posting) == (kind, posting)


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("B15", "Needs a qualifying service that was not received"),
        ("B13", "May have been paid in an earlier payment"),
        ("22", "Another plan may be primary under coordination of benefits"),
        ("151", "Record does not support this many or this often"),
        ("234", "This procedure is not paid separately"),
    ],
)
def test_the_reasons_that_teams_most_often_get_wrong_mean_what_they_mean(code: str, meaning: str) -> None:
    row = code_lists.carc(code)

    assert row is not None
    assert row.short_description == meaning


def test_a1_is_a_receipt_and_a2_is_the_acceptance() -> None:
    a1, a2 = code_lists.claim_status_category("A1"), code_lists.claim_status_category("A2")

    assert a1 is not None
    assert a1.lifecycle_event is StatusEvent.ACK_RECEIVED
    assert a2 is not None
    assert a2.lifecycle_event is StatusEvent.ACK_ACCEPTED


def _carcs_with(**changed: str) -> Iterator[dict[str, str]]:
    return iter([{**next(iter(shipped_rows("carc.csv"))), **changed}])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "denail"),
        ("posting", "contractual_4100"),
        ("category", "other"),
        ("owner", "manager"),
        ("recommended_action", "pray"),
        ("typical_group_codes", "PR;XX"),
        ("appealable", "yes"),
        ("writeoff_class_if_final", "charity"),
        ("list_status", "retired"),
    ],
)
def test_a_value_outside_its_closed_set_stops_start_up_and_names_the_code(column: str, value: str) -> None:
    with pytest.raises(CodeListError, match=r"carc\.csv: code 1: "):
        read_code_list("carc.csv", _carcs_with(**{column: value}), code_lists._carc)


def test_a_code_given_twice_stops_start_up() -> None:
    rows = [*shipped_rows("carc.csv"), *_carcs_with()]

    with pytest.raises(CodeListError, match="code 1 is given twice"):
        read_code_list("carc.csv", iter(rows), code_lists._carc)


def test_rows_are_frozen() -> None:
    row = code_lists.carc("45")

    assert isinstance(row, Carc)
    with pytest.raises(AttributeError):
        row.kind = CarcKind.DENIAL  # type: ignore[misc]
