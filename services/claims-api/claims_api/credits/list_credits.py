"""The queue of credits."""

from datetime import date
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.credits.clock import due_on
from claims_api.credits.domain import suggested
from claims_api.credits.schemas import CreditOut
from claims_api.ledger.domain import Account
from claims_api.refunds.queries import credit_page


async def list_credits(
    connection: Connection,
    practice_id: int,
    side: str | None,
    claim_id: UUID | None,
    after: tuple[UUID, int, UUID] | None,
    limit: int,
    *,
    today: date,
) -> list[CreditOut]:
    """side: `payer` or `patient`, both without. In the order of their charges, after (charge, account, party)."""
    accounts = {"payer": Account.REFUNDS_PAYABLE_PAYER, "patient": Account.REFUNDS_PAYABLE_PATIENT}
    account = int(accounts[side]) if side else None
    rows = await credit_page(connection, practice_id, today, account, claim_id, after, limit)
    return [_shown(row, today) for row in rows]


def _shown(row: Row, today: date) -> CreditOut:
    of_payer = row["account"] == Account.REFUNDS_PAYABLE_PAYER
    due = due_on(row["financial_class"], row["arisen_on"]) if of_payer else None
    resolution = suggested(
        provisional=row["provisional"],
        credit_cents=row["balance_cents"],
        reserved_cents=row["reserved_cents"],
        same_party_open_cents=row["same_party_open_cents"],
    )
    return CreditOut(
        charge_id=row["charge_id"],
        claim_id=row["claim_id"],
        side="payer" if of_payer else "patient",
        party_id=row["party_id"],
        payer_id=row["payer_id"] if of_payer else None,
        amount_cents=row["balance_cents"],
        reserved_cents=row["reserved_cents"],
        provisional=row["provisional"],
        arisen_on=row["arisen_on"],
        age_days=(today - row["arisen_on"]).days,
        due_on=due[0] if due else None,
        due_source=due[1].source if due else None,
        due_confirmed=due[1].confirmed if due else None,
        suggestion=resolution,
        because=resolution.phrase,
    )
