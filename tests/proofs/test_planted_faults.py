"""Each proof is green on whole books, and one wrong row turns red what speaks of it and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg
import httpx
import pytest

from claims_api.ledger.prove import prove_claim, prove_remittance
from claims_api.ledger.schemas import ProofsOut
from claims_api.proofs.domain import BEHIND, Subject
from claims_api.proofs.prove_books import prove_books

# Relative, because the tests are not on the import path.
from ..bank.teller import Movement, Teller, paid  # noqa: TID252
from ..refunds.test_refunds import Refunds, paid_twice  # noqa: TID252
from ..remittances.conftest import Billing  # noqa: TID252
from ..remittances.era import Clp, Era, Svc  # noqa: TID252
from ..remittances.world import World  # noqa: TID252

# A posting moves one amount from one account to another, so no row can set its debits apart from its credits.
CANNOT_BREAK: Final = "debits_are_credits"

# In SQL, $1 is the practice; (one row) picks a row by its physical place.
BALANCE: Final = "SELECT ctid FROM claims.ar_balance WHERE practice_id = $1 AND balance_cents > 1 LIMIT 1"
CLOSED_BALANCE: Final = "SELECT ctid FROM claims.ar_balance WHERE practice_id = $1 AND balance_cents = 0 LIMIT 1"
CLEARED: Final = (
    "SELECT p.ctid FROM claims.posting p WHERE p.practice_id = $1 AND p.debit_account = 1040 "
    "AND p.entry = 'E04' AND p.remittance_id = '{matched}' LIMIT 1"
)
BANK_LINE: Final = "SELECT ctid FROM claims.bank_line_state WHERE practice_id = $1 AND line_id = '{unknown_line}'"


@dataclass(frozen=True)
class Fault:
    """Statements that plant it, and the proofs that must be red."""

    red: tuple[str, ...]
    plant: tuple[str, ...]


def fault(red: str, *plant: str) -> Fault:
    return Fault(tuple(red.split()), plant)


HEALTHY: Final = Fault((), ())
OF_PRACTICE: Final = (
    fault("receivable_is_the_sum_of_balances balances_are_their_postings",
          f"UPDATE claims.ar_balance SET balance_cents = balance_cents + 1 WHERE ctid = ({BALANCE})"),
    fault("balances_are_their_postings",
          f"WITH one AS ({BALANCE}), other AS ({CLOSED_BALANCE}) UPDATE claims.ar_balance b "
          "SET balance_cents = balance_cents + CASE WHEN b.ctid = one.ctid THEN -1 ELSE 1 END "
          "FROM one, other WHERE b.ctid IN (one.ctid, other.ctid)"),
    fault("credits_are_the_sum_of_balances",
          "UPDATE claims.credit_balance SET balance_cents = balance_cents + 1 WHERE practice_id = $1 "
          "AND balance_cents > 0"),
    fault("payer_items_are_their_postings",
          "UPDATE claims.payer_item SET open_cents = open_cents - 1 WHERE practice_id = $1"),
    fault("payments_are_in_clearing",
          "UPDATE claims.remittance SET effective_on = effective_on + 400 WHERE practice_id = $1 AND id = '{matched}'"),
    fault("each_payment_is_in_clearing",
          f"UPDATE claims.posting SET remittance_id = '{{waiting}}' WHERE ctid = ({CLEARED})"),
    fault("nothing_is_orphaned",
          "UPDATE claims.posting SET claim_id = gen_random_uuid() WHERE practice_id = $1 AND n = 1 AND entry = 'E01'"),
    fault("claims_are_their_lines",
          "UPDATE claims.claim_line SET allocated_cents = allocated_cents + 1 WHERE practice_id = $1"),
    fault("claim_payments_are_their_lines",
          "UPDATE claims.remittance_line SET cash_cents = cash_cents + 1 WHERE practice_id = $1 "
          "AND remittance_id = '{matched}'"),
    fault("remittances_are_their_claims",
          "UPDATE claims.remittance_claim SET paid_cents = paid_cents + 1 WHERE practice_id = $1 AND state = 'held'"),
    fault("remittances_are_their_payments",
          "UPDATE claims.remittance SET provider_adjustment_cents = provider_adjustment_cents + 1 "
          "WHERE practice_id = $1 AND id = '{matched}'"),
    fault("deposits_less_payments_are_open_items",
          "UPDATE claims.bank_line_state SET matched_cents = 1, held_cents = held_cents - 1 "
          f"WHERE ctid = ({BANK_LINE})"),
    fault("cash_is_the_bank",
          f"UPDATE claims.bank_line_state SET held_cents = held_cents - 1 WHERE ctid = ({BANK_LINE})"),
    fault("clearing_is_what_waits",
          "INSERT INTO claims.posting (practice_id, journal_id, n, entry, amount_cents, debit_account, credit_account) "
          "SELECT $1, j.id, 99, 'E08', 1, 1040, 2000 FROM claims.journal j "
          "WHERE j.practice_id = $1 AND j.source_type = 'bank_line' LIMIT 1"),
    fault("each_trace_returns_to_zero_or_waits",
          f"UPDATE claims.posting SET debit_party_id = '{{waiting}}' WHERE ctid = ({CLEARED})"),
    fault("receipts_wait_in_clearing",
          "UPDATE claims.posting SET debit_account = 1250 WHERE practice_id = $1 AND debit_account = 1030 "
          "AND credit_account = 2010"),
    fault("refunds_out_are_posted",
          "UPDATE claims.journal SET source_type = 'bank_line' WHERE practice_id = $1 AND source_type = 'refund'"),
    fault("fees_are_posted",
          "UPDATE claims.posting SET debit_account = 6200 WHERE practice_id = $1 AND debit_account = 6210"),
)  # fmt: skip
OF_CLAIM: Final = (
    fault("lines_are_the_claim",
          "UPDATE claims.claim_line SET allocated_cents = allocated_cents + 1 WHERE practice_id = $1 "
          "AND claim_id = '{claim}'"),
    fault("charges_are_posted",
          "UPDATE claims.posting SET credit_account = 4220 WHERE practice_id = $1 AND claim_id = '{claim}' "
          "AND credit_account = 4000"),
    fault("open_is_the_sum_of_postings",
          "UPDATE claims.ar_balance SET balance_cents = balance_cents + 1 WHERE practice_id = $1 "
          "AND claim_id = '{claim}' AND account = 1100"),
    fault("credits_are_the_sum_of_postings",
          "UPDATE claims.credit_balance SET balance_cents = balance_cents + 1 WHERE practice_id = $1 "
          "AND claim_id = '{claim}'"),
    fault("remitted_lines_are_the_payments",
          "UPDATE claims.remittance_line SET cash_cents = cash_cents + 1 WHERE practice_id = $1 "
          "AND remittance_id = '{first}'"),
    fault("payments_are_in_clearing",
          "UPDATE claims.posting SET debit_account = 1030 WHERE practice_id = $1 AND claim_id = '{claim}' "
          "AND debit_account = 1040 AND remittance_id = '{first}'"),
)  # fmt: skip
OF_REMITTANCE: Final = (
    fault("claims_are_the_remittance",
          "UPDATE claims.remittance SET claims_paid_cents = claims_paid_cents + 1, "
          "provider_adjustment_cents = provider_adjustment_cents + 1 WHERE practice_id = $1 AND id = '{mixed}'"),
    fault("lines_are_the_claims",
          "UPDATE claims.remittance_line l SET cash_cents = cash_cents + 1 FROM claims.remittance_claim c "
          "WHERE l.practice_id = $1 AND l.remittance_id = '{mixed}' AND c.practice_id = $1 AND c.state = 'posted' "
          "AND c.remittance_id = l.remittance_id AND c.n = l.claim_n"),
    fault("claims_less_provider_entries_are_the_payment",
          "UPDATE claims.remittance SET provider_adjustment_cents = provider_adjustment_cents + 1 "
          "WHERE practice_id = $1 AND id = '{mixed}'"),
    fault("payment_in_clearing",
          "UPDATE claims.journal j SET source_type = 'resolution' FROM claims.posting p WHERE j.practice_id = $1 "
          "AND p.practice_id = $1 AND p.journal_id = j.id AND p.remittance_id = '{mixed}'"),
    fault("held_money_is_held",
          "UPDATE claims.posting SET credit_party_id = gen_random_uuid() WHERE practice_id = $1 AND entry = 'E46' "
          "AND remittance_id = '{mixed}'"),
    fault("clearing_is_what_the_bank_owes",
          "UPDATE claims.bank_match SET amount_cents = amount_cents + 1 WHERE practice_id = $1 "
          "AND remittance_id = '{mixed}'"),
)  # fmt: skip


async def whole_books(world: World, bill: Billing, http: httpx.AsyncClient) -> dict[str, str]:
    """Everything that a proof looks at, once; the ids that faults name."""
    visit, desk, teller = await paid_twice(world, bill), Refunds(http), Teller(http)
    await desk.issued(5000, charge_id=str(visit.charges[0]), side="payer")
    first = await world.one("SELECT id FROM claims.remittance WHERE practice_id = $1 AND trace_number LIKE 'FIRST%'")
    await teller.open_account()
    matched, waiting = await paid(world, bill, "MATCHED"), await paid(world, bill, "WAITING", dollars="50")
    await bill(("G0463", 20000), day="2026-11-03")
    answered = await bill(("G0463", 20000))
    stranger = Clp("NOBODYS0001", "200", "30", (Svc("G0463", "200", "30", "CO-45 170"),))
    known = Clp(answered.pcn, "200", "120", (Svc("G0463", "200", "120", "CO-45 80"),))
    mixed = await world.post(Era((known, stranger), trace="MIXED", plb=(("FB:NEXT", "-7"),)))
    assert mixed.state == "posted_with_held"
    await teller.bring(Movement("96.00", "MATCHED"), Movement("157.00", "MIXED"), Movement("33.00", "UNKNOWN"),
                       Movement("9.70", text="CARD BATCH"))  # fmt: skip
    card = await desk.receive(1000, owner=visit.guarantor_id, method="card")
    line = next(line for line in await teller.lines("open") if line["amount_cents"] == 970)
    await teller.change(line, "match", payments=[{"receipt_id": card["id"], "fee_cents": 30}])
    unknown = next(line["id"] for line in await teller.lines("open") if line["amount_cents"] == 3300)
    return {"claim": str(visit.id), "first": str(first), "matched": matched, "waiting": waiting,
            "mixed": str(mixed.remittance_id), "unknown_line": unknown}  # fmt: skip


class Books:
    """Whole books, read and spoiled by a superuser who takes every fault back."""

    def __init__(self, world: World, admin: "asyncpg.Connection[asyncpg.Record]", ids: Mapping[str, str]) -> None:
        self._world, self._admin, self._ids = world, admin, ids

    async def prove(self, subject: Subject) -> ProofsOut:
        connection: Any = self._admin
        practice = self._world.practice_id
        if subject is Subject.CLAIM:
            return await prove_claim(connection, practice, UUID(self._ids["claim"]))
        if subject is Subject.REMITTANCE:
            return await prove_remittance(connection, practice, UUID(self._ids["mixed"]))
        return await prove_books(connection, practice, self._world.now.date())

    async def red(self, subject: Subject, planted: Fault = HEALTHY) -> tuple[str, ...]:
        """The proofs that fail while the fault stands. Views over the ledger belong to an owner under policies."""
        transaction = self._admin.transaction()
        await transaction.start()
        try:
            await self._admin.execute(f"SET LOCAL ar.practice_id = '{self._world.practice_id}'")
            for statement in planted.plant:
                done = await self._admin.execute(statement.format(**self._ids), *self._arguments(statement))
                assert not done.endswith(" 0"), f"nothing was planted: {statement}"
            proofs = (await self.prove(subject)).proofs
            assert {proof.name for proof in proofs} == set(BEHIND[subject])
            return tuple(proof.name for proof in proofs if not proof.holds)
        finally:
            await transaction.rollback()

    def _arguments(self, statement: str) -> list[int]:
        return [self._world.practice_id] if "$1" in statement else []


async def test_one_wrong_row_turns_red_what_speaks_of_it_and_nothing_else(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    ids = await whole_books(world, bill, http)
    admin = await asyncpg.connect(world.urls.admin)
    books = Books(world, admin, ids)
    await admin.execute("SET session_replication_role = replica")
    wrong: dict[tuple[str, ...], tuple[str, ...]] = {}
    for subject, faults in (
        (Subject.PRACTICE, OF_PRACTICE),
        (Subject.CLAIM, OF_CLAIM),
        (Subject.REMITTANCE, OF_REMITTANCE),
    ):
        assert await books.red(subject) == ()
        planted = {name for one in faults for name in one.red}
        assert planted | {CANNOT_BREAK} >= set(BEHIND[subject]), "a proof without a fault"
        for one in faults:
            red = await books.red(subject, one)
            if set(red) != set(one.red):
                wrong[one.red] = red
    await admin.close()
    assert wrong == {}


async def test_the_postings_behind_a_proof_come_in_pages_and_add_up_to_it(
    world: World, bill: Billing, http: httpx.AsyncClient
) -> None:
    visit = await bill(("G0463", 20000), ("G0439", 5000))
    line, other = Svc("G0463", "200", "120", "CO-45 80"), Svc("G0439", "50", "30", "CO-45 20")
    posted = await world.post(Era((Clp(visit.pcn, "250", "150", (line, other)),), trace="PAGES"))

    async def pages(name: str, **subject: str) -> list[list[dict[str, Any]]]:
        found, query = [], {"limit": "1", **subject}
        while True:
            page = (await http.get(f"/v1/ledger/proofs/{name}/postings", params=query)).json()
            found.append(page["items"])
            if page["next_cursor"] is None:
                return found
            query["cursor"] = page["next_cursor"]

    charges = await pages("charges_are_posted", claim_id=str(visit.id))
    assert [[one["amount_cents"] for one in page] for page in charges] == [[20000], [5000]]
    cleared = await pages("payment_in_clearing", remittance_id=str(posted.remittance_id))
    assert sum(one["amount_cents"] for page in cleared for one in page) == 15000
    assert await pages("fees_are_posted") == [[]]


@pytest.mark.parametrize(
    ("name", "query", "status"),
    [
        ("charges_are_posted", {}, 404),
        ("charges_are_posted", {"claim_id": str(UUID(int=1))}, 404),
        ("debits_are_credits", {"remittance_id": str(UUID(int=1)), "as_of": "2026-11-20"}, 422),
    ],
)
async def test_a_proof_that_the_subject_does_not_have_is_not_found(
    http: httpx.AsyncClient, name: str, query: dict[str, str], status: int
) -> None:
    assert (await http.get(f"/v1/ledger/proofs/{name}/postings", params=query)).status_code == status
