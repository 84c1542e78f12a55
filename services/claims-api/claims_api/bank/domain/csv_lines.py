"""Read a CSV statement by the column mapping that the account declares."""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from ar_shared.kernel.money import MAX_CENTS, MoneyFormatError, cents_from_decimal
from claims_api.bank.domain.lines import NewLine, StatementFinding, StatementRead

MAX_LINES: Final = 50_000


def read_csv(content: bytes, mapping: Mapping[str, str]) -> StatementRead:
    """mapping: our names (`date`, `amount` or `credit` and `debit`, `reference`, `text`, ...) to the file's headings,
    and `date_format`. A row that cannot be read is an error: half a statement would look like a whole one."""
    read = StatementRead()
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=mapping.get("delimiter", ","))
        headings = set(rows.fieldnames or ())
    except (UnicodeDecodeError, csv.Error):
        read.findings.append(StatementFinding("not_csv", "The file is not CSV text in UTF-8."))
        return read
    named = [heading for name, heading in mapping.items() if name not in ("date_format", "delimiter")]
    if missing := [heading for heading in named if heading not in headings]:
        text = f"{len(missing)} of the account's columns are not in the file."
        read.findings.append(StatementFinding("columns_missing", text, 1))
        return read
    try:
        for number, row in enumerate(rows, start=2):
            _take(read, row, mapping, number)
    except csv.Error:
        read.findings.append(StatementFinding("not_csv", "The file is not CSV text in UTF-8."))
    if len(read.lines) > MAX_LINES:
        read.findings.append(StatementFinding("too_many_lines", f"A statement holds at most {MAX_LINES} lines."))
    return read


def _take(read: StatementRead, row: dict[str, str], mapping: Mapping[str, str], number: int) -> None:
    if not any(value for value in row.values()):
        return
    posted_on = _day(row.get(mapping["date"]) or "", mapping.get("date_format", "%Y-%m-%d"))
    cents = _cents(row, mapping)
    if posted_on is None:
        read.findings.append(StatementFinding("date_unreadable", "The date is not in the account's format.", number))
    if cents is None:
        read.findings.append(StatementFinding("amount_unreadable", "The amount is not a decimal in dollars.", number))
    if posted_on is not None and cents:
        found = {name: _clean(row.get(mapping.get(name, "")) or "") for name in _TEXTS}
        read.lines.append(NewLine(posted_on, cents, **found))


_TEXTS: Final = ("reference", "customer_reference", "type_code", "text")


def _clean(value: str) -> str:
    return "".join(letter for letter in value if letter.isprintable()).strip()[:1000]


def _day(value: str, form: str) -> date | None:
    try:
        return datetime.strptime(value.strip(), form).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _cents(row: dict[str, str], mapping: Mapping[str, str]) -> int | None:
    try:
        if "amount" in mapping:
            return _bounded(_dollars(row.get(mapping["amount"]) or ""))
        credit = row.get(mapping["credit"]) or "0"
        debit = row.get(mapping["debit"]) or "0"
        return _bounded(_dollars(credit) - abs(_dollars(debit)))
    except MoneyFormatError:
        return None


def _bounded(cents: int) -> int:
    if abs(cents) > MAX_CENTS:
        raise MoneyFormatError("more than an account can hold")
    return cents


def _dollars(text: str) -> int:
    """`$1,234.50`, `(12.00)` and `-12` as banks write them."""
    plain = text.strip().replace("$", "").replace(",", "")
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    return cents_from_decimal(plain)
