"""Denial cases."""

from uuid import UUID

from ar_shared.platform.tables import (
    At,
    Big,
    Cents,
    On,
    OptAt,
    OptBig,
    OptCents,
    OptId,
    OptOn,
    OptStr,
    Str,
    Texts,
    fk,
    index,
    one_of,
    tenant,
    unique,
)
from claims_api.base import SCHEMA, ClaimsTable
from claims_api.denials.domain import DenialState


class DenialCase(ClaimsTable, table=True):
    """One (claim, line, CARC + RARC set, remittance) that was adjudicated and not paid as billed.

    `settled_*` is the later decision by which money came, so that its reversal finds the case again.
    """

    __tablename__ = "denial_case"
    __table_args__ = tenant(
        SCHEMA,
        fk("claim_id", "claims.claim"),
        unique(
            "denial_case_source_uq",
            "remittance_id",
            "remittance_claim_n",
            "remittance_line_n",
            "carc",
            "group_code",
            where="state <> 'withdrawn'",
        ),
        index("denial_case_claim_ix", "claim_id"),
        index("denial_case_open_ix", "state", "opened_on"),
        index("denial_case_settled_ix", "settled_remittance_id", where="settled_remittance_id IS NOT NULL"),
        one_of("denial_case_state", "state", DenialState),
    )

    practice_id: int
    id: UUID
    claim_id: UUID
    charge_id: UUID | None = None
    payer_id: UUID
    remittance_id: UUID
    remittance_claim_n: Big
    remittance_line_n: Big
    group_code: Str
    carc: Str
    rarcs: Texts
    category: Str
    owner: Str
    recommended_action: Str
    route_reason: Str
    preventable: bool
    appeal_path: Str
    denied_cents: Cents
    expected_cents: OptCents
    recovered_cents: Cents
    state: Str
    remitted_on: On
    opened_on: On
    correction_due_on: OptOn
    appeal_due_on: OptOn
    settled_remittance_id: OptId
    settled_claim_n: OptBig
    closed_at: OptAt
    closed_reason: OptStr
    row_version: int
    created_at: At
    updated_at: At
