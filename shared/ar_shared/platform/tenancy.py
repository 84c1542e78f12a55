"""The SQL that makes a schema multi-tenant: row-level security, grants, one rule for every table.

Rendered once into each service's first migration; see `docs/adr/0002-tenancy.md`.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

POLICY: Final = "practice_id = nullif(current_setting('ar.practice_id', true), '')::int"


def schema_sql(catalogue: MetaData, *, service_role: str) -> Iterator[str]:
    """Statements that create all tables of `catalogue` with their indexes, policies and grants, in order."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in catalogue.sorted_tables:
        yield str(CreateTable(table).compile(dialect=dialect)).strip()
        for made in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(made).compile(dialect=dialect)).strip()
        yield from _access(table, service_role)


def _access(table: Table, role: str) -> Iterator[str]:
    if table.info["kind"] == "tenant":
        yield f"ALTER TABLE {table.fullname} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table.fullname} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY practice ON {table.fullname} USING ({POLICY}) WITH CHECK ({POLICY})"
    rights = "SELECT, INSERT" if table.info["append_only"] else "SELECT, INSERT, UPDATE, DELETE"
    if table.info["kind"] == "reference":
        rights = "SELECT"
    yield f"GRANT {rights} ON {table.fullname} TO {role}"
