"""What a posting does to cases: a payer's credit that arises opens one, one that is gone closes it.

The posting calls it in its own transaction, so the knowledge event and the money have one moment: the clock starts
when the credit is posted, not when somebody works the queue.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from claims_api.overpayments import queries
from claims_api.overpayments.clock import Clock, clock_of
from claims_api.overpayments.domain import (
    CaseEvent,
    CaseState,
    CreditNow,
    close_reason,
    is_the_same_again,
    next_state,
)
from claims_api.overpayments.keep_case import Kept, Writer, keep_cases

PRESUMED: Final = "presumed"
_FRESH: Final[dict[str, Any]] = {
    "identified_on": None,
    "identified_by": None,
    "basis": None,
    "investigation_started_on": None,
    "investigation_ended_on": None,
    "method": None,
    "proof_document_id": None,
}


async def follow_credits(
    connection: Connection,
    practice_id: int,
    client_id: str,
    actor: dict[str, Any],
    changed: Sequence[CreditNow],
    *,
    at: datetime,
    machine: datetime,
) -> None:
    """Bring the cases of these payers' credits to what the books say now; the caller holds the credits' locks."""
    if not changed:
        return
    practice = await queries.practice_of(connection, practice_id)
    today = at.astimezone(ZoneInfo(practice["time_zone"])).date()
    writer = Writer(practice_id, client_id, actor, at, machine, today)
    await queries.lock_cases(connection, practice_id, changed)
    found = await queries.known(connection, practice_id, changed)
    kept = [_followed(writer, practice["settings"], credit, found[credit.charge_id, credit.party_id])
            for credit in changed]  # fmt: skip
    await keep_cases(connection, writer, [one for one in kept if one is not None])


def _followed(writer: Writer, settings: dict[str, Any], credit: CreditNow, row: Row) -> Kept | None:
    if row["id"] is None and credit.cents == 0:
        return None
    clock = clock_of(row["financial_class"], writer.today, settings, row["profile"] or {})
    if row["id"] is None:
        return _opened(writer, credit, row, clock)
    kept = Kept({name: row[name] for name in queries.COLUMNS})
    before = row["state"]
    if credit.cents == row["credit_cents"]:
        return None
    if before == CaseState.CLOSED:
        _reopen(kept, writer, credit, clock)
    elif credit.cents == 0:
        state = next_state(before, CaseEvent.CLOSE)
        closed = {"state": state.value, "closed_on": writer.today, "close_reason": close_reason(credit.how).value}
        kept.add(CaseEvent.CLOSE, writer.today, {"credit_cents": 0, **closed})
    else:
        kept.add(CaseEvent.RESTATE, writer.today, {"credit_cents": credit.cents})
    return kept


def _opened(writer: Writer, credit: CreditNow, row: Row, clock: Clock) -> Kept:
    kept = Kept(new_case(writer, credit, clock) | {"payer_id": row["of_payer"], "credit_cents": credit.cents})
    kept.add(CaseEvent.ARISE, writer.today, {})
    _presume(kept, writer, clock)
    return kept


def _reopen(kept: Kept, writer: Writer, credit: CreditNow, clock: Clock) -> None:
    state = next_state(kept.case["state"], CaseEvent.RETURN)
    open_again = {"credit_cents": credit.cents, "closed_on": None, "close_reason": None}
    if is_the_same_again(credit.how) and kept.case["identified_on"] is not None:
        known = next_state(state, CaseEvent.IDENTIFY)
        kept.add(CaseEvent.RETURN, writer.today, {**open_again, "state": known.value})
        return
    anew = {"clock": clock.model_dump(mode="json"), "arisen_on": writer.today, "received_on": writer.today}
    kept.add(CaseEvent.RETURN, writer.today, {**open_again, **anew, **_FRESH, "state": state.value})
    _presume(kept, writer, clock)


def _presume(kept: Kept, writer: Writer, clock: Clock) -> None:
    if clock.presumed:
        state = next_state(kept.case["state"], CaseEvent.IDENTIFY)
        known = {"identified_on": writer.today, "identified_by": PRESUMED, "state": state.value}
        kept.add(CaseEvent.IDENTIFY, writer.today, {**known, "basis": "presumed known when it was posted"})


def new_case(writer: Writer, credit: CreditNow, clock: Clock) -> dict[str, Any]:
    """A case without a fact yet: version 0."""
    case = dict.fromkeys(queries.COLUMNS)
    return {
        **case,
        "id": uuid7(),
        "charge_id": credit.charge_id,
        "party_id": credit.party_id,
        "claim_id": credit.claim_id,
        "source": "posting",
        "state": CaseState.OPEN.value,
        "credit_cents": 0,
        "arisen_on": writer.today,
        "received_on": writer.today,
        "clock": clock.model_dump(mode="json"),
        "version": 0,
        "created_at": writer.at,
        "updated_at": writer.at,
    }
