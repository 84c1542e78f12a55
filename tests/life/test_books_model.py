"""Whatever happens to a claim, in whatever order: the invariants of the books hold after every step.

`AR_LIFE_RUNS` runs of 50 steps (1,000 unless given; 20,000 in `make fuzz`). A failure prints the shortest story.
"""

import os
from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from claims_api.write_offs.domain import WriteOffClass

from .books_model import Books
from .invariants import broken
from .ledger_model import A
from .steps import START, LifeOfMoney

RUNS = int(os.environ.get("AR_LIFE_RUNS", "1000"))
STEPS = 50


def test_the_books_are_right_after_every_step() -> None:
    run_state_machine_as_test(
        type("LifeOfMoney", (LifeOfMoney,), {"taken": Counter()}),
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        ),
    )


def test_a_cent_too_many_is_found() -> None:
    books = Books(START)
    books.bill([10_000], 1)
    bucket = (0, A.AR_INSURANCE, "payer-1")
    books.write_off(WriteOffClass.ADMINISTRATIVE, bucket, 4_000)
    assert broken(books) == []
    books.buckets[bucket] += 1
    assert broken(books) == [
        f"{bucket} is not the sum of its entries",
        "the control total is not the sum of the open buckets",
    ]
