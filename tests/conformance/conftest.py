"""One stack for all samples, and a practice with a client to copy from."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ar_tools.stack import Stack

from ..support.claims_stack import Tenant, claims_stack, new_tenant  # noqa: TID252
from . import samples


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if not samples.names(*samples.SETS):
        pytest.skip("the EDI samples are not on this machine (AR_EDI_SAMPLES)")
    with claims_stack(tmp_path_factory.mktemp("conformance")) as stack:
        yield stack


@pytest.fixture(scope="package")
def first(stack: Stack) -> Tenant:
    """What the practices of the samples are copied from; made in a loop of its own, because it outlives each test's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, new_tenant(stack, "Conformance")).result()
