"""Events say where to look, the views say what holds: opened once, closed when the cause is gone."""

import asyncio
from datetime import date
from typing import Any

import asyncpg
import pytest

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.kernel.ids import uuid7
from followup_worker.background import one_pass
from followup_worker.causes.queries import FIRE
from followup_worker.consumer import consume_events as module
from followup_worker.consumer.find_news import find_news
from followup_worker.feed.relay_events import relay_events

from .world import World


async def cursor(world: World) -> int:
    return int(
        await world.admin.fetchval(
            "SELECT last_sequence FROM followup.event_head WHERE practice_id = $1", world.practice_id
        )
        or 0
    )


async def test_a_rejection_becomes_an_item_with_its_fact_and_the_cursor_moves(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_rejected")
    await world.event("claim.rejected", "claim", claim)

    assert await world.consume() == 1

    assert await world.items("rule", "claim_id", "state") == [("rejected", claim, "open")]
    assert await world.facts() == ["work_item.opened"]
    assert await cursor(world) == 1


async def test_an_event_about_a_claim_that_is_fine_opens_nothing(world: World) -> None:
    claim = await world.a_claim(submission_state="ready")
    await world.event("claim.rejected", "claim", claim)

    assert await world.consume() == 1

    assert await world.items() == []
    assert await cursor(world) == 1


async def test_the_item_closes_by_itself_when_the_reason_is_gone(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_rejected")
    await world.event("claim.rejected", "claim", claim)
    await world.consume()
    await world.change("claim", claim, submission_state="sent", version=2)
    await world.event("claim.submitted", "claim", claim)

    await world.consume()

    assert await world.items("rule", "state") == [("rejected", "closed")]
    assert await world.facts() == ["work_item.opened", "work_item.closed"]


async def test_an_event_about_one_claim_leaves_the_items_of_others_alone(world: World) -> None:
    first, second = [await world.a_claim(submission_state="payer_rejected") for _ in range(2)]
    for claim in (first, second):
        await world.event("claim.rejected", "claim", claim)
    await world.consume()
    await world.change("claim", second, submission_state="draft")
    await world.event("note.added", "claim", first)

    await world.consume()

    assert dict(await world.items("claim_id", "state")) == {first: "open", second: "open"}


async def test_the_same_events_again_change_nothing(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_rejected")
    await world.event("claim.rejected", "claim", claim)
    await world.consume()
    before = await world.items("id", "row_version", "updated_at")
    await world.admin.execute(
        "UPDATE followup.event_head SET last_sequence = 0 WHERE practice_id = $1", world.practice_id
    )

    assert await world.consume() == 1

    assert await world.items("id", "row_version", "updated_at") == before
    assert await world.facts() == ["work_item.opened"]


async def test_a_cause_that_went_away_and_came_back_is_a_new_generation(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_rejected")
    for state in ("payer_rejected", "draft", "payer_rejected"):
        await world.change("claim", claim, submission_state=state)
        await world.event("claim.rejected", "claim", claim)
        await world.consume()

    assert await world.items("generation", "state") == [(1, "closed"), (2, "open")]


async def test_another_version_of_a_claim_is_another_cause(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_rejected", version=1)
    await world.event("claim.rejected", "claim", claim)
    await world.consume()
    await world.change("claim", claim, version=2)
    await world.event("claim.rejected", "claim", claim)

    await world.consume()

    assert await world.items("subject_n", "state") == [(1, "closed"), (2, "open")]


async def test_a_completed_item_does_not_open_again_while_its_cause_lasts(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_rejected")
    await world.event("claim.rejected", "claim", claim)
    await world.consume()
    await world.admin.execute(
        "UPDATE followup.work_item SET state = 'completed', ended_at = now() WHERE practice_id = $1",
        world.practice_id,
    )
    await world.event("claim.acknowledged", "claim", claim)

    await world.consume()

    assert await world.items("state") == ["completed"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"recovered_cents": 4_000}, (6_000, date(2026, 6, 1), date(2026, 3, 5), 2)),
        ({"appeal_due_on": date(2026, 3, 3)}, (10_000, date(2026, 3, 3), date(2026, 3, 3), 2)),
        ({"appeal_due_on": None}, (10_000, None, date(2026, 3, 5), 2)),
        ({"category": "coding"}, (10_000, date(2026, 6, 1), date(2026, 3, 5), 1)),
    ],
)
async def test_the_amount_and_the_dates_of_a_live_item_follow_the_case(
    world: World, change: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    claim = await world.a_claim(submission_state="payer_accepted", adjudication_state="denied")
    denial = await world.a_denial(claim, denied_cents=10_000, appeal_due_on=date(2026, 6, 1))
    await world.event("denial.opened", "denial", denial, claim_id=claim)
    await world.consume()
    await world.change("denial_case", denial, **change)
    for _ in range(2):
        await world.event("claim.adjudicated", "claim", claim)
        await world.consume()

    assert await world.items("amount_cents", "deadline_on", "due_on", "row_version") == [expected]


async def test_a_posted_remittance_is_looked_at_with_its_claims_their_denials_and_reviews(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_accepted", adjudication_state="denied")
    remittance = await world.a_remittance(state="posted_with_held", payment_cents=5_000)
    await world.insert("remittance_claim", practice_id=world.practice_id, remittance_id=remittance,
                       n=1, state="held", paid_cents=5_000)  # fmt: skip
    await world.insert("remittance_claim", practice_id=world.practice_id, remittance_id=remittance,
                       n=2, state="posted", claim_id=claim)  # fmt: skip
    await world.a_denial(claim)
    await world.insert("review_item", practice_id=world.practice_id, kind="review", state="open",
                       remittance_id=remittance)  # fmt: skip
    await world.event("remittance.posted", "remittance", remittance)

    await world.consume()

    assert sorted(await world.items()) == ["denied", "remittance_held", "review"]


async def test_own_events_are_passed_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Any] = []

    async def watch(*arguments: Any, scope: Any) -> None:
        looked.append(scope)

    monkeypatch.setattr(module, "apply_rules", watch)
    claim = uuid7()
    await world.event("work_item.opened", "work_item", uuid7(), source="followup", claim_id=claim)

    assert await world.consume() == 1

    assert [ids for scope in looked for ids in scope.values() if ids] == []
    assert await cursor(world) == 1


async def test_a_page_that_fails_half_way_leaves_neither_items_nor_a_moved_cursor(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = await world.a_claim(submission_state="payer_rejected")
    await world.event("claim.rejected", "claim", claim)

    async def lost(*_: Any) -> None:
        raise asyncpg.ConnectionDoesNotExistError

    with monkeypatch.context() as patched:
        patched.setattr(module, "move_head", lost)
        with pytest.raises(ServiceUnavailableError):
            await world.consume()

    assert (await world.items(), await world.facts(), await cursor(world)) == ([], [], 0)
    assert await world.consume() == 1
    assert await world.items() == ["rejected"]


async def test_two_replicas_at_once_handle_each_event_once(world: World) -> None:
    other = world.new_replica()
    claims = [await world.a_claim(submission_state="payer_rejected") for _ in range(20)]
    for claim in claims:
        await world.event("claim.rejected", "claim", claim)

    handled = await asyncio.gather(*(world.consume(app) for app in (world.app, other) * 4))

    assert sum(handled) == 20
    assert sorted(await world.items("claim_id")) == sorted(claims)
    assert await world.facts() == ["work_item.opened"] * 20


async def test_a_cause_fires_once_even_for_who_did_not_see_the_other(world: World) -> None:
    async def fire() -> int:
        async with world.wiring.database.tenant_tx(world.practice_id) as connection:
            facts = ([cause], [1], [uuid7()], [100], [None])
            rows = await connection.fetch(FIRE, world.practice_id, "rejected", *facts)
        return len(rows)

    cause = uuid7()

    assert [await fire(), await fire()] == [1, 0]


async def test_a_practice_that_another_replica_has_is_passed_by(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_rejected")
    await world.event("claim.rejected", "claim", claim)
    await world.admin.execute(
        "INSERT INTO followup.event_head (practice_id, last_sequence) VALUES ($1, 0)", world.practice_id
    )
    async with world.admin.transaction():
        await world.admin.execute(
            "SELECT FROM followup.event_head WHERE practice_id = $1 FOR UPDATE", world.practice_id
        )

        assert await world.consume() == 0

    assert await world.consume() == 1


async def test_news_are_the_practices_whose_feed_is_ahead(world: World) -> None:
    wiring = world.wiring
    assert world.practice_id not in {item.practice_id for item in await find_news(wiring.database, wiring.claims_api)}
    await world.event("note.added", "claim", uuid7())
    await world.event("note.added", "claim", uuid7())

    news = {item.practice_id: item.behind for item in await find_news(wiring.database, wiring.claims_api)}

    assert news[world.practice_id] == 2


async def test_facts_are_relayed_once_claims_api_has_them_and_kept_until_then(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_rejected", open_cents=500)
    await world.event("claim.rejected", "claim", claim)
    await world.consume()
    wiring = world.wiring
    world.claims_api.refuses = 1
    with pytest.raises(Exception, match="422"):
        await relay_events(wiring.database, wiring.claims_api, world.practice_id)
    assert await world.facts() == ["work_item.opened"]

    assert await relay_events(wiring.database, wiring.claims_api, world.practice_id) == 1

    assert await world.facts() == []
    [fact] = world.claims_api.relayed
    assert (fact["type"], fact["subject_type"]) == ("work_item.opened", "work_item")
    assert fact["data"] == {
        "rule": "rejected",
        "claim_id": str(claim),
        "due_on": "2026-03-04",
        "amount_cents": 500,
    }


async def test_one_pass_of_the_loop_consumes_sweeps_a_moved_clock_relays_and_measures(world: World) -> None:
    await world.a_claim(submission_state="sent", sent_on=date(2026, 3, 2))
    await world.set_today(date(2026, 3, 5))
    await world.event("clock.advanced", "practice", None)

    await one_pass(world.wiring, everyone=False)

    assert await world.items() == ["no_acknowledgement"]
    assert await world.facts() == []
    assert "work_item.opened" in [fact["type"] for fact in world.claims_api.relayed]
    values = metric_values(world)
    assert values["ar_consumer_events_total"] >= 1
    assert values["ar_sweeps_total"] == 1
    assert values["ar_work_item_oldest_days"] == 0
    assert values["ar_jobs_parked_count"] == 0


def metric_values(world: World) -> dict[str, float]:
    """Metrics without labels, by name."""
    lines = world.app.state.platform.metrics.exposition().decode().splitlines()
    plain = [line.split() for line in lines if not line.startswith("#") and "{" not in line]
    return {name: float(value) for name, value in plain}
