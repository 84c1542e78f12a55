"""Let the statements of the simulated bank arrive that are due by the practice's clock."""

from dataclasses import replace
from datetime import date
from typing import Final

from ar_shared.kernel.clock import Clock, PracticeTime
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal
from ar_shared.platform.auth.principal import Actor
from ar_shared.platform.database import Connection, Database
from claims_api.acting import acting
from claims_api.bank.take_in_statement import take_in_statement
from claims_api.simulator import queries
from claims_api.simulator.domain.bank_files import ACCOUNT
from claims_api.simulator.read_bank_statement import read_bank_statement

CLIENT: Final = "sandbox-bank"


async def deliver_statements(database: Database, clock: Clock, sender: Principal, moment: PracticeTime) -> int:
    """How many can be read from now on, each in a transaction of its own, the oldest first.

    A practice that has declared the simulated account among its bank accounts gets them taken in, as BAI2.
    """
    bank = replace(sender, client_id=CLIENT, actor=Actor("client", CLIENT))
    async with database.tenant_tx(sender.practice_id) as connection:
        days = await queries.statements_due(connection, sender.practice_id, moment.at)
    for day in days:
        async with database.tenant_tx(sender.practice_id, period_open=True) as connection:
            await queries.mark_statement_delivered(connection, sender.practice_id, day, moment.at)
            if await queries.has_bank_account(connection, sender.practice_id, ACCOUNT):
                await _take_in(connection, clock, bank, moment, day)
    return len(days)


async def _take_in(connection: Connection, clock: Clock, bank: Principal, moment: PracticeTime, day: date) -> None:
    content = await read_bank_statement(connection, bank.practice_id, day, moment.zone, "bai2")
    who = await acting(connection, bank, clock)
    statement_id = await take_in_statement(connection, who, content, "bai2", None)
    access = access_by(bank, who.machine, "deliverStatement", "change", "bank_statement", statement_id)
    await record_access(connection, "claims", bank.practice_id, access)
