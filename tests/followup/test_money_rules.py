"""What money asks for: each rule on both sides of its day, and that a question closes itself when its cause is gone."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from ar_shared.kernel.ids import uuid7

from .world import MONDAY, World

PRAIRIE = "1420000099"


def ago(days: int) -> date:
    return MONDAY - timedelta(days=days)


async def open_account(world: World) -> None:
    await world.insert("bank_account", practice_id=world.practice_id)


async def a_payment(world: World, cents: int, *, days: int, trace: str = "TRC1", **more: Any) -> UUID:
    """A posted remittance whose day was so long ago."""
    facts = {"state": "posted", "payment_cents": cents, "paid_on": ago(days), "trace_number": trace,
             "payer_key": PRAIRIE, "payer_id": world.payer_id}  # fmt: skip
    return await world.a_remittance(**facts | more)


async def a_line(world: World, cents: int, *, days: int, trace: str = "", matched: int = 0) -> UUID:
    """An open bank line; with a trace it is a payer's transfer."""
    line = uuid7()
    of = {"practice_id": world.practice_id, "posted_on": ago(days), "amount_cents": cents, "reference": "",
          "customer_reference": "", "traces": [trace] if trace else [], "company_ids": []}  # fmt: skip
    await world.insert("bank_line", id=line, line_key=line.bytes, **of)
    await world.insert("bank_line_state", practice_id=world.practice_id, line_id=line, state="open",
                       matched_cents=matched)  # fmt: skip
    return line


async def match(world: World, line: UUID, remittance: UUID, cents: int, fee: int = 0) -> None:
    """The line's money settles the payment; of a whole line nothing is open."""
    await world.insert("bank_match", practice_id=world.practice_id, line_id=line, remittance_id=remittance,
                       amount_cents=cents, fee_cents=fee, matched_by="manual", journal_id=uuid7())  # fmt: skip
    await world.admin.execute(
        "UPDATE claims.bank_line_state SET matched_cents = matched_cents + $2, state = CASE WHEN matched_cents + $2 = "
        "(SELECT amount_cents FROM claims.bank_line WHERE id = $1) THEN 'matched' ELSE 'open' END WHERE line_id = $1",
        line,
        cents,
    )


async def asked(world: World) -> list[tuple[str, UUID, int]]:
    """(rule, subject, cents) of live items, by rule."""
    await world.sweep()
    where = "state IN ('open', 'snoozed')"
    return sorted(await world.items("rule", "subject_id", "amount_cents", where=where))


@pytest.mark.parametrize(("days", "fires"), [(3, False), (4, True)])
async def test_a_remittance_without_money_asks_on_the_fourth_day(world: World, days: int, fires: bool) -> None:
    await open_account(world)
    payment = await a_payment(world, 9_000, days=days)

    assert await asked(world) == [("remittance_without_money", payment, 9_000)] * fires


async def test_a_practice_without_bank_statements_is_never_asked_where_money_is(world: World) -> None:
    await a_payment(world, 9_000, days=40)
    await a_receipt(world, days=40)

    assert await asked(world) == []


async def a_receipt(world: World, *, days: int) -> UUID:
    """Five dollars, of which the bank has shown one."""
    receipt = uuid7()
    await world.insert("receipt", practice_id=world.practice_id, id=receipt, kind="patient", method="check",
                       state="received", amount_cents=500, deposited_cents=100, received_on=ago(days))  # fmt: skip
    return receipt


async def test_money_that_came_with_its_fee_closes_the_question_at_its_event(world: World) -> None:
    await open_account(world)
    payment = await a_payment(world, 9_000, days=9)
    assert [rule for rule, *_ in await asked(world)] == ["remittance_without_money"]

    line = await a_line(world, 8_700, days=1)
    await match(world, line, payment, 8_700, 300)
    await world.event("deposit.matched", "bank_line", line, remittance_id=payment)
    await world.consume()

    assert await world.items("state") == ["closed"]


@pytest.mark.parametrize(("days", "fires"), [(0, False), (1, True)])
async def test_a_part_of_a_payment_at_the_bank_asks_for_the_rest_from_the_next_day(
    world: World, days: int, fires: bool
) -> None:
    await open_account(world)
    payment = await a_payment(world, 9_000, days=days)
    await match(world, await a_line(world, 8_700, days=0), payment, 8_700)

    assert await asked(world) == [("payment_amount_differs", payment, 300)] * fires


async def test_more_than_the_payment_at_the_bank_asks_for_what_is_too_much(world: World) -> None:
    await open_account(world)
    payment = await a_payment(world, 9_000, days=9)
    await match(world, await a_line(world, 9_400, days=9), payment, 9_400)

    assert await asked(world) == [("payment_amount_differs", payment, 400)]


@pytest.mark.parametrize(("days", "fires"), [(3, False), (4, True)])
async def test_money_without_a_remittance_asks_on_the_fourth_day_for_what_is_open_of_it(
    world: World, days: int, fires: bool
) -> None:
    line = await a_line(world, 5_000, days=days, matched=1_000)

    assert await asked(world) == [("money_without_remittance", line, 4_000)] * fires


async def test_a_line_that_names_a_payment_of_another_amount_asks_once_and_at_once(world: World) -> None:
    await open_account(world)
    await a_payment(world, 9_000, days=0)
    line = await a_line(world, 9_500, days=0, trace="TRC1")

    assert await asked(world) == [("line_amount_differs", line, 9_500)]
    assert await world.items("payer_id", "due_on", "owner") == [(world.payer_id, date(2026, 3, 4), "payment_poster")]


async def test_a_payment_that_comes_after_its_line_is_compared_at_its_event(world: World) -> None:
    await open_account(world)
    line = await a_line(world, 9_500, days=0, trace="TRC1")
    assert await asked(world) == []

    payment = await a_payment(world, 9_000, days=0)
    await world.event("remittance.posted", "remittance", payment)
    await world.consume()
    assert await world.items("rule", "subject_id") == [("line_amount_differs", line)]

    await world.change("remittance", payment, state="reversed")
    await world.event("remittance.reversed", "remittance", payment)
    await world.consume()
    assert await world.items("state") == ["closed"]


async def test_a_statement_brings_its_lines_to_attention(world: World) -> None:
    await open_account(world)
    await a_payment(world, 9_000, days=0)
    line, statement = await a_line(world, 9_500, days=0, trace="TRC1"), uuid7()
    await world.change("bank_line", line, statement_id=statement)

    await world.event("bank.statement_received", "bank_statement", statement)
    await world.consume()

    assert await world.items("rule", "subject_id") == [("line_amount_differs", line)]


async def test_a_transfer_taken_back_asks_at_once_and_rent_does_not(world: World) -> None:
    line = await a_line(world, -9_000, days=0, trace="TRC1")
    await a_line(world, -200_000, days=40)

    assert await asked(world) == [("transfer_taken_back", line, 9_000)]


@pytest.mark.parametrize(("days", "fires"), [(4, False), (5, True)])
async def test_a_receipt_that_the_bank_has_not_shown_asks_on_the_fifth_day(
    world: World, days: int, fires: bool
) -> None:
    await open_account(world)
    receipt = await a_receipt(world, days=days)

    assert await asked(world) == [("receipt_not_at_bank", receipt, 400)] * fires


@pytest.mark.parametrize(("days", "fires"), [(29, False), (30, True)])
async def test_money_held_for_a_month_goes_to_the_team_lead_too(world: World, days: int, fires: bool) -> None:
    payment = await a_payment(world, 9_000, days=days, state="posted_with_held", effective_on=ago(days))
    await world.insert("remittance_claim", practice_id=world.practice_id, remittance_id=payment, n=1, state="held",
                       paid_cents=3_000)  # fmt: skip

    held = [("remittance_held", payment, 3_000), ("remittance_held_long", payment, 3_000)]
    assert await asked(world) == held[: 1 + fires]
    assert await world.items("owner") == ["payment_poster", "team_lead"][: 1 + fires]


@pytest.mark.parametrize(("cents", "fires"), [(0, False), (-1, True)])
async def test_a_released_payment_asks_what_its_deposit_differs_by(world: World, cents: int, fires: bool) -> None:
    payment = await a_payment(world, 9_000, days=0, difference_cents=cents)

    assert await asked(world) == [("deposit_differs", payment, 1)] * fires


@pytest.mark.parametrize(("days", "fires"), [(44, False), (45, True)])
@pytest.mark.parametrize("kind", ["announced", "forwarded"])
async def test_an_announced_take_back_asks_after_45_days_and_closes_when_a_payment_took_it(
    world: World, kind: str, days: int, fires: bool
) -> None:
    item = await a_payer_item(world, kind, days)
    assert await asked(world) == [("take_back_not_taken", item, 700)] * fires

    await world.change("payer_item", item, open_cents=0)
    payment = await a_payment(world, 9_000, days=0)
    await world.event("remittance.posted", "remittance", payment)
    await world.consume()

    assert await world.items("state") == ["closed"] * fires


async def test_a_take_back_that_was_taken_is_for_its_own_queue(world: World) -> None:
    await a_payer_item(world, "take_back", 90)

    assert await asked(world) == []


async def a_payer_item(world: World, kind: str, days: int) -> UUID:
    item = uuid7()
    await world.insert("payer_item", practice_id=world.practice_id, id=item, kind=kind, side="credit",
                       amount_cents=1_000, open_cents=700, opened_on=ago(days), payer_id=world.payer_id)  # fmt: skip
    return item


@pytest.mark.parametrize(("days", "fires"), [(89, False), (90, True)])
@pytest.mark.parametrize(("state", "method"), [("issued", "check"), ("cleared", "check"), ("issued", "ach")])
async def test_a_refund_check_asks_after_90_days_and_is_stale_after_180(
    world: World, state: str, method: str, days: int, fires: bool
) -> None:
    refund = uuid7()
    await world.insert("refund", practice_id=world.practice_id, id=refund, state=state, method=method, side="payer",
                       amount_cents=2_400, issued_on=ago(days), charge_id=uuid7())  # fmt: skip

    await world.sweep()

    item = ("refund_check_outstanding", refund, ago(days) + timedelta(days=180))
    outstanding = fires and (state, method) == ("issued", "check")
    assert await world.items("rule", "subject_id", "deadline_on") == [item] * outstanding


async def a_case(world: World, state: str, **facts: Any) -> UUID:
    """An overpayment of 24 dollars, perhaps with the dates of its clock."""
    case = uuid7()
    closed = {"closed_on": MONDAY} if state == "closed" else {}
    known = {"identified_on": ago(10)} if state != "open" else {}
    values = {"credit_cents": 2_400, "source": "posting", **known, **closed, **facts}
    await world.insert("overpayment_case", practice_id=world.practice_id, id=case, state=state, **values)
    return case


async def test_a_payers_credit_that_nobody_has_looked_at_asks_within_a_week(world: World) -> None:
    case = await a_case(world, "open")

    assert await asked(world) == [("overpayment_unknown", case, 2_400)]
    assert await world.items("due_on", "deadline_on") == [(date(2026, 3, 9), None)]


async def test_an_identified_overpayment_has_the_clocks_last_day_and_closes_with_its_case(world: World) -> None:
    case = await a_case(world, "identified", due_on=MONDAY + timedelta(days=50), stated_cents=3_000)
    await world.event("credit.identified", "overpayment_case", case)
    await world.consume()
    assert await world.items("rule", "amount_cents", "deadline_on") == [
        ("overpayment_due", 3_000, MONDAY + timedelta(days=50))
    ]

    await world.change("overpayment_case", case, state="closed", closed_on=MONDAY)
    await world.event("overpayment.closed", "overpayment_case", case)
    await world.consume()

    assert await world.items("state") == ["closed"]


@pytest.mark.parametrize(
    ("left", "rules"), [(0, ["overpayment_due"]), (-1, ["overpayment_due", "overpayment_overdue"])]
)
async def test_an_overpayment_kept_beyond_its_last_day_goes_to_the_team_lead(
    world: World, left: int, rules: list[str]
) -> None:
    await a_case(world, "identified", due_on=MONDAY + timedelta(days=left))

    assert [rule for rule, *_ in await asked(world)] == rules


async def test_an_investigation_has_the_day_on_which_the_clock_goes_on(world: World) -> None:
    until, due = MONDAY + timedelta(days=170), MONDAY + timedelta(days=220)
    await a_case(world, "investigating", investigation_started_on=ago(1), suspended_until=until, due_on=due)

    await world.sweep()

    assert await world.items("rule", "deadline_on") == [("overpayment_investigation", until)]


async def test_an_overpayment_ranks_before_more_money_when_its_last_day_is_near(world: World) -> None:
    """Ten days before a deadline come first, whatever the dollars; eleven days before it, dollars count."""
    near = await a_case(world, "identified", due_on=MONDAY + timedelta(days=10))
    later = await a_case(world, "identified", due_on=MONDAY + timedelta(days=11))
    large = await world.a_denial(await world.a_claim(submission_state="payer_accepted"), denied_cents=1_000_000)
    await world.sweep()

    async with world.http() as http:
        items = (await http.get("/v1/work-items", headers=world.headers())).json()["items"]

    assert [item["subject"]["id"] for item in items] == [str(near), str(large), str(later)]


@pytest.mark.parametrize(("awaited", "fires"), [(0, False), (1, True)])
@pytest.mark.parametrize("step", ["crossover_awaited", "crossover_overdue"])
async def test_a_crossover_asks_the_day_after_it_was_awaited(
    world: World, step: str, awaited: int, fires: bool
) -> None:
    claim = await world.a_claim(submission_state="payer_accepted", adjudication_state="forwarded")
    await world.insert("coordination", practice_id=world.practice_id, claim_id=claim, step=step,
                       awaited_until=ago(awaited))  # fmt: skip

    assert await asked(world) == [("crossover_overdue", claim, 10_000)] * fires


async def test_a_crossover_that_was_answered_asks_for_nothing(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_accepted", adjudication_state="forwarded")
    await world.insert("coordination", practice_id=world.practice_id, claim_id=claim, step="crossover_answered",
                       awaited_until=ago(9))  # fmt: skip

    assert await asked(world) == []


@pytest.mark.parametrize(("state", "days", "fires"), [("void_sent", 29, False), ("void_sent", 30, True),
                                                      ("voided", 30, False)])  # fmt: skip
async def test_a_void_that_the_payer_has_not_confirmed_asks_after_30_days(
    world: World, state: str, days: int, fires: bool
) -> None:
    claim = await world.a_claim(submission_state=state, adjudication_state="paid", sent_on=ago(days))

    assert await asked(world) == [("void_unconfirmed", claim, 10_000)] * fires


async def test_a_denial_that_has_ended_closes_its_item_at_its_event(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_accepted", adjudication_state="denied")
    denial = await world.a_denial(claim)
    assert [rule for rule, *_ in await asked(world)] == ["denied"]

    await world.change("denial_case", denial, state="written_off")
    await world.event("denial.closed", "denial", denial, claim_id=claim)
    await world.consume()

    assert await world.items("state") == ["closed"]
