"""Placements with agencies, what an agency remits, and both charge by charge."""

from uuid import UUID

from ar_shared.platform.tables import (
    At,
    Cents,
    Json,
    On,
    OptAt,
    OptId,
    OptStr,
    Small,
    Str,
    Texts,
    check,
    fk,
    index,
    one_of,
    tenant,
    unique,
)
from claims_api.agencies.domain import AgencyRemittanceState, PlacementKind, PlacementState
from claims_api.base import SCHEMA, ClaimsTable


class Placement(ClaimsTable, table=True):
    """What of one guarantor was given to one agency (a vendor) at a time."""

    __tablename__ = "placement"
    __table_args__ = tenant(
        SCHEMA,
        fk("vendor_id", "claims.vendor"),
        fk("guarantor_id", "claims.guarantor"),
        one_of("placement_kind", "kind", PlacementKind),
        one_of("placement_state", "state", PlacementState),
        index("placement_vendor_ix", "vendor_id"),
        index("placement_guarantor_ix", "guarantor_id"),
    )

    practice_id: int
    id: UUID
    vendor_id: UUID
    guarantor_id: UUID
    kind: Str
    state: Str
    placed_on: On
    note: Str
    assurances: Texts
    recalled_at: OptAt
    recalled_reason: OptStr
    version: int
    actor: Json
    created_at: At
    updated_at: At


class PlacementLine(ClaimsTable, table=True):
    """One charge. With the agency is `amount - collected - recalled`; `account` is where it came from."""

    __tablename__ = "placement_line"
    __table_args__ = tenant(
        SCHEMA,
        fk("placement_id", "claims.placement"),
        fk("charge_id", "claims.charge"),
        check(
            "placement_line_parts",
            "amount_cents > 0 AND collected_cents >= 0 AND recalled_cents >= 0 "
            "AND collected_cents + recalled_cents <= amount_cents",
        ),
        index("placement_line_charge_ix", "charge_id"),
        key="placement_id charge_id",
    )

    practice_id: int
    placement_id: UUID
    charge_id: UUID
    claim_id: OptId
    account: Small
    amount_cents: Cents
    collected_cents: Cents
    recalled_cents: Cents


class AgencyRemittance(ClaimsTable, table=True):
    """What an agency paid at a time, net of the fees it kept. Its money is the receipt's, as far as the bank goes."""

    __tablename__ = "agency_remittance"
    __table_args__ = tenant(
        SCHEMA,
        fk("vendor_id", "claims.vendor"),
        fk("receipt_id", "claims.receipt"),
        one_of("agency_remittance_state", "state", AgencyRemittanceState),
        check("agency_remittance_sum", "amount_cents = collected_cents - fee_cents AND amount_cents > 0"),
        unique("agency_remittance_reference_uq", "vendor_id", "reference", where="state <> 'reversed'"),
        index("agency_remittance_days_ix", "vendor_id", "remitted_on"),
        index("agency_remittance_receipt_ix", "receipt_id"),
    )

    practice_id: int
    id: UUID
    vendor_id: UUID
    reference: Str
    state: Str
    remitted_on: On
    amount_cents: Cents
    collected_cents: Cents
    fee_cents: Cents
    receipt_id: UUID
    reversed_reason: OptStr
    version: int
    actor: Json
    created_at: At
    updated_at: At


class AgencyRemittanceLine(ClaimsTable, table=True):
    """What was collected and kept of one charge, and its journal."""

    __tablename__ = "agency_remittance_line"
    __table_args__ = tenant(
        SCHEMA,
        fk("agency_remittance_id", "claims.agency_remittance"),
        fk("placement_id", "claims.placement"),
        check("agency_remittance_line_fee", "collected_cents > 0 AND fee_cents BETWEEN 0 AND collected_cents"),
        index("agency_remittance_line_placement_ix", "placement_id"),
        key="agency_remittance_id n",
    )

    practice_id: int
    agency_remittance_id: UUID
    n: int
    placement_id: UUID
    charge_id: UUID
    collected_cents: Cents
    fee_cents: Cents
    journal_id: UUID
