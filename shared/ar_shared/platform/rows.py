"""Rows whose columns and conditions the code names: written one at a time, read in pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ar_shared.platform.database import Connection, Row


async def insert_row(connection: Connection, table: str, row: Mapping[str, Any]) -> None:
    """`table` with its schema; it and the names of the columns are the code's own, never a caller's."""
    columns = ", ".join(row)
    places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
    await connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", *row.values())


@dataclass(frozen=True, slots=True)
class Paged:
    """Rows of a practice in pages by their time-ordered id.

    `select` names columns and table, `of` is the table's alias there. `filters` are conditions by name, `{}` where the
    value goes; `always` is a condition without one. All of it is the code's own, never a caller's.
    """

    select: str
    of: str
    filters: Mapping[str, str]
    always: str = "true"
    newest_first: bool = False

    async def rows(
        self, connection: Connection, practice_id: int, given: Mapping[str, Any], after: UUID | None, limit: int
    ) -> list[Row]:
        """Those of which all given filters hold, after the row `after` (None: from the first)."""
        arguments: list[Any] = [practice_id, limit]
        conditions = [f"{self.of}.practice_id = $1", self.always]
        for name, value in given.items():
            arguments.append(value)
            conditions.append(self.filters[name].format(f"${len(arguments)}"))
        order, beyond = ("DESC", "<") if self.newest_first else ("ASC", ">")
        if after is not None:
            arguments.append(after)
            conditions.append(f"{self.of}.id {beyond} ${len(arguments)}")
        where = " AND ".join(conditions)
        return await connection.fetch(f"{self.select} WHERE {where} ORDER BY {self.of}.id {order} LIMIT $2", *arguments)
