"""Write the payment files whose day has come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from ar_shared.kernel.clock import PracticeTime
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from claims_api.simulator import queries
from claims_api.simulator.domain.calendar import business_days_after, payment_at, statement_at
from claims_api.simulator.domain.deposits import deposits_of
from claims_api.simulator.domain.envelope import Envelope
from claims_api.simulator.domain.fate import Delivery
from claims_api.simulator.domain.payment import (
    Debt,
    PaymentToWrite,
    payment_file,
    with_other_amount,
    with_other_content,
    with_wrong_claim,
    with_wrong_total,
)
from claims_api.simulator.domain.payment_parties import trace_number
from claims_api.simulator.domain.plan import PlannedPart
from claims_api.simulator.stored import part_from_json

_CHANGES: Final = {
    Delivery.RENUMBERED: lambda payment: payment,
    Delivery.LOOK_ALIKE: with_other_content,
    Delivery.AMOUNT_CHANGED: with_other_amount,
}
"""What comes a business day later under other control numbers."""

_SPOILS: Final = {Delivery.WRONG_TOTAL: with_wrong_total, Delivery.WRONG_CLAIM: with_wrong_claim}
"""Fates whose file must not add up."""


@dataclass(frozen=True, slots=True)
class _Due:
    """One file: its parts by payment, in the order they are written."""

    file: str
    due_at: datetime
    payments: list[tuple[str, list[tuple[Row, PlannedPart]]]]

    @property
    def first(self) -> PlannedPart:
        return self.payments[0][1][0][1]


async def write_payment_files(connection: Connection, practice_id: int, moment: PracticeTime) -> None:
    """One 835 for each payer, payee and day that has come, with an ST for each payment; its copies, if it has any."""
    for due in _by_file(await queries.parts_due(connection, practice_id, moment.at)):
        payments = [await _settle(connection, practice_id, due, name, parts) for name, parts in due.payments]
        answer_id = None
        if due.first.delivery is not Delivery.LOST:
            answer_id = await _lay_ready(connection, practice_id, moment, due, payments)
        await _pay_in(connection, practice_id, moment, due, payments)
        written = [
            (row["submission_id"], row["n"], payment.trace)
            for payment, (_, parts) in zip(payments, due.payments, strict=True)
            for row, _ in parts
        ]
        await queries.mark_written(connection, practice_id, answer_id, due.due_at, written)


async def _settle(
    connection: Connection, practice_id: int, due: _Due, name: str, parts: list[tuple[Row, PlannedPart]]
) -> PaymentToWrite:
    """The payment with what is carried to it and from it."""
    first = parts[0][1]
    payment = PaymentToWrite(
        first.parties,
        first.paid_on,
        trace_number(first.parties, due.file, name),
        tuple(claim for _, part in parts for claim in part.claims),
        tuple(entry for _, part in parts for entry in part.entries),
    )
    account = first.parties.account
    is_lost = due.first.delivery is Delivery.LOST
    owed = [] if is_lost else await queries.open_debts(connection, practice_id, account)
    settled, taken, carried = payment.settled(Debt(row["trace"], row["cents"]) for row in owed)
    if taken:
        await queries.take_debts(connection, practice_id, [debt.trace for debt in taken], payment.trace)
    if carried:
        await queries.insert_debt(connection, practice_id, account, carried.trace, carried.cents, due.due_at)
    return settled


async def _lay_ready(
    connection: Connection, practice_id: int, moment: PracticeTime, due: _Due, payments: list[PaymentToWrite]
) -> UUID:
    """The file and its copies; the id of the file."""
    first = due.first
    content = payment_file(payments, await _envelope(connection, first, due.due_at, moment))
    if spoil := _SPOILS.get(first.delivery):
        content = spoil(content)
    answer_id = await _insert(connection, practice_id, due.file, first.arrives_at, content)
    again_at = payment_at(business_days_after(first.paid_on, 1), moment)
    if first.delivery is Delivery.REPEATED:
        await _insert(connection, practice_id, f"{due.file}/again", again_at, content)
    elif change := _CHANGES.get(first.delivery):
        envelope = await _envelope(connection, first, again_at, moment)
        copy = payment_file([change(payment) for payment in payments], envelope)
        await _insert(connection, practice_id, f"{due.file}/again", again_at, copy)
    return answer_id


async def _pay_in(
    connection: Connection, practice_id: int, moment: PracticeTime, due: _Due, payments: list[PaymentToWrite]
) -> None:
    """The money of each payment on its way to the bank."""
    for payment, (_, parts) in zip(payments, due.payments, strict=True):
        deposits = [(one, statement_at(one.posted_on, moment.zone)) for one in deposits_of(payment, parts[0][1].money)]
        await queries.insert_deposits(connection, practice_id, deposits)


async def _envelope(connection: Connection, part: PlannedPart, at: datetime, moment: PracticeTime) -> Envelope:
    addresses = part.parties.addresses
    control = await queries.next_control(connection, addresses.sender_id, addresses.receiver_id)
    return Envelope(addresses, at.astimezone(moment.zone), control)


async def _insert(connection: Connection, practice_id: int, name: str, at: datetime, content: bytes) -> UUID:
    answer_id: UUID = uuid7()
    await queries.insert_answer(connection, practice_id, answer_id, None, "835", name, at, content)
    return answer_id


def _by_file(rows: list[Row]) -> Iterator[_Due]:
    for (file, due_at), of_file in groupby(rows, key=lambda row: (row["file"], row["due_at"])):
        payments = [
            (name, [(row, part_from_json(row["part"])) for row in of_payment])
            for name, of_payment in groupby(of_file, key=lambda row: row["payment"])
        ]
        yield _Due(file, due_at, payments)
