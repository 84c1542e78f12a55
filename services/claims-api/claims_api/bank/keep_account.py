"""Declare a bank account of the practice, by the caller's own id."""

from uuid import UUID

import asyncpg

from ar_shared.kernel.errors import NotFoundError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row, violated_constraint
from claims_api.acting import Acting
from claims_api.bank import queries
from claims_api.bank.errors import BankAccountNumberTakenError
from claims_api.bank.schemas import BankAccountIn, BankAccountOut

_SHOWN = 4


async def keep_account(
    connection: Connection, acting: Acting, external_id: str, body: BankAccountIn
) -> tuple[BankAccountOut, bool]:
    """The account, and whether it is new. A new mapping counts for files that come later.

    Raises BankAccountNumberTakenError.
    """
    known = await queries.account_by_external_id(connection, acting.practice_id, external_id)
    account_id: UUID = known["id"] if known else uuid7()
    row = {
        "practice_id": acting.practice_id,
        "id": account_id,
        "external_id": external_id,
        "name": body.name,
        "account_number": body.account_number,
        "columns": body.columns.model_dump(exclude_none=True) if body.columns else None,
        "created_at": acting.moment.at,
    }
    try:
        await queries.upsert_account(connection, row)
    except asyncpg.UniqueViolationError as error:
        if violated_constraint(error) != "bank_account_number_uq":
            raise
        raise BankAccountNumberTakenError("another account of the practice has this number") from None
    kept = await queries.account_by_external_id(connection, acting.practice_id, external_id)
    assert kept is not None
    return account_out(kept), known is None


async def list_accounts(connection: Connection, practice_id: int) -> list[BankAccountOut]:
    return [account_out(row) for row in await queries.accounts(connection, practice_id)]


async def find_account(connection: Connection, practice_id: int, account_id: UUID) -> Row:
    """Raises NotFoundError."""
    row = await queries.account_row(connection, practice_id, account_id)
    if row is None:
        raise NotFoundError("there is no such bank account")
    return row


def account_out(row: Row) -> BankAccountOut:
    number = row["account_number"]
    return BankAccountOut(
        id=row["id"],
        external_id=row["external_id"],
        name=row["name"],
        account_number_end=number[-_SHOWN:] if number else None,
        columns=row["columns"],
    )
