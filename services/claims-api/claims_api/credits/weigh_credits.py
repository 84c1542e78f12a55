"""Gather the facts about credits, a page of them at a time, and test each in the order of the handbook."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.credits import queries
from claims_api.credits.domain import Advice, CreditFacts, OpenElsewhere, Payment, advise, standing
from claims_api.ledger.domain import Account

Key = tuple[UUID, int, UUID]


def key_of(row: Row) -> Key:
    """Charge, account and party."""
    return row["charge_id"], row["account"], row["party_id"]


async def weigh_credits(connection: Connection, practice_id: int, rows: Sequence[Row]) -> Mapping[Key, Advice]:
    """rows: credits as `refunds.queries` reads them."""
    if not rows:
        return {}
    payments: dict[UUID, list[Payment]] = defaultdict(list)
    for row in await queries.payment_rows(connection, practice_id, [row["charge_id"] for row in rows]):
        payments[row["charge_id"]].append(Payment(row["of_id"], row["party_id"], row["cents"], row["paid_as"]))
    elsewhere: dict[UUID, list[OpenElsewhere]] = defaultdict(list)
    for row in await queries.open_rows(connection, practice_id, [row["party_id"] for row in rows]):
        elsewhere[row["party_id"]].append(OpenElsewhere(row["charge_id"], row["claim_id"], row["cents"]))
    return {
        key_of(row): advise(_facts(row, standing(payments[row["charge_id"]]), elsewhere[row["party_id"]]))
        for row in rows
    }


def _facts(row: Row, payments: list[Payment], elsewhere: list[OpenElsewhere]) -> CreditFacts:
    return CreditFacts(
        side=side_of(row),
        party_id=row["party_id"],
        credit_cents=row["balance_cents"],
        reserved_cents=row["reserved_cents"],
        provisional=row["provisional"],
        payments=payments,
        open_elsewhere=[one for one in elsewhere if one.charge_id != row["charge_id"]],
    )


def side_of(row: Row) -> str:
    """Whose money it is."""
    return "payer" if row["account"] == Account.REFUNDS_PAYABLE_PAYER else "patient"
