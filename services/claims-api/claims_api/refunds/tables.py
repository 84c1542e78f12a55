"""Refunds, each of one credit of a charge, of one receipt, or of one amount that a payer will take back."""

from uuid import UUID

from ar_shared.platform.tables import (
    At,
    Cents,
    Json,
    On,
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
        check("refund_source", "num_nonnulls(charge_id, receipt_id, payer_item_id) = 1"),
        fk("receipt_id", "claims.receipt"),
        fk("charge_id", "claims.charge"),
        fk("payer_item_id", "claims.payer_item"),
        index("refund_charge_ix", "charge_id"),
        index("refund_receipt_ix", "receipt_id"),
        index("refund_payer_item_ix", "payer_item_id"),
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
    payer_item_id: OptId
    reason: Str
    method: OptStr
    reference: OptStr
    issued_on: OptOn
    remitted_on: OptOn
    requested_by: Str
    approved_by: OptStr
    due_journal_id: OptId
    issue_journal_id: OptId
    version: int
    actor: Json
    created_at: At
    updated_at: At


class RefundStep(ClaimsTable, table=True):
    """The state that each version of a refund brought, and since when: what was payable on any day follows."""

    __tablename__ = "refund_step"
    __table_args__ = tenant(
        SCHEMA,
        fk("refund_id", "claims.refund"),
        one_of("refund_step_state", "state", RefundState),
        key="refund_id version",
        append_only=True,
    )

    practice_id: int
    refund_id: UUID
    version: int
    state: Str
    effective_on: On
    actor: Json
    recorded_at: At
