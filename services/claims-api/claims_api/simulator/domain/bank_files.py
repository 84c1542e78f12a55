"""A day's bank statement as the two kinds of file that banks offer: CSV, and BAI2 (prior day, detail)."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from ar_shared.kernel.money import decimal_from_cents
from claims_api.simulator.domain.deposits import Method, StatementLine
from claims_api.simulator.domain.payment import PAYEE_BANK

CSV_COLUMNS: Final = ("Date", "Amount", "Type", "Reference", "Description")
ACCOUNT: Final = PAYEE_BANK[3]
"""The account's number at the simulated bank (BAI2 record 03, BPR15)."""

_ROUTING: Final = PAYEE_BANK[1]
_CUSTOMER: Final = "PRACTICE"
_TYPES: Final = {Method.TRANSFER: "165", Method.CHECK: "115", Method.CARD: "301", Method.RETURN: "555"}
"""BAI2 types: ACH credit, lockbox deposit, commercial deposit; a deposited item that was returned (a debit)."""

_SIMPLE_TYPES: Final = {
    Method.TRANSFER: "ACH CREDIT",
    Method.CHECK: "LOCKBOX",
    Method.CARD: "CARD SETTLEMENT",
    Method.RETURN: "RETURN",
}
_PER_RECORD: Final = 70


def csv_statement(lines: Sequence[StatementLine]) -> bytes:
    """Amounts in dollars, negative for what left the account; dates as ISO 8601."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for line in lines:
        amount = decimal_from_cents(line.cents)
        writer.writerow([line.posted_on.isoformat(), amount, _SIMPLE_TYPES[line.method], line.reference, line.text])
    return text.getvalue().encode()


def bai2_statement(posted_on: date, lines: Sequence[StatementLine], made_at: datetime) -> bytes:
    """One group with one account. Amounts are cents without a sign: the type says credit or debit.

    Control totals are the sums of all amounts below; record counts include header and trailer of their level.
    """
    account = [f"03,{ACCOUNT},USD,,,,/"]
    for line in lines:
        account += _detail(line)
    total = sum(abs(line.cents) for line in lines)
    account.append(f"49,{total},{len(account) + 1}/")
    day = f"{posted_on:%y%m%d}"
    group = [f"02,{_CUSTOMER},{_ROUTING},1,{day},2359,USD,2/", *account]
    group.append(f"98,{total},1,{len(group) + 1}/")
    made = f"{made_at:%y%m%d},{made_at:%H%M}"
    file = [f"01,{_ROUTING},{_CUSTOMER},{made},{day},80,,2/", *group]
    file.append(f"99,{total},1,{len(file) + 1}/")
    return "".join(f"{record}\r\n" for record in file).encode()


def _detail(line: StatementLine) -> list[str]:
    """One 16 record; text that does not fit goes on in 88 records."""
    text = line.text.replace(",", " ").replace("/", " ")
    parts = [text[at : at + _PER_RECORD] for at in range(0, len(text), _PER_RECORD)]
    first = f"16,{_TYPES[line.method]},{abs(line.cents)},Z,{line.reference},{line.reference},{parts[0]}"
    return [first, *(f"88,{part}" for part in parts[1:])]
