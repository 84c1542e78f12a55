"""Write-offs, one a charge and receivable."""

from uuid import UUID

from ar_shared.platform.tables import At, Cents, Json, OptId, OptStr, Small, Str, check, fk, index, one_of, tenant
from claims_api.base import SCHEMA, ClaimsTable
from claims_api.write_offs.domain import Cause, WriteOffClass, WriteOffState


class WriteOff(ClaimsTable, table=True):
    """`rule` names the rule that wrote it off in a run; null: a person did. Money is in the journals it names."""

    __tablename__ = "write_off"
    __table_args__ = tenant(
        SCHEMA,
        fk("charge_id", "claims.charge"),
        one_of("write_off_kind", "kind", WriteOffClass),
        one_of("write_off_cause", "cause", Cause),
        one_of("write_off_state", "state", WriteOffState),
        check("write_off_amount", "amount_cents > 0"),
        check("write_off_administrative_cause", "(kind = 'administrative') = (cause IS NOT NULL)"),
        check("write_off_reversal", "(state = 'reversed') = (reversal_journal_id IS NOT NULL)"),
        index("write_off_charge_ix", "charge_id"),
        index("write_off_claim_ix", "claim_id"),
    )

    practice_id: int
    id: UUID
    kind: Str
    cause: OptStr
    state: Str
    charge_id: UUID
    claim_id: OptId
    account: Small
    party_id: UUID
    amount_cents: Cents
    reason: Str
    rule: OptStr
    journal_id: UUID
    reversal_journal_id: OptId
    reversed_reason: OptStr
    version: int
    actor: Json
    created_at: At
    updated_at: At
