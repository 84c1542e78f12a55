"""Take many claims in at once: COPY to temporary tables, then the one statement of `intake_sql`."""

from collections.abc import Sequence
from typing import Any, Final

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.claims.intake_sql import BULK, CLAIM_COLUMNS, LINE_COLUMNS, definition
from claims_api.ledger.book_day import book_day

CHUNK: Final = 1_000

# Plans over freshly copied rows are made once and run once: no just-in-time compilation.
_PREPARE: Final = f"""
SET LOCAL jit = off;
CREATE TEMP TABLE IF NOT EXISTS stage_claim ({definition(CLAIM_COLUMNS)}) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS stage_line ({definition(LINE_COLUMNS)}) ON COMMIT DROP;
TRUNCATE stage_claim, stage_line"""
_ANALYZE: Final = "ANALYZE stage_claim (id), stage_line (claim_id)"  # what the joins ask for


async def take_in_staged(
    connection: Connection, acting: Acting, claims: Sequence[dict[str, Any]], lines: Sequence[dict[str, Any]]
) -> None:
    """One chunk (about a thousand claims): rows, journals, postings, balances and events; the caller commits.

    Records name columns of CLAIM_COLUMNS and LINE_COLUMNS, all claims the same ones in the same order, all lines
    too; what is not named is null. Raises asyncpg.UniqueViolationError, PeriodClosedError.
    """
    await connection.execute(_PREPARE)
    for table, records in (("stage_claim", claims), ("stage_line", lines)):
        rows = [tuple(record.values()) for record in records]
        await connection.copy_records_to_table(table, records=rows, columns=list(records[0]))
    await connection.execute(_ANALYZE)
    counts_on = await book_day(connection, acting.practice_id, acting.today, today=acting.today)
    await connection.fetchval(
        BULK,
        acting.practice_id,
        acting.moment.at,
        acting.machine,
        counts_on,
        acting.client_id,
        acting.actor.id,
        acting.actor.kind,
    )
