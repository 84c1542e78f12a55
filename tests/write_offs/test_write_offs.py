"""What we stop collecting: E05, E24, E25, E27, E28, E35, E41 and discounts, never below zero, all reversible."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from claims_api.access.authority import AuthorityMissingError
from claims_api.access.limits import LIMITS, AboveAuthorityError, Decider, require_amount
from claims_api.write_offs.domain import WriteOffClass

# Relative, because the tests are not on the import path.
from ..receipts.front_desk import Desk, with_share  # noqa: TID252
from ..remittances.books import posted_for  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import Bill, World  # noqa: TID252


async def write_off(http: httpx.AsyncClient, visit: Bill, kind: str, **more: Any) -> httpx.Response:
    body = {"kind": kind, "charge_id": str(visit.charges[0]), "reason": "agreed", **more}
    return await http.post("/v1/write-offs", json=body)


async def reverse(http: httpx.AsyncClient, made: dict[str, Any]) -> httpx.Response:
    headers = {"If-Match": f'"{made["version"]}"'}
    return await http.post(f"/v1/write-offs/{made['id']}/reverse", json={"reason": "a mistake"}, headers=headers)


@pytest.mark.parametrize(
    ("kind", "posted", "taken_back"),
    [
        ("small_balance", ("E24", 4150, 1110, 2400), ("E33", 1110, 4150, 2400)),
        ("bad_debt", ("E25", 4160, 1110, 2400), ("E41", 1110, 4160, 2400)),
        ("charity", ("E27", 4120, 1110, 2400), ("E33", 1110, 4120, 2400)),
        ("discount", ("E48", 4130, 1110, 2400), ("E33", 1110, 4130, 2400)),
    ],
)
async def test_what_a_patient_owes_is_given_up_and_taken_back(
    world: World,
    bill: Billing,
    http: httpx.AsyncClient,
    kind: str,
    posted: tuple[str, int, int, int],
    taken_back: tuple[str, int, int, int],
) -> None:
    visit = await with_share(world, bill)

    made = await write_off(http, visit, kind)

    assert made.status_code == 201, made.text
    assert await posted_for(world, "write_off", made.json()) == [posted]
    assert await world.open_of(visit) == {}
    back = await reverse(http, made.json())
    assert (back.status_code, back.json()["state"]) == (200, "reversed")
    assert await posted_for(world, "write_off", made.json()) == [posted, taken_back]
    assert await world.open_of(visit) == {(1110, "patient"): 2400}
    assert (await world.event_types())[-2:] == ["write_off.posted", "write_off.reversed"]


@pytest.mark.parametrize(
    ("kind", "more", "posted"),
    [
        ("contractual_correction", {}, ("E05", 4100, 1100, 20000)),
        ("administrative", {"cause": "timely_filing"}, ("E28", 4140, 1100, 20000)),
        ("capitated", {}, ("E35", 4100, 1100, 20000)),
    ],
)
async def test_what_a_payer_owes_is_given_up_and_taken_back(
    world: World,
    bill: Billing,
    http: httpx.AsyncClient,
    kind: str,
    more: dict[str, str],
    posted: tuple[str, int, int, int],
) -> None:
    visit = await bill(("G0463", 20000))

    made = await write_off(http, visit, kind, **more)

    assert made.status_code == 201, made.text
    assert await posted_for(world, "write_off", made.json()) == [posted]
    assert await world.open_of(visit) == {}
    assert (await reverse(http, made.json())).status_code == 200
    assert await world.open_of(visit) == {(1100, "payer"): 20000}


async def test_one_cent_above_what_is_open_is_refused_and_the_last_cent_is_not(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await with_share(world, bill)

    above = await write_off(http, visit, "charity", amount_cents=2401)
    exact = await write_off(http, visit, "charity", amount_cents=2400)
    nothing_left = await write_off(http, visit, "charity")

    assert (above.status_code, above.json()["code"]) == (409, "above_open_balance")
    assert exact.status_code == 201
    assert nothing_left.json()["code"] == "above_open_balance"


async def test_a_write_off_is_taken_back_once(world: World, bill: Billing, http: httpx.AsyncClient) -> None:
    made = (await write_off(http, await with_share(world, bill), "charity")).json()
    back = (await reverse(http, made)).json()

    assert (await reverse(http, made)).status_code == 412
    assert (await reverse(http, back)).json()["code"] == "illegal_transition"


async def test_a_denial_that_is_written_off_is_closed_and_opens_again_with_the_balance(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    line = Svc("G0463", "200", "0", "CO-29 200")
    await world.post(Era((Clp(visit.pcn, "200", "0", (line,), status="4"),)))
    assert await world.open_of(visit) == {(1100, "payer"): 20000}

    part = await write_off(http, visit, "administrative", cause="timely_filing", amount_cents=1)
    assert await _denial(world) == "new"
    rest = await write_off(http, visit, "administrative", cause="timely_filing")

    assert (part.status_code, rest.status_code) == (201, 201)
    assert await _denial(world) == "written_off"
    await reverse(http, rest.json())
    assert await _denial(world) == "in_review"


async def test_the_cause_belongs_to_an_administrative_write_off(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))

    assert (await write_off(http, visit, "administrative")).status_code == 422
    assert (await write_off(http, visit, "capitated", cause="coding")).status_code == 422


@pytest.mark.parametrize(("roles", "own", "limit"), [({"biller"}, None, 10000), ({"biller"}, 500, 500)])
def test_a_staff_user_decides_up_to_the_limit_of_role_and_person(roles: set[str], own: int | None, limit: int) -> None:
    who = Decider("S-1", frozenset(roles), own)

    require_amount(who, "write_off.administrative", limit)
    with pytest.raises(AboveAuthorityError, match=f"{limit} cents"):
        require_amount(who, "write_off.administrative", limit + 1)
    with pytest.raises(AuthorityMissingError):
        require_amount(who, "write_off.charity", 1)


def test_every_class_has_limits() -> None:
    assert {f"write_off.{kind}" for kind in WriteOffClass} <= set(LIMITS)


async def test_the_small_balance_run_shows_first_and_takes_only_what_is_small_and_old(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await with_share(world, bill, share="4")

    async def run(*, preview: bool) -> dict[str, Any]:
        return await Desk(http).ok("POST", "/v1/write-offs/small-balances", {"preview": preview})

    owed_since = await world.one(
        "SELECT responsible_on FROM claims.ar_balance WHERE practice_id = $1 AND account = 1110"
    )
    await _at(world, owed_since + timedelta(days=59))
    assert (await run(preview=False))["count"] == 0
    await _at(world, owed_since + timedelta(days=60))
    shown = await run(preview=True)
    assert (shown["count"], shown["total_cents"]) == (1, 400)
    assert await world.open_of(visit) == {(1110, "patient"): 400}
    done = await run(preview=False)
    assert (done["count"], done["more"]) == (1, False)
    assert await world.open_of(visit) == {}
    assert (await run(preview=False))["count"] == 0
    assert (await Desk(http).ok("GET", "/v1/write-offs"))["items"][0]["rule"] == "patient_small_balance"


async def test_a_guarantor_who_owes_more_in_all_keeps_every_small_line(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    for share in ("4", "1"):
        await with_share(world, bill, share=share)
    await _at(world, date(2027, 6, 1))

    assert (await Desk(http).ok("POST", "/v1/write-offs/small-balances", {}))["count"] == 0


async def _at(world: World, day: date) -> None:
    """Set the practice's test clock to the day's noon."""
    noon = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
    async with world.database.control_tx() as connection:
        await connection.execute("UPDATE claims.practice SET test_clock_at = $2 WHERE id = $1", world.practice_id, noon)


async def _denial(world: World) -> str:
    return str(await world.one("SELECT state FROM claims.denial_case WHERE practice_id = $1"))
