"""Real PostgreSQL for every test that asks for it; tests that do not ask never start one.

One server per work tree (`.cache/postgres-*`), shared by all workers and runs, stopped when the last of them ends.
One migrated template database per state of the migrations, kept for the next run. Tests take:

- `fresh_database`: as the template is, for this test alone; emptied for the next one rather than dropped;
- `sandbox_database`: the same with a sandbox practice in it;
- `worker_database`: a clone for this worker, for tests that only touch a practice of their own;
- `empty_database`: for tests of the migrations themselves.

Each is a `DatabaseUrls`: `admin`, `claims`, `followup`, `reporting`. `AR_PG_BIN` overrules the PostgreSQL chosen.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from ar_tools.pg_binaries import find_binaries
from ar_tools.postgres import ServerAddress
from ar_tools.refilled_database import RefilledDatabase
from ar_tools.shared_postgres import shared_postgres
from ar_tools.sql import in_loop
from ar_tools.test_databases import ROOT, DatabaseUrls, cloned, ensure_template, shape_key

# Relative, because the tests are not on the import path.
from .support.claims_sandbox import SandboxTemplate
from .support.static_sql import captured, planned_faults

MAJOR = 15

# Tests that share something costly stay on one worker. pytest-xdist's own groups do not work
# with this pytest: they are written into an attribute that it no longer reads.
TOGETHER = {
    "tests/chaos/": "chaos",
    "tests/conformance/": "conformance",
    "tests/security/test_canaries.py": "security stack",
    "tests/security/test_contract_fuzzing.py": "security stack",
    "tests/security/test_postgres_away.py": "security stack",
}
BY_FILE = ("tests/security/",)


class KeptTogether(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Spreads tests over the workers one by one, apart from those that belong together."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        for prefix, group in TOGETHER.items():
            if file.startswith(prefix):
                return group
        return file if file.startswith(BY_FILE) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> KeptTogether | None:
    """For `--dist loadgroup`."""
    return KeptTogether(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.fixture(scope="session")
def pg_folder() -> Path:
    return ROOT / ".cache" / f"postgres-{find_binaries(prefer=MAJOR).major}"


@pytest.fixture(scope="session")
def pg(pg_folder: Path) -> Iterator[ServerAddress]:
    with shared_postgres(pg_folder, prefer=MAJOR) as server:
        yield server


@pytest.fixture(scope="session")
def template_db(pg: ServerAddress, pg_folder: Path) -> Iterator[str]:
    """Also looks at the SQL that the services sent in all tests of this worker; see `support/static_sql.py`."""
    name = ensure_template(pg, shape_key(), locks=pg_folder)
    statements: set[str] = set()
    with captured(statements):
        yield name
    if statements:
        with cloned(pg, name) as unguarded, asyncio.Runner() as runner:
            assert runner.run(planned_faults(unguarded.admin, statements)) == []


@pytest.fixture(scope="session")
def databases(pg: ServerAddress, template_db: str) -> Iterator[RefilledDatabase]:
    with contextlib.closing(RefilledDatabase(pg, template_db)) as database:
        yield database


@pytest.fixture
def fresh_database(databases: RefilledDatabase) -> Iterator[DatabaseUrls]:
    with databases.lent() as database:
        yield database


@pytest.fixture(scope="session")
def sandbox_template(pg: ServerAddress, template_db: str) -> Iterator[SandboxTemplate]:
    with cloned(pg, template_db) as database:
        yield in_loop(SandboxTemplate.made_in(database))


@pytest.fixture(scope="session")
def sandboxes(pg: ServerAddress, sandbox_template: SandboxTemplate) -> Iterator[RefilledDatabase]:
    with contextlib.closing(RefilledDatabase(pg, sandbox_template.name)) as database:
        yield database


@pytest.fixture
def sandbox_database(sandboxes: RefilledDatabase) -> Iterator[DatabaseUrls]:
    with sandboxes.lent() as database:
        yield database


@pytest.fixture(scope="session")
def worker_database(pg: ServerAddress, template_db: str) -> Iterator[DatabaseUrls]:
    with cloned(pg, template_db) as database:
        yield database


@pytest.fixture
def empty_database(pg: ServerAddress) -> Iterator[DatabaseUrls]:
    with cloned(pg) as database:
        yield database
