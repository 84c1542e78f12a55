"""A month is closed, something comes late, the month is opened again and closed a second time."""

from datetime import date

import pytest

from .conftest import OCTOBER, Books

IN_OCTOBER = date(2026, 10, 20)


async def test_a_payment_of_a_closed_month_counts_on_the_first_open_day_and_keeps_its_own(books: Books) -> None:
    before = await books.deposited((await books.visit()).pcn, IN_OCTOBER, "120")
    assert await books.counts_on(before.remittance_id) == (IN_OCTOBER, IN_OCTOBER)

    closed = await books.move("close", note="agreed with the bank")
    late = await books.deposited((await books.visit()).pcn, IN_OCTOBER, "100")

    assert (closed.status_code, closed.json()["state"], closed.json()["version"]) == (200, "closed", 1)
    assert await books.counts_on(late.remittance_id) == (date(2026, 11, 1), IN_OCTOBER)
    assert (await books.get(f"/{OCTOBER}"))["ledger_agrees"] is True


async def test_closing_again_makes_another_version_and_says_what_changed_and_which_journals_did_it(
    books: Books,
) -> None:
    await books.deposited((await books.visit()).pcn, IN_OCTOBER, "120")
    await books.move("close")
    first = await books.get(f"/{OCTOBER}/versions/1")

    reopened = await books.move("reopen", reason="a deposit was missing")
    late = await books.deposited((await books.visit()).pcn, IN_OCTOBER, "100")
    again = await books.move("close")

    assert reopened.json()["state"] == "open"
    assert await books.counts_on(late.remittance_id) == (IN_OCTOBER, IN_OCTOBER)
    assert again.json()["version"] == 2
    assert (await books.get(f"/{OCTOBER}/versions/1"))["accounts"] == first["accounts"], "the first close is kept"
    differences = await books.get(f"/{OCTOBER}/versions/2/differences")
    assert [(a["account"], a["difference_cents"], a["unexplained_cents"]) for a in differences["accounts"]] == [
        (1040, 10_000, 0),
        (1100, -20_000, 0),
        (4100, 10_000, 0),
    ]
    assert {journal["source_on"] for account in differences["accounts"] for journal in account["journals"]} == {
        "2026-10-20"
    }
    versions = (await books.get(f"/{OCTOBER}/versions"))["items"]
    assert [(v["version"], v["reopening_reason"]) for v in versions] == [(2, None), (1, "a deposit was missing")]
    assert versions[0]["control_hash"] != versions[1]["control_hash"]


async def test_a_month_that_was_opened_and_closed_without_a_change_has_no_difference(books: Books) -> None:
    await books.deposited((await books.visit()).pcn, IN_OCTOBER, "120")
    await books.move("close")
    await books.move("reopen", reason="to look at it")
    await books.move("close")

    assert (await books.get(f"/{OCTOBER}/versions/2/differences"))["accounts"] == []
    versions = (await books.get(f"/{OCTOBER}/versions"))["items"]
    assert versions[0]["control_hash"] == versions[1]["control_hash"]


async def test_a_close_without_a_predecessor_and_a_close_that_never_was_have_no_differences(books: Books) -> None:
    await books.move("close")

    assert (await books.http.get(f"/v1/periods/{OCTOBER}/versions/1/differences")).status_code == 404
    assert (await books.http.get(f"/v1/periods/{OCTOBER}/versions/2")).status_code == 404


@pytest.mark.parametrize(
    ("verb", "month", "body", "code"),
    [
        ("close", "2026-11", {}, "period_not_over"),
        ("close", "2026-10", {}, "period_state"),
        ("reopen", "2026-09", {"reason": "why"}, "period_out_of_order"),
        ("reopen", "2026-11", {"reason": "why"}, "period_state"),
    ],
)
async def test_a_move_that_does_not_fit_is_refused(
    books: Books, verb: str, month: str, body: dict[str, str], code: str
) -> None:
    await books.move("close")

    refused = await books.move(verb, month, **body)

    assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert (await books.get(""))["first_open_day"] == "2026-11-01"


async def test_a_journal_that_reached_a_closed_month_past_the_rule_is_seen(books: Books) -> None:
    """What the month's reading is for: the ledger no longer says what the close kept."""
    await books.deposited((await books.visit()).pcn, IN_OCTOBER, "120")
    await books.move("close")
    async with books.world.database.tenant_tx(books.world.practice_id) as connection:
        await connection.execute("DELETE FROM claims.open_period WHERE practice_id = $1", books.world.practice_id)
    await books.deposited((await books.visit()).pcn, IN_OCTOBER, "100")
    async with books.world.database.tenant_tx(books.world.practice_id) as connection:
        await connection.execute("INSERT INTO claims.open_period VALUES ($1, '2026-11-01')", books.world.practice_id)

    assert (await books.get(f"/{OCTOBER}"))["ledger_agrees"] is False


async def test_both_moves_are_facts_in_the_feed(books: Books) -> None:
    await books.move("close")
    await books.move("reopen", reason="why")

    assert [t for t in await books.world.event_types() if t.startswith("period.")] == [
        "period.closed",
        "period.reopened",
    ]
