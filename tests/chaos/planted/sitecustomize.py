"""Faults planted on purpose, to show that the schedules find them; Python imports this when it starts.

`AR_PLANTED_FAULT` names one: `commit_per_claim` or `event_after_commit`.
"""

import os
from contextvars import ContextVar
from typing import Any, Final


def commit_per_claim() -> None:
    """Post the claims of a payment in a transaction each, as a plain loop over claims would."""
    from claims_api.ledger import moves  # noqa: PLC0415 (only where a fault is planted)
    from claims_api.remittances import post_remittance, staging  # noqa: PLC0415 (only where a fault is planted)

    async def one_by_one(connection: Any, books: Any, outbox_id: int) -> int:
        facts = (books.effective_on, books.source_on, books.posted_at, books.recorded_at)
        who = (books.client_id, books.actor_id, books.actor_kind)
        await connection.execute("CREATE TEMP TABLE whole_journal AS TABLE ledger_journal")
        for row in await connection.fetch("SELECT journal_id FROM whole_journal"):
            await connection.execute("DELETE FROM ledger_journal")
            await connection.execute(
                "INSERT INTO ledger_journal SELECT * FROM whole_journal WHERE journal_id = $1", row["journal_id"]
            )
            await connection.execute(moves._JOURNALS, books.practice_id, *facts, *who, outbox_id)
            await connection.execute(moves._POSTINGS, books.practice_id)
            await connection.execute(f"COMMIT; BEGIN; SET LOCAL ar.practice_id = '{books.practice_id:d}'")
        for statement in (moves._CHANGED_BALANCES, moves._NEW_BALANCES, moves._CREDITS):
            await connection.execute(statement, books.practice_id, books.posted_at)
        return 0

    # The tables of a payment have to outlive those commits.
    vars(staging)["_SETTINGS"] = "DISCARD TEMP;" + staging._SETTINGS
    type(staging.TABLES).on_commit = "PRESERVE ROWS"
    vars(post_remittance)["write_moves"] = one_by_one


def event_after_commit() -> None:
    """Tell about a payment when it is committed, in a transaction of its own."""
    from claims_api.intake import handlers  # noqa: PLC0415 (only where a fault is planted)
    from claims_api.remittances import post_remittance  # noqa: PLC0415 (only where a fault is planted)

    post, append = post_remittance.post_remittance, vars(post_remittance)["tell"]
    kept: ContextVar[list[tuple[Any, ...]]] = ContextVar("kept")  # of the payment at hand: several post at once

    async def keep_for_later(connection: Any, acting: Any, events: Any) -> list[int]:
        ids: list[int] = await append(connection, acting, events)
        rows = await connection.fetch(
            "DELETE FROM claims.outbox WHERE practice_id = $1 AND id = ANY($2) RETURNING *", acting.practice_id, ids
        )
        kept.get().extend(tuple(row) for row in rows)
        return ids

    async def post_then_tell(database: Any, acting: Any, source: Any, **place: Any) -> Any:
        late: list[tuple[Any, ...]] = []
        kept.set(late)
        outcome = await post(database, acting, source, **place)
        async with database.tenant_tx(acting.practice_id) as connection:
            await connection.executemany(
                "INSERT INTO claims.outbox (practice_id, id, type, subject_type, subject_id, data, occurred_at, "
                "recorded_at) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                late,
            )
        return outcome

    vars(post_remittance)["tell"] = keep_for_later
    vars(handlers)["post_remittance"] = post_then_tell


FAULTS: Final = {"commit_per_claim": commit_per_claim, "event_after_commit": event_after_commit}

if "AR_PLANTED_FAULT" in os.environ:
    FAULTS[os.environ["AR_PLANTED_FAULT"]]()
