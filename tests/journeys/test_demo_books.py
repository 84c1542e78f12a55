"""A small demo on a stack of its own: its books equal an independent recomputation from the bytes of its files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ar_tools.demo.api import Api
from ar_tools.demo.half_year import ZONE, HalfYear
from ar_tools.demo.run import Run, run_half_year, settle
from ar_tools.stack import running_stack

from .plain_books import Books, books_of, payment_count

PLAN = HalfYear(weeks=2, claims=150, patients=60)
AXES = ("payer", "responsibility")
UNTIL = PLAN.ends_at + timedelta(days=140)
"""The last take-back of a claim comes about four months after it was sent."""


def silently(_name: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@dataclass
class Arrived:
    """A payment file and the practice's day on which it came."""

    on: date
    content: bytes


@dataclass
class Demo:
    """The stack after the run, and every payment file as it arrived, the oldest first."""

    api: Api
    run: Run
    payments: list[Arrived]

    def books(self, day: date | None = None) -> Books:
        """From the bytes of what had come by the end of that day."""
        last = day or UNTIL.date()
        sent = [file.content for file in self.run.files if file.send_at.date() <= last]
        return books_of(sent, [file.content for file in self.payments if file.on <= last])

    def accounts(self) -> dict[int, int]:
        """The trial balance, each account on its normal side."""
        found = self.api.get("claims_api", "/v1/ledger/balances")["accounts"]
        return {account["account"]: account["balance_cents"] for account in found if account["balance_cents"]}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder: Path = tmp_path_factory.mktemp("demo")
    with running_stack(folder, profile="fast") as stack:
        api = Api(stack.facts())
        try:
            run = run_half_year(api, PLAN, silently)
            api.advance(UNTIL)
            settle(api, silently)
            yield Demo(api, run, payment_files(api))
        finally:
            api.close()


def payment_files(api: Api) -> list[Arrived]:
    remittances = sorted(api.pages("claims_api", "/v1/remittances", limit=200), key=lambda one: one["received_at"])
    days = {one["file_id"]: datetime.fromisoformat(one["received_at"]).astimezone(ZONE).date() for one in remittances}
    return [Arrived(on, api.download(f"/v1/edi/files/{file_id}/content")) for file_id, on in days.items()]


def test_every_account_equals_the_recomputation(demo: Demo) -> None:
    books, accounts = demo.books(), demo.accounts()

    assert (books.claims_charged, books.charged) == (150, demo.run.charge_cents)
    assert books.claims_answered > 100
    assert books.entries["WO"] == 0 != books.entries["L6"], "the sample has a take-back and interest"
    taken = accounts.pop(1200, 0) - accounts.pop(2040, 0)
    received = sum(accounts.pop(account, 0) for account in (1000, 1040, 6210))
    assert (received, taken) == (books.received, books.taken_by_payers)
    assert accounts == {
        1100: books.insurance,
        1110: books.patient_share,
        4000: books.charged,
        4100: books.contractual,
        4105: books.statutory,
        4220: -books.entries["L6"],
    }


@pytest.mark.parametrize("days_ago", [0, 40, 80, 100, 115, 125, 145])
def test_ledger_aging_and_bytes_agree_on_every_day(demo: Demo, days_ago: int) -> None:
    day = UNTIL.date() - timedelta(days=days_ago)

    ledger = demo.api.get("claims_api", "/v1/ledger/balances", as_of=day.isoformat())
    agings = [demo.api.get("reporting_api", "/v1/aging", as_of=day.isoformat(), by=by) for by in AXES]

    expected = demo.books(day).receivable
    assert expected > 0
    assert ledger["receivable_cents"] == expected
    assert [aging["total"]["open_cents"] for aging in agings] == [expected] * len(AXES)
    assert demo.api.get("claims_api", "/v1/ledger/proofs", as_of=day.isoformat())["holds"]


def test_the_balances_of_the_claims_add_up_to_the_receivables(demo: Demo) -> None:
    claims = list(demo.api.pages("claims_api", "/v1/claims", limit=200))

    assert len(claims) == 150
    assert sum(claim["balance_cents"] for claim in claims) == demo.books().receivable


def test_every_payment_is_in_the_ledger_by_itself(demo: Demo) -> None:
    remittances = list(demo.api.pages("claims_api", "/v1/remittances", limit=200))
    posted = [one for one in remittances if one["state"] != "duplicate"]

    assert {one["state"] for one in posted} == {"posted"}
    assert len(posted) == demo.books().payments
    assert len(remittances) == sum(payment_count(file.content) for file in demo.payments)
    assert sum(one["payment_cents"] for one in posted) == demo.books().received
    assert sum(one["claim_count"] for one in posted) == demo.books().claims_answered


def test_work_items_rose_for_what_needs_a_person(demo: Demo) -> None:
    items = list(demo.api.pages("followup_worker", "/v1/work-items", limit=200))
    claims = list(demo.api.pages("claims_api", "/v1/claims", limit=200))

    waiting = {item["rule"] for item in items}
    assert waiting >= {"denied", "no_answer"}
    rejected = [claim for claim in claims if claim["submission_state"].endswith("rejected")]
    assert len([item for item in items if item["rule"] == "rejected"]) == len(rejected)


def test_files_sent_again_change_nothing(demo: Demo) -> None:
    before, count = demo.accounts(), len(demo.payments)

    again = [demo.api.upload(file.content, purpose=None, key=f"again-{n}") for n, file in enumerate(demo.payments)]
    states = {state for file in again for state in states_of(file)}

    assert (states, count > 5) == ({"duplicate"}, True)
    assert demo.accounts() == before


def test_a_planted_cent_would_be_seen(demo: Demo) -> None:
    """The recomputation reads the bytes: with one of them changed it disagrees with the ledger."""
    contents = [file.content for file in demo.payments]
    place = next(n for n, content in enumerate(contents) if b"CAS*CO*45*" in content)
    contents[place] = contents[place].replace(b"CAS*CO*45*", b"CAS*CO*45*1", 1)

    books = books_of([file.content for file in demo.run.files], contents)

    assert books.contractual != demo.accounts()[4100]


def states_of(file: dict[str, Any]) -> list[str]:
    [interchange] = file["interchanges"]
    [group] = interchange["groups"]
    return [transaction["state"] for transaction in group["transactions"]]


def test_the_clock_stands_where_it_was_sent(demo: Demo) -> None:
    clock = demo.api.get("claims_api", "/v1/test-clock")

    assert datetime.fromisoformat(clock["at"]) == UNTIL
    assert clock["next_due_at"] is None
