"""The queue a team works through: what waits, why, since when, what clears it, and what it may be."""

from typing import Any

import httpx
import pytest

from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import World  # noqa: TID252

LINE = Svc("G0463", "200", "96", "CO-45 80, PR-2 24")


def stranger(number: str, paid: str, **more: Any) -> Clp:
    return Clp(number, paid, paid, (Svc("G0008", paid, paid),), **more)


async def queue(http: httpx.AsyncClient, query: str = "") -> dict[str, Any]:
    answer = await http.get(f"/v1/held-money{query}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture
async def waiting(world: World, bill: Billing) -> None:
    """A held claim of 50, one of 700, and a queued payment of 97, in the order they came."""
    visit = await bill(("G0463", 20000))
    await world.post(Era((stranger("NOBODY1", "50"),)))
    await world.post(Era((stranger("NOBODY2", "700"), stranger("NOBODY1", "20", status="5")), trace="T2"))
    await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),), amount="97", trace="T3"))


@pytest.mark.usefixtures("waiting")
async def test_held_claims_and_queued_payments_stand_in_one_queue_oldest_first(http: httpx.AsyncClient) -> None:
    body = await queue(http)

    assert [
        (one["kind"], one["trace_number"], one["amount_cents"], one["blocker"]["code"]) for one in body["items"]
    ] == [
        ("claim", "TRC0001", 5000, "no_match"),
        ("claim", "T2", 70000, "no_match"),
        ("claim", "T2", 2000, "status_not_supported"),
        ("payment", "T3", 9700, "payment_unbalanced"),
    ]
    assert body["items"][0]["blocker"]["text"] == "no claim of ours fits"
    assert body["items"][0]["links"]["suggestions"].endswith("/claims/1/suggestions")
    assert "cleared_by" in body["items"][3]["blocker"]


@pytest.mark.usefixtures("waiting")
async def test_the_totals_sum_up_everything_by_reason(http: httpx.AsyncClient) -> None:
    totals = (await queue(http, "?limit=1"))["totals"]

    assert [(one["reason"], one["count"], one["amount_cents"]) for one in totals] == [
        ("no_match", 2, 75000),
        ("payment_unbalanced", 1, 9700),
        ("status_not_supported", 1, 2000),
    ]


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("order", ["oldest", "amount"])
async def test_pages_in_either_order_show_each_item_once(http: httpx.AsyncClient, order: str) -> None:
    everything = (await queue(http, f"?order={order}"))["items"]
    seen: list[dict[str, Any]] = []
    cursor = ""
    for _ in everything:
        page = await queue(http, f"?order={order}&limit=1{cursor}")
        seen += page["items"]
        cursor = f"&cursor={page['next_cursor']}"

    assert seen == everything
    assert page["next_cursor"] is None
    if order == "amount":
        assert [one["amount_cents"] for one in seen] == [70000, 9700, 5000, 2000]


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ("?reason=no_match", [5000, 70000]),
        ("?kind=payment", [9700]),
        ("?min_age_days=100000", None),
        ("?min_age_days=36500", []),
        ("?payer_id=019a0000-0000-7000-8000-00000000dead", []),
    ],
)
async def test_the_queue_is_filtered(http: httpx.AsyncClient, query: str, amounts: list[int] | None) -> None:
    if amounts is None:
        assert (await http.get(f"/v1/held-money{query}")).status_code == 422
    else:
        assert [one["amount_cents"] for one in (await queue(http, query))["items"]] == amounts


async def test_a_held_claim_is_matched_by_its_suggestion_and_the_timeline_tells_it(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    other_day = Svc("G0463", "200", "96", "CO-45 80, PR-2 24", day="20261103")
    held = await world.post(Era((Clp("WRONG9", "200", "96", (other_day,), member="M0001"),)))
    [item] = (await queue(http))["items"]
    [best] = (await http.get(item["links"]["suggestions"])).json()["suggestions"]
    read = await http.get(item["links"]["claim"])

    path = f"{item['links']['claim']}/match"
    lines = [{"line": 1, "charge_id": str(visit.charges[0])}]
    body = {"claim_id": best["claim_id"], "lines": lines, "reason": "the payer wrote a wrong day"}
    headers = {"If-Match": read.headers["ETag"], "Idempotency-Key": "match-1"}
    answer = await http.post(path, json=body, headers=headers)
    again = await http.post(path, json=body, headers=headers)

    assert (answer.status_code, answer.json()["state"]) == (200, "posted"), answer.text
    assert again.json() == answer.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert [one["kind"] for one in answer.json()["history"]] == ["match"]
    assert best["claim_id"] == str(visit.id)
    differing = {key["key"] for key in best["keys"] if not key["agrees"]}
    assert differing == {"patient_control_number", "normalised_number", "service_dates"}
    assert best["text"].startswith("4 of 7 agree; what differs: our number for the claim")
    story = (await http.get(f"/v1/claims/{visit.id}/timeline")).json()["entries"]
    assert {"remittance", "journal"} <= {entry["kind"] for entry in story}
    assert (await queue(http))["items"] == []
    assert await world.clearing(held.remittance_id) == 9600


async def test_unmatching_shows_on_the_timeline_with_its_reason(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    posted = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),)))
    path = f"/v1/remittances/{posted.remittance_id}/claims/1"
    tag = (await http.get(path)).headers["ETag"]

    without = await http.post(f"{path}/unmatch", json={"reason": "another patient"})
    answer = await http.post(f"{path}/unmatch", json={"reason": "another patient"}, headers={"If-Match": tag})

    assert without.status_code == 428
    assert (answer.status_code, answer.json()["state"]) == (200, "posted_with_held"), answer.text
    story = (await http.get(f"/v1/claims/{visit.id}/timeline")).json()["entries"]
    undone = [entry["data"] for entry in story if entry["data"].get("journal") == "unmatch"]
    assert [one["reason"] for one in undone] == ["another patient"]


async def test_a_queued_payment_is_released_or_rejected_over_http(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000))
    one = await world.post(Era((Clp(visit.pcn, "200", "96", (LINE,)),), amount="97"))
    two = await world.post(Era((Clp("NOBODY1", "200", "96", (LINE,)),), amount="99", trace="T2"))
    tag = {"If-Match": (await http.get(f"/v1/remittances/{one.remittance_id}")).headers["ETag"]}

    wrong = await http.post(
        f"/v1/remittances/{one.remittance_id}/release", json={"reason": "bank", "deposit_cents": 9600}, headers=tag
    )
    released = await http.post(
        f"/v1/remittances/{one.remittance_id}/release", json={"reason": "bank", "deposit_cents": 9700}, headers=tag
    )
    rejected = await http.post(f"/v1/remittances/{two.remittance_id}/reject", json={"reason": "no"}, headers=tag)
    rematched = await http.post(f"/v1/remittances/{one.remittance_id}/rematch")
    [difference] = (await queue(http, "?kind=difference"))["items"]

    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/deposit_cents")
    assert (released.status_code, released.json()["difference_cents"]) == (200, 100), released.text
    assert (rejected.status_code, rejected.json()["state"]) == (200, "rejected"), rejected.text
    assert (rematched.status_code, difference["amount_cents"]) == (200, 100)
    assert difference["blocker"]["code"] == "deposit_differs"
