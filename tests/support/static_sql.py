"""Every statement names its practice for every table of a practice it reads, or it would visit all of them.

Row-level security hides such a mistake: the answer is right, only slow, and on a sharded database it asks every
shard. So the statements are planned in a database without the policies, for no value in particular (a generic
plan), and each scan of a tenant table must carry a condition on `practice_id` of the statement's own.
"""

import contextlib
import re
import sys
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any, Final

import asyncpg
import orjson
import pytest

from ar_shared.platform import database
from ar_tools.test_databases import ROOT

from .catalogue import tables

Plan = dict[str, Any]
_SERVED: Final = (str(ROOT / "services"), str(ROOT / "shared"))
_TESTS: Final = str(ROOT / "tests")
# A constant or a bound value, with or without a cast; a column of another table is not enough for the planner of
# a sharded database, which must know the shard before it runs anything.
_VALUE: Final = r"\(*(?:\$\d+|'?\d+'?)\)*(?:::\w+)?"
_NAMED: Final = re.compile(
    rf"practice_id\)? = {_VALUE}|{_VALUE} = \(?(?:\w+\.)?practice_id|practice_id = ANY \(\$\d+\)"
)
_TEMPORARY: Final = re.compile(r"\s*CREATE TEMP(?:ORARY)? TABLE (?:IF NOT EXISTS )?(\w+)", re.IGNORECASE)
_OF_THE_DRIVER: Final = re.compile(r"pg_catalog\.|set_config\('jit'", re.IGNORECASE)
_PLANNED: Final = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)


@contextlib.contextmanager
def captured(into: set[str]) -> Iterator[None]:
    """Collect what the code of the services sends through any `Database` of this process while inside."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_get_statement", "execute"):
            patch.setattr(database._Connection, name, _recording(getattr(database._Connection, name), into))
        yield


def _recording(method: Any, into: set[str]) -> Any:
    async def record(self: Any, query: str, *arguments: Any, **options: Any) -> Any:
        if query not in into and _is_ours() and not _OF_THE_DRIVER.search(query):
            into.add(query)
        return await method(self, query, *arguments, **options)

    return record


def _is_ours() -> bool:
    """Whether the nearest caller that is no library is code of a service and not a test."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(_SERVED) and file != database.__file__:
            return True
        if file.startswith(_TESTS) and file != __file__:
            return False
        frame = frame.f_back
    return False


async def planned_faults(admin_url: str, statements: Iterable[str]) -> list[str]:
    """`scans_of_all_practices` in a clone whose policies may go, for the tables of all services."""
    connection = await asyncpg.connect(admin_url)
    try:
        await _without_policies(connection)
        return await scans_of_all_practices(connection, statements)
    finally:
        await connection.close()


async def _without_policies(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Take row-level security off this (cloned) database."""
    tables = await connection.fetch("SELECT oid::regclass::text AS name FROM pg_class WHERE relrowsecurity")
    for table in tables:
        await connection.execute(f"ALTER TABLE {table['name']} DISABLE ROW LEVEL SECURITY")
    await connection.execute("SET plan_cache_mode = force_generic_plan")


async def scans_of_all_practices(
    connection: "asyncpg.Connection[asyncpg.Record]", statements: Iterable[str]
) -> list[str]:
    """`table: statement` for each scan without a condition of its own; also statements that cannot be planned."""
    tenant_tables = {table.fullname for table in tables() if table.info["kind"] == "tenant"}
    parts = sorted({part.strip() for statement in statements for part in statement.split(";")})
    for part in parts:
        if (made := _TEMPORARY.match(part)) and not await _exists(connection, made[1]):
            await connection.execute(part.replace("ON COMMIT DROP", ""))
    faults = []
    for statement in filter(_PLANNED.match, parts):
        text = " ".join(statement.split())
        try:
            plan = await generic_plan(connection, statement)
        except asyncpg.PostgresError as error:
            faults.append(f"cannot be planned ({error}): {text}")
        else:
            faults += [f"{table}: {text}" for table in unfiltered_scans(plan, tenant_tables)]
    return faults


async def generic_plan(connection: "asyncpg.Connection[asyncpg.Record]", statement: str) -> Plan:
    """The plan that PostgreSQL makes without knowing the values."""
    await connection.execute(f"PREPARE planned AS {statement}")
    try:
        count = await connection.fetchval(
            "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'planned'"
        )
        values = f"({', '.join(['NULL'] * count)})" if count else ""
        document = await connection.fetchval(f"EXPLAIN (FORMAT JSON, VERBOSE) EXECUTE planned{values}")
    finally:
        await connection.execute("DEALLOCATE planned")
    plan: Plan = orjson.loads(document)[0]["Plan"]
    return plan


def unfiltered_scans(plan: Plan, tenant_tables: set[str]) -> Iterator[str]:
    """Tenant tables that a node of the plan scans without knowing the practice."""
    table = f"{plan.get('Schema')}.{plan.get('Relation Name')}"
    if table in tenant_tables and "Scan" in plan["Node Type"]:
        conditions = " ".join(plan.get(name, "") for name in ("Index Cond", "Recheck Cond", "Filter"))
        if not _NAMED.search(conditions):
            yield table
    for child in plan.get("Plans", ()):
        yield from unfiltered_scans(child, tenant_tables)


async def _exists(connection: "asyncpg.Connection[asyncpg.Record]", table: str) -> bool:
    return await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", table) or False
