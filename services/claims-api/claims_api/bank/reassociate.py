"""Find the payments of open bank lines: when a statement comes, when a remittance comes, and when somebody asks.

Only what is certain is matched, and nothing that a person has taken apart; the rest stays an open item with
suggestions. A transfer whose addenda name an insurer's trace that we do not know is kept as unidentified insurer cash
(E43) until its remittance comes.
"""

from typing import Final

from ar_shared.platform.database import Connection, Database, Row
from claims_api.acting import Acting
from claims_api.bank import queries
from claims_api.bank.domain.matching import LineFacts, OpenPayment, by_trace, certain
from claims_api.bank.hold_line import hold_rest
from claims_api.bank.schemas import ReassociationOut
from claims_api.bank.settle import Settlement, settle

NO_REMITTANCE: Final = "the remittance of this trace has not come"


async def reassociate_after(database: Database, acting: Acting) -> None:
    """The same in a transaction of its own, after a remittance was posted; a practice without a bank costs one look."""
    async with database.tenant_tx(acting.practice_id, period_open=True) as connection:
        await reassociate(connection, acting)


async def reassociate(connection: Connection, acting: Acting) -> ReassociationOut:
    """Match what is certain, oldest line first; what was matched before stays."""
    matched = held = 0
    rows = await queries.open_lines(connection, acting.practice_id)
    if not rows:
        return ReassociationOut(matched_count=0, held_count=0)
    facts = {row["id"]: queries.line_facts(row) for row in rows}
    payments = await _payments(connection, acting.practice_id)
    for row in rows:
        line = await queries.line_row(connection, acting.practice_id, row["id"], lock=True)
        if line is None or line["version"] != row["version"]:
            continue
        fact = facts[row["id"]]
        settlements, by = await _settlements(connection, acting, fact, payments, list(facts.values()))
        if settlements:
            await settle(connection, acting, line, settlements, by=by, reason=None)
            payments = await _payments(connection, acting.practice_id)
            del facts[row["id"]]
            matched += 1
        elif _is_unknown_transfer(line, fact, payments):
            await hold_rest(connection, acting, line, NO_REMITTANCE)
            held += 1
    return ReassociationOut(matched_count=matched, held_count=held)


async def _payments(connection: Connection, practice_id: int) -> list[OpenPayment]:
    return [queries.open_payment(row) for row in await queries.open_payment_rows(connection, practice_id)]


async def _settlements(
    connection: Connection,
    acting: Acting,
    line: LineFacts,
    payments: list[OpenPayment],
    lines: list[LineFacts],
) -> tuple[list[Settlement], str]:
    undone = await queries.taken_apart(connection, acting.practice_id, line.id)
    if line.amount_cents < 0:
        returned = await _returned(connection, acting, line)
        return [one for one in returned if one.remittance_id not in undone], "trace"
    found = certain(line, [payment for payment in payments if payment.id not in undone], lines)
    if found is None:
        return [], ""
    return [Settlement(payment.id, amount_cents=payment.open_cents) for payment in found.payments], found.by


async def _returned(connection: Connection, acting: Acting, line: LineFacts) -> list[Settlement]:
    """A returned transfer: the one payment under its trace of which the bank has exactly that much."""
    rows = await queries.settled_by_trace(connection, acting.practice_id, list(line.named))
    fitting = [row for row in rows if row["cents"] == -line.amount_cents]
    return [Settlement(fitting[0]["id"], amount_cents=line.amount_cents)] if len(fitting) == 1 else []


def _is_unknown_transfer(line: Row, fact: LineFacts, payments: list[OpenPayment]) -> bool:
    unheld = line["amount_cents"] - line["matched_cents"] - line["held_cents"]
    return unheld > 0 and bool(line["traces"]) and by_trace(fact, payments) is None
