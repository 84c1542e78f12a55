"""Who posts payments, and on which day they count."""

from datetime import date
from typing import Final

from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.ledger.book_day import book_day
from claims_api.ledger.moves import Books

_DATE_SETTING: Final = "SELECT settings->>'payment_effective' FROM claims.practice WHERE id = $1"


async def books_for(connection: Connection, acting: Acting, *, paid_on: date | None) -> Books:
    """Today, or the deposit day where the practice chose so; never ahead, never in a closed period.

    Raises PeriodClosedError.
    """
    today = acting.today
    setting = await connection.fetchval(_DATE_SETTING, acting.practice_id)
    deposit_day = paid_on if setting == "deposit" else None
    return Books(
        practice_id=acting.practice_id,
        client_id=acting.client_id,
        actor_id=acting.actor.id,
        actor_kind=acting.actor.kind,
        effective_on=await book_day(connection, acting.practice_id, deposit_day or today, today=today),
        source_on=paid_on,
        posted_at=acting.moment.at,
        recorded_at=acting.machine,
    )
