"""Run a service's Alembic migrations as the owner of its schema.

`python -m ar_shared.platform.migrate --service claims|followup|reporting|all` with AR_ADMIN_DATABASE_URL, a
login that may SET ROLE to the owners. Each service keeps its own version table; runs at once wait for each other.
"""

import argparse
import importlib
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import op
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from ar_shared.platform.lock_keys import LockKey

PACKAGES: Final = {"claims": "claims_api", "followup": "followup_worker", "reporting": "reporting_api"}


def migrations_folder(service: str) -> Path:
    """The folder that holds the service's Alembic scripts."""
    module = __import__(PACKAGES[service])
    return Path(str(module.__file__)).parent / "migrations"


def run_sql(path: Path) -> None:
    """Run a file of statements, each ended by a line that is a lone `;`, inside the current migration."""
    for statement in path.read_text().split("\n;\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)


async def migrate(admin_url: str, service: str) -> None:
    """Upgrade one service's schema to its newest version, in one transaction."""
    engine = create_async_engine(admin_url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.begin() as connection:
            await connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({LockKey.MIGRATIONS:d})"))
            await connection.execute(sa.text("SET LOCAL lock_timeout = '10s'"))
            await connection.execute(sa.text(f"SET LOCAL ROLE ar_owner_{service}"))
            await connection.run_sync(_upgrade, service)
            await connection.run_sync(_load_reference_rows, service)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, service: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder(service)))
    script = ScriptDirectory.from_config(config)

    def to_head(revision: str, _context: MigrationContext) -> object:
        return script._upgrade_revs("head", revision)  # as alembic.command.upgrade does

    with EnvironmentContext(config, script, fn=to_head) as environment:
        environment.configure(
            connection=connection,
            version_table="alembic_version",
            version_table_schema=service,
            transactional_ddl=True,
        )
        environment.run_migrations()


def _load_reference_rows(connection: Connection, service: str) -> None:
    """Make the reference tables equal to what the code says: `reference_rows()` of `<package>.reference_data`."""
    if importlib.util.find_spec(f"{PACKAGES[service]}.reference_data") is None:
        return
    module = importlib.import_module(f"{PACKAGES[service]}.reference_data")
    for table, rows in module.reference_rows():
        connection.execute(sa.delete(table))
        connection.execute(sa.insert(table), rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    import asyncio  # noqa: PLC0415  # only the command needs a loop

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--service", choices=[*PACKAGES, "all"], default="all")
    chosen = parser.parse_args(arguments).service

    async def run() -> None:
        for service in PACKAGES if chosen == "all" else [chosen]:
            await migrate(os.environ["AR_ADMIN_DATABASE_URL"], service)

    asyncio.run(run())


if __name__ == "__main__":
    main()
