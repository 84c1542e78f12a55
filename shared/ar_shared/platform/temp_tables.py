"""Temporary tables for set-based writers: made once a connection, empty in each transaction.

Creating a dozen tables costs more than posting a claim, and each creation leaves dead rows in the catalogue.
"""

import zlib
from collections.abc import Mapping
from typing import Final

from ar_shared.platform.database import Connection


class TempTables:
    """Tables of one shape, by name; a value is the list of columns as `CREATE TABLE` takes it.

    A connection may come from an older release through a pooler: the shape is part of the marker, and tables of
    another shape are made anew.
    """

    on_commit = "DELETE ROWS"

    def __init__(self, tables: Mapping[str, str]) -> None:
        self._marker: Final = f"made_{zlib.crc32(repr(sorted(tables.items())).encode()):08x}"
        self._tables: Final = dict(tables)

    async def ready(self, connection: Connection) -> None:
        """The tables are there and empty, also when this transaction has used them before.

        Raises RuntimeError outside a transaction.
        """
        if not connection.is_in_transaction():
            raise RuntimeError("temporary tables outside a transaction")
        known = await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", f"pg_temp.{self._marker}")
        await connection.execute(self._emptied() if known else self._made())

    def _emptied(self) -> str:
        return ";".join(f"DELETE FROM pg_temp.{name}" for name in self._tables)

    def _made(self) -> str:
        made = [
            f"DROP TABLE IF EXISTS pg_temp.{name}; CREATE TEMP TABLE {name} ({columns}) ON COMMIT {self.on_commit}"
            for name, columns in self._tables.items()
        ]
        return ";".join(("SET LOCAL client_min_messages = warning", *made, f"CREATE TEMP TABLE {self._marker} ()"))
