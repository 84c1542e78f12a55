"""Every list that filters by what a caller asks is a statement that PostgreSQL takes, with all filters and none."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import claims_api
from ar_shared.platform.database import Database
from ar_shared.platform.rows import Paged
from ar_tools.test_databases import DatabaseUrls

ROOT: Final = Path(claims_api.__file__).parent
AFTER: Final = UUID("019a0000-0000-7000-8000-000000000001")


def lists() -> Iterator[tuple[str, Paged]]:
    for path in sorted(ROOT.glob("*/queries.py")):
        module = importlib.import_module(f"claims_api.{path.parent.name}.queries")
        for name, value in vars(module).items():
            if isinstance(paged := getattr(value, "__self__", None), Paged):
                yield f"{path.parent.name}.{name}", paged


async def test_every_list_answers_with_each_of_its_filters_and_goes_on(fresh_database: DatabaseUrls) -> None:
    database = Database(fresh_database.claims)
    found: dict[str, Any] = {}
    try:
        async with database.tenant_tx(1) as connection:
            for name, paged in lists():
                found[name] = await paged.rows(connection, 1, dict.fromkeys(paged.filters), AFTER, 1)
                found[name] += await paged.rows(connection, 1, {}, None, 1)
    finally:
        await database.close()

    assert len(found) > 10
    assert not any(found.values())
