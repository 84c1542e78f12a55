"""Receipts, what they were applied to, and the deposit slips they were taken to the bank with."""

from uuid import UUID

from ar_shared.platform.tables import (
    At,
    Cents,
    Json,
    On,
    OptAt,
    OptCents,
    OptId,
    OptJson,
    OptSmall,
    OptStr,
    Str,
    check,
    fk,
    index,
    one_of,
    tenant,
    unique,
)
from claims_api.base import SCHEMA, ClaimsTable
from claims_api.receipts.domain import ReceiptKind, ReceiptMethod, ReceiptState


class DepositSlip(ClaimsTable, table=True):
    """What one person took in at one location, counted when it is closed. `over_short_cents` is counted - recorded."""

    __tablename__ = "deposit_slip"
    __table_args__ = tenant(
        SCHEMA,
        fk("location_id", "claims.location"),
        fk("staff_user_id", "claims.staff_user"),
        one_of("deposit_slip_state", "state", ("open", "closed")),
        index("deposit_slip_location_ix", "location_id", "business_on"),
        index("deposit_slip_staff_ix", "staff_user_id"),
        check("deposit_slip_difference", "over_short_cents = counted_cents - recorded_cents"),
    )

    practice_id: int
    id: UUID
    location_id: UUID
    staff_user_id: OptId
    business_on: On
    state: Str
    counted_cents: OptCents
    recorded_cents: OptCents
    over_short_cents: OptCents
    reason: OptStr
    version: int
    actor: Json
    closed_by: OptJson
    created_at: At
    closed_at: OptAt


class Receipt(ClaimsTable, table=True):
    """Money in: `amount = unapplied + applied + returned + refunded`, applied being the sum of live applications.

    `deposited_cents` is what the bank or the card company has settled, fees they kept included, less what came back.
    """

    __tablename__ = "receipt"
    __table_args__ = tenant(
        SCHEMA,
        fk("guarantor_id", "claims.guarantor"),
        fk("payer_id", "claims.payer"),
        fk("location_id", "claims.location"),
        fk("staff_user_id", "claims.staff_user"),
        fk("deposit_slip_id", "claims.deposit_slip"),
        unique("receipt_external_uq", "external_id", where="external_id IS NOT NULL"),
        one_of("receipt_kind", "kind", ReceiptKind),
        one_of("receipt_method", "method", ReceiptMethod),
        one_of("receipt_state", "state", ReceiptState),
        check("receipt_amount", "amount_cents > 0"),
        check("receipt_parts", "unapplied_cents >= 0 AND returned_cents >= 0 AND refunded_cents >= 0"),
        check("receipt_sum", "unapplied_cents + returned_cents + refunded_cents <= amount_cents"),
        index("receipt_guarantor_ix", "guarantor_id"),
        index("receipt_payer_ix", "payer_id"),
        index("receipt_location_ix", "location_id"),
        index("receipt_staff_ix", "staff_user_id"),
        index("receipt_slip_ix", "deposit_slip_id"),
        index("receipt_received_ix", "received_on"),
    )

    practice_id: int
    id: UUID
    external_id: OptStr
    kind: Str
    method: Str
    state: Str
    amount_cents: Cents
    unapplied_cents: Cents
    returned_cents: Cents
    refunded_cents: Cents
    deposited_cents: Cents
    guarantor_id: OptId
    payer_id: OptId
    location_id: OptId
    staff_user_id: OptId
    deposit_slip_id: OptId
    reference: OptStr
    received_on: On
    version: int
    actor: Json
    created_at: At
    updated_at: At


class ReceiptApplication(ClaimsTable, table=True):
    """A part of a receipt on one receivable of a charge, or on a remittance's clearing; undone as a whole.

    `returned_cents` is what of it the bank took back: the balance is open again by as much.
    """

    __tablename__ = "receipt_application"
    __table_args__ = tenant(
        SCHEMA,
        fk("receipt_id", "claims.receipt"),
        check("receipt_application_amount", "amount_cents > 0 AND returned_cents BETWEEN 0 AND amount_cents"),
        check("receipt_application_target", "(charge_id IS NULL) <> (remittance_id IS NULL)"),
        one_of("receipt_application_undone", "undone_by", ("unapplied", "voided")),
        index("receipt_application_receipt_ix", "receipt_id"),
        index("receipt_application_charge_ix", "charge_id", where="charge_id IS NOT NULL"),
        index("receipt_application_remittance_ix", "remittance_id", where="remittance_id IS NOT NULL"),
    )

    practice_id: int
    id: UUID
    receipt_id: UUID
    charge_id: OptId
    claim_id: OptId
    account: OptSmall
    party_id: OptId
    remittance_id: OptId
    amount_cents: Cents
    returned_cents: Cents
    journal_id: UUID
    created_at: At
    undone_at: OptAt
    undone_by: OptStr
    undone_journal_id: OptId


class ReceiptReassignment(ClaimsTable, table=True):
    """Money that was recorded for the wrong guarantor and went to the right one; never changed."""

    __tablename__ = "receipt_reassignment"
    __table_args__ = tenant(
        SCHEMA,
        fk("receipt_id", "claims.receipt"),
        fk("from_guarantor_id", "claims.guarantor"),
        fk("guarantor_id", "claims.guarantor"),
        index("receipt_reassignment_receipt_ix", "receipt_id"),
        index("receipt_reassignment_from_ix", "from_guarantor_id"),
        index("receipt_reassignment_to_ix", "guarantor_id"),
        append_only=True,
    )

    practice_id: int
    id: UUID
    receipt_id: UUID
    from_guarantor_id: UUID
    guarantor_id: UUID
    reason: Str
    actor: Json
    reassigned_at: At
