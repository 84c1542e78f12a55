"""What the schedules are checked with notices a single cent, row or event that is wrong."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from ar_tools.stack import Stack

from ..support.claims_stack import admin  # noqa: TID252
from .schedule import Report, run_schedule
from .verify import problems

pytestmark = pytest.mark.xdist_group("chaos")

# How a state is broken by hand, and what the checker says of it. $1 the practice.
BROKEN = {
    "a posting one cent too high": (
        (
            "UPDATE claims.posting SET amount_cents = amount_cents + 1 WHERE practice_id = $1 AND (journal_id, n) = "
            "(SELECT journal_id, n FROM claims.posting WHERE practice_id = $1 AND entry = 'E04' LIMIT 1)"
        ),
        "sum of paid",
    ),
    "a balance one cent too low": (
        (
            "UPDATE claims.ar_balance SET balance_cents = balance_cents - 1 WHERE practice_id = $1 AND (charge_id, "
            "account, party_id) = (SELECT charge_id, account, party_id FROM claims.ar_balance WHERE practice_id = $1 "
            "AND balance_cents > 0 LIMIT 1)"
        ),
        "an open balance is the sum of its postings",
    ),
    "a claim of a payment not posted": (
        (
            "DELETE FROM claims.posting WHERE practice_id = $1 AND journal_id = "
            "(SELECT journal_id FROM claims.posting WHERE practice_id = $1 AND entry = 'E04' LIMIT 1)"
        ),
        "a remittance brings its whole payment to clearing",
    ),
    "a payment without its claims": (
        "DELETE FROM claims.remittance_claim WHERE practice_id = $1",
        "no posting is without its journal, charge and remittance claim",
    ),
    "claims without their payment": (
        (
            "DELETE FROM claims.remittance WHERE practice_id = $1 AND id = "
            "(SELECT id FROM claims.remittance WHERE practice_id = $1 LIMIT 1)"
        ),
        "a row of remittance_claim belongs to no remittance",
    ),
    "a payment kept twice": (
        (
            "INSERT INTO claims.remittance "
            "SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).* "
            "FROM claims.remittance r WHERE practice_id = $1 LIMIT 1"
        ),
        "states of payment",
    ),
    "an event lost": (
        "DELETE FROM claims.event WHERE practice_id = $1 AND type = 'remittance.posted'",
        "a remittance is not announced exactly once",
    ),
    "a gap in the sequence": (
        "DELETE FROM claims.event WHERE practice_id = $1 AND sequence = 1",
        "a numbered event is missing or out of place",
    ),
    "an event told twice": (
        (
            "INSERT INTO claims.event SELECT practice_id, sequence + 1000000, source, -source_event_id, type, "
            "subject_type, subject_id, data, occurred_at, recorded_at FROM claims.event "
            "WHERE practice_id = $1 AND type = 'claim.adjudicated' LIMIT 1"
        ),
        "claims adjudicated",
    ),
    "an event that nobody numbered": (
        (
            "INSERT INTO claims.outbox (practice_id, type, subject_type, data, occurred_at, recorded_at) "
            "VALUES ($1, 'remittance.posted', 'remittance', '{}', now(), now())"
        ),
        "a fact has no number",
    ),
    "a file left unfinished": (
        "UPDATE claims.edi_file SET state = 'processing' WHERE practice_id = $1",
        "a file is unfinished",
    ),
    "a transaction not recorded": (
        "DELETE FROM claims.edi_transaction WHERE practice_id = $1 AND set_code = '835'",
        "a remittance has no transaction of its own",
    ),
    "a file stored twice": (
        (
            "INSERT INTO claims.edi_file "
            "SELECT (jsonb_populate_record(f, jsonb_build_object('id', gen_random_uuid()))).* "
            "FROM claims.edi_file f WHERE practice_id = $1 LIMIT 1"
        ),
        "sum of file_count",
    ),
}


@pytest.fixture(scope="package")
def calm(stack: Stack) -> Report:
    """A schedule that nothing disturbed, in a loop of its own because it outlives each test's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, run_schedule(stack, 0, calm=True)).result()


async def test_what_nothing_disturbed_is_in_order(calm: Report) -> None:
    assert not calm.problems, str(calm)
    assert {state for states in calm.ready.expected.states.values() for state in states} >= {
        "posted",
        "posted_with_held",
    }, "seed 0 shows too little"


@pytest.mark.parametrize("name", BROKEN)
async def test_the_checker_notices(stack: Stack, calm: Report, name: str) -> None:
    practice_id, expected = calm.ready.tenant.practice_id, calm.ready.expected
    statement, notice = BROKEN[name]
    async with admin(stack) as connection:
        broken = connection.transaction()
        await broken.start()
        tag = await connection.execute(statement, practice_id)
        found = await problems(connection, practice_id, expected)
        await broken.rollback()

        assert not tag.endswith(" 0"), "nothing was broken"
        assert any(line.startswith(notice) for line in found), found
        assert not await problems(connection, practice_id, expected)
