"""Each rule on both sides of every threshold, through the sweep of a real database."""

from datetime import date

import pytest

from .world import MONDAY, World

TUESDAY, THURSDAY, FRIDAY = date(2026, 3, 3), date(2026, 3, 5), date(2026, 3, 6)


@pytest.mark.parametrize("state", ["file_rejected", "ch_rejected", "payer_rejected"])
async def test_a_rejected_claim_asks_for_a_correction_before_the_filing_limit(world: World, state: str) -> None:
    claim = await world.a_claim(submission_state=state, open_cents=12_300)

    await world.sweep()

    columns = ("rule", "claim_id", "amount_cents", "opened_on", "due_on", "deadline_on", "owner")
    assert await world.items(*columns) == [
        ("rejected", claim, 12_300, MONDAY, date(2026, 3, 4), date(2026, 5, 31), "biller")
    ]


@pytest.mark.parametrize(("payer_days", "deadline"), [(None, date(2026, 5, 31)), (180, date(2026, 8, 29))])
async def test_the_filing_limit_is_the_payers_own_where_it_names_one(
    world: World, payer_days: int | None, deadline: date
) -> None:
    await world.a_claim(submission_state="payer_rejected")
    await world.admin.execute("UPDATE claims.payer SET filing_limit_days = $1", payer_days)

    await world.sweep()

    assert await world.items("deadline_on") == [deadline]


@pytest.mark.parametrize(
    ("submission", "adjudication"),
    [("ready", "none"), ("payer_accepted", "none"), ("payer_rejected", "paid"), ("voided", "none")],
)
async def test_a_claim_in_another_state_is_not_rejected(world: World, submission: str, adjudication: str) -> None:
    await world.a_claim(submission_state=submission, adjudication_state=adjudication)

    await world.sweep()

    assert await world.items() == []


@pytest.mark.parametrize(
    ("purpose", "expected"), [("live", 1), ("already_submitted", 1), ("test", 0), ("draft_import", 0)]
)
async def test_only_claims_that_were_meant_to_reach_a_payer_count(world: World, purpose: str, expected: int) -> None:
    await world.a_claim(submission_state="payer_rejected", purpose=purpose)

    await world.sweep()

    assert len(await world.items()) == expected


@pytest.mark.parametrize(("today", "expected"), [(date(2026, 3, 4), 0), (THURSDAY, 1)])
async def test_silence_is_noticed_on_the_third_business_day_after_sending(
    world: World, today: date, expected: int
) -> None:
    await world.a_claim(submission_state="sent", sent_on=MONDAY)
    await world.set_today(today)

    await world.sweep()

    assert await world.items() == ["no_acknowledgement"] * expected


@pytest.mark.parametrize(("today", "expected"), [(date(2026, 3, 10), 0), (date(2026, 3, 11), 1)])
async def test_a_weekend_does_not_count_as_silence(world: World, today: date, expected: int) -> None:
    await world.a_claim(submission_state="sent", sent_on=FRIDAY)
    await world.set_today(today)

    await world.sweep()

    assert await world.items() == ["no_acknowledgement"] * expected


async def test_an_acknowledged_claim_is_not_silent(world: World) -> None:
    await world.a_claim(submission_state="file_accepted", sent_on=MONDAY)
    await world.set_today(THURSDAY)

    await world.sweep()

    assert await world.items() == []


@pytest.mark.parametrize("state", ["file_accepted", "payer_accepted"])
@pytest.mark.parametrize(("today", "expected"), [(date(2026, 3, 17), 0), (date(2026, 3, 18), 1)])
async def test_an_answer_is_missed_the_day_after_the_payers_usual_time_from_acceptance(
    world: World, state: str, today: date, expected: int
) -> None:
    await world.a_claim(submission_state=state, sent_on=MONDAY, accepted_on=TUESDAY)
    await world.set_today(today)

    await world.sweep()

    assert await world.items() == ["no_answer"] * expected


@pytest.mark.parametrize(("today", "expected"), [(date(2026, 3, 16), 0), (date(2026, 3, 17), 1)])
async def test_without_an_acceptance_the_time_runs_from_sending(world: World, today: date, expected: int) -> None:
    await world.a_claim(submission_state="file_accepted", sent_on=MONDAY)
    await world.set_today(today)

    await world.sweep()

    assert await world.items() == ["no_answer"] * expected


@pytest.mark.parametrize(("adjudication", "expected"), [("none", 1), ("pended", 1), ("paid", 0), ("denied", 0)])
async def test_a_decided_claim_needs_no_answer(world: World, adjudication: str, expected: int) -> None:
    await world.a_claim(
        submission_state="payer_accepted", adjudication_state=adjudication, accepted_on=date(2026, 1, 5)
    )

    await world.sweep()

    assert len(await world.items()) == expected


async def test_each_denial_case_is_an_item_with_the_expected_amount_and_the_nearest_date_ahead(
    world: World,
) -> None:
    claim = await world.a_claim(submission_state="payer_accepted", adjudication_state="denied")
    await world.a_denial(claim, denied_cents=9_000, expected_cents=6_000, recovered_cents=1_000,
                         correction_due_on=date(2026, 3, 1), appeal_due_on=date(2026, 6, 1))  # fmt: skip
    await world.a_denial(claim, denied_cents=4_000, correction_due_on=MONDAY, appeal_due_on=date(2026, 6, 1))

    await world.sweep()

    assert sorted(await world.items("amount_cents", "deadline_on", "due_on")) == [
        (4_000, MONDAY, MONDAY),
        (5_000, date(2026, 6, 1), THURSDAY),
    ]


async def test_a_denial_whose_dates_have_all_passed_is_due_today_and_shows_the_last_of_them(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_accepted", adjudication_state="denied")
    await world.a_denial(claim, correction_due_on=date(2026, 2, 1), appeal_due_on=date(2026, 3, 1))

    await world.sweep()

    assert await world.items("deadline_on", "due_on") == [(date(2026, 3, 1), MONDAY)]


@pytest.mark.parametrize(
    ("state", "expected"),
    [("new", 1), ("in_review", 1), ("partially_overturned", 1), ("appealed", 0), ("overturned", 0), ("written_off", 0)],
)  # fmt: skip
async def test_a_denial_asks_only_while_somebody_must_decide(world: World, state: str, expected: int) -> None:
    claim = await world.a_claim(submission_state="payer_accepted", adjudication_state="denied")
    await world.a_denial(claim, state=state)

    await world.sweep()

    assert len(await world.items()) == expected


async def test_a_payment_that_could_not_be_posted_asks_for_its_whole_amount(world: World) -> None:
    remittance = await world.a_remittance(state="queued", payment_cents=-7_700)

    await world.sweep()

    assert await world.items("rule", "subject_id", "amount_cents") == [("remittance_queued", remittance, 7_700)]


async def test_held_money_asks_for_what_is_held_and_not_for_what_was_posted(world: World) -> None:
    remittance = await world.a_remittance(state="posted_with_held", payment_cents=50_000)
    for n, state, paid in ((1, "held", 3_000), (2, "held", -500), (3, "posted", 47_500)):
        await world.insert("remittance_claim", practice_id=world.practice_id, remittance_id=remittance,
                           n=n, state=state, paid_cents=paid)  # fmt: skip

    await world.sweep()

    assert await world.items("rule", "amount_cents") == [("remittance_held", 3_500)]


@pytest.mark.parametrize("state", ["posted", "duplicate", "rejected"])
async def test_a_settled_remittance_asks_for_nothing(world: World, state: str) -> None:
    await world.a_remittance(state=state, payment_cents=100)

    await world.sweep()

    assert await world.items() == []


async def test_held_claims_of_a_posted_payment_are_all_matched_and_ask_for_nothing(world: World) -> None:
    await world.a_remittance(state="posted_with_held", payment_cents=100)

    await world.sweep()

    assert await world.items() == []


@pytest.mark.parametrize(
    ("kind", "state", "expected"),
    [("review", "open", 1), ("unknown_code", "open", 1), ("watch", "open", 0), ("review", "closed", 0)],
)
async def test_an_open_review_item_asks_for_a_person_and_a_watch_waits(
    world: World, kind: str, state: str, expected: int
) -> None:
    await world.insert("review_item", practice_id=world.practice_id, kind=kind, state=state, amount_cents=-900)

    await world.sweep()

    assert await world.items("rule", "amount_cents") == [("review", 900)] * expected


@pytest.mark.parametrize(
    ("state", "rule"), [("awaiting_correction", "correction_missing"), ("awaiting_reversal", "reversal_missing")]
)
@pytest.mark.parametrize(("today", "expected"), [(TUESDAY, 0), (date(2026, 3, 4), 1)])
async def test_the_missing_half_of_a_reversal_is_asked_for_the_day_after_it_was_due(
    world: World, state: str, rule: str, today: date, expected: int
) -> None:
    claim = await world.a_claim(submission_state="payer_accepted", adjudication_state="paid")
    await world.insert(
        "reversal",
        practice_id=world.practice_id,
        claim_id=claim,
        state=state,
        opened_on=date(2026, 2, 1),
        due_on=TUESDAY,
    )
    await world.set_today(today)

    await world.sweep()

    assert await world.items("rule", "claim_id") == [(rule, claim)] * expected


async def test_a_complete_reversal_asks_for_nothing(world: World) -> None:
    claim = await world.a_claim(submission_state="payer_accepted", adjudication_state="paid")
    await world.insert(
        "reversal", practice_id=world.practice_id, claim_id=claim, state="complete", due_on=date(2026, 2, 1)
    )

    await world.sweep()

    assert await world.items() == []
