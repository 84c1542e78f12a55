"""Advisory locks: who waits for whom is decided in one list."""

import re
from pathlib import Path
from typing import Final

import pytest

from ar_shared.platform.lock_keys import LockKey

ROOT: Final = Path(__file__).parents[2]
# What may stand as the first key: a member of the list, a parameter that one fills, or a hash of the thing locked.
OWN_NUMBER: Final = re.compile(
    r"advisory_xact_lock(?:_shared)?\(\s*\d|(?:\b|_)LOCK\w*(?:: Final)?(?:\[int\])? = [\d_]+$", re.MULTILINE
)


def own_numbers(source: str) -> list[str]:
    """Lock numbers that the source makes up itself."""
    return [found.group() for found in OWN_NUMBER.finditer(source)]


def test_no_two_locks_share_a_number() -> None:
    assert len({key.value for key in LockKey.__members__.values()}) == len(LockKey.__members__)


@pytest.mark.parametrize(
    "source", ["_CLOCK_LOCK: Final = 7_702", "PERIOD_LOCK = 7701", 'q = "SELECT pg_advisory_xact_lock(7702, $1)"']
)
def test_a_number_of_its_own_is_found(source: str) -> None:
    assert own_numbers(source)


def test_every_lock_takes_its_number_from_the_list() -> None:
    sources = [path for folder in ("services", "shared") for path in (ROOT / folder).rglob("*.py")]
    assert {str(path): own_numbers(path.read_text()) for path in sources if own_numbers(path.read_text())} == {}
