"""BAI2 and CSV files: what is read of them, and what is wrong with those that cannot be trusted."""

from datetime import date

import pytest

from claims_api.bank.domain.bai2 import read_bai2
from claims_api.bank.domain.csv_lines import read_csv
from claims_api.bank.domain.lines import NewLine, line_keys, traces_in

GOOD = """01,121000248,PRACTICE,261120,0600,1,,,2/
02,PRACTICE,121000248,1,261119,2359,USD,2/
03,00012345,USD,010,500000,,,015,509300,,/
16,165,9600,Z,BANKREF1,CUSTREF1,HCCLAIMPMT TRN*1*TRC0001*1420000099
88,~ PRAIRIE MUTUAL
16,555,300,V,261120,0900,BANKREF2,,RETURNED ITEM/
49,1019200,5/
98,1019200,1,7/
99,1019200,1,9/
"""
COLUMNS = {"date": "Date", "amount": "Amount", "reference": "Reference", "text": "Description"}


def problems(text: str) -> list[str]:
    return [finding.code for finding in read_bai2(text.encode()).findings]


def test_a_bai2_file_whose_totals_agree_is_read_line_by_line() -> None:
    read = read_bai2(GOOD.encode())

    assert read.findings == []
    assert read.lines == [
        NewLine(
            date(2026, 11, 19),
            9600,
            "BANKREF1",
            "CUSTREF1",
            "165",
            "HCCLAIMPMT TRN*1*TRC0001*1420000099~ PRAIRIE MUTUAL",
            "00012345",
        ),
        NewLine(date(2026, 11, 19), -300, "BANKREF2", "", "555", "RETURNED ITEM", "00012345"),
    ]


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        ("49,1019201,5", "49,1019200,5", "account_total_differs"),
        ("49,1019200,4", "49,1019200,5", "account_records_differ"),
        ("98,1019201,1,7", "98,1019200,1,7", "group_total_differs"),
        ("98,1019200,2,7", "98,1019200,1,7", "group_children_differ"),
        ("98,1019200,1,6", "98,1019200,1,7", "group_records_differ"),
        ("99,1019201,1,9", "99,1019200,1,9", "file_total_differs"),
        ("99,1019200,2,9", "99,1019200,1,9", "file_children_differ"),
        ("99,1019200,1,8", "99,1019200,1,9", "file_records_differ"),
        ("16,165,9600.5", "16,165,9600", "amount_unreadable"),
        ("16,950,9600", "16,165,9600", "type_code_unknown"),
        ("1,269919,", "1,261119,", "date_unreadable"),
        ("17,165,9600", "16,165,9600", "record_unknown"),
    ],
)
def test_each_control_that_does_not_agree_is_named(wrong: str, right: str, code: str) -> None:
    assert problems(GOOD) == []
    assert code in problems(GOOD.replace(right, wrong, 1))


@pytest.mark.parametrize("kept", [0, 1, 4, 7, 8])
def test_a_file_that_was_cut_off_brings_no_line(kept: int) -> None:
    read = read_bai2("\n".join(GOOD.splitlines()[:kept]).encode())
    assert not read.usable


def test_any_bytes_are_read_without_a_crash() -> None:
    for content in (b"", b"\xff\xfe\x00", b"88,x/", b"16,165,1,Z,,/", b"49,1,1/", b"03/", b"02,/", GOOD.encode()[::-1]):
        assert not read_bai2(content).usable


def test_csv_is_read_by_the_columns_that_the_account_declares() -> None:
    content = (
        "Date,Amount,Reference,Description\r\n"
        '2026-11-19,"$1,096.00",R1,Prairie Mutual\r\n'
        "2026-11-20,(3.00),R2,Returned\r\n"
    )

    read = read_csv(content.encode(), COLUMNS)

    assert [(line.amount_cents, line.reference) for line in read.lines] == [(109600, "R1"), (-300, "R2")]


def test_csv_with_credit_and_debit_columns_and_american_dates() -> None:
    mapping = {"date": "Posted", "date_format": "%m/%d/%Y", "credit": "In", "debit": "Out"}
    read = read_csv(b"Posted,In,Out\n11/19/2026,96.00,\n11/20/2026,,3.00\n", mapping)
    assert [(line.posted_on.day, line.amount_cents) for line in read.lines] == [(19, 9600), (20, -300)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"Date,Amount,Reference\n", "columns_missing"),
        (b"Date,Amount,Reference,Description\n2026-11-19,1.005,R,x\n", "amount_unreadable"),
        (b"Date,Amount,Reference,Description\n19.11.2026,1,R,x\n", "date_unreadable"),
        (b"\xff\xfe", "not_csv"),
    ],
)
def test_a_csv_row_that_cannot_be_read_keeps_the_whole_file_out(content: bytes, code: str) -> None:
    read = read_csv(content, COLUMNS)
    assert [finding.code for finding in read.findings] == [code]
    assert not read.usable


def test_a_line_names_the_traces_in_its_addenda() -> None:
    line = NewLine(date(2026, 11, 19), 1, text="TRN*1*TRC0001*1420000099~ TRN*1*TRC0002*1420000099~")
    assert traces_in(line) == (["TRC0001", "TRC0002"], ["1420000099"])
    assert traces_in(NewLine(date(2026, 11, 19), 1, text="CARD SETTLEMENT")) == ([], [])


def test_equal_lines_of_one_file_are_two_lines_and_of_two_files_the_same() -> None:
    line = NewLine(date(2026, 11, 19), 500, "R1")
    first, second = line_keys("A", [line, line])
    assert first != second
    assert line_keys("A", [line]) == [first]
    assert line_keys("B", [line]) != [first], "another account"
