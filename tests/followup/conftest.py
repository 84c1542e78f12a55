"""Every test gets a practice of its own in the worker's database."""

from collections.abc import AsyncIterator

import pytest

from ar_tools.test_databases import DatabaseUrls

from .world import World, a_world


@pytest.fixture
async def world(worker_database: DatabaseUrls) -> AsyncIterator[World]:
    async with a_world(worker_database) as made:
        yield made
