"""Vendors and their bills; what changed the open amount of a bill is only ever added to."""

from uuid import UUID

from ar_shared.platform.tables import (
    At,
    Cents,
    Json,
    On,
    OptCents,
    OptId,
    OptOn,
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
from claims_api.payables.domain import BillMethod, BillState, EntryKind, FeeBasis


class Vendor(ClaimsTable, table=True):
    """Terms for the next bills: a bill keeps those it was entered under."""

    __tablename__ = "vendor"
    __table_args__ = tenant(
        SCHEMA,
        unique("vendor_external_uq", "external_id"),
        one_of("vendor_fee_basis", "fee_basis", FeeBasis),
        check("vendor_net_days", "net_days >= 0"),
        check("vendor_discount", "discount_basis_points BETWEEN 0 AND 10000 AND discount_days >= 0"),
        check(
            "vendor_fee",
            "(fee_basis IS NOT DISTINCT FROM 'recoveries') = (fee_basis_points IS NOT NULL) "
            "AND (fee_basis IS NOT DISTINCT FROM 'claims') = (fee_per_claim_cents IS NOT NULL) "
            "AND (fee_receiver IS NULL OR fee_basis = 'claims')",
        ),
    )

    practice_id: int
    id: UUID
    external_id: Str
    name: Str
    net_days: int
    discount_basis_points: int
    discount_days: int
    fee_basis: OptStr
    fee_basis_points: int | None
    fee_per_claim_cents: OptCents
    fee_receiver: OptStr
    created_at: At
    updated_at: At


class Bill(ClaimsTable, table=True):
    """`discount_cents` is what the terms give when it is paid by `discount_until_on`."""

    __tablename__ = "bill"
    __table_args__ = tenant(
        SCHEMA,
        fk("vendor_id", "claims.vendor"),
        unique("bill_number_uq", "vendor_id", "number", where="state <> 'voided'"),
        one_of("bill_state", "state", BillState),
        check("bill_amount", "amount_cents > 0"),
        check("bill_due", "due_on >= bill_on"),
        index("bill_vendor_ix", "vendor_id"),
        index("bill_due_ix", "due_on"),
    )

    practice_id: int
    id: UUID
    vendor_id: UUID
    number: Str
    state: Str
    bill_on: On
    due_on: On
    discount_until_on: OptOn
    discount_cents: Cents
    amount_cents: Cents
    entered_by: Str
    approved_by: OptStr
    approved_on: OptOn
    version: int
    created_at: At
    updated_at: At


class BillLine(ClaimsTable, table=True):
    """`from_on` to `to_on`: the days whose fee it bills, both counted."""

    __tablename__ = "bill_line"
    __table_args__ = tenant(
        SCHEMA,
        fk("bill_id", "claims.bill"),
        check("bill_line_amount", "amount_cents <> 0"),
        check("bill_line_days", "(from_on IS NULL) = (to_on IS NULL) AND (from_on IS NULL OR to_on >= from_on)"),
        key="bill_id n",
        append_only=True,
    )

    practice_id: int
    bill_id: UUID
    n: int
    gl_account: Str
    text: Str
    amount_cents: Cents
    from_on: OptOn
    to_on: OptOn


class BillEntry(ClaimsTable, table=True):
    """A change of the open amount: up is positive. The sum of a bill's entries up to a day is what was open on it."""

    __tablename__ = "bill_entry"
    __table_args__ = tenant(
        SCHEMA,
        fk("bill_id", "claims.bill"),
        fk("reverses_id", "claims.bill_entry"),
        unique("bill_entry_reverses_uq", "reverses_id"),
        one_of("bill_entry_kind", "kind", EntryKind),
        one_of("bill_entry_method", "method", BillMethod),
        check("bill_entry_sign", "(amount_cents > 0) = (kind IN ('billed', 'payment_voided'))"),
        check("bill_entry_method_given", "(kind = 'payment') = (method IS NOT NULL AND reference IS NOT NULL)"),
        check(
            "bill_entry_link",
            "(kind IN ('payment_voided', 'voided')) = (reverses_id IS NOT NULL AND reason IS NOT NULL)",
        ),
        index("bill_entry_bill_ix", "bill_id"),
        append_only=True,
    )

    practice_id: int
    id: UUID
    bill_id: UUID
    kind: Str
    effective_on: On
    amount_cents: Cents
    discount_cents: Cents
    method: OptStr
    reference: OptStr
    reverses_id: OptId
    reason: OptStr
    actor: Json
    recorded_at: At
