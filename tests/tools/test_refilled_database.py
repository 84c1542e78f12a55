"""One test database after another test: a template of two tables in place of the real migrations."""

import uuid
from collections.abc import Iterator

import pytest

from ar_tools.postgres import ServerAddress
from ar_tools.refilled_database import RefilledDatabase
from ar_tools.sql import execute, fetch_names


@pytest.fixture
def refilled(pg: ServerAddress) -> Iterator[RefilledDatabase]:
    template = f"test_{uuid.uuid4().hex[:8]}"
    execute(pg.url(), f"CREATE DATABASE {template}")
    execute(
        pg.url(template),
        "CREATE TABLE payer (id serial PRIMARY KEY, name text NOT NULL)",
        "CREATE TABLE claim (payer_id integer REFERENCES payer, cents integer CHECK (cents > 0))",
        "CREATE RULE kept AS ON UPDATE TO claim DO ALSO NOTHING",
        "INSERT INTO payer (name) VALUES ('Prairie'), ('Juniper')",
    )
    databases = RefilledDatabase(pg, template)
    yield databases
    databases.close()
    execute(pg.url(), f"DROP DATABASE {template}")


def content(url: str) -> list[str]:
    return fetch_names(url, "SELECT format('%s %s', id, name) FROM payer UNION ALL SELECT cents::text FROM claim")


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO claim VALUES (1, 500)",
        "INSERT INTO payer (name) VALUES ('Third')",
        "UPDATE payer SET name = 'Renamed' WHERE id = 2",
        "DELETE FROM payer WHERE id = 1",
        "SELECT nextval('payer_id_seq')",
        "CREATE TEMP TABLE passing (n integer)",
    ],
)
def test_the_next_test_finds_the_rows_of_the_template(refilled: RefilledDatabase, change: str) -> None:
    with refilled.lent() as first:
        execute(first.admin, change)
    with refilled.lent() as second:
        assert (second.name, content(second.admin)) == (first.name, ["1 Prairie", "2 Juniper"])
        assert fetch_names(second.admin, "SELECT nextval('payer_id_seq')::text") == ["3"]


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE claim ALTER cents DROP NOT NULL, ADD note text",
        "DROP TABLE claim",
        "ALTER TABLE payer ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY nobody ON payer USING (false)",
        "DROP RULE kept ON claim",
        "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "INSERT INTO payer (name) SELECT repeat('long ', 400) FROM generate_series(1, 20000)",
    ],
)
def test_a_test_that_changes_more_than_rows_or_writes_very_many_costs_the_database(
    refilled: RefilledDatabase, change: str
) -> None:
    with refilled.lent() as first:
        execute(first.admin, change)
    with refilled.lent() as second:
        assert second.name != first.name
        assert content(second.admin) == ["1 Prairie", "2 Juniper"]
