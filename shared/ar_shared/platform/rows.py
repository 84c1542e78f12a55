"""Writing one row whose columns are named by the code that makes it."""

from collections.abc import Mapping
from typing import Any

from ar_shared.platform.database import Connection


async def insert_row(connection: Connection, table: str, row: Mapping[str, Any]) -> None:
    """`table` with its schema; it and the names of the columns are the code's own, never a caller's."""
    columns = ", ".join(row)
    places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
    await connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", *row.values())
