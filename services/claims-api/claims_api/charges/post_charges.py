"""What a charge posts: E01 or E02 when it comes, E03 when another one takes its place."""

from typing import Any
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.charges import queries
from claims_api.charges.errors import ChargeMovedError
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal
from claims_api.parties.domain import FinancialClass

SOURCE = "charge"
_DIMENSIONS = (
    "claim_id",
    "coverage_id",
    "billing_entity_id",
    "location_id",
    "rendering_provider_id",
    "payer_id",
    "plan_id",
    "financial_class",
)


async def dimensions_of(connection: Connection, practice_id: int, charge: dict[str, Any]) -> dict[str, Any]:
    """Reporting columns of a charge that no claim bills yet, and `rank` of its coverage."""
    coverage = await queries.coverage_on(connection, practice_id, charge["patient_id"], charge["service_from"])
    if coverage is None:
        owed: dict[str, Any] = {"financial_class": FinancialClass.SELF_PAY.value, "coverage_id": None, "rank": 0}
    else:
        owed = dict(coverage)
    return {
        **owed,
        "claim_id": None,
        "billing_entity_id": await queries.only_billing_entity(connection, practice_id),
        "location_id": await queries.location_of(connection, practice_id, charge["encounter_id"]),
        "rendering_provider_id": charge["rendering_provider_id"],
    }


def charge_journal(charge: dict[str, Any], owed: dict[str, Any], responsible_on: Any = None) -> NewJournal:
    """E01 on the coverage of `owed`, or E02 on the guarantor. responsible_on: that of the charge it replaces."""
    coverage_id: UUID | None = owed["coverage_id"]
    entry = Entry(
        event=LedgerEvent.CHARGE_SELF_PAY if coverage_id is None else LedgerEvent.CHARGE_INSURED,
        debit=Account.AR_SELF_PAY if coverage_id is None else Account.AR_INSURANCE,
        credit=Account.REVENUE,
        amount_cents=charge["charge_cents"],
        debit_party=coverage_id or charge["guarantor_id"],
        charge_id=charge["id"],
        claim_id=owed["claim_id"],
        sequence=owed["rank"],
        responsible_on=responsible_on,
    )
    dimensions = {name: owed.get(name) for name in _DIMENSIONS}
    return NewJournal("charge", SOURCE, charge["id"], [entry], dimensions=dimensions)


async def void_journal(
    connection: Connection, practice_id: int, charge: Row, reason: str | None = None
) -> tuple[NewJournal, Row] | None:
    """E03, and the receivable as it is open; None for a charge of 0.

    Raises ChargeMovedError unless all of it is still open where it was posted: the mirror would leave a credit here
    and a debt there.
    """
    posted = await queries.posting_of(connection, practice_id, charge["id"])
    if posted is None:
        return None
    buckets = await queries.open_buckets(connection, practice_id, charge["id"])
    where = (posted["debit_account"], posted["debit_party_id"], posted["amount_cents"])
    if [(row["account"], row["party_id"], row["balance_cents"]) for row in buckets] != [where]:
        raise ChargeMovedError("take back what was paid, written off or moved on it, then send the charge again")
    entry = Entry(
        event=LedgerEvent.CHARGE_VOIDED,
        debit=Account.REVENUE,
        credit=Account(posted["debit_account"]),
        amount_cents=posted["amount_cents"],
        credit_party=posted["debit_party_id"],
        charge_id=charge["id"],
        claim_id=posted["claim_id"],
        sequence=posted["debit_sequence"] or 0,
    )
    alone = posted["source_type"] == SOURCE  # a claim's journal holds its other lines too
    dimensions = {name: posted[name] for name in _DIMENSIONS}
    reverses = posted["journal_id"] if alone else None
    journal = NewJournal(
        "charge_voided", SOURCE, charge["id"], [entry], reason, reverses_journal_id=reverses, dimensions=dimensions
    )
    return journal, buckets[0]
