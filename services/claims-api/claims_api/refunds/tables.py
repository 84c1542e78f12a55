"""Refunds, each of one credit of a charge or of one receipt."""

from uuid import UUID

from ar_shared.platform.tables import (
    At,
    Cents,
    Json,
    OptId,
    OptOn,
    OptSmall,
    OptStr,
    Str,
    check,
    fk,
    index,
    one_of,
    tenant,
)
from claims_api.base import SCHEMA, ClaimsTable
from claims_api.refunds.domain import RefundMethod, RefundState


class Refund(ClaimsTable, table=True):
    """`claim_id`, `payer_id` and `reference` are what a payer's acknowledgement (PLB 72 with WO) is found by.

    `due_journal_id`: unapplied money became a refund due (E14); `issue_journal_id`: the newest payment out of it.
    """

    __tablename__ = "refund"
    __table_args__ = tenant(
        SCHEMA,
        one_of("refund_state", "state", RefundState),
        one_of("refund_method", "method", RefundMethod),
        one_of("refund_side", "side", ("payer", "patient")),
        check("refund_amount", "amount_cents > 0"),
        check("refund_source", "(charge_id IS NULL) <> (receipt_id IS NULL)"),
        fk("receipt_id", "claims.receipt"),
        fk("charge_id", "claims.charge"),
        index("refund_charge_ix", "charge_id"),
        index("refund_receipt_ix", "receipt_id"),
        index("refund_claim_ix", "claim_id"),
        index("refund_reference_ix", "reference", where="reference IS NOT NULL"),
    )

    practice_id: int
    id: UUID
    side: Str
    state: Str
    amount_cents: Cents
    charge_id: OptId
    claim_id: OptId
    account: OptSmall
    party_id: OptId
    payer_id: OptId
    guarantor_id: OptId
    receipt_id: OptId
    reason: Str
    method: OptStr
    reference: OptStr
    issued_on: OptOn
    requested_by: Str
    approved_by: OptStr
    due_journal_id: OptId
    issue_journal_id: OptId
    version: int
    actor: Json
    created_at: At
    updated_at: At
