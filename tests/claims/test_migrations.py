"""The schema as the migrations leave it."""

import asyncpg
import pytest

from ar_tools.test_databases import DatabaseUrls


@pytest.mark.smoke
async def test_every_tenant_table_of_claims_forces_row_level_security(fresh_database: DatabaseUrls) -> None:
    connection = await asyncpg.connect(fresh_database.admin)
    try:
        open_tables = await connection.fetch(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'practice_id' "
            "WHERE n.nspname = 'claims' AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity) "
            "ORDER BY 1"
        )
    finally:
        await connection.close()
    control = ["api_client_practice", "event_head", "practice_activity"]
    assert [row["relname"] for row in open_tables] == control
