"""Months, the snapshots of their closes, and what changed from one close to the next."""

from collections import defaultdict
from datetime import date

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from claims_api.ledger.book_day import first_open_day
from claims_api.ledger.domain import ACCOUNTS, Account
from claims_api.periods import queries
from claims_api.periods.domain import Month, PeriodState, state_of
from claims_api.periods.schemas import (
    AccountDifferenceOut,
    DifferencesOut,
    JournalBehindOut,
    PeriodOut,
    PeriodsOut,
    PeriodVersionOut,
    SnapshotAccountOut,
    SnapshotOut,
)


async def read_periods(connection: Connection, practice_id: int) -> PeriodsOut:
    """Every month that was ever closed, newest first, and where the open books begin."""
    opened = await first_open_day(connection, practice_id)
    newest: dict[date, Row] = {}
    for row in await queries.versions(connection, practice_id):
        newest.setdefault(row["month"], row)
    return PeriodsOut(
        first_open_day=None if opened == date.min else opened,
        items=[_period(Month.of(month), opened, row, agrees=None) for month, row in newest.items()],
    )


async def read_period(connection: Connection, practice_id: int, month: Month) -> PeriodOut:
    """One month, closed or not; of a closed one also whether the ledger still says what its close kept."""
    opened = await first_open_day(connection, practice_id)
    rows = await queries.versions(connection, practice_id, month.first_day)
    newest = rows[0] if rows else None
    agrees = None
    if newest is not None and state_of(month, opened) is PeriodState.CLOSED:
        differs = await queries.ledger_differs(
            connection, practice_id, month.first_day, newest["version"], month.last_day
        )
        agrees = not differs
    return _period(month, opened, newest, agrees=agrees)


async def read_versions(connection: Connection, practice_id: int, month: Month) -> list[PeriodVersionOut]:
    """Each close of the month, newest first, with its reopening."""
    return [_version(row) for row in await queries.versions(connection, practice_id, month.first_day)]


async def read_snapshot(connection: Connection, practice_id: int, month: Month, version: int) -> SnapshotOut:
    """What the books said at that close. Raises NotFoundError."""
    close = _numbered(await queries.versions(connection, practice_id, month.first_day), version)
    rows = await queries.balances(connection, practice_id, month.first_day, version)
    return SnapshotOut(
        close=_version(close), accounts=[SnapshotAccountOut(**dict(row), name=_name(row)) for row in rows]
    )


async def read_differences(connection: Connection, practice_id: int, month: Month, version: int) -> DifferencesOut:
    """What this close says otherwise than the one before it. Raises NotFoundError, also for the first close."""
    rows = await queries.versions(connection, practice_id, month.first_day)
    before, after = _numbered(rows, version - 1), _numbered(rows, version)
    changed = await queries.account_differences(connection, practice_id, month.first_day, version)
    journals = await queries.journals_between(
        connection, practice_id, month.last_day, before["event_outbox_id"], after["event_outbox_id"]
    )
    behind: dict[int, list[Row]] = defaultdict(list)
    for row in journals:
        behind[row["account"]].append(row)
    return DifferencesOut(
        month=str(month),
        before_version=version - 1,
        after_version=version,
        accounts=[_difference(row, behind[row["account"]]) for row in changed],
        omitted_count=journals[0]["total_count"] - len(journals) if journals else 0,
    )


def _numbered(rows: list[Row], version: int) -> Row:
    for row in rows:
        if row["version"] == version:
            return row
    raise NotFoundError("the month has no such version")


def _period(month: Month, opened: date, newest: Row | None, *, agrees: bool | None) -> PeriodOut:
    return PeriodOut(
        month=str(month),
        first_day=month.first_day,
        last_day=month.last_day,
        state=state_of(month, opened),
        version=newest["version"] if newest else None,
        closed_at=newest["closed_at"] if newest else None,
        ledger_agrees=agrees,
    )


def _version(row: Row) -> PeriodVersionOut:
    return PeriodVersionOut(**{name: row[name] for name in PeriodVersionOut.model_fields})


def _difference(row: Row, journals: list[Row]) -> AccountDifferenceOut:
    difference = row["after_cents"] - row["before_cents"]
    return AccountDifferenceOut(
        **dict(row),
        name=_name(row),
        difference_cents=difference,
        unexplained_cents=difference - (journals[0]["account_cents"] if journals else 0),
        journals=[JournalBehindOut(**{name: one[name] for name in JournalBehindOut.model_fields}) for one in journals],
    )


def _name(row: Row) -> str:
    return ACCOUNTS[Account(row["account"])].name
