"""What each service's login may see and do in PostgreSQL, and the shape that keeps it so."""

from collections.abc import AsyncIterator
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import Table

from ar_shared.platform.tables import MAX_NAME
from ar_tools.test_databases import DatabaseUrls

from ..support.catalogue import tables  # noqa: TID252  # the tests are not on the import path
from .world import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.smoke]

SERVICES: Final = ("claims", "followup", "reporting")
EXPORTS: Final = ("claims_export", "followup_export")
SCHEMAS: Final = (*SERVICES, *EXPORTS)
OWN: Final = "n.nspname IN ('claims', 'followup', 'reporting', 'claims_export', 'followup_export')"
# PGQueuer's tables, its enum and its trigger: the named exception to the rules of shape (docs/adr/0002-tenancy.md).
QUEUE: Final = "pgqueuer"
DENIED: Final = "InsufficientPrivilegeError"
# A view that PostgreSQL cannot write through says so before it looks at rights.
REFUSED: Final = {DENIED, "ObjectNotInPrerequisiteStateError"}

Connections = dict[str, "asyncpg.Connection[asyncpg.Record]"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def logins(module_database: DatabaseUrls) -> AsyncIterator[Connections]:
    """A connection for each service, as it logs in."""
    found = {service: await asyncpg.connect(getattr(module_database, service)) for service in SERVICES}
    yield found
    for connection in found.values():
        await connection.close()


def tenant_tables(service: str) -> list[Table]:
    return [table for table in tables() if table.schema == service and table.info["kind"] == "tenant"]


async def exported_views(world: World) -> list[str]:
    """Views of other services' data that have rows of practices."""
    rows = await world.admin.fetch(
        "SELECT DISTINCT table_schema || '.' || table_name FROM information_schema.columns "
        "WHERE table_schema = ANY($1) AND column_name = 'practice_id' ORDER BY 1",
        list(EXPORTS),
    )
    return [row[0] for row in rows]


async def refused(connection: "asyncpg.Connection[asyncpg.Record]", statement: str, practice: int) -> str:
    """The name of the error that the statement ends in within a transaction of the practice; '' when it works."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(f"SET LOCAL ar.practice_id = '{practice}'")
        await connection.execute(statement)
    except asyncpg.PostgresError as error:
        return type(error).__name__
    finally:
        await transaction.rollback()
    return ""


async def seen(connection: "asyncpg.Connection[asyncpg.Record]", relation: str, practice: int | None) -> set[int]:
    """Numbers of the practices whose rows show in a transaction of `practice`."""
    async with connection.transaction():
        if practice is not None:
            await connection.execute(f"SET LOCAL ar.practice_id = '{practice}'")
        rows = await connection.fetch(f"SELECT DISTINCT practice_id FROM {relation}")
    return {row["practice_id"] for row in rows}


# Control tables seen through a view: practices, the clients that may act for them, how far their feeds have come.
REGISTRY: Final = {"claims_export.practice_v1", "claims_export.client_practice_v1", "claims_export.event_head_v1"}


# Where rows of both practices must be for the next test to mean something; the policy itself is checked on every table.
SEEDED: Final = {
    "claims.claim",
    "claims.patient",
    "claims.posting",
    "claims.remittance",
    "claims.denial_case",
    "claims.edi_chunk",
    "claims.event",
    "claims_export.claim_v1",
    "claims_export.ledger_entry_v1",
    "followup.work_item",
    "followup_export.work_item_v1",
    "reporting.ar_delta",
}


async def test_a_service_sees_the_rows_of_one_practice_and_without_one_none(world: World, logins: Connections) -> None:
    north, south = world.north.number, world.south.number
    strangers, empty = [], set()
    for service, connection in logins.items():
        relations = [table.fullname for table in tenant_tables(service)]
        relations += [view for view in await exported_views(world) if view not in REGISTRY]
        for relation in relations:
            for practice, allowed in ((north, {north}), (south, {south}), (None, set()), (999_999, set())):
                if not await seen(connection, relation, practice) <= allowed:
                    strangers.append(f"{service} as {practice} in {relation}")
            if await seen(connection, relation, north) != {north}:
                empty.add(relation)
    assert strangers == []
    assert SEEDED & empty == set()


async def test_a_service_cannot_write_for_another_practice(world: World, logins: Connections) -> None:
    passed = []
    for service, connection in logins.items():
        for table in tenant_tables(service):
            row = await world.admin.fetchrow(
                f"SELECT t::text FROM {table.fullname} t WHERE practice_id = $1 LIMIT 1", world.south.number
            )
            if row is None:
                continue
            literal = row[0].replace("'", "''")
            statement = f"INSERT INTO {table.fullname} SELECT ('{literal}'::{table.fullname}).*"
            if await refused(connection, statement, world.north.number) != DENIED:
                passed.append(table.fullname)
    assert passed == []


async def test_a_service_writes_no_other_schema(world: World, logins: Connections) -> None:
    answers = {}
    for service, connection in logins.items():
        others = [table.fullname for table in tables() if table.schema != service]
        for relation in [*others, *await exported_views(world)]:
            column = await world.admin.fetchval(
                "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 "
                "AND NOT attisdropped ORDER BY attnum DESC LIMIT 1",
                relation,
            )
            statements = [
                f"INSERT INTO {relation} DEFAULT VALUES",
                f"UPDATE {relation} SET {column} = {column}",
                f"DELETE FROM {relation}",
            ]
            if relation in others:
                statements += [f"TRUNCATE {relation}", f"SELECT FROM {relation}"]
            for statement in statements:
                answers[f"{service}: {statement}"] = await refused(connection, statement, world.north.number)
    assert {statement: error for statement, error in answers.items() if error not in REFUSED} == {}


async def test_append_only_tables_refuse_change_and_removal(world: World, logins: Connections) -> None:
    append_only = [table for table in tables() if table.info["append_only"]]
    answers = {}
    for table in append_only:
        assert table.schema is not None
        column = next(iter(table.columns)).name
        for statement in (
            f"UPDATE {table.fullname} SET {column} = {column}",
            f"DELETE FROM {table.fullname}",
            f"TRUNCATE {table.fullname}",
        ):
            answers[statement] = await refused(logins[table.schema], statement, world.north.number)
    assert {statement: error for statement, error in answers.items() if error != DENIED} == {}
    assert {table.fullname for table in append_only} >= {
        "claims.journal",
        "claims.posting",
        "claims.event",
        "claims.access_log",
        "followup.access_log",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE {schema}.access_log_pending DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE {schema}.access_log_pending NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY practice ON {schema}.access_log_pending",
        "CREATE POLICY all_of_it ON {schema}.access_log_pending USING (true)",
        "SET LOCAL ROLE ar_owner_claims",
        "SET LOCAL ROLE ar_claims; SET LOCAL ROLE postgres",
        "SET LOCAL session_replication_role = replica",
        "CREATE TABLE {schema}.mine (practice_id int)",
        "CREATE TABLE public.mine (practice_id int)",
        "COPY {schema}.access_log_pending FROM PROGRAM 'true'",
    ],
)
async def test_a_service_cannot_get_round_row_level_security(world: World, logins: Connections, statement: str) -> None:
    for service in ("claims", "followup"):
        error = await refused(logins[service], statement.format(schema=service), world.north.number)
        assert error == DENIED, f"{service}: {error!r}"


async def test_row_security_off_is_an_error_and_no_way_round(world: World, logins: Connections) -> None:
    statement = "SET LOCAL row_security = off; SELECT FROM claims.claim"
    assert await refused(logins["claims"], statement, world.north.number) == DENIED


async def test_roles_have_no_power_and_owners_cannot_log_in(world: World) -> None:
    rows = await world.admin.fetch(
        "SELECT rolname, rolcanlogin, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication "
        "AS has_power FROM pg_roles WHERE rolname LIKE 'ar\\_%'"
    )
    roles = {row["rolname"]: (row["rolcanlogin"], row["has_power"]) for row in rows}
    assert roles == {f"ar_{service}": (True, False) for service in SERVICES} | {
        f"ar_owner_{service}": (False, False) for service in SERVICES
    }
    members = await world.admin.fetch(
        "SELECT m.rolname FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid "
        "JOIN pg_roles m ON m.oid = a.member WHERE r.rolname LIKE 'ar\\_%' AND NOT m.rolsuper"
    )
    assert members == []


async def found(world: World, query: str) -> list[str]:
    return [row[0] for row in await world.admin.fetch(query)]


async def test_everything_is_owned_by_the_owner_of_its_schema(world: World) -> None:
    strangers = await found(
        world,
        "SELECT c.oid::regclass || ' ' || c.relkind::text || ' ' || r.rolname FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner "
        f"WHERE {OWN} AND r.rolname <> 'ar_owner_' || split_part(n.nspname, '_', 1)",
    )
    assert strangers == []


async def test_every_table_of_a_practice_has_the_policy_and_forces_it(world: World) -> None:
    rows = await world.admin.fetch(
        "SELECT c.oid::regclass::text AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced, "
        "array_agg(pg_get_expr(p.polqual, p.polrelid) || ' / ' || pg_get_expr(p.polwithcheck, p.polrelid) || ' ' "
        "|| p.polcmd::text || p.polpermissive || p.polroles::text) AS policies "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_policy p ON p.polrelid = c.oid "
        f"WHERE {OWN} AND c.relkind IN ('r', 'p') GROUP BY c.oid"
    )
    condition = "(practice_id = (NULLIF(current_setting('ar.practice_id'::text, true), ''::text))::integer)"
    policy = f"{condition} / {condition} *true{{0}}"
    guarded = {row["name"].replace('"', "") for row in rows if row["forced"] and row["policies"] == [policy]}
    open_tables = {row["name"].replace('"', "") for row in rows} - guarded
    kinds = {table.fullname: table.info["kind"] for table in tables()}
    assert guarded == {name for name, kind in kinds.items() if kind == "tenant"}
    unknown = {name for name in open_tables - set(kinds) if QUEUE not in name and "alembic_version" not in name}
    assert unknown == set()


# Every table without row-level security; a new one must be argued for (no patient data in any of them).
CONTROL: Final = {
    "claims.api_client",
    "claims.api_client_practice",
    "claims.assertion_jti",
    "claims.control_counter",
    "claims.event_head",
    "claims.practice",
    "claims.practice_activity",
    "claims.signing_key",
    "followup.event_head",
    "followup.practice_activity",
    "followup.sweep_schedule",
}


async def test_the_control_tables_are_a_closed_list(world: World) -> None:
    kinds = {table.fullname: table.info["kind"] for table in tables()}
    assert {name for name, kind in kinds.items() if kind == "control"} == CONTROL
    assert set(kinds.values()) == {"tenant", "control", "reference"}


def tenant_names() -> str:
    names = ", ".join(f"'{table.fullname}'" for table in tables() if table.info["kind"] == "tenant")
    return f"ANY (ARRAY[{names}]::regclass[])"


async def test_practice_id_leads_every_key_and_index(world: World) -> None:
    odd = await found(
        world,
        "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid "
        "AND a.attnum = i.indkey[0] "
        f"WHERE i.indrelid = {tenant_names()} AND a.attname <> 'practice_id'",
    )
    odd += await found(
        world,
        f"SELECT indexrelid::regclass::text FROM pg_index WHERE indkey[0] = 0 AND indrelid = {tenant_names()}",
    )
    odd += await found(
        world,
        "SELECT c.conname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid "
        f"AND a.attnum = c.conkey[1] WHERE c.contype IN ('p', 'u', 'f', 'x') AND c.conrelid = {tenant_names()} "
        "AND a.attname <> 'practice_id'",
    )
    assert odd == []


async def test_practice_id_is_the_first_column_an_integer_and_never_null(world: World) -> None:
    rows = await world.admin.fetch(
        "SELECT attrelid::regclass::text AS name FROM pg_attribute WHERE attnum = 1 AND attname = 'practice_id' "
        f"AND atttypid = 'int4'::regtype AND attnotnull AND attrelid = {tenant_names()}"
    )
    assert {row["name"].replace('"', "") for row in rows} == {
        table.fullname for table in tables() if table.info["kind"] == "tenant"
    }


async def test_every_foreign_key_has_an_index_that_leads_with_its_columns(world: World) -> None:
    slow = await found(
        world,
        "SELECT c.conname FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace "
        f"WHERE c.contype = 'f' AND {OWN} AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid "
        "AND i.indpred IS NULL AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)",
    )
    assert slow == []


async def test_no_foreign_key_sets_null_and_each_between_practices_rows_carries_the_practice(world: World) -> None:
    rows = await world.admin.fetch(
        "SELECT c.conname, c.confdeltype::text AS on_delete, c.confupdtype::text AS on_update, "
        "c.confrelid::regclass::text AS target, (SELECT attname FROM pg_attribute WHERE attrelid = c.confrelid "
        "AND attnum = c.confkey[1]) AS leads FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace "
        f"WHERE c.contype = 'f' AND {OWN}"
    )
    assert {row["on_delete"] for row in rows} <= {"r", "c"}
    assert {row["on_update"] for row in rows} == {"a"}
    tenants = {table.fullname for table in tables() if table.info["kind"] == "tenant"}
    assert [row["conname"] for row in rows if row["target"] in tenants and row["leads"] != "practice_id"] == []


async def test_names_are_explicit_and_fit(world: World) -> None:
    names = await found(
        world,
        "SELECT conname::text FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace "
        f"WHERE {OWN} AND conrelid <> 0 UNION SELECT c.relname::text FROM pg_class c "
        f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OWN} AND c.relkind IN ('i', 'S')",
    )
    ours = [name for name in names if QUEUE not in name]
    assert [name for name in ours if len(name) > MAX_NAME] == []
    assert [name for name in ours if name.endswith(("_check", "_key", "_fkey"))] == []


async def test_no_enums_triggers_rules_functions_or_foreign_extensions(world: World) -> None:
    kinds = {
        "enum": f"SELECT t.typname::text FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {OWN} "
        "AND t.typtype IN ('e', 'd')",
        "trigger": "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal",
        "rule": "SELECT r.rulename::text FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class "
        f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OWN} AND r.rulename <> '_RETURN'",
        "function": f"SELECT p.proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {OWN}",
        "extension": "SELECT extname::text FROM pg_extension",
    }
    assert {kind: await found(world, query) for kind, query in kinds.items()} == {
        "enum": ["pgqueuer_status"],
        "trigger": ["tg_pgqueuer_changed"],
        "rule": [],
        "function": ["fn_pgqueuer_changed"],
        "extension": ["plpgsql"],
    }


async def test_views_for_other_services_are_run_by_their_owner_and_have_a_version(world: World) -> None:
    rows: list[Any] = await world.admin.fetch(
        "SELECT c.relname, coalesce(c.reloptions::text, '') AS options FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1) AND c.relkind <> 'i'",
        list(EXPORTS),
    )
    assert rows
    assert [row["relname"] for row in rows if not row["relname"].rsplit("_v", 1)[-1].isdigit()] == []
    assert [row["relname"] for row in rows if "security_invoker=true" in row["options"]] == []
