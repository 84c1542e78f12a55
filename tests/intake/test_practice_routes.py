"""Which practice a transaction is for, where one client acts for several."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from ar_shared.platform.auth import PracticeGrant
from ar_shared.platform.auth.principal import PracticeMode
from claims_api.intake.practice_routes import PracticeRoutes, Route
from claims_api.practices.create_practice import create_practice
from claims_api.sandbox_parties import seed_parties
from claims_api.submissions.queries import insert_submission

from .conftest import Sandbox
from .world import NOW, rows

NPI = "1234567893"


async def another_practice(sandbox: Sandbox, mode: PracticeMode) -> dict[UUID, PracticeGrant]:
    async with sandbox.database.control_tx() as connection:
        practice_id, practice = await create_practice(
            connection, "Other", mode=mode, time_zone="America/Chicago", now=NOW
        )
    await seed_parties(sandbox.database, practice_id, NOW)
    return {practice: PracticeGrant(practice_id, mode, "America/Chicago")}


async def sent(sandbox: Sandbox, practice_id: int, receiver: str) -> None:
    async with sandbox.database.tenant_tx(practice_id) as connection:
        await insert_submission(
            connection,
            practice_id,
            {
                "id": uuid4(),
                "sender": "SHARED",
                "receiver": receiver,
                "port": "drop_folder",
                "interchange_control": "000000005",
                "group_control": "5",
                "transaction_control": "0001",
                "claim_type": "professional",
                "claim_count": 1,
                "charge_cents": 100,
                "file_id": None,
                "sent_at": NOW - timedelta(days=1),
            },
        )


@pytest.mark.parametrize("mode", ["sandbox", "production"])
async def test_a_file_for_another_practice_stays_among_practices_of_its_mode(
    sandbox: Sandbox, mode: PracticeMode
) -> None:
    other = await another_practice(sandbox, mode)
    await rows(sandbox, "UPDATE claims.billing_entity SET npis = '{}' WHERE practice_id = $1 RETURNING 1")
    routes = PracticeRoutes(sandbox.database, sandbox.practice_id, "sandbox", other)

    route = await routes.by_provider([NPI], [])

    [grant] = other.values()
    assert (route and route.practice_id) == (grant.practice_id if mode == "sandbox" else None)


@pytest.mark.parametrize(("kind", "control"), [("group", "5"), ("interchange", "000000005")])
async def test_an_answer_finds_who_sent_to_the_one_that_answers(sandbox: Sandbox, kind: str, control: str) -> None:
    """Two practices under one submitter id, each with a number 5, one to each of two receivers."""
    other = await another_practice(sandbox, "sandbox")
    [grant] = other.values()
    await sent(sandbox, sandbox.practice_id, "FIRST")
    await sent(sandbox, grant.practice_id, "SECOND")
    routes = PracticeRoutes(sandbox.database, sandbox.practice_id, "sandbox", other)

    found = [await routes.by_submission("SHARED", receiver, kind, control) for receiver in ("FIRST", "SECOND", "NONE")]

    assert found == [Route(sandbox.practice_id), Route(grant.practice_id), None]
