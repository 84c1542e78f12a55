"""Take many claims in at once: COPY to temporary tables, then the one statement of `intake_sql`."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.claims.intake_sql import BULK, CLAIM_COLUMNS, LINE_COLUMNS, definition

CHUNK: Final = 1_000

# Plans over freshly copied rows are made once and run once: no just-in-time compilation.
_PREPARE: Final = f"""
SET LOCAL jit = off;
CREATE TEMP TABLE IF NOT EXISTS stage_claim ({definition(CLAIM_COLUMNS)}) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS stage_line ({definition(LINE_COLUMNS)}) ON COMMIT DROP;
TRUNCATE stage_claim, stage_line"""


async def take_in_staged(
    connection: Connection, acting: Acting, claims: Iterable[Sequence[Any]], lines: Iterable[Sequence[Any]]
) -> None:
    """One chunk (about a thousand claims): rows, journals, postings, balances and events; the caller commits.

    Rows are in the order of CLAIM_COLUMNS and LINE_COLUMNS. Raises asyncpg.UniqueViolationError.
    """
    await connection.execute(_PREPARE)
    await connection.copy_records_to_table("stage_claim", records=claims, columns=list(CLAIM_COLUMNS))
    await connection.copy_records_to_table("stage_line", records=lines, columns=list(LINE_COLUMNS))
    await connection.execute("ANALYZE stage_claim; ANALYZE stage_line")
    await connection.fetchval(
        BULK,
        acting.practice_id,
        acting.moment.at,
        acting.machine,
        acting.today,
        acting.client_id,
        acting.actor.id,
        acting.actor.kind,
    )


def claim_row(record: dict[str, Any]) -> tuple[Any, ...]:
    """A claim of named columns as COPY takes it; what is not named is null."""
    return tuple(map(record.get, CLAIM_COLUMNS))


def line_row(record: dict[str, Any]) -> tuple[Any, ...]:
    """The same for a line."""
    return tuple(map(record.get, LINE_COLUMNS))
