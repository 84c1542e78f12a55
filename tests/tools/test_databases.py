"""Template and clones, with a schema of one table in place of the real migrations."""

import uuid
from pathlib import Path

import pytest

from ar_tools.postgres import ServerAddress
from ar_tools.sql import execute, fetch_names
from ar_tools.test_databases import cloned, database_urls, ensure_template, shape_key


@pytest.fixture
def key(pg: ServerAddress) -> str:
    return f"test_{uuid.uuid4().hex[:8]}"


def make_one_table(server: ServerAddress, name: str) -> None:
    execute(server.url(name), "CREATE TABLE fact (n integer)", "INSERT INTO fact VALUES (1)")


def drop(server: ServerAddress, name: str) -> None:
    execute(server.url(), f"DROP DATABASE {name}")


def test_a_template_is_made_once_and_its_clones_do_not_see_each_other(
    pg: ServerAddress, key: str, tmp_path: Path
) -> None:
    made: list[str] = []

    def prepare(server: ServerAddress, name: str) -> None:
        made.append(name)
        make_one_table(server, name)

    template = ensure_template(pg, key, locks=tmp_path, prepare=prepare)
    again = ensure_template(pg, key, locks=tmp_path, prepare=prepare)
    assert (again, len(made)) == (template, 1)

    with cloned(pg, template) as first, cloned(pg, template) as second:
        execute(first.admin, "DELETE FROM fact")
        assert fetch_names(first.admin, "SELECT n::text FROM fact") == []
        assert fetch_names(second.admin, "SELECT n::text FROM fact") == ["1"]
    assert first.name not in fetch_names(pg.url(), "SELECT datname FROM pg_database")
    drop(pg, template)


def test_a_template_that_could_not_be_made_is_made_anew_the_next_time(
    pg: ServerAddress, key: str, tmp_path: Path
) -> None:
    def fail_half_way(server: ServerAddress, name: str) -> None:
        make_one_table(server, name)
        raise RuntimeError("the second migration failed")

    with pytest.raises(RuntimeError, match="second migration"):
        ensure_template(pg, key, locks=tmp_path, prepare=fail_half_way)

    template = ensure_template(pg, key, locks=tmp_path, prepare=make_one_table)
    assert fetch_names(database_urls(pg, template).admin, "SELECT n::text FROM fact") == ["1"]
    drop(pg, template)


@pytest.mark.parametrize(
    "path",
    [
        "shared/ar_shared/platform/tenancy.py",
        "services/claims-api/claims_api/migrations/versions/0001.sql",
        "services/claims-api/claims_api/ledger/tables.py",
        "services/claims-api/claims_api/codes/carc.csv",
    ],
)
def test_each_file_that_shapes_the_database_changes_the_key(tmp_path: Path, path: str) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    before = shape_key(tmp_path)
    file.write_text("one")
    one = shape_key(tmp_path)
    file.write_text("two")

    assert len({before, one, shape_key(tmp_path)}) == 3


def test_other_files_leave_the_key_alone(tmp_path: Path) -> None:
    before = shape_key(tmp_path)
    file = tmp_path / "services/claims-api/README.md"
    file.parent.mkdir(parents=True)
    file.write_text("one")

    assert shape_key(tmp_path) == before
