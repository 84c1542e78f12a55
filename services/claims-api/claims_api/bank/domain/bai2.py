"""Read a BAI2 statement: records 01, 02, 03, 16, 88, 49, 98, 99, with every control total checked.

Amounts are cents without a point; a 16 record's sign is in its type code (100-399 credits, 400-699 debits). Totals
are sums of the amounts as written; counts include header and trailer of their level and 88 records.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ar_shared.kernel.money import MAX_CENTS
from claims_api.bank.domain.lines import NewLine, StatementFinding, StatementRead

_CREDITS: Final = range(100, 400)
_DEBITS: Final = range(400, 700)
_FUNDS_FIELDS: Final = {"": 0, "Z": 0, "0": 0, "1": 0, "2": 0, "V": 2, "S": 3}
_KNOWN: Final = frozenset({"01", "02", "03", "16", "88", "49", "98", "99"})


@dataclass(slots=True)
class _Level:
    """What was counted below one header."""

    total: int = 0
    records: int = 0
    children: int = 0


@dataclass(slots=True)
class _Reader:
    read: StatementRead = field(default_factory=StatementRead)
    file: _Level | None = None
    group: _Level | None = None
    account: _Level | None = None
    number: str = ""
    as_of: date | None = None
    ended: bool = False

    def problem(self, code: str, text: str, record: int | None) -> None:
        self.read.findings.append(StatementFinding(code, text, record))

    def take(self, code: str, fields: list[str], records: int, at: int) -> None:
        for level in (self.file, self.group, self.account):
            if level is not None:
                level.records += records
        match code:
            case "01":
                self.file = _Level(records=records)
            case "02":
                self._open_group(fields, records, at)
            case "03":
                self._open_account(fields, records, at)
            case "16":
                self._detail(fields, at)
            case "49":
                self._close(self.account, fields, 1, "account", at)
                self.account = None
            case "98":
                self._close(self.group, fields, 2, "group", at)
                self.group = None
            case "99":
                self._close(self.file, fields, 2, "file", at)
                self.file, self.ended = None, True

    def _open_group(self, fields: list[str], records: int, at: int) -> None:
        if self.file is None:
            self.problem("record_misplaced", "A group begins before the file header (01).", at)
        self.group = _Level(records=records)
        self.as_of = _day(fields[3] if len(fields) > 3 else "")
        if self.as_of is None:
            self.problem("date_unreadable", "The group's as-of date is not YYMMDD.", at)

    def _open_account(self, fields: list[str], records: int, at: int) -> None:
        if self.group is None:
            self.problem("record_misplaced", "An account begins outside a group (02).", at)
        self.account = _Level(records=records)
        self.number = fields[0] if fields else ""
        for amount in _summaries(fields[2:]):
            self._add(amount, at)

    def _detail(self, fields: list[str], at: int) -> None:
        if self.account is None or self.as_of is None:
            self.problem("record_misplaced", "A transaction stands outside an account (03).", at)
            return
        code, amount = (*fields, "", "")[:2]
        cents = self._add(amount, at)
        sign = 1 if code.isdigit() and int(code) in _CREDITS else -1
        if not code.isdigit() or int(code) not in (*_CREDITS, *_DEBITS):
            self.problem("type_code_unknown", "A type code is neither a credit (100-399) nor a debit (400-699).", at)
            return
        if cents:
            bank, customer, text = _references(fields)
            line = NewLine(self.as_of, sign * abs(cents), bank, customer, code, text, self.number)
            self.read.lines.append(line)

    def _add(self, amount: str, at: int) -> int:
        cents = _cents(amount)
        if cents is None:
            self.problem("amount_unreadable", "An amount is not a whole number of cents.", at)
            return 0
        if self.account is not None:
            self.account.total += cents
        return cents

    def _close(self, level: _Level | None, fields: list[str], count_at: int, name: str, at: int) -> None:
        if level is None:
            self.problem("record_misplaced", f"A trailer ends an {name} that did not begin.", at)
            return
        values = [_cents(value) for value in (*fields, "", "", "")[: count_at + 1]]
        if values[0] != level.total:
            self.problem(f"{name}_total_differs", f"The {name}'s control total is not the sum of its amounts.", at)
        if values[count_at] != level.records:
            self.problem(f"{name}_records_differ", f"The {name} does not hold as many records as it says.", at)
        if count_at == 2 and values[1] != level.children:
            self.problem(f"{name}_children_differ", f"The {name} does not hold as many parts as it says.", at)
        above = {"account": self.group, "group": self.file}.get(name)
        if above is not None:
            above.total += level.total
            above.children += 1

    def finish(self) -> StatementRead:
        if not self.ended or self.file or self.group or self.account:
            self.problem("file_cut_off", "The file ends before all of its trailers.", None)
        return self.read


def read_bai2(content: bytes) -> StatementRead:
    """Lines of all accounts, each with the bank's account number."""
    reader = _Reader()
    for at, code, fields, records in _logical_records(content, reader):
        reader.take(code, fields, records, at)
    return reader.finish()


def _logical_records(content: bytes, reader: _Reader) -> list[tuple[int, str, list[str], int]]:
    """(record number, code, fields, physical records) with 88 records joined to what they continue."""
    found: list[tuple[int, str, list[str], int]] = []
    for at, raw in enumerate(content.decode("latin-1").splitlines(), start=1):
        if not raw.strip():
            continue
        code, _, rest = raw.partition(",")
        code, ended = code.strip(), rest.rstrip().endswith("/")
        rest = rest.rstrip()[:-1] if ended else rest
        if code not in _KNOWN:
            reader.problem("record_unknown", "A record has a code that BAI2 does not have.", at)
        elif code != "88":
            found.append((at, code, rest.split(","), 1))
        elif not found:
            reader.problem("record_misplaced", "A continuation (88) continues nothing.", at)
        else:
            first, kind, fields, records = found[-1]
            found[-1] = (first, kind, _continued(kind, fields, rest), records + 1)
    return found


def _continued(code: str, fields: list[str], rest: str) -> list[str]:
    """Text of a transaction goes on where it was cut, anything else field by field."""
    if code == "16" and len(fields) > _text_at(fields):
        return [*fields[:-1], fields[-1] + rest]
    more = rest.split(",")
    return [*fields, *more] if fields[-1] != "" else [*fields[:-1], *more]


def _text_at(fields: list[str]) -> int:
    """Where the text of a 16 record begins: behind type, amount, funds and the two references."""
    funds = fields[2] if len(fields) > 2 else ""
    if funds == "D":
        count = int(fields[3]) if len(fields) > 3 and fields[3].isdigit() else 0
        return 3 + 1 + 2 * count + 2
    return 3 + _FUNDS_FIELDS.get(funds, 0) + 2


def _references(fields: list[str]) -> tuple[str, str, str]:
    at = _text_at(fields)
    padded = [*fields, *[""] * (at + 1 - len(fields))]
    text = ",".join(padded[at:])
    return padded[at - 2].strip()[:80], padded[at - 1].strip()[:80], _printable(text)[:1000]


def _summaries(fields: list[str]) -> list[str]:
    """Amounts of an account's summary: type, amount, item count, funds type, again and again; empty ones left out."""
    amounts, at = [], 0
    while at < len(fields):
        amounts += [fields[at + 1]] if len(fields) > at + 1 and fields[at + 1] else []
        funds = fields[at + 3] if len(fields) > at + 3 else ""
        if funds == "D" and len(fields) > at + 4 and fields[at + 4].isdigit():
            at += 5 + 2 * int(fields[at + 4])
        else:
            at += 4 + _FUNDS_FIELDS.get(funds, 0)
    return amounts


def _cents(text: str) -> int | None:
    plain = text.strip()
    digits = plain[1:] if plain[:1] in ("+", "-") else plain
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 15 or int(digits) > MAX_CENTS:
        return None
    return -int(digits) if plain.startswith("-") else int(digits)


def _day(text: str) -> date | None:
    if len(text) != 6 or not text.isdigit():
        return None
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable()).strip()
