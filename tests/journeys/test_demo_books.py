"""A small demo on a stack of its own: its books equal an independent recomputation from the bytes of its files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ar_tools.demo.api import Api
from ar_tools.demo.half_year import HalfYear
from ar_tools.demo.run import Run, run_half_year, settle
from ar_tools.stack import running_stack

from .plain_books import Books, books_of, paid_on

PLAN = HalfYear(weeks=2, claims=150, patients=60)
AXES = ("payer", "responsibility")
UNTIL = PLAN.ends_at + timedelta(days=60)


def silently(_name: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@dataclass
class Demo:
    """The stack after the run, and every payment file as it arrived."""

    api: Api
    run: Run
    payments: list[bytes]

    def books(self, day: date | None = None) -> Books:
        """From the bytes of what had come by the end of that day."""
        last = f"{day or UNTIL.date():%Y%m%d}"
        sent = [file.content for file in self.run.files if f"{file.send_at:%Y%m%d}" <= last]
        return books_of(sent, [content for content in self.payments if paid_on(content) <= last])

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


def payment_files(api: Api) -> list[bytes]:
    remittances = list(api.pages("claims_api", "/v1/remittances", limit=200))
    return [api.download(f"/v1/edi/files/{one['file_id']}/content") for one in remittances]


def test_every_account_equals_the_recomputation(demo: Demo) -> None:
    books = demo.books()

    assert (books.claims_charged, books.charged) == (150, demo.run.charge_cents)
    assert books.claims_answered > 100
    assert demo.accounts() == {
        1040: books.paid,
        1100: books.insurance,
        1110: books.patient_share,
        4000: books.charged,
        4100: books.contractual,
        4105: books.statutory,
    }


@pytest.mark.parametrize("days_ago", [0, 7, 21, 35, 50, 65])
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

    assert {one["state"] for one in remittances} == {"posted"}
    assert sum(one["payment_cents"] for one in remittances) == demo.books().paid
    assert sum(one["claim_count"] for one in remittances) == demo.books().claims_answered


def test_work_items_rose_for_what_needs_a_person(demo: Demo) -> None:
    items = list(demo.api.pages("followup_worker", "/v1/work-items", limit=200))
    claims = list(demo.api.pages("claims_api", "/v1/claims", limit=200))

    waiting = {item["rule"] for item in items}
    assert waiting >= {"denied", "no_answer"}
    rejected = [claim for claim in claims if claim["submission_state"].endswith("rejected")]
    assert len([item for item in items if item["rule"] == "rejected"]) == len(rejected)


def test_files_sent_again_change_nothing(demo: Demo) -> None:
    before, count = demo.accounts(), len(demo.payments)

    again = [demo.api.upload(content, purpose=None, key=f"again-{n}") for n, content in enumerate(demo.payments)]
    states = {state_of(file) for file in again}

    assert (states, count > 5) == ({"duplicate"}, True)
    assert demo.accounts() == before


def test_a_planted_cent_would_be_seen(demo: Demo) -> None:
    """The recomputation reads the bytes: with one of them changed it disagrees with the ledger."""
    content = next(content for content in demo.payments if b"CAS*CO*45*" in content)
    changed = content.replace(b"CAS*CO*45*", b"CAS*CO*45*1", 1)
    others = [one for one in demo.payments if one is not content]

    books = books_of([file.content for file in demo.run.files], [*others, changed])

    assert books.contractual != demo.accounts()[4100]


def state_of(file: dict[str, Any]) -> str:
    [interchange] = file["interchanges"]
    [group] = interchange["groups"]
    [transaction] = group["transactions"]
    state: str = transaction["state"]
    return state


def test_the_clock_stands_where_it_was_sent(demo: Demo) -> None:
    clock = demo.api.get("claims_api", "/v1/test-clock")

    assert datetime.fromisoformat(clock["at"]) == UNTIL
    assert clock["next_due_at"] is None
