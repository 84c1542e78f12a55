"""One day of the journal, posting by posting, for another ledger; ends with the totals that it must come to."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from ar_shared.platform.database import Database, Row
from claims_api.ledger.control_hash import LINE
from claims_api.ledger.domain import ACCOUNTS, Account

_AT_ONCE: Final = 1_000
COLUMNS: Final = (
    "journal_id",
    "n",
    "entry",
    "kind",
    "effective_on",
    "source_on",
    "posted_at",
    "debit_account",
    "credit_account",
    "amount_cents",
    "source_type",
    "source_id",
    "reverses_journal_id",
    "charge_id",
    "claim_id",
    "remittance_id",
    "billing_entity_id",
    "location_id",
    "rendering_provider_id",
    "payer_id",
    "plan_id",
    "financial_class",
)
_OF_JOURNAL: Final = frozenset(
    {"kind", "effective_on", "source_on", "posted_at", "source_type", "source_id", "reverses_journal_id"}
)


class ExportedBy(StrEnum):
    """Which day of a journal `on` is compared with."""

    POSTED = "posted"
    EFFECTIVE = "effective"


_SELECT: Final = f"""
SELECT {", ".join(f"{'j' if name in _OF_JOURNAL else 'p'}.{name}" for name in COLUMNS)}, {LINE} AS line
FROM claims.journal j JOIN claims.posting p ON p.practice_id = $1 AND p.journal_id = j.id
WHERE j.practice_id = $1 AND {{condition}}
ORDER BY p.journal_id, p.n
"""
_CONDITIONS: Final = {
    ExportedBy.POSTED: _SELECT.format(condition="j.posted_at >= $2 AND j.posted_at < $3"),
    ExportedBy.EFFECTIVE: _SELECT.format(condition="j.effective_on >= $2 AND j.effective_on < $3"),
}


class _Totals:
    """What goes by, counted: debits and credits of each account, postings, journals, and the control hash."""

    def __init__(self) -> None:
        self.debits: Counter[int] = Counter()
        self.credits: Counter[int] = Counter()
        self.postings = 0
        self.journals = 0
        self._last: Any = None
        self._hash = hashlib.sha256()

    def add(self, row: Row) -> None:
        self._hash.update((b"\n" if self.postings else b"") + row["line"].encode())
        self.debits[row["debit_account"]] += row["amount_cents"]
        self.credits[row["credit_account"]] += row["amount_cents"]
        self.postings += 1
        self.journals += row["journal_id"] != self._last
        self._last = row["journal_id"]

    def accounts(self) -> list[dict[str, Any]]:
        return [
            {
                "account": account,
                "name": ACCOUNTS[Account(account)].name,
                "debit_cents": self.debits[account],
                "credit_cents": self.credits[account],
            }
            for account in sorted({*self.debits, *self.credits})
        ]

    @property
    def control_hash(self) -> str:
        return self._hash.hexdigest()


async def export_json(
    database: Database, practice_id: int, on: date, by: ExportedBy, zone: ZoneInfo
) -> AsyncIterator[bytes]:
    """`{on, by, postings: [...], totals: [...], journal_count, posting_count, control_hash}`, as it is read."""
    totals = _Totals()
    yield b'{"on":%s,"by":%s,"postings":[' % (orjson.dumps(on), orjson.dumps(by.value))
    async for rows in _postings(database, practice_id, on, by, zone):
        items = []
        for row in rows:
            items.append(
                (b"," if totals.postings else b"") + orjson.dumps({name: row[name] for name in COLUMNS}, default=str)
            )
            totals.add(row)
        yield b"".join(items)
    end = {
        "totals": totals.accounts(),
        "journal_count": totals.journals,
        "posting_count": totals.postings,
        "control_hash": totals.control_hash,
    }
    yield b"]," + orjson.dumps(end)[1:]


async def export_csv(
    database: Database, practice_id: int, on: date, by: ExportedBy, zone: ZoneInfo
) -> AsyncIterator[bytes]:
    """A header, a row a posting, a row `total` for each account and a row `control`; the first column says which."""
    totals = _Totals()
    yield _csv([("record", *COLUMNS)])
    async for rows in _postings(database, practice_id, on, by, zone):
        for row in rows:
            totals.add(row)
        yield _csv([("posting", *(_text(row[name]) for name in COLUMNS)) for row in rows])
    yield _csv([("record", "account", "name", "debit_cents", "credit_cents")])
    yield _csv([("total", *account.values()) for account in totals.accounts()])
    yield _csv([("record", "journal_count", "posting_count", "control_hash")])
    yield _csv([("control", totals.journals, totals.postings, totals.control_hash)])


async def _postings(
    database: Database, practice_id: int, on: date, by: ExportedBy, zone: ZoneInfo
) -> AsyncIterator[list[Row]]:
    """In the order of journals and numbers, some at a time, all from one snapshot."""
    following = on + timedelta(days=1)
    days: tuple[Any, Any] = (on, following)
    if by is ExportedBy.POSTED:
        days = (datetime.combine(on, time(), zone), datetime.combine(following, time(), zone))
    async with database.tenant_tx(practice_id, one_snapshot=True, bulk=True) as connection:
        cursor = await connection.cursor(_CONDITIONS[by], practice_id, *days)
        while rows := await cursor.fetch(_AT_ONCE):
            yield rows


def _csv(rows: list[tuple[Any, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
