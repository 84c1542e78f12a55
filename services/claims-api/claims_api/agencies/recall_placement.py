"""Take back from an agency what it has not collected."""

from collections.abc import Sequence
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.etags import require_match
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.agencies import queries
from claims_api.agencies.domain import AbovePlacedError, PlacementKind, PlacementState
from claims_api.agencies.place_accounts import SOURCE
from claims_api.agencies.schemas import RecallIn
from claims_api.claims.dimensions import dimensions_of_claims
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, tell_and_post


async def recall_placement(
    connection: Connection, acting: Acting, placement_id: UUID, body: RecallIn, if_match: str | None
) -> None:
    """What is still owed returns to the guarantor's balance with the dates it left with. It is `recalled` when nothing
    is left. Raises NotFoundError, AbovePlacedError when nothing is, and the errors of If-Match."""
    practice_id = acting.practice_id
    placement = await queries.placement_row(connection, practice_id, placement_id, lock=True)
    if placement is None:
        raise NotFoundError("there is no such placement")
    require_match(if_match, placement["version"])
    left = [row for row in await queries.placed_lines(connection, practice_id, [placement_id]) if row["left_cents"]]
    chosen = [row for row in left if not body.charge_ids or row["charge_id"] in body.charge_ids]
    if not chosen:
        raise AbovePlacedError("nothing of it is left with the agency")
    for row in chosen:
        await queries.change_line(connection, practice_id, placement_id, row["charge_id"], recalled=row["left_cents"])
    rest = sum(row["left_cents"] for row in left) - sum(row["left_cents"] for row in chosen)
    state = PlacementState.PLACED if rest else PlacementState.RECALLED
    await queries.touch_placement(connection, practice_id, placement_id, state.value, acting.moment.at, body.reason)
    told = {name: placement[name] for name in ("vendor_id", "guarantor_id", "kind")}
    event = NewEvent(
        "placement.recalled", SOURCE, placement_id, {**told, "left_cents": rest, "version": placement["version"] + 1}
    )
    owed = [row for row in chosen if row["kind"] == PlacementKind.OWED and row["open_cents"]]
    journals = await _journals(connection, practice_id, placement_id, owed, body.reason)
    await tell_and_post(connection, acting, journals, [event], source_on=acting.today)


async def _journals(
    connection: Connection, practice_id: int, placement_id: UUID, owed: Sequence[Row], reason: str
) -> list[NewJournal]:
    """What was written off meanwhile does not come back."""
    found = await dimensions_of_claims(connection, practice_id, [row["claim_id"] for row in owed])
    return [
        NewJournal(
            "placement_recalled",
            SOURCE,
            placement_id,
            [
                Entry(
                    event=LedgerEvent.AGENCY_PLACEMENT,
                    debit=Account(row["account"]),
                    credit=Account.AR_AGENCY,
                    amount_cents=min(row["left_cents"], row["open_cents"]),
                    debit_party=row["guarantor_id"],
                    credit_party=row["guarantor_id"],
                    charge_id=row["charge_id"],
                    claim_id=row["claim_id"],
                )
            ],
            reason,
            dimensions=found.get(row["claim_id"], {}),
        )
        for row in owed
    ]
