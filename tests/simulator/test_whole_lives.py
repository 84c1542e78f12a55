"""Claims of every fate live their whole life through the real intake; the books hold at every step."""

from typing import Any

import pytest

from ar_shared.platform.database import Row
from claims_api.simulator.domain.calendar import business_days_after

from .conftest import Sandbox
from .files import EVERY_MEMBER
from .world import a_member, advance, answers_of, claims_of, send, set_clock, state_of

LATER = "2026-09-01T12:00:00Z"


async def live(sandbox: Sandbox, *members: str) -> dict[str, str]:
    """Claim ids by member, half a year later."""
    await set_clock(sandbox)
    claims = dict(zip(members, await claims_of(sandbox, *members), strict=True))
    await send(sandbox)
    await advance(sandbox, LATER)
    return claims


async def rows(sandbox: Sandbox, query: str, *arguments: Any) -> list[Row]:
    """$1 is the practice."""
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        return await connection.fetch(query, sandbox.practice_id, *arguments)


async def payments_of(sandbox: Sandbox) -> list[tuple[str, int]]:
    """State and cents of every payment, as it arrived."""
    found = await rows(
        sandbox,
        "SELECT state, payment_cents FROM claims.remittance WHERE practice_id = $1 ORDER BY received_at, id",
    )
    return [(row["state"], row["payment_cents"]) for row in found]


async def entries_of(sandbox: Sandbox) -> list[tuple[str, str, int]]:
    """Code, reference and cents of every provider entry of a payment that posted."""
    found = await rows(
        sandbox,
        "SELECT a.code, a.reference, a.amount_cents, r.trace_number FROM claims.provider_adjustment a "
        "JOIN claims.remittance r ON r.practice_id = $1 AND r.id = a.remittance_id "
        "WHERE a.practice_id = $1 ORDER BY r.received_at, r.id, a.n",
    )
    return [(row["code"], row["reference"], row["amount_cents"]) for row in found]


async def assert_the_books_hold(sandbox: Sandbox) -> None:
    proofs = (await sandbox.http.get("/v1/ledger/proofs")).json()
    assert [proof for proof in proofs["proofs"] if not proof["holds"]] == []
    assert proofs["holds"]


async def test_the_books_hold_after_every_fate_there_is(sandbox: Sandbox) -> None:
    members = [member for member in EVERY_MEMBER if member != "TEST-999-REJECT"]

    await live(sandbox, *members)

    await assert_the_books_hold(sandbox)
    states = {state for state, _ in await payments_of(sandbox)}
    assert states == {"posted", "posted_with_held", "queued", "duplicate"}
    clock = (await sandbox.http.get("/v1/test-clock")).json()
    assert clock["next_due_at"] is None


ENDS = {
    "TEST-REVERSE": "paid",
    "TEST-REVERSE-TWO-FILES": "paid",
    "TEST-REVERSE-ONLY": "reversed",
    "TEST-TAKEBACK-A": "denied",
    "TEST-TAKEBACK-B": "denied",
    "TEST-TAKEBACK-C": "paid",
    "TEST-PEND-PAID": "paid",
    "TEST-NO-LINES": "paid",
    "TEST-SPLIT": "paid",
    "TEST-BUNDLED-97": "partially_denied",
    "TEST-RECODED": "paid",
    "TEST-NOT-OURS": "forwarded",
    "TEST-ESTIMATE": "pended",
    "TEST-DOCUMENTS": "denied",
}


async def test_each_story_ends_where_a_biller_expects(sandbox: Sandbox) -> None:
    claims = await live(sandbox, *ENDS)

    assert {member: (await state_of(sandbox, claim))[1] for member, claim in claims.items()} == ENDS
    assert {payment for payment, _ in await payments_of(sandbox)} == {"posted"}
    await assert_the_books_hold(sandbox)


async def test_a_total_below_zero_is_carried_and_comes_back_under_its_own_trace(sandbox: Sandbox) -> None:
    await live(sandbox, "TEST-FORWARD")
    await claims_of(sandbox, "TEST-DENY-CO-16", day="2026-08-31")
    await claims_of(sandbox, "TEST-PAID", day="2026-08-31")
    await send(sandbox)
    await advance(sandbox, "2026-11-20T12:00:00Z")

    forwards = [(reference, cents) for code, reference, cents in await entries_of(sandbox) if code == "FB"]
    [below_zero] = await rows(
        sandbox,
        "SELECT r.trace_number FROM claims.remittance r WHERE r.practice_id = $1 AND r.payment_cents = 0 "
        "AND r.provider_adjustment_cents < 0 ORDER BY r.received_at LIMIT 1",
    )
    assert [reference for reference, _ in forwards[:2]] == [below_zero["trace_number"]] * 2
    assert forwards[0][1] == -forwards[1][1] < 0
    await assert_the_books_hold(sandbox)


async def test_a_file_sent_twice_posts_once_under_whatever_numbers(sandbox: Sandbox) -> None:
    await live(sandbox, "TEST-SAME-FILE-TWICE", "TEST-RENUMBERED")

    states = [state for state, _ in await payments_of(sandbox)]
    assert sorted(states) == ["duplicate", "duplicate", "posted", "posted"]
    contents = [bytes(answer["content"]) for answer in await answers_of(sandbox) if answer["kind"] == "835"]
    assert len(contents) == 4
    assert len(set(contents)) == 3


@pytest.mark.parametrize("member_id", ["TEST-LOOK-ALIKE", "TEST-AMOUNT-CHANGED"])
async def test_another_content_or_amount_under_the_same_trace_waits_for_a_person(
    sandbox: Sandbox, member_id: str
) -> None:
    await live(sandbox, member_id)

    assert [state for state, _ in await payments_of(sandbox)] == ["posted", "queued"]


async def test_what_does_not_add_up_waits_as_a_whole_or_is_held(sandbox: Sandbox) -> None:
    claims = await live(sandbox, "TEST-WRONG-TOTAL", "TEST-WRONG-CLAIM")

    assert sorted(state for state, _ in await payments_of(sandbox)) == ["posted_with_held", "queued"]
    assert {(await state_of(sandbox, claim))[1] for claim in claims.values()} == {"pended"}
    await assert_the_books_hold(sandbox)


async def test_a_late_file_arrives_four_business_days_after_its_date(sandbox: Sandbox) -> None:
    await live(sandbox, "TEST-LATE-FILE")

    [late] = await rows(sandbox, "SELECT paid_on, received_at FROM claims.remittance WHERE practice_id = $1")
    assert late["received_at"].date() == business_days_after(late["paid_on"], 4)


async def test_a_payment_whose_remittance_is_lost_leaves_its_claim_open(sandbox: Sandbox) -> None:
    claims = await live(sandbox, "TEST-NO-ERA")

    assert await payments_of(sandbox) == []
    assert await state_of(sandbox, claims["TEST-NO-ERA"]) == ("payer_accepted", "pended")


async def test_payments_of_their_own_stand_in_the_file_of_the_day(sandbox: Sandbox) -> None:
    await live(sandbox, "TEST-PLB-L6", "TEST-PLB-CS", "TEST-OWN-PAYMENT", "TEST-PAID", "TEST-DEDUCTIBLE")

    files = [bytes(answer["content"]) for answer in await answers_of(sandbox) if answer["kind"] == "835"]
    assert sum(content.count(b"~\nST*835*") for content in files) > len(files)
    assert {state for state, _ in await payments_of(sandbox)} == {"posted"}


async def test_a_supplement_pays_after_a_crossover_without_a_claim_of_ours(sandbox: Sandbox) -> None:
    await set_clock(sandbox)
    [claim] = await claims_of(sandbox, "TEST-CROSSOVER-TBC02")
    patient = await a_member(sandbox, "TEST-CROSSOVER-TBC02")
    supplement = {
        "patient": {"external_id": patient},
        "payer": {"external_id": "PAY-BLUFF"},
        "member_id": "SUPPLEMENT-1",
        "rank": 2,
    }
    await sandbox.put("/v1/coverages/by-external-id/SUPPLEMENT", supplement)
    await send(sandbox)

    await advance(sandbox, LATER)

    assert [state for state, _ in await payments_of(sandbox)] == ["posted", "posted"]
    assert (await sandbox.http.get(f"/v1/claims/{claim}")).json()["balance_cents"] == 0
    await assert_the_books_hold(sandbox)
