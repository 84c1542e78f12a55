"""The journal of a day, as another ledger takes it over: complete, and equal to our own."""

import csv
import hashlib
from collections import Counter
from datetime import date
from typing import Any

from .conftest import OCTOBER, Books

IN_OCTOBER = date(2026, 10, 20)
POSTED_ON = "2026-11-23"  # the practice's today in these tests


async def exported(books: Books, on: str, by: str) -> Any:
    answer = await books.http.get("/v1/ledger/journal-export", params={"on": on, "by": by})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_all_days_by_effective_day_are_the_trial_balance(books: Books) -> None:
    await books.deposited((await books.visit()).pcn, IN_OCTOBER, "120")
    days = await books.world.rows("SELECT DISTINCT effective_on FROM claims.journal WHERE practice_id = $1")

    moved: Counter[int] = Counter()
    for row in days:
        for total in (await exported(books, row["effective_on"].isoformat(), "effective"))["totals"]:
            moved[total["account"]] += total["debit_cents"] - total["credit_cents"]

    balances = (await books.http.get("/v1/ledger/balances")).json()["accounts"]
    assert len(days) == 2, "the charge counts on the day it was entered, the payment on its deposit's"
    assert {account: cents for account, cents in moved.items() if cents} == {
        one["account"]: one["balance_cents"] if one["normal_side"] == "debit" else -one["balance_cents"]
        for one in balances
        if one["balance_cents"]
    }


async def test_the_day_of_posting_holds_what_counts_in_another_month(books: Books) -> None:
    await books.deposited((await books.visit()).pcn, IN_OCTOBER, "120")

    by_posting = await exported(books, POSTED_ON, "posted")
    by_effect = await exported(books, "2026-10-20", "effective")

    assert {p["effective_on"] for p in by_posting["postings"] if p["entry"] == "E04"} == {"2026-10-20"}
    assert {p["entry"] for p in by_effect["postings"]} == {"E04", "E05"}
    assert (await exported(books, "2026-10-20", "posted"))["posting_count"] == 0


async def test_the_control_hash_can_be_computed_from_the_export_and_is_that_of_the_close(books: Books) -> None:
    await books.deposited((await books.visit()).pcn, IN_OCTOBER, "120")
    await books.move("close")

    day = await exported(books, "2026-10-20", "effective")

    names = ("journal_id", "n", "entry", "effective_on", "debit_account", "credit_account", "amount_cents")
    text = "\n".join("|".join(str(posting[name]) for name in names) for posting in day["postings"])
    assert day["control_hash"] == hashlib.sha256(text.encode()).hexdigest()
    assert (day["posting_count"], day["journal_count"]) == (2, 1)
    close = (await books.get(f"/{OCTOBER}/versions"))["items"][0]
    assert close["control_hash"] == hashlib.sha256(bytes.fromhex(day["control_hash"])).hexdigest()


async def test_csv_says_the_same_as_json(books: Books) -> None:
    await books.deposited((await books.visit()).pcn, IN_OCTOBER, "120")
    as_json = await exported(books, "2026-10-20", "effective")

    answer = await books.http.get(
        "/v1/ledger/journal-export", params={"on": "2026-10-20", "by": "effective", "format": "csv"}
    )

    rows = list(csv.reader(answer.text.splitlines()))
    assert answer.headers["content-type"].startswith("text/csv")
    header = rows[0][1:]
    assert [dict(zip(header, row[1:], strict=True))["amount_cents"] for row in rows if row[0] == "posting"] == [
        str(posting["amount_cents"]) for posting in as_json["postings"]
    ]
    assert [row[1:] for row in rows if row[0] == "control"] == [["1", "2", as_json["control_hash"]]]
