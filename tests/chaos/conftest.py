"""One stack for all schedules: claims-api over a PostgreSQL that survives being killed."""

from collections.abc import Iterator

import pytest

from ar_tools.stack import Stack

from ..support.claims_stack import claims_stack  # noqa: TID252


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with claims_stack(tmp_path_factory.mktemp("chaos"), profile="chaos") as stack:
        yield stack
