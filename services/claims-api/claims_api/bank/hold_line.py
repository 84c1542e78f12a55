"""Keep what is open of a line as an insurer's unidentified money (E43), or set a line aside that is no payment."""

from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.bank import queries
from claims_api.bank.errors import LineInUseError, LineNotOpenError
from claims_api.bank.match_line import lock_line
from claims_api.bank.schemas import HoldIn, SetAsideIn
from claims_api.bank.settle import SOURCE
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, tell_and_post
from claims_api.telling import tell


async def hold_line(connection: Connection, acting: Acting, line_id: UUID, body: HoldIn, if_match: str | None) -> None:
    """Raises LineNotOpenError when nothing is open, the line took money, or all of it is held."""
    await hold_rest(connection, acting, await lock_line(connection, acting.practice_id, line_id, if_match), body.reason)


async def hold_rest(connection: Connection, acting: Acting, line: Row, reason: str) -> None:
    """Dr 1000, Cr 2000 for what is neither matched nor held. `line` is locked. Raises LineNotOpenError."""
    cents = line["amount_cents"] - line["matched_cents"] - line["held_cents"]
    if cents <= 0 or line["state"] != "open":
        raise LineNotOpenError("no money of the line is open")
    entry = Entry(
        event=LedgerEvent.UNIDENTIFIED_CASH,
        debit=Account.CASH,
        credit=Account.UNAPPLIED_INSURANCE,
        amount_cents=cents,
        debit_party=line["id"],
        credit_party=line["id"],
    )
    await queries.change_line(connection, acting.practice_id, line, acting.moment.at, held=cents)
    event = NewEvent("deposit.held", "bank_line", line["id"], {"amount_cents": cents})
    journal = NewJournal("unidentified_cash", SOURCE, line["id"], [entry], reason)
    await tell_and_post(connection, acting, [journal], [event], source_on=line["posted_on"])


async def set_line_aside(
    connection: Connection, acting: Acting, line_id: UUID, body: SetAsideIn, if_match: str | None
) -> None:
    """Raises LineInUseError when something of it is matched or held."""
    line = await lock_line(connection, acting.practice_id, line_id, if_match)
    if line["matched_cents"] or line["held_cents"] or line["state"] == "matched":
        raise LineInUseError("undo its matches first")
    state = "set_aside" if body.aside else "open"
    await queries.set_aside(connection, acting.practice_id, line_id, state, body.reason, acting.moment.at)
    await tell(connection, acting, [NewEvent("deposit.set_aside", "bank_line", line_id, {"aside": body.aside})])
