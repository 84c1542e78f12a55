"""The files of a day's bank statement."""

from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from claims_api.simulator import queries
from claims_api.simulator.domain.bank_files import bai2_statement, csv_statement
from claims_api.simulator.domain.deposits import Deposit, Method, statement_lines

StatementFormat = Literal["csv", "bai2"]


async def read_bank_statement(
    connection: Connection, practice_id: int, posted_on: date, zone: ZoneInfo, kind: StatementFormat
) -> bytes:
    """The same bytes each time. Raises NotFoundError for a day without money, or whose statement is not there yet."""
    rows = await queries.statement_deposits(connection, practice_id, posted_on)
    if not rows:
        raise NotFoundError("there is no statement of that day")
    deposits = [
        Deposit(
            row["posted_on"],
            Method(row["method"]),
            row["payer"],
            row["payer_tax_id"],
            row["trace"],
            row["cents"],
            row["fee_cents"],
        )
        for row in rows
    ]
    lines = statement_lines(deposits)
    if kind == "csv":
        return csv_statement(lines)
    return bai2_statement(posted_on, lines, rows[0]["due_at"].astimezone(zone))
