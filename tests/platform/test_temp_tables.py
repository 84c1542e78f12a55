"""Temporary tables of a shape: made once a connection, empty in each transaction, made anew in another shape."""

from collections.abc import AsyncIterator

import pytest

from ar_shared.platform.database import Connection, Database
from ar_shared.platform.temp_tables import TempTables
from ar_tools.test_databases import DatabaseUrls

ONE = TempTables({"some_rows": "n int"})
OTHER = TempTables({"some_rows": "n int, word text"})


@pytest.fixture
async def database(fresh_database: DatabaseUrls) -> AsyncIterator[Database]:
    """With one connection, so that each transaction meets what the one before left."""
    database = Database(fresh_database.claims, max_size=1)
    yield database
    await database.close()


async def _identity(connection: Connection) -> int:
    return int(await connection.fetchval("SELECT 'pg_temp.some_rows'::regclass::oid::int"))


async def test_they_are_made_once_and_empty_in_the_next_transaction(database: Database) -> None:
    async with database.tenant_tx(1) as connection:
        await ONE.ready(connection)
        made = await _identity(connection)
        await connection.execute("INSERT INTO some_rows VALUES (1)")
    async with database.tenant_tx(1) as connection:
        await ONE.ready(connection)
        assert await _identity(connection) == made
        assert await connection.fetchval("SELECT count(*) FROM some_rows") == 0


async def test_a_second_use_in_one_transaction_finds_them_empty(database: Database) -> None:
    async with database.tenant_tx(1) as connection:
        await ONE.ready(connection)
        await connection.execute("INSERT INTO some_rows VALUES (1)")
        await ONE.ready(connection)
        assert await connection.fetchval("SELECT count(*) FROM some_rows") == 0


async def test_tables_of_another_shape_are_made_anew(database: Database) -> None:
    async with database.tenant_tx(1) as connection:
        await ONE.ready(connection)
    async with database.tenant_tx(1) as connection:
        await OTHER.ready(connection)
        await connection.execute("INSERT INTO some_rows VALUES (1, 'a')")
        assert await connection.fetchval("SELECT word FROM some_rows") == "a"


async def test_they_need_a_transaction(database: Database) -> None:
    async with database.tenant_tx(1) as connection:
        await connection.execute("COMMIT")
        with pytest.raises(RuntimeError, match="outside a transaction"):
            await ONE.ready(connection)
        await connection.execute("BEGIN")
