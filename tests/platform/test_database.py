"""Transactions of one practice, against a real PostgreSQL."""

import pytest

from ar_shared.kernel.errors import IdempotencyInFlightError
from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls

_SUM = "SELECT coalesce(sum(last_sequence), 0)::int FROM claims.event_head WHERE practice_id = $1"
_ADD = "INSERT INTO claims.event_head (practice_id, last_sequence) VALUES ($1, 5)"


@pytest.mark.parametrize(("one_snapshot", "second_look"), [(True, 0), (False, 5)])
async def test_only_in_one_snapshot_do_two_statements_see_the_same_moment(
    fresh_database: DatabaseUrls, one_snapshot: bool, second_look: int
) -> None:
    database = Database(fresh_database.claims)
    async with database.tenant_tx(1, one_snapshot=one_snapshot) as reader:
        first = await reader.fetchval(_SUM, 1)
        async with database.tenant_tx(1) as writer:
            await writer.execute(_ADD, 1)
        second = await reader.fetchval(_SUM, 1)
    await database.close()

    assert (first, second) == (0, second_look)


async def test_a_key_that_another_transaction_holds_is_refused_at_once_and_free_again_afterwards(
    fresh_database: DatabaseUrls,
) -> None:
    database = Database(fresh_database.claims)
    async with database.tenant_tx(1, key_lock=17):
        with pytest.raises(IdempotencyInFlightError):
            async with database.tenant_tx(1, key_lock=17):
                pass
    async with database.tenant_tx(1, key_lock=17) as connection:
        assert await connection.fetchval("SELECT 1") == 1
    await database.close()


async def add_and_fail(database: Database) -> None:
    async with database.tenant_tx(1) as connection:
        await connection.execute(_ADD, 1)
        raise ValueError("stop")


async def test_an_error_inside_leaves_nothing_behind(fresh_database: DatabaseUrls) -> None:
    database = Database(fresh_database.claims)
    with pytest.raises(ValueError, match="stop"):
        await add_and_fail(database)
    async with database.tenant_tx(1) as connection:
        assert await connection.fetchval(_SUM, 1) == 0
    await database.close()
