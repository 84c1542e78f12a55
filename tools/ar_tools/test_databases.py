"""Databases for tests: one migrated template per state of the migrations, cloned for each test."""

import contextlib
import hashlib
import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ar_tools.postgres import ServerAddress
from ar_tools.processes import file_lock
from ar_tools.programs import ROLES, bring_up_to_date
from ar_tools.shared_postgres import CLONE_PREFIX
from ar_tools.sql import execute, fetch_names

ROOT = Path(__file__).resolve().parents[2]
# Migrations, table models and the code that reference rows are computed from.
SHAPING_FOLDERS = ("shared/ar_shared", "services")
SHAPING_SUFFIXES = (".py", ".sql", ".csv", ".toml")
TEMPLATE_PREFIX = "template_of_"
TEMPLATES_KEPT = 20
_numbers = itertools.count()


@dataclass(frozen=True)
class DatabaseUrls:
    """One database, once as superuser and once per service role."""

    name: str
    admin: str
    claims: str
    followup: str
    reporting: str


def database_urls(server: ServerAddress, name: str) -> DatabaseUrls:
    """In tests the service roles have the server's password."""
    roles = {role: server.url(name, user=f"ar_{role}") for role in ROLES}
    return DatabaseUrls(name, server.url(name), **roles)


def shape_key(root: Path = ROOT) -> str:
    """Changes with any file that may shape the migrated database; making it anew takes seconds."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in SHAPING_FOLDERS for path in (root / folder).rglob("*.*")):
        if path.suffix in SHAPING_SUFFIXES:
            digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def migrate(server: ServerAddress, name: str) -> None:
    """The real schema. Raises ProgramError."""
    bring_up_to_date(server.url(name), dict.fromkeys(ROLES, server.password))


def ensure_template(
    server: ServerAddress,
    key: str,
    *,
    locks: Path,
    prepare: Callable[[ServerAddress, str], None] = migrate,
) -> str:
    """The name of the template for `key`, made by `prepare` if it is not there yet; one process at a time."""
    name = f"{TEMPLATE_PREFIX}{key}"
    with file_lock(locks / "template.lock"):
        if name not in (templates := _templates(server)):
            draft = f"draft_{key}"
            execute(server.url(), f"DROP DATABASE IF EXISTS {draft} WITH (FORCE)", f"CREATE DATABASE {draft}")
            prepare(server, draft)
            execute(server.url(), f"ALTER DATABASE {draft} RENAME TO {name}")
            old = templates[:-TEMPLATES_KEPT]
            execute(server.url(), *(f"DROP DATABASE IF EXISTS {template} WITH (FORCE)" for template in old))
    return name


def _templates(server: ServerAddress) -> list[str]:
    """Oldest first."""
    query = f"SELECT datname FROM pg_database WHERE datname LIKE '{TEMPLATE_PREFIX}%' ORDER BY oid"
    return fetch_names(server.url(), query)


@contextlib.contextmanager
def cloned(server: ServerAddress, template: str = "template1") -> Iterator[DatabaseUrls]:
    """A new database that is dropped at the end, whoever is still connected."""
    name = f"{CLONE_PREFIX}{os.getpid()}_{next(_numbers)}"
    execute(server.url(), f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield database_urls(server, name)
    finally:
        execute(server.url(), f"DROP DATABASE {name} WITH (FORCE)")
