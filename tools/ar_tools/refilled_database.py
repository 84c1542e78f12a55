"""A test database that is used by one test after another, each finding it as its template is.

Making a clone is nine hundred files and a quarter of a second of work; taking the rows of a test away is a tenth of
that. A test that changed more than rows costs the database: the next one gets a new clone.
"""

import contextlib
import io
from collections.abc import Iterator
from typing import Any, Final, Self

import asyncpg

from ar_tools.postgres import ServerAddress
from ar_tools.sql import in_loop
from ar_tools.test_databases import DatabaseUrls, cloned

# Deleted rows stay on their pages; before reading past them costs more than a clone, there is a new one.
USES: Final = 60
_LARGE_BYTES: Final = 32 * 2**20
_LEAVE_MILLISECONDS: Final = 10_000
_OURS: Final = "relnamespace::regnamespace::text !~ '^pg_|^information_schema$'"
# Not pg_namespace: the schema of temporary tables stays, empty, when its connection is gone.
_CATALOGUES: Final = (
    "pg_attrdef", "pg_attribute", "pg_class", "pg_constraint", "pg_db_role_setting", "pg_index", "pg_policy",
    "pg_proc", "pg_rewrite", "pg_trigger", "pg_type",
)  # fmt: skip


class RefilledDatabase:
    """Hands out one database at a time; `close` drops it."""

    def __init__(self, server: ServerAddress, template: str) -> None:
        self._server = server
        self._template = template
        self._clone = contextlib.ExitStack()
        self._urls: DatabaseUrls | None = None
        self._content: _Content | None = None
        self._uses = 0

    @contextlib.contextmanager
    def lent(self) -> Iterator[DatabaseUrls]:
        """As the template is; whoever is still connected at the end is thrown out."""
        urls = self._urls or self._new()
        try:
            yield urls
        finally:
            self._uses += 1
            if self._content is None or self._uses >= USES or not in_loop(self._content.restore(urls.admin)):
                self.close()

    def close(self) -> None:
        self._clone.close()
        self._urls = self._content = None

    def _new(self) -> DatabaseUrls:
        self._urls, self._uses = self._clone.enter_context(cloned(self._server, self._template)), 0
        self._content = in_loop(_Content.read(self._urls.admin))
        return self._urls


class _Content:
    """The rows of each table that has any, and how those tables and the catalogue look untouched."""

    def __init__(self) -> None:
        self._rows: dict[str, bytes] = {}
        self._looks: dict[str, str] = {}
        self._sequences: list[Any] = []
        self._catalogue = ""

    @classmethod
    async def read(cls, url: str) -> Self:
        content = cls()
        connection = await asyncpg.connect(url)
        try:
            for table in await _tables_with_pages(connection):
                rows = io.BytesIO()
                await connection.copy_from_query(f"SELECT * FROM {table}", output=rows, format="binary")
                content._rows[table] = rows.getvalue()
            content._looks = await _looks(connection, content._rows)
            content._sequences = await connection.fetch(
                "SELECT format('%I.%I', schemaname, sequencename) AS name, last_value FROM pg_sequences"
            )
            content._catalogue = await _catalogue(connection)
        finally:
            await connection.close()
        return content

    async def restore(self, url: str) -> bool:
        """Whether the database holds these rows again; not if its tables have changed or have grown large."""
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(
                f"SELECT pg_terminate_backend(pid, {_LEAVE_MILLISECONDS}) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if await _catalogue(connection) != self._catalogue or await _bytes(connection) > _LARGE_BYTES:
                return False
            async with connection.transaction():
                await self._restore(connection)
            # What this has written is as untouched as what it found.
            self._looks = await _looks(connection, self._rows)
            return True
        finally:
            await connection.close()

    async def _restore(self, connection: Any) -> None:
        await connection.execute("SET session_replication_role = replica")  # no trigger and no foreign key
        looks = await _looks(connection, self._rows)
        changed = {table for table in self._rows if looks[table] != self._looks[table]}
        for table in await _tables_with_pages(connection):
            if table in changed or table not in self._rows:
                await connection.execute(f"DELETE FROM {table}")
        for table in changed:
            schema, _, name = table.partition(".")
            source = io.BytesIO(self._rows[table])
            await connection.copy_to_table(name, schema_name=schema, source=source, format="binary")
        for sequence in self._sequences:
            await connection.execute(_set_sequence(sequence["name"], sequence["last_value"]))


def _set_sequence(name: str, last_value: int | None) -> str:
    return f"SELECT setval('{name}', {last_value or 1}, {'false' if last_value is None else 'true'})"


async def _tables_with_pages(connection: Any) -> list[str]:
    rows = await connection.fetch(
        "SELECT format('%I.%I', relnamespace::regnamespace, relname) AS name FROM pg_class "
        f"WHERE relkind = 'r' AND pg_relation_size(oid) > 0 AND {_OURS}"
    )
    return [row["name"] for row in rows]


async def _bytes(connection: Any) -> int:
    """Of the tables, with what is deleted and without indexes."""
    count: int = await connection.fetchval(
        f"SELECT sum(pg_relation_size(oid))::bigint FROM pg_class WHERE relkind = 'r' AND {_OURS}"
    )
    return count


async def _looks(connection: Any, tables: Any) -> dict[str, str]:
    """How many rows each table has and which transaction wrote last in it."""
    query = " UNION ALL ".join(f"SELECT '{table}' AS name, {_look(table)} AS look" for table in tables)
    return {row["name"]: row["look"] for row in await connection.fetch(query)}


async def _catalogue(connection: Any) -> str:
    parts = ", ".join(_look(table) for table in _CATALOGUES)
    look: str = await connection.fetchval(f"SELECT concat_ws(',', {parts})")
    return look


def _look(table: str) -> str:
    return f"(SELECT concat(count(*), '/', max(xmin::text::bigint)) FROM {table})"
