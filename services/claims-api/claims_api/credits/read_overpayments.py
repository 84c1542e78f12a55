"""Overpayment cases as HTTP shows them."""

from datetime import date
from typing import Any
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from claims_api.credits.overpayment_schemas import OverpaymentDetailOut, OverpaymentFactOut, OverpaymentOut
from claims_api.credits.schemas import TestedOut
from claims_api.credits.weigh_credits import key_of, weigh_credits
from claims_api.ledger.domain import Account
from claims_api.overpayments import queries
from claims_api.refunds.queries import credit_rows


async def list_overpayments(
    connection: Connection, practice_id: int, filters: dict[str, Any], after: UUID | None, limit: int, *, today: date
) -> list[OverpaymentOut]:
    """What is due first, comes first; closed ones only where `state` asks for them."""
    rows = await queries.case_page(connection, practice_id, filters, after, limit)
    return [OverpaymentOut(**_shown(row, today)) for row in rows]


async def read_overpayment(
    connection: Connection, practice_id: int, case_id: UUID, *, today: date
) -> OverpaymentDetailOut:
    """Raises NotFoundError."""
    row = await queries.case_row(connection, practice_id, case_id)
    if row is None:
        raise NotFoundError("there is no such overpayment case")
    account = int(Account.REFUNDS_PAYABLE_PAYER)
    found = await credit_rows(connection, practice_id, today, row["charge_id"], account, row["party_id"])
    weighed = await weigh_credits(connection, practice_id, found)
    advice = weighed[key_of(found[0])] if found else None
    facts = await queries.fact_rows(connection, practice_id, case_id)
    return OverpaymentDetailOut(
        **_shown(row, today),
        suggestion=advice.resolution.value if advice else None,
        do=advice.move.verb if advice else None,
        operation=advice.move.operation if advice else None,
        tests=[
            TestedOut(test=one.test, answer=one.answer, evidence=dict(one.evidence))
            for one in (advice.tests if advice else ())
        ],
        facts=[OverpaymentFactOut(**dict(fact)) for fact in facts],
    )


def _shown(row: Row, today: date) -> dict[str, Any]:
    own = {name: row[name] for name in queries.COLUMNS if name not in ("party_id", "clock")}
    since, clock = row["look_back_from"], row["clock"]
    return {
        **own,
        "coverage_id": row["party_id"],
        "age_days": (today - row["arisen_on"]).days,
        "days_left": None if row["due_on"] is None else (row["due_on"] - today).days,
        "due_source": clock["source"],
        "due_confirmed": clock["confirmed"],
        "in_look_back": None if since is None else row["received_on"] >= since,
        "look_back_confirmed": clock["look_back_confirmed"],
    }
