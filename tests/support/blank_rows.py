"""Rows of claims tables for tests that name only the columns that matter to them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import asyncpg

from ar_shared.kernel.ids import uuid7

_BLANK: Final[dict[str, Any]] = {
    "text": "x",
    "integer": 1,
    "smallint": 1,
    "bigint": 0,
    "boolean": False,
    "uuid": None,
    "jsonb": "{}",
    "ARRAY": [],
    "bytea": b"",
    "numeric": Decimal(1),
    "date": date(2026, 3, 2),
    "timestamp with time zone": datetime(2026, 3, 2, 15, 0, tzinfo=UTC),
}
_COLUMNS: Final = """
SELECT column_name, data_type, is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES'
FROM information_schema.columns WHERE table_schema = 'claims' AND table_name = $1
"""


async def insert_row(admin: "asyncpg.Connection[asyncpg.Record]", table: str, **values: Any) -> None:
    """A row of a claims table; columns that a test does not name get any value that fits.

    `admin` has `session_replication_role = replica`: rows need not exist that this one points at.
    """
    row = dict(values)
    for name, data_type, is_optional in await admin.fetch(_COLUMNS, table):
        if name not in row and not is_optional:
            row[name] = uuid7() if data_type == "uuid" else _BLANK[data_type]
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    await admin.execute(f"INSERT INTO claims.{table} ({', '.join(row)}) VALUES ({places})", *row.values())
