"""Transfers and their parts, one a charge."""

from uuid import UUID

from ar_shared.platform.tables import At, Cents, Json, OptId, Small, Str, check, fk, index, one_of, tenant
from claims_api.base import SCHEMA, ClaimsTable
from claims_api.transfers.domain import TransferReason


class Transfer(ClaimsTable, table=True):
    """From one party to another, of one patient's charges; never changed. It stands until its journal is reversed."""

    __tablename__ = "transfer"
    __table_args__ = tenant(
        SCHEMA,
        fk("patient_id", "claims.patient"),
        one_of("transfer_reason", "reason", TransferReason),
        check("transfer_amount", "amount_cents > 0"),
        index("transfer_claim_ix", "claim_id"),
        index("transfer_patient_ix", "patient_id"),
    )

    practice_id: int
    id: UUID
    reason: Str
    note: Str
    patient_id: UUID
    claim_id: OptId
    from_account: Small
    from_party_id: UUID
    to_account: Small
    to_party_id: UUID
    amount_cents: Cents
    document_id: OptId
    journal_id: UUID
    actor: Json
    created_at: At


class TransferLine(ClaimsTable, table=True):
    """What moved of one charge."""

    __tablename__ = "transfer_line"
    __table_args__ = tenant(
        SCHEMA,
        fk("transfer_id", "claims.transfer"),
        fk("charge_id", "claims.charge"),
        check("transfer_line_amount", "amount_cents > 0"),
        index("transfer_line_charge_ix", "charge_id"),
        key="transfer_id charge_id",
    )

    practice_id: int
    transfer_id: UUID
    charge_id: UUID
    amount_cents: Cents
