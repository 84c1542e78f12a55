"""What Prometheus sees of money that waits for somebody: counts, cents and days over all practices, nothing else."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import get_args

import asyncpg
import pytest

from ar_shared.kernel.ids import uuid7
from ar_tools.test_databases import DatabaseUrls
from claims_api.bank.schemas import OpenKind
from claims_api.overpayments.domain import CaseState
from claims_api.receipts.domain import ReceiptKind
from claims_api.remittances.tables import ITEM_KINDS
from reporting_api.metrics import OPEN_MONEY
from reporting_api.snapshots.take_snapshot import Snapshots
from tests.reporting.builder import Ledger, a_ledger, at_noon
from tests.reporting.services import Services
from tests.support.blank_rows import insert_row

TODAY = date(2026, 6, 30)


@pytest.fixture
async def ledger(services_alone: Services, fresh_database: DatabaseUrls) -> AsyncIterator[Ledger]:
    """A practice on TODAY that the follower knows; its connection writes rows without their surroundings."""
    admin = await asyncpg.connect(fresh_database.admin)
    ledger = await a_ledger(admin, TODAY)
    await ledger.event("note.added")
    await services_alone.follower.follow()
    await admin.execute("SET session_replication_role = replica")
    yield ledger
    await admin.close()


async def test_money_that_waits_is_counted_by_what_it_waits_for(services_alone: Services, ledger: Ledger) -> None:
    """One of each, of 100 to 900 cents, open for 1 to 9 days; what has no row is nothing."""
    wiring, admin, practice = services_alone.app.state.wiring, ledger.connection, ledger.practice_id
    since = [TODAY - timedelta(days=days) for days in range(13)]
    remittance, line = uuid7(), uuid7()
    for table, row in {
        "remittance": {"id": remittance, "entry": "edi", "state": "posted_with_held", "effective_on": since[1],
                       "paid_on": since[1], "trace_number": "TRACE", "payment_cents": 700, "difference_cents": -100},
        "remittance_claim": {"remittance_id": remittance, "state": "held", "paid_cents": -200},
        "review_item": {"kind": "suspense", "state": "open", "amount_cents": -300, "opened_on": since[3]},
        "bank_account": {},
        "bank_line": {"id": line, "amount_cents": 400, "posted_on": since[4], "line_key": b"1", "reference": "L1",
                      "customer_reference": ""},
        "bank_line_state": {"line_id": line, "state": "open", "held_cents": 150, "matched_cents": 0},
        "payer_item": {"kind": "announced", "side": "credit", "amount_cents": 500, "open_cents": 500,
                       "opened_on": since[5]},
        "receipt": {"kind": "insurer", "method": "check", "state": "received", "amount_cents": 600,
                    "unapplied_cents": 600, "deposited_cents": 600, "received_on": since[6]},
        "credit_balance": {"account": 2030, "balance_cents": 800, "updated_at": at_noon(since[8])},
        "overpayment_case": {"state": "identified", "source": "posting", "credit_cents": 900, "arisen_on": since[9],
                             "identified_on": since[9], "due_on": since[2]},
    }.items():  # fmt: skip
        await insert_row(admin, table, practice_id=practice, **row)

    await Snapshots(wiring.reports, wiring.clock, wiring.metrics).take(services_alone.follower.practices)

    read = wiring.metrics.registry.get_sample_value
    shown: dict[tuple[str, str], tuple[int, ...]] = {}
    for money, kind in [(money, kind) for money, kinds in OPEN_MONEY.items() for kind in kinds]:
        names = ("ar_open_money_count", "ar_open_money_cents", "ar_open_money_oldest_days")
        values = tuple(int(read(name, {"money": money, "kind": kind}) or 0) for name in names)
        shown |= {(money, kind): values} if any(values) else {}
    assert shown == {
        ("held", "claim"): (1, 200, 1),
        ("held", "difference"): (1, 100, 1),
        ("held", "deposit"): (1, 150, 4),
        ("suspense", "suspense"): (1, 300, 3),
        ("bank", "money_without_remittance"): (1, 400, 4),
        ("bank", "remittance_without_money"): (1, 700, 1),
        ("payer_item", "announced"): (1, 500, 5),
        ("unapplied", "insurer"): (1, 600, 6),
        ("credit", "patient"): (1, 800, 8),
        ("overpayment", "identified"): (1, 900, 9),
        ("overpayment", "overdue"): (1, 900, 2),
    }


def test_the_kinds_of_open_money_are_those_of_claims_api() -> None:
    assert set(OPEN_MONEY["bank"]) == set(get_args(OpenKind))
    assert set(OPEN_MONEY["payer_item"]) == set(ITEM_KINDS)
    assert set(OPEN_MONEY["unapplied"]) == set(ReceiptKind)
    assert set(OPEN_MONEY["overpayment"]) == {*CaseState, "overdue"} - {CaseState.CLOSED}
