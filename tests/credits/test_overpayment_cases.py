"""A payer's credit opens its case in the posting that makes it; the case closes with it, and knows why."""

from datetime import timedelta

import httpx
import pytest

from claims_api.access.authority import AuthorityMissingError
from claims_api.access.limits import AboveAuthorityError, Decider, require_amount
from claims_api.credits.settle_overpayment import DECISION

# Relative, because the tests are not on the import path.
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.world import World  # noqa: TID252
from .desk import TODAY, Overpayments, at, kinds, paid_twice

WHY = {"reason": "agreed"}


async def refundable(world: World) -> None:
    """The reversal of the first payment did not come in its time: the credit is provisional no longer."""
    day = await world.one("SELECT max(due_on) FROM claims.reversal WHERE practice_id = $1")
    await at(world, day + timedelta(days=1))


async def test_a_federal_payers_credit_is_identified_by_its_posting_and_due_in_sixty_days(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await paid_twice(world, bill), Overpayments(http)

    case = await desk.case(visit)

    assert (case["state"], case["credit_cents"], case["identified_by"]) == ("identified", 9600, "presumed")
    assert (case["identified_on"], case["due_on"]) == ("2026-11-23", "2027-01-22")
    assert (case["look_back_from"], case["in_look_back"], case["look_back_confirmed"]) == ("2020-11-23", True, False)
    assert kinds(case) == ["arise", "identify"]
    told = await world.rows(
        "SELECT type, data FROM claims.outbox WHERE practice_id = $1 AND subject_type = 'overpayment_case' ORDER BY id"
    )
    assert [row["type"] for row in told] == ["overpayment.opened", "credit.identified"]
    assert [row["data"]["version"] for row in told] == [1, 2]
    assert (told[1]["data"]["due_on"], told[1]["data"]["credit_cents"]) == ("2027-01-22", 9600)


async def test_the_clock_runs_from_the_posting_whenever_somebody_looks(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await paid_twice(world, bill), Overpayments(http)

    left = {}
    for day in (59, 60, 61):
        await at(world, TODAY + timedelta(days=day))
        left[day] = (await desk.case(visit))["days_left"]

    assert left == {59: 1, 60: 0, 61: -1}


async def test_another_payers_credit_opens_a_case_that_waits_for_somebody_to_know(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await paid_twice(world, bill, federal=False), Overpayments(http)
    await at(world, TODAY)
    case = await desk.case(visit)
    assert (case["state"], case["identified_on"], case["due_on"], kinds(case)) == ("open", None, None, ["arise"])

    known = await desk.did(case, "identify", identified_on="2026-11-20", basis="letter of the payer")

    assert (known["state"], known["identified_on"], known["basis"]) == (
        "identified",
        "2026-11-20",
        "letter of the payer",
    )
    later = await desk.step(known, "identify", identified_on="2026-11-20", basis="again")
    assert (later.status_code, later.json()["code"]) == (409, "knowledge_not_later")
    earlier = await desk.did(known, "identify", identified_on="2026-11-19", basis="the call before it")
    assert earlier["identified_on"] == "2026-11-19"


async def test_a_practice_may_presume_it_of_any_class(world: World, bill: Billing, http: httpx.AsyncClient) -> None:
    await world.settings({"overpayment_clock": {"commercial": {"presumed": True, "days": 90}}})  # type: ignore[dict-item]
    visit = await paid_twice(world, bill, federal=False)

    case = await Overpayments(http).case(visit)

    assert (case["state"], case["due_on"], case["due_source"]) == (
        "identified",
        "2027-02-21",
        "the practice's setting",
    )


async def test_an_investigation_stops_the_clock_and_its_end_sets_the_day(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await paid_twice(world, bill), Overpayments(http)
    await at(world, TODAY + timedelta(days=40))

    searching = await desk.did(
        await desk.case(visit), "start-investigation", started_on="2026-12-03", reason="same code elsewhere"
    )
    assert (searching["state"], searching["suspended_until"]) == ("investigating", "2027-05-22")
    assert searching["due_on"] == "2027-07-11"  # day 180 and the fifty days that are left
    done = await desk.did(searching, "end-investigation", ended_on="2027-01-02", reason="no other visit")

    assert (done["state"], done["suspended_until"], done["due_on"]) == ("identified", "2027-01-02", "2027-02-21")
    again = await desk.step(done, "start-investigation", started_on="2027-01-02", reason="once more")
    assert (again.status_code, again.json()["code"]) == (409, "investigation_not_possible")
    assert kinds(done) == ["arise", "identify", "investigate", "conclude"]


async def test_a_refund_closes_the_case_and_its_void_lets_the_old_clock_run_on(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await paid_twice(world, bill), Overpayments(http)
    await refundable(world)
    chosen = await desk.did(await desk.case(visit), "choose-method", method="refund_check", **WHY)

    refund = await desk.refund(charge_id=str(visit.charges[0]), side="payer", amount_cents=9600)
    closed = await desk.case(visit)
    assert (closed["state"], closed["close_reason"], closed["credit_cents"]) == ("closed", "refunded", 0)
    assert closed["version"] == chosen["version"] + 1
    paper = {"kind": "correspondence", "media_type": "application/pdf", "sha256": "0" * 64, "received_on": "2026-11-20"}
    document = await desk.ok("PUT", "/v1/documents/by-external-id/PROOF", {**paper, "links": []}, 201)
    nothing = await desk.step(closed, "attach-proof", document_id=refund["id"], **WHY)
    assert nothing.status_code == 422
    proven = await desk.did(closed, "attach-proof", document_id=document["id"], **WHY)
    assert (proven["state"], proven["proof_document_id"]) == ("closed", document["id"])
    headers = {"If-Match": f'"{refund["version"]}"'}
    await desk.ok("POST", f"/v1/refunds/{refund['id']}/void", WHY, headers=headers)

    again = await desk.case(visit)
    assert (again["state"], again["due_on"], again["method"]) == ("identified", "2027-01-22", "refund_check")
    assert kinds(again) == ["arise", "identify", "choose", "close", "prove", "return"]


async def test_a_part_of_the_credit_leaves_the_case_open_with_the_rest(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await paid_twice(world, bill), Overpayments(http)
    await refundable(world)

    await desk.refund(charge_id=str(visit.charges[0]), side="payer", amount_cents=9599)

    case = await desk.case(visit)
    assert (case["state"], case["credit_cents"], case["due_on"]) == ("identified", 1, "2027-01-22")


async def test_what_an_audit_found_has_a_case_before_the_books_show_it(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    await world.cover("COV-MED", "PAY-MEDB", member_id="M0003")
    visit = await bill(("G0463", 9600), coverage={"external_id": "COV-MED"})
    desk = Overpayments(http)
    await at(world, TODAY)
    found = {"charge_id": str(visit.charges[0]), "amount_cents": 9600, "basis": "audit: no record of the service"}

    case = await desk.ok("POST", "/v1/overpayments", {**found, "identified_on": "2026-11-20"}, 201)

    assert (case["source"], case["state"], case["due_on"]) == ("person", "identified", "2027-01-19")
    assert (case["credit_cents"], case["stated_cents"], case["tests"]) == (0, 9600, [])
    twice = await http.post("/v1/overpayments", json={**found, "identified_on": "2026-11-20"})
    assert (twice.status_code, twice.json()["code"]) == (409, "overpayment_case_exists")
    tomorrow = await http.post("/v1/overpayments", json={**found, "identified_on": "2026-11-24"})
    assert tomorrow.status_code == 422
    closed = await desk.did(case, "close", close_reason="not_overpaid", reason="the record was found")
    assert (closed["state"], closed["close_reason"], closed["closed_on"]) == ("closed", "not_overpaid", "2026-11-23")
    again = await desk.ok("POST", "/v1/overpayments", {**found, "identified_on": "2026-11-22"}, 201)
    assert (again["id"], again["state"], again["due_on"]) == (case["id"], "identified", "2027-01-21")


async def test_no_person_declares_a_credit_gone_that_the_books_show(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit, desk = await paid_twice(world, bill), Overpayments(http)

    refused = await desk.step(await desk.case(visit), "close", close_reason="returned_elsewhere", reason="done")

    assert (refused.status_code, refused.json()["code"]) == (409, "credit_still_there")


def test_who_decides_about_an_overpayment_has_the_authority_for_its_amount() -> None:
    approver = Decider("S-1", frozenset({"refund_approver"}), None)
    require_amount(approver, DECISION, 100000)
    with pytest.raises(AboveAuthorityError):
        require_amount(approver, DECISION, 100001)
    with pytest.raises(AuthorityMissingError):
        require_amount(Decider("S-2", frozenset({"biller"}), None), DECISION, 1)
