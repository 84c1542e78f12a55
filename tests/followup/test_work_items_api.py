"""Work items over HTTP: the order and its why, one owner at a time, moves that can be repeated."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.access_log import check_chain
from ar_shared.platform.openapi import operations_of
from followup_worker.background import one_pass
from followup_worker.work_items.schemas import WorkItemDetail, WorkItemOut

from .world import MONDAY, World, a_practice

COMPLETE = {"outcome": "not_on_file", "channel": "portal", "note": "Not there."}


async def an_item(world: World, **claim: Any) -> str:
    """The path of a work item for one rejected claim."""
    claim_id = await world.a_claim(submission_state="payer_rejected", **claim)
    await world.sweep()
    [item_id] = await world.items("id", where=f"claim_id = '{claim_id}'")
    return f"/v1/work-items/{item_id}"


async def get(world: World, path: str, **params: Any) -> Any:
    async with world.http() as http:
        answer = await http.get(path, params=params, headers=world.headers())
    assert answer.status_code == 200, answer.text
    return answer.json()


async def post(world: World, path: str, body: Any = None, *, user: str = "staff-1", **headers: str) -> httpx.Response:
    async with world.http() as http:
        return await http.post(path, json=body, headers=world.headers(user, **headers))


async def test_what_to_do_first_is_the_sum_of_parts_shown_in_words_and_numbers(world: World) -> None:
    await an_item(world, open_cents=124_000, service_from=date(2026, 1, 1))

    [item] = (await get(world, "/v1/work-items"))["items"]

    # Deadline: 90 days after 1 January is 1 April, 30 days from 2 March.
    assert item["deadline_on"] == "2026-04-01"
    assert [(part["name"], part["points"], part["text"]) for part in item["why"]["parts"]] == [
        ("amount", 12, "$1,240.00 at stake: 1 point per $100, at most 40"),
        ("deadline", 0, "Deadline in 30 days: 1 point for each day under 30"),
        ("urgent", 0, "Deadline in 30 days: 100 points from 10 days before it"),
        ("overdue", 0, "0 days past the due date: 1 point a day, at most 30"),
        ("weight", 30, "The rule's own weight in the rulebook"),
    ]
    assert item["why"]["score"] == 42
    assert item["why"]["because"].startswith("A receiver refused the claim")
    assert item["claim"]["charge_cents"] == 124_000
    assert item["payer"]["name"] == "Blue Meadow"


@pytest.mark.parametrize(
    ("cents", "days_to_deadline", "days_overdue", "expected"),
    [
        (9_999, 90, 0, [0, 0, 0, 0, 30]),
        (10_000, 90, 0, [1, 0, 0, 0, 30]),
        (399_999, 90, 0, [39, 0, 0, 0, 30]),
        (400_000, 90, 0, [40, 0, 0, 0, 30]),
        (9_000_000, 90, 0, [40, 0, 0, 0, 30]),
        (0, 30, 0, [0, 0, 0, 0, 30]),
        (0, 29, 0, [0, 1, 0, 0, 30]),
        (0, 11, 0, [0, 19, 0, 0, 30]),
        (0, 10, 0, [0, 20, 100, 0, 30]),
        (0, 0, 0, [0, 30, 100, 0, 30]),
        (0, -1, 0, [0, 0, 0, 0, 30]),
        (0, None, 0, [0, 0, 0, 0, 30]),
        (0, 90, 1, [0, 0, 0, 1, 30]),
        (0, 90, 30, [0, 0, 0, 30, 30]),
        (0, 90, 31, [0, 0, 0, 30, 30]),
        (0, 90, -1, [0, 0, 0, 0, 30]),
    ],
)
async def test_each_part_of_the_score_on_both_sides_of_its_bounds(
    world: World, cents: int, days_to_deadline: int | None, days_overdue: int, expected: list[int]
) -> None:
    path = await an_item(world)
    deadline = None if days_to_deadline is None else MONDAY + timedelta(days=days_to_deadline)
    await world.admin.execute(
        "UPDATE followup.work_item SET amount_cents = $2, deadline_on = $3, due_on = $4 WHERE practice_id = $1",
        world.practice_id,
        cents,
        deadline,
        MONDAY - timedelta(days=days_overdue),
    )

    why = (await get(world, path))["why"]

    assert [part["points"] for part in why["parts"]] == expected
    assert why["score"] == sum(expected)


async def test_pages_go_down_in_score_and_miss_nothing(world: World) -> None:
    for cents in (100_00, 900_00, 500_00, 500_00, 300_00):
        await world.a_claim(submission_state="payer_rejected", open_cents=cents)
    await world.sweep()
    seen: list[dict[str, Any]] = []
    cursor: dict[str, Any] = {}
    while True:
        page = await get(world, "/v1/work-items", limit=2, **cursor)
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert [item["amount_cents"] for item in seen] == [900_00, 500_00, 500_00, 300_00, 100_00]
    assert len({item["id"] for item in seen}) == 5


async def test_a_cursor_of_other_filters_is_refused(world: World) -> None:
    for _ in range(2):
        await world.a_claim(submission_state="payer_rejected")
    await world.sweep()
    page = await get(world, "/v1/work-items", limit=1)

    async with world.http() as http:
        params = {"cursor": page["next_cursor"], "rule": "denied"}
        answer = await http.get("/v1/work-items", params=params, headers=world.headers())

    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


async def test_filters_combine(world: World) -> None:
    rejected = await world.a_claim(submission_state="payer_rejected")
    other = await world.a_claim(submission_state="payer_rejected")
    silent = await world.a_claim(submission_state="sent", sent_on=date(2026, 2, 20))
    await world.sweep()
    [item_id] = await world.items("id", where=f"claim_id = '{other}'")
    await post(world, f"/v1/work-items/{item_id}/take", {})

    async def claims(**filters: Any) -> set[UUID]:
        return {UUID(item["claim"]["id"]) for item in (await get(world, "/v1/work-items", **filters))["items"]}

    assert await claims() == {rejected, other, silent}
    assert await claims(rule="rejected") == {rejected, other}
    assert await claims(claim_id=str(silent)) == {silent}
    assert await claims(assignee="staff-1") == {other}
    assert await claims(assignee="staff-2") == set()
    assert await claims(state="completed") == set()
    world.clock.at += timedelta(minutes=31)
    assert await claims(assignee="staff-1") == set()


async def test_who_comes_second_is_told_who_has_it_and_until_when(world: World) -> None:
    path = await an_item(world)

    first = await post(world, f"{path}/take", {"minutes": 5})
    second = await post(world, f"{path}/take", {}, user="staff-2")

    until = "2026-06-01T12:05:00+00:00"
    assert first.json()["holder"] == {"kind": "user", "id": "staff-1", "until": until.replace("+00:00", "Z")}
    assert (second.status_code, second.json()["code"]) == (409, "work_item_held")
    assert second.json()["detail"] == f"held by user staff-1 until {until}"
    assert second.headers["Retry-After"] == "301"


@pytest.mark.parametrize(("minutes", "status"), [(4, 409), (5, 200)])
async def test_a_lease_ends_at_its_last_second(world: World, minutes: int, status: int) -> None:
    path = await an_item(world)
    await post(world, f"{path}/take", {"minutes": 5})
    world.clock.at += timedelta(minutes=minutes)

    assert (await post(world, f"{path}/take", {}, user="staff-2")).status_code == status


async def test_the_holder_may_keep_it_longer_and_give_it_back(world: World) -> None:
    path = await an_item(world)
    await post(world, f"{path}/take", {"minutes": 5})

    longer = await post(world, f"{path}/take", {"minutes": 60})
    refused = await post(world, f"{path}/release", user="staff-2")
    released = await post(world, f"{path}/release")

    assert longer.json()["holder"]["until"] == "2026-06-01T13:00:00Z"
    assert refused.status_code == 409
    assert released.json()["holder"] is None
    assert (await post(world, f"{path}/take", {}, user="staff-2")).status_code == 200


async def test_two_takers_at_once_get_one_item_between_them(world: World) -> None:
    import asyncio  # noqa: PLC0415

    path = await an_item(world)

    answers = await asyncio.gather(*(post(world, f"{path}/take", {}, user=f"staff-{n}") for n in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


@pytest.mark.parametrize("move", ["snooze", "complete"])
async def test_what_somebody_else_holds_cannot_be_moved(world: World, move: str) -> None:
    path = await an_item(world)
    await post(world, f"{path}/take", {}, user="staff-2")
    body = COMPLETE if move == "complete" else {"until": "2026-03-10", "reason": "later"}

    answer = await post(world, f"{path}/{move}", body, **{"If-Match": '"2"'})

    assert (answer.status_code, answer.json()["code"]) == (409, "work_item_held")


@pytest.mark.parametrize("move", ["snooze", "complete"])
@pytest.mark.parametrize(("if_match", "status"), [(None, 428), ('"7"', 412), ('"1"', 200)])
async def test_moves_that_depend_on_the_state_need_the_version_that_was_seen(
    world: World, move: str, if_match: str | None, status: int
) -> None:
    path = await an_item(world)
    body = COMPLETE if move == "complete" else {"until": "2026-03-10", "reason": "later"}

    answer = await post(world, f"{path}/{move}", body, **({"If-Match": if_match} if if_match else {}))

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("until", "status"),
    [("2026-03-02", 422), ("2026-03-03", 200), ("2026-05-31", 200), ("2026-06-01", 422)],
)
async def test_an_item_can_be_put_off_from_tomorrow_to_its_deadline(world: World, until: str, status: int) -> None:
    path = await an_item(world)  # the deadline is 31 May

    answer = await post(world, f"{path}/snooze", {"until": until, "reason": "later"}, **{"If-Match": '"1"'})

    assert answer.status_code == status
    if status == 200:
        assert (answer.json()["state"], answer.json()["snoozed_until"]) == ("snoozed", until)
        assert (await get(world, "/v1/work-items"))["items"] == []


async def test_completing_keeps_the_touch_says_so_once_and_names_the_day_it_comes_back(world: World) -> None:
    path = await an_item(world)

    done = await post(world, f"{path}/complete", COMPLETE, **{"If-Match": '"1"'})
    again = await post(world, f"{path}/complete", COMPLETE, **{"If-Match": '"2"'})

    assert (done.json()["state"], done.json()["comes_back_on"]) == ("completed", "2026-03-09")
    assert done.headers["ETag"] == '"2"'
    assert (again.status_code, again.json()["code"]) == (409, "work_item_state")
    [touch] = (await get(world, path))["touches"]
    assert (touch["outcome"], touch["note"], touch["actor_id"]) == ("not_on_file", "Not there.", "staff-1")
    assert await world.facts() == ["work_item.opened", "work_item.completed"]


@pytest.mark.parametrize(("day", "status"), [("2026-03-02", 422), ("2026-03-03", 200)])
async def test_the_next_action_lies_after_today(world: World, day: str, status: int) -> None:
    path = await an_item(world)

    answer = await post(world, f"{path}/complete", {**COMPLETE, "next_action_on": day}, **{"If-Match": '"1"'})

    assert answer.status_code == status


async def test_an_outcome_outside_the_list_is_refused(world: World) -> None:
    path = await an_item(world)

    answer = await post(world, f"{path}/complete", {"outcome": "done"}, **{"If-Match": '"1"'})

    assert answer.status_code == 422


async def test_a_repeated_move_gets_the_first_answer_and_happens_once(world: World) -> None:
    path = await an_item(world)
    headers = {"If-Match": '"1"', "Idempotency-Key": "k-1"}

    first = await post(world, f"{path}/complete", COMPLETE, **headers)
    second = await post(world, f"{path}/complete", COMPLETE, **headers)
    other = await post(world, f"{path}/complete", {**COMPLETE, "note": "Else."}, **headers)

    assert second.content == first.content
    assert (second.headers["Idempotency-Replayed"], second.headers["ETag"]) == ("true", '"2"')
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len((await get(world, path))["touches"]) == 1


async def test_a_key_used_for_one_item_is_not_good_for_another(world: World) -> None:
    first, second = await an_item(world), await an_item(world)
    await post(world, f"{first}/take", {}, **{"Idempotency-Key": "k-1"})

    answer = await post(world, f"{second}/take", {}, **{"Idempotency-Key": "k-1"})

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_failed_commit_is_never_a_success(world: World) -> None:
    path = await an_item(world)
    await world.admin.execute(
        "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '57P01'; END $$"
    )
    await world.admin.execute(
        "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON followup.work_item_touch "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.refuse()"
    )
    try:
        await world.admin.execute("SET session_replication_role = DEFAULT")
        answer = await post(world, f"{path}/take", {})
    finally:
        await world.admin.execute("DROP TRIGGER refuse ON followup.work_item_touch")
        await world.admin.execute("DROP FUNCTION public.refuse()")

    assert answer.status_code == 503
    assert (await get(world, path))["holder"] is None


async def test_another_practices_item_looks_like_one_that_does_not_exist(world: World) -> None:
    path = await an_item(world)
    other = World(world.urls, world.admin)
    await a_practice(other)
    try:
        for method, suffix, body in [
            ("GET", "", None),
            ("POST", "/take", {}),
            ("POST", "/release", None),
            ("POST", "/snooze", {"until": "2026-03-10", "reason": "later"}),
            ("POST", "/complete", COMPLETE),
        ]:
            async with other.http() as http:
                answers = [
                    await http.request(method, target + suffix, json=body, headers=other.headers(**{"If-Match": '"1"'}))
                    for target in (path, f"/v1/work-items/{uuid7()}")
                ]
            assert [answer.status_code for answer in answers] == [404, 404], suffix
            assert answers[0].json()["detail"] == answers[1].json()["detail"]
        assert (await get(other, "/v1/work-items"))["items"] == []
    finally:
        await other.close()


@pytest.mark.parametrize("scope", ["claims:read", "work:read"])
async def test_writing_needs_the_scope_for_writing(world: World, scope: str) -> None:
    path = await an_item(world)

    async with world.http() as http:
        answer = await http.post(f"{path}/take", json={}, headers=world.headers(scope=scope))

    assert answer.status_code == 403


async def test_every_operation_on_patient_level_data_leaves_an_access_row_and_the_chain_holds(world: World) -> None:
    operations = [operation for _, _, operation in operations_of(world.app.openapi())]
    path = await an_item(world)
    await get(world, "/v1/work-items")
    await get(world, path)
    await post(world, f"{path}/take", {})
    await post(world, f"{path}/release")
    await post(world, f"{path}/snooze", {"until": "2026-03-10", "reason": "later"}, **{"If-Match": '"3"'})
    await post(world, f"{path}/complete", COMPLETE, **{"If-Match": '"4"'})

    await one_pass(world.wiring, everyone=False)

    rows = await world.admin.fetch(
        "SELECT entry::json ->> 'operation' AS operation, entry::json ->> 'actor_id' AS actor "
        "FROM followup.access_log WHERE practice_id = $1",
        world.practice_id,
    )
    not_work_items = {"readProgress", "listAccessLog", "verifyAccessLog"}
    assert {row["operation"] for row in rows} == {op["operationId"] for op in operations} - not_work_items
    assert {row["actor"] for row in rows} == {"staff-1"}
    async with world.wiring.database.tenant_tx(world.practice_id) as connection:
        assert (await check_chain(connection, "followup", world.practice_id)).first_broken is None
    await world.admin.execute(
        'UPDATE followup.access_log SET entry = entry || \'{"actor_id": "nobody"}\' WHERE practice_id = $1 AND n = 3',
        world.practice_id,
    )
    async with world.wiring.database.tenant_tx(world.practice_id) as connection:
        assert (await check_chain(connection, "followup", world.practice_id)).first_broken == 3


async def test_progress_shows_what_was_handled_and_up_to_when(world: World) -> None:
    await world.event("note.added", "claim", uuid7())
    assert (await get(world, "/v1/progress"))["sequence"] == 0
    await world.consume()
    await world.sweep()

    progress = await get(world, "/v1/progress")

    assert (progress["sequence"], progress["head"]) == (1, 1)
    assert progress["swept_to"] == "2026-03-02T17:00:00Z"
    assert progress["parked_at"] is None


def test_every_operation_shows_an_example_that_its_own_shape_accepts(world: World) -> None:
    for path, method, operation in operations_of(world.app.openapi()):
        example = operation["responses"]["200"]["content"]["application/json"]["example"]
        if path == "/v1/work-items" and method == "get":
            WorkItemOut.model_validate(example["items"][0])
        elif path.startswith("/v1/work-items"):
            shape = WorkItemDetail if method == "get" else WorkItemOut
            assert set(shape.model_validate(example).model_dump()) >= set(example)
