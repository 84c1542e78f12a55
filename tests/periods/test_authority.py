"""Who may decide: a staff user with the role; in a sandbox the client itself."""

from dataclasses import replace

import pytest

from ar_shared.platform.auth.principal import Actor, ActorKind
from claims_api.access.authority import AuthorityMissingError, require_role

from .conftest import Books

ROLE = "close_periods"


@pytest.fixture
async def staff(books: Books) -> Books:
    for external_id, roles, gone in (("closer", [ROLE], None), ("biller", ["biller"], None), ("left", [ROLE], "now()")):
        await books.world.rows(
            "INSERT INTO claims.staff_user (practice_id, id, external_id, name, roles, disabled_at, created_at, "
            f"updated_at) VALUES ($1, gen_random_uuid(), $2, 'A person', $3, {gone or 'NULL'}, now(), now()) "
            "RETURNING id",
            external_id,
            roles,
        )
    return books


@pytest.mark.parametrize(
    ("kind", "who", "mode", "may"),
    [
        ("user", "closer", "production", True),
        ("user", "biller", "production", False),
        ("user", "left", "production", False),
        ("user", "nobody", "production", False),
        ("client", "ehr", "production", False),
        ("rule", "closer", "production", False),
        ("client", "ehr", "sandbox", True),
        ("user", "biller", "sandbox", False),
    ],
)
async def test_a_decision_needs_a_staff_user_with_its_role(
    staff: Books, kind: ActorKind, who: str, mode: str, may: bool
) -> None:
    principal = replace(staff.world.principal, actor=Actor(kind, who), mode=mode)  # type: ignore[arg-type]

    async with staff.world.database.tenant_tx(staff.world.practice_id) as connection:
        if may:
            await require_role(connection, principal, ROLE)
        else:
            with pytest.raises(AuthorityMissingError):
                await require_role(connection, principal, ROLE)
