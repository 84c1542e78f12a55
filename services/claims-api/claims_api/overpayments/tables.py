"""Overpayment cases and the facts they are made of."""

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
from claims_api.overpayments.domain import CaseEvent, CaseState, CloseReason, ReturnMethod


class OverpaymentCase(ClaimsTable, table=True):
    """What one payer overpaid on one charge, as its newest fact left it.

    `credit_cents` is the credit in the books (2020); `stated_cents` what a person found before the books showed it.
    `received_on` is the day of the money, for the look-back. The case opens and closes with its credit.
    """

    __tablename__ = "overpayment_case"
    __table_args__ = tenant(
        SCHEMA,
        fk("charge_id", "claims.charge"),
        unique("overpayment_case_credit_uq", "charge_id", "party_id"),
        one_of("overpayment_case_state", "state", CaseState),
        one_of("overpayment_case_source", "source", ("posting", "person")),
        one_of("overpayment_case_method", "method", ReturnMethod),
        one_of("overpayment_case_close_reason", "close_reason", CloseReason),
        check("overpayment_case_cents", "credit_cents >= 0 AND stated_cents > 0"),
        check("overpayment_case_closed", "(state = 'closed') = (closed_on IS NOT NULL)"),
        check("overpayment_case_known", "state <> 'identified' OR identified_on IS NOT NULL"),
        index("overpayment_case_due_ix", "due_on", "id", where="state <> 'closed'"),
        index("overpayment_case_claim_ix", "claim_id", where="claim_id IS NOT NULL"),
    )

    practice_id: int
    id: UUID
    charge_id: UUID
    party_id: UUID
    claim_id: OptId
    payer_id: OptId
    source: Str
    state: Str
    credit_cents: Cents
    stated_cents: OptCents
    arisen_on: On
    received_on: On
    basis: OptStr
    identified_on: OptOn
    identified_by: OptStr
    investigation_started_on: OptOn
    investigation_ended_on: OptOn
    suspended_until: OptOn
    due_on: OptOn
    look_back_from: OptOn
    clock: Json
    method: OptStr
    proof_document_id: OptId
    close_reason: OptStr
    closed_on: OptOn
    version: int
    created_at: At
    updated_at: At


class OverpaymentFact(ClaimsTable, table=True):
    """One fact of a case, by the version it made; `data` are the columns it changed. Never changed itself."""

    __tablename__ = "overpayment_fact"
    __table_args__ = tenant(
        SCHEMA,
        one_of("overpayment_fact_kind", "kind", CaseEvent),
        key="case_id version",
        append_only=True,
    )

    practice_id: int
    case_id: UUID
    version: int
    kind: Str
    happened_on: On
    data: Json
    reason: OptStr
    client_id: Str
    actor: Json
    at: At
