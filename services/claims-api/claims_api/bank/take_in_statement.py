"""Take a bank's statement in: keep it byte for byte, write its new lines once, match what is certain."""

import hashlib
from dataclasses import asdict
from typing import Any, Literal
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.bank import queries
from claims_api.bank.domain.bai2 import read_bai2
from claims_api.bank.domain.csv_lines import read_csv
from claims_api.bank.domain.lines import NewLine, StatementFinding, StatementRead, line_keys, traces_in
from claims_api.bank.errors import NoColumnsError
from claims_api.bank.keep_account import find_account
from claims_api.bank.reassociate import reassociate
from claims_api.telling import tell

Format = Literal["csv", "bai2"]


async def take_in_statement(
    connection: Connection, acting: Acting, content: bytes, form: Format, account_id: UUID | None
) -> UUID:
    """The id of the statement; a file with an error in it is kept as `rejected` and brings no line.

    account_id: needed for CSV, and for a BAI2 account whose number no account of ours has.
    Raises NotFoundError, NoColumnsError.
    """
    own = await find_account(connection, acting.practice_id, account_id) if account_id is not None else None
    read = _read(content, form, own)
    placed = await _placed(connection, acting.practice_id, read, own) if read.usable else {}
    statement_id = uuid7()
    usable = read.usable
    row = {
        "practice_id": acting.practice_id,
        "id": statement_id,
        "format": form,
        "sha256": hashlib.sha256(content).digest(),
        "size_bytes": len(content),
        "content": content,
        "state": "taken_in" if usable else "rejected",
        "findings": [asdict(finding) for finding in read.findings[:200]],
        "line_count": len(read.lines) if usable else 0,
        "new_count": 0,
        "client_id": acting.client_id,
        "actor": acting.actor_json,
        "received_at": acting.moment.at,
    }
    rows = [line for lines in placed.items() for line in _rows(statement_id, *lines)] if usable else []
    row["new_count"] = await _unknown(connection, acting.practice_id, rows)
    await queries.insert_statement(connection, row)
    await queries.insert_lines(connection, acting.practice_id, rows, acting.moment.at)
    told = {name: row[name] for name in ("format", "state", "line_count", "new_count")}
    await tell(connection, acting, [NewEvent("bank.statement_received", "bank_statement", statement_id, told)])
    await reassociate(connection, acting)
    return statement_id


def _read(content: bytes, form: Format, account: Row | None) -> StatementRead:
    if form == "bai2":
        return read_bai2(content)
    if account is None or not account["columns"]:
        raise NoColumnsError("name the account, and declare its columns first")
    return read_csv(content, account["columns"])


async def _placed(
    connection: Connection, practice_id: int, read: StatementRead, own: Row | None
) -> dict[UUID, list[NewLine]]:
    """Lines by our account. An account number that none of ours has is an error, unless the request names one."""
    known = {row["account_number"]: row["id"] for row in await queries.accounts(connection, practice_id)}
    placed: dict[UUID, list[NewLine]] = {}
    for line in read.lines:
        account_id = known.get(line.account) if line.account else None
        account_id = account_id or (own["id"] if own is not None else None)
        if account_id is None:
            read.findings.append(StatementFinding("account_unknown", "No account of the practice has this number."))
            return {}
        placed.setdefault(account_id, []).append(line)
    return placed


def _rows(statement_id: UUID, account_id: UUID, lines: list[NewLine]) -> list[dict[str, Any]]:
    rows = []
    ids = sorted(uuid7() for _ in lines)
    for line_id, line, key in zip(ids, lines, line_keys(str(account_id), lines), strict=True):
        traces, companies = traces_in(line)
        rows.append(
            {
                "id": str(line_id),
                "account_id": str(account_id),
                "statement_id": str(statement_id),
                "posted_on": line.posted_on.isoformat(),
                "amount_cents": line.amount_cents,
                "reference": line.reference,
                "customer_reference": line.customer_reference,
                "type_code": line.type_code,
                "text": line.text,
                "traces": traces,
                "company_ids": companies,
                "line_key": key.hex(),
            }
        )
    return rows


async def _unknown(connection: Connection, practice_id: int, rows: list[dict[str, Any]]) -> int:
    """How many lines are new; two files at once wait for each other on the account."""
    accounts = sorted({row["account_id"] for row in rows})
    await connection.execute(
        "SELECT FROM claims.bank_account WHERE practice_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR UPDATE",
        practice_id,
        accounts,
    )
    known: int = await connection.fetchval(
        "SELECT count(*) FROM claims.bank_line l JOIN unnest($2::uuid[], $3::text[]) AS n(account_id, line_key) "
        "ON l.account_id = n.account_id AND l.line_key = decode(n.line_key, 'hex') WHERE l.practice_id = $1",
        practice_id,
        [row["account_id"] for row in rows],
        [row["line_key"] for row in rows],
    )
    return len(rows) - known
