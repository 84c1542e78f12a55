"""The same stories through the product and PostgreSQL: after each step every bucket and account is what the model says.

`AR_LIFE_POSTGRES_RUNS` runs (100 unless given) of 30 steps. A failure prints the shortest story.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from ar_shared.kernel.errors import StateConflictError
from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls
from claims_api.ledger.domain import CREDIT_ACCOUNT_OF
from claims_api.periods.domain import PeriodStateError
from claims_api.refunds.domain import CreditProvisionalError
from claims_api.transfers import domain as transfers

from .ledger_model import GUARANTOR
from .practice import BY_PARTY, Open, Pattern, Totals
from .practice_desk import FrontDesk
from .steps import Answer, LifeOfMoney

RUNS = int(os.environ.get("AR_LIFE_POSTGRES_RUNS", "100"))
STEPS = 30
NOT_IN_THE_BOOKS = (
    CreditProvisionalError,
    transfers.PayerAwaitedError,
    transfers.LaterPayerFirstError,
    transfers.PatientProtectedError,
    transfers.PayerCreditError,
    transfers.ReasonUnprovenError,
)
VERBS = {
    "bill", "reprice", "void", "remit", "enter_eob", "deposit", "receive", "bank_drawer", "apply", "write_off",
    "reverse_write_off", "transfer", "reverse_transfer", "ask_refund", "step_refund", "close", "reopen",
}  # fmt: skip


class LifeInPostgres(LifeOfMoney):
    """Each step by the use case that a client would call, before the model takes it."""

    runner: asyncio.Runner
    pattern: Pattern

    def __init__(self) -> None:
        super().__init__()
        self.practice = self.runner.run(FrontDesk.open(self.pattern))

    def elsewhere(self, verb: str, *facts: Any) -> Answer:
        try:
            self.runner.run(getattr(self.practice, verb)(*facts))
        except NOT_IN_THE_BOOKS:
            return Answer.NOT_NOW
        except transfers.AboveTransferableError:  # of a payer's balance only what the payer called the patient's
            to_patient = verb == "transfer" and facts[1][2] == GUARANTOR
            return Answer.NOT_NOW if to_patient else Answer.REFUSED
        except (StateConflictError, PeriodStateError):
            return Answer.REFUSED
        return Answer.TAKEN

    @invariant()
    def postgres_agrees(self) -> None:
        open_, totals = self.runner.run(self.practice.books())
        assert open_ == self._open_cents()
        assert totals == self._totals()

    def teardown(self) -> None:
        self.runner.run(self.practice.assert_books_balance())

    def _open_cents(self) -> Open:
        books = self.books
        owed: Open = {}
        for (charge, account, party), cents in books.credits.items():
            place = charge, int(CREDIT_ACCOUNT_OF[account]), party
            owed[place] = owed.get(place, 0) + cents
        owed |= {(charge, int(account), party): cents for (charge, account, party), cents in books.buckets.items()}
        return {place: cents for place, cents in owed.items() if cents}

    def _totals(self) -> Totals:
        totals: Counter[tuple[int, str]] = Counter()
        for (account, party), cents in self.books.totals.items():
            totals[int(account), party if account in BY_PARTY else ""] += cents
        return {place: cents for place, cents in totals.items() if cents}


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def pattern(runner: asyncio.Runner, fresh_database: DatabaseUrls) -> Iterator[Pattern]:
    database = Database(fresh_database.claims)
    made = runner.run(Pattern.make(database, fresh_database))
    yield made
    runner.run(made.eyes.close())
    runner.run(database.close())


def test_postgres_and_the_model_agree_after_every_step(runner: asyncio.Runner, pattern: Pattern) -> None:
    taken: Counter[str] = Counter()
    facts: dict[str, Any] = {"runner": runner, "pattern": pattern, "taken": taken}
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
    assert set(taken) == VERBS or RUNS < 100, taken
