"""Resolutions of held and missing money."""

from uuid import UUID

from ar_shared.platform.tables import At, Cents, Json, OptBig, OptId, OptStr, Str, check, fk, index, one_of, tenant
from claims_api.base import SCHEMA, ClaimsTable
from claims_api.resolutions.domain import Outcome, ResolutionState, Subject


class Resolution(ClaimsTable, table=True):
    """What a person decided about money of one payment. Money is in the journals it names."""

    __tablename__ = "resolution"
    __table_args__ = tenant(
        SCHEMA,
        fk("remittance_id", "claims.remittance"),
        one_of("resolution_subject", "subject", Subject),
        one_of("resolution_outcome", "outcome", Outcome),
        one_of("resolution_state", "state", ResolutionState),
        check("resolution_amount", "amount_cents > 0"),
        check("resolution_claim", "(subject = 'held_claim') = (claim_n IS NOT NULL)"),
        check("resolution_reversal", "(state = 'reversed') = (reversal_journal_id IS NOT NULL)"),
        index("resolution_remittance_ix", "remittance_id"),
    )

    practice_id: int
    id: UUID
    remittance_id: UUID
    claim_n: OptBig
    subject: Str
    outcome: Str
    state: Str
    amount_cents: Cents
    note: Str
    payer_item_id: OptId
    journal_id: UUID
    reversal_journal_id: OptId
    reversed_reason: OptStr
    version: int
    actor: Json
    created_at: At
    updated_at: At
