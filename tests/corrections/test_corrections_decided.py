"""A payer says that our registration is wrong: a person takes it over, or refuses."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from claims_api.corrections.accept_correction import accept_correction
from claims_api.corrections.errors import CorrectionNotUsableError, ProposalDecidedError
from claims_api.corrections.reject_correction import reject_correction

from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import World  # noqa: TID252

WHY = "the patient showed the new card"
PAID = Svc("G0463", "200", "96", "CO-45 104")
NEW_MEMBER = "NM1*74*1*SANDBOXER*PATRICIA****C*M9999"


async def a_proposal(world: World, bill: Billing, segment: str = NEW_MEMBER) -> UUID:
    visit = await bill(("G0463", 20000))
    await world.post(Era((Clp(visit.pcn, "200", "96", (PAID,), extra=(segment,)),)))
    made: UUID = await world.one("SELECT id FROM claims.correction_proposal WHERE practice_id = $1")
    return made


async def accept(world: World, proposal: UUID, tag: str = '"1"') -> None:
    async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
        await accept_correction(connection, world.acting(), proposal, reason=WHY, if_match=tag)


async def reject(world: World, proposal: UUID, tag: str = '"1"') -> None:
    async with world.database.tenant_tx(world.practice_id, period_open=True) as connection:
        await reject_correction(connection, world.acting(), proposal, reason=WHY, if_match=tag)


async def stored(world: World) -> tuple[str, list[tuple[Any, ...]]]:
    """The proposal's state, and what it changed: (party, field, before, after)."""
    row = await world.one("SELECT state, changes FROM claims.correction_proposal WHERE practice_id = $1")
    return row["state"], [(c["party"], c["field"], c["before"], c["after"]) for c in row["changes"] or []]


async def registered(world: World) -> tuple[str, str, str]:
    row = await world.one(
        "SELECT v.member_id, p.first_name, p.last_name FROM claims.coverage v JOIN claims.patient p "
        "ON p.practice_id = $1 AND p.id = v.patient_id WHERE v.practice_id = $1 AND v.external_id = 'COV-1'"
    )
    return tuple(row)


async def test_an_accepted_member_is_taken_over_and_what_stood_before_is_kept(world: World, bill: Billing) -> None:
    proposal = await a_proposal(world, bill)
    guarantor = await world.one("SELECT guarantor_id FROM claims.patient WHERE practice_id = $1")

    await accept(world, proposal)

    assert await registered(world) == ("M9999", "PATRICIA", "SANDBOXER")
    assert await stored(world) == (
        "accepted",
        [
            ("patient", "last_name", "Sandboxer", "SANDBOXER"),
            ("patient", "first_name", "Pat", "PATRICIA"),
            ("coverage", "member_id", "M0001", "M9999"),
        ],
    )
    assert await world.one("SELECT guarantor_id FROM claims.patient WHERE practice_id = $1") == guarantor
    event = await world.one("SELECT data FROM claims.outbox WHERE practice_id = $1 AND type = 'correction.accepted'")
    assert event["fields"] == ["patient.last_name", "patient.first_name", "coverage.member_id"]
    assert "M9999" not in str(event)
    row = await world.one("SELECT kind, reason FROM claims.remittance_action WHERE practice_id = $1")
    assert tuple(row) == ("accept_correction", WHY)


async def test_a_members_name_is_the_subscribers_where_the_patient_is_not_the_insured(
    world: World, bill: Billing
) -> None:
    parent = {"last_name": "Sandboxer", "first_name": "Alex"}
    await world.cover("COV-1", "PAY-PRAIRIE", member_id="M0001", relation="19", subscriber=parent)
    proposal = await a_proposal(world, bill, "NM1*74*1*SANDBOXER*ALEXIS****C*M0001")

    await accept(world, proposal)

    subscriber = await world.one("SELECT subscriber FROM claims.coverage WHERE practice_id = $1")
    assert (subscriber["first_name"], await registered(world)) == ("ALEXIS", ("M0001", "Pat", "Sandboxer"))


async def test_a_rejected_correction_changes_nothing_and_keeps_the_reason(world: World, bill: Billing) -> None:
    proposal = await a_proposal(world, bill)

    await reject(world, proposal)

    assert await registered(world) == ("M0001", "Pat", "Sandboxer")
    assert await stored(world) == ("rejected", [])
    assert await world.one("SELECT reason FROM claims.correction_proposal WHERE practice_id = $1") == WHY
    assert "correction.rejected" in await world.event_types()
    with pytest.raises(ProposalDecidedError):
        await accept(world, proposal, '"2"')


async def test_a_payer_that_comes_before_exchanges_its_rank_with_the_one_that_was_billed(
    world: World, bill: Billing
) -> None:
    proposal = await a_proposal(world, bill, "NM1*PR*2*BLUFF*****PI*TBC02")
    with pytest.raises(CorrectionNotUsableError, match="no coverage by the payer"):
        await accept(world, proposal)
    await world.cover("COV-2", "PAY-BLUFF", rank=2)

    await accept(world, proposal)

    rows = await world.rows("SELECT external_id, rank FROM claims.coverage WHERE practice_id = $1 ORDER BY rank")
    assert [tuple(row) for row in rows] == [("COV-2", 1), ("COV-1", 2)]
    assert await stored(world) == ("accepted", [("coverage", "rank", 2, 1), ("coverage", "rank", 1, 2)])


async def test_a_member_id_that_none_can_be_is_not_taken_over(world: World, bill: Billing) -> None:
    proposal = await a_proposal(world, bill, "NM1*74*1*SANDBOXER*PAT****C*" + "9" * 81)

    with pytest.raises(CorrectionNotUsableError, match="no valid member id"):
        await accept(world, proposal)

    assert await registered(world) == ("M0001", "Pat", "Sandboxer")
    assert await stored(world) == ("open", [])


async def test_proposals_are_listed_by_state_and_decided_by_http(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    await a_proposal(world, bill)
    [listed] = (await http.get("/v1/remittances/proposals")).json()["items"]
    path = f"/v1/remittances/proposals/{listed['id']}"
    keyed = {"If-Match": f'"{listed["version"]}"', "Idempotency-Key": "ACCEPT-1"}

    first = await http.post(f"{path}/accept", json={"reason": WHY}, headers=keyed)
    again = await http.post(f"{path}/accept", json={"reason": WHY}, headers=keyed)
    refused = await http.post(f"{path}/reject", json={"reason": WHY}, headers={"If-Match": first.headers["ETag"]})

    assert (first.status_code, first.json()["state"], again.json()) == (200, "accepted", first.json())
    assert (refused.status_code, refused.json()["code"]) == (409, "proposal_decided")
    assert (await http.get("/v1/remittances/proposals")).json()["items"] == []
    [accepted] = (await http.get("/v1/remittances/proposals?state=accepted")).json()["items"]
    assert accepted == first.json()
