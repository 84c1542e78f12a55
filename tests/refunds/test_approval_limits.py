"""Who may approve a refund of how much: whatever the roles, the person's own limit and the amount."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims_api.access.authority import AuthorityMissingError
from claims_api.access.limits import LIMITS, AboveAuthorityError, Decider, require_amount

DECISION = "refund.approve"
ROLES = sorted(LIMITS[DECISION])
cents = st.integers(1, 3_000_000)


@given(roles=st.sets(st.sampled_from(ROLES), min_size=1), own=st.none() | cents, off=st.integers(-2, 2), amount=cents)
def test_the_highest_role_decides_and_the_persons_own_limit_only_lowers_it(
    roles: set[str], own: int | None, off: int, amount: int
) -> None:
    limit = max(LIMITS[DECISION][role] for role in roles)
    limit = limit if own is None else min(limit, own)
    who = Decider("S-1", frozenset(roles), own)
    for asked in (amount, max(limit + off, 1)):
        refused = pytest.raises(AboveAuthorityError) if asked > limit else contextlib.nullcontext()
        with refused:
            require_amount(who, DECISION, asked)


@given(amount=cents, own=st.none() | cents)
def test_without_a_role_for_it_nobody_approves_a_cent(amount: int, own: int | None) -> None:
    with pytest.raises(AuthorityMissingError):
        require_amount(Decider("S-1", frozenset({"nobody"}), own), DECISION, amount)
