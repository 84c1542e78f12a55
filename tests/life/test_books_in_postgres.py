"""The same stories through the product and PostgreSQL: after each step every bucket is what the model says.

`AR_LIFE_POSTGRES_RUNS` runs (100 unless given) of 30 steps. A failure prints the shortest story.
"""

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls
from claims_api.ledger.domain import CREDIT_ACCOUNT_OF

from .practice import Practice
from .steps import LifeOfMoney, Part

RUNS = int(os.environ.get("AR_LIFE_POSTGRES_RUNS", "100"))
STEPS = 30
NOT_YET = ("deposit", "write_off", "transfer", "refund", "void", "close")


class LifeInPostgres(LifeOfMoney):
    """Each step once more, by the use case that a client would call."""

    fewest_payers = 1
    runner: asyncio.Runner
    database: Database
    urls: DatabaseUrls

    def __init__(self) -> None:
        super().__init__()
        self.practice = self.runner.run(Practice.open(self.database, self.urls))

    def billed(self, claim: int) -> None:
        bill = self.books.claims[claim]
        amounts = [self.books.amounts[n] for n in bill.charges]
        self.runner.run(self.practice.take_in(bill.payers, amounts, bill.charges))

    def remitted(self, trace: str, payer: int, parts: list[Part], plb: list[tuple[str, int]]) -> None:
        self.runner.run(self.practice.remit(trace, payer, parts, plb))

    def received(self, name: str, owner: int, cents: int) -> None:
        self.runner.run(self.practice.receive(name, owner, cents))

    def applied(self, name: str, charge: int, cents: int, *, taken: bool) -> None:
        assert self.runner.run(self.practice.apply(name, charge, cents)) is taken

    @invariant()
    def postgres_agrees(self) -> None:
        assert self.runner.run(self.practice.buckets()) == self._expected()

    def teardown(self) -> None:
        self.runner.run(self.practice.assert_books_balance())

    def _expected(self) -> dict[tuple[int, int, str], int]:
        books = self.books
        owed = {
            (charge, int(CREDIT_ACCOUNT_OF[account]), party): cents
            for (charge, account, party), cents in books.credits.items()
            if cents
        }
        return owed | {
            (charge, int(account), party): cents for (charge, account, party), cents in books.buckets.items() if cents
        }


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def test_postgres_and_the_model_agree_after_every_step(runner: asyncio.Runner, fresh_database: DatabaseUrls) -> None:
    database = Database(fresh_database.claims)
    facts: dict[str, Any] = {"runner": runner, "database": database, "urls": fresh_database}
    facts |= dict.fromkeys(NOT_YET)
    try:
        run_state_machine_as_test(
            type("LifeInPostgres", (LifeInPostgres,), facts),
            settings=settings(
                max_examples=RUNS,
                stateful_step_count=STEPS,
                deadline=None,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
            ),
        )
    finally:
        runner.run(database.close())
