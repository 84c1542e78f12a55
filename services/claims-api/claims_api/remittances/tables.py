"""Remittances as the payer wrote them, what matched, what was posted, what is held and why."""

from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint

from ar_shared.platform.tables import (
    At,
    Big,
    Cents,
    Json,
    Octets,
    On,
    OptAt,
    OptBig,
    OptCents,
    OptId,
    OptJson,
    OptOn,
    OptSmall,
    OptStr,
    OptUnits,
    Small,
    Str,
    Texts,
    check,
    fk,
    index,
    one_of,
    reference,
    tenant,
    unique,
)
from claims_api.base import SCHEMA, ClaimsTable
from claims_api.remittances.domain.reversal_state import ReversalState

REMITTANCE_STATES = ("posted", "posted_with_held", "queued", "duplicate", "rejected", "reversed")
ENTRIES = ("edi", "manual")
CLAIM_STATES = ("posted", "held", "memo", "waiting", "dropped", "returned")
ACTIONS = (
    "match",
    "unmatch",
    "rematch",
    "release",
    "reject",
    "reverse",
    "enter",
    "assign",
    "unassign",
    "accept_correction",
    "reject_correction",
)
ITEM_KINDS = ("announced", "forwarded", "take_back", "refund_seen")
PROPOSAL_KINDS = ("member", "other_payer")


class CasRule(ClaimsTable, table=True):
    """`ledger.cas_effects` as rows, so that set-based posting joins what the one function decided."""

    __tablename__ = "cas_rule"
    __table_args__ = reference(SCHEMA, PrimaryKeyConstraint("group_code", "carc", "sign"))

    group_code: Str
    carc: Str
    sign: Small
    kind: Str
    action: Str
    event: OptStr
    debit_account: OptSmall
    credit_account: OptSmall
    next_coverage_account: OptSmall
    follow_up: Str
    reason: Str


class Remittance(ClaimsTable, table=True):
    """One payment: an 835 (one ST) or what a person entered. Its identity is its content, never a file name.

    `difference_cents` is what the deposit brought beyond the claims when a person released it out of balance;
    `difference_resolved_cents` what of it has an owner since.
    """

    __tablename__ = "remittance"
    __table_args__ = tenant(
        SCHEMA,
        one_of("remittance_state", "state", REMITTANCE_STATES),
        one_of("remittance_entry", "entry", ENTRIES),
        index("remittance_identity_ix", "trace_number", "payer_key"),
        index("remittance_content_ix", "content_hash"),
        index("remittance_state_ix", "state", "received_at"),
        index("remittance_file_ix", "file_id", "transaction_n"),
    )

    practice_id: int
    id: UUID
    file_id: OptId
    transaction_n: OptBig
    payer_id: OptId
    payer_key: Str
    payer_name: OptStr
    payee_key: Str
    billing_entity_id: OptId
    trace_number: Str
    method: Str
    handling: Str
    payment_cents: Cents
    claims_paid_cents: Cents
    provider_adjustment_cents: Cents
    held_cents: Cents
    paid_on: OptOn
    produced_on: OptOn
    content_hash: Octets
    state: Str
    findings: Json
    claim_count: int
    counts: Json
    header: Json
    entry: Str
    difference_cents: Cents
    difference_resolved_cents: Cents
    row_version: int
    duplicate_of: OptId
    journal_id: OptId
    effective_on: OptOn
    received_at: At
    rematched_at: OptAt
    reversed_on: OptOn


class RemittanceClaim(ClaimsTable, table=True):
    """One CLP, by its position in the ST.

    `waiting` while its remittance is queued, `dropped` when that was rejected or reversed, `returned` when its held
    money was found not to be ours.
    """

    __tablename__ = "remittance_claim"
    __table_args__ = tenant(
        SCHEMA,
        one_of("remittance_claim_state", "state", CLAIM_STATES),
        index("remittance_claim_claim_ix", "claim_id", where="claim_id IS NOT NULL"),
        index("remittance_claim_held_ix", "remittance_id", where="state = 'held'"),
        index("remittance_claim_payer_ix", "payer_control_number", where="payer_control_number IS NOT NULL"),
        key="remittance_id n",
    )

    practice_id: int
    remittance_id: UUID
    n: Big
    claim_id: OptId
    coverage_id: OptId
    matched_by: OptStr
    state: Str
    hold_reason: OptStr
    journal_id: OptId
    outcome: OptStr
    out_of_order: bool
    patient_control_number: Str
    payer_control_number: OptStr
    original_number: OptStr
    member_id: OptStr
    rendering_npi: OptStr
    clp_status: Str
    charge_cents: Cents
    paid_cents: Cents
    patient_cents: OptCents
    adjustment_cents: Cents
    frequency: OptStr
    service_from: OptOn
    service_to: OptOn
    remark_codes: Texts
    look_alike_key: OptStr
    facts: OptJson
    byte_offset: OptBig
    byte_length: OptBig
    row_version: int


class RemittanceLine(ClaimsTable, table=True):
    """One SVC of a CLP. For a claim without SVC the lines are ours (`derived`), one a charge.

    `cash_cents` is what was posted as paid: SVC03 less the line's part of claim-level adjustments.
    """

    __tablename__ = "remittance_line"
    __table_args__ = tenant(SCHEMA, key="remittance_id claim_n n")

    practice_id: int
    remittance_id: UUID
    claim_n: Big
    n: Big
    charge_id: OptId
    line_control_number: OptStr
    procedure: OptStr
    submitted_procedure: OptStr
    charge_cents: Cents
    paid_cents: Cents
    cash_cents: Cents
    allowed_cents: OptCents
    stated_allowed_cents: OptCents
    paid_units: OptUnits
    service_from: OptOn
    service_to: OptOn
    remark_codes: Texts
    outcome: OptStr
    denied_cents: Cents
    derived: bool
    facts: OptJson


class RemittanceAdjustment(ClaimsTable, table=True):
    """One CAS reason; `line_n` 0 is claim level. `derived` rows are our spread of those over the lines."""

    __tablename__ = "remittance_adjustment"
    __table_args__ = tenant(SCHEMA, key="remittance_id claim_n line_n n")

    practice_id: int
    remittance_id: UUID
    claim_n: Big
    line_n: Big
    n: Small
    group_code: Str
    carc: Str
    amount_cents: Cents
    quantity: OptUnits
    derived: bool


class ProviderAdjustment(ClaimsTable, table=True):
    """One PLB pair: positive lowers the deposit, negative raises it.

    `claim_id` is the claim its reference speaks of; `moved` lists what it posted: entry, accounts, cents, open item.
    """

    __tablename__ = "provider_adjustment"
    __table_args__ = tenant(SCHEMA, key="remittance_id n")

    practice_id: int
    remittance_id: UUID
    n: Small
    provider_identifier: Str
    fiscal_on: OptOn
    code: Str
    reference: OptStr
    amount_cents: Cents
    action: Str
    claim_id: OptId
    moved: Json


class PayerItem(ClaimsTable, table=True):
    """An amount between us and a payer outside every claim's receivable, open until a later payment settles it.

    It is the party of its postings on `account` (2040 what we owe, 1200 what was taken or given without a known
    cause), so that `open_cents` is provable: on the account's `side` it equals the sum of those postings.
    """

    __tablename__ = "payer_item"
    __table_args__ = tenant(
        SCHEMA,
        one_of("payer_item_kind", "kind", ITEM_KINDS),
        one_of("payer_item_side", "side", ("debit", "credit")),
        check("payer_item_open", "open_cents BETWEEN 0 AND amount_cents"),
        index("payer_item_open_ix", "payer_key", where="open_cents > 0"),
        index("payer_item_claim_ix", "claim_id", where="claim_id IS NOT NULL"),
        index("payer_item_remittance_ix", "remittance_id"),
    )

    practice_id: int
    id: UUID
    remittance_id: UUID
    entry_n: Small
    payer_key: Str
    payer_id: OptId
    provider_identifier: Str
    kind: Str
    code: Str
    account: Small
    side: Str
    reference: OptStr
    claim_id: OptId
    amount_cents: Cents
    open_cents: Cents
    opened_on: On
    settled_on: OptOn
    row_version: int
    updated_at: At


class Reversal(ClaimsTable, table=True):
    """A decision, its reversal and its correction, in whatever order and files they came: one event.

    While a part is awaited, credits of the claim are provisional: nothing is refunded from them.
    `completion_journal_id` holds what a correction that came first could only post once its reversal was here.
    """

    __tablename__ = "reversal"
    __table_args__ = tenant(
        SCHEMA,
        one_of("reversal_state", "state", ReversalState),
        fk("claim_id", "claims.claim"),
        unique("reversal_original_uq", "original_journal_id"),
        index("reversal_claim_ix", "claim_id"),
        index("reversal_correction_ix", "correction_journal_id", where="correction_journal_id IS NOT NULL"),
        index("reversal_due_ix", "due_on", where="state IN ('awaiting_correction', 'awaiting_reversal')"),
    )

    practice_id: int
    id: UUID
    claim_id: UUID
    coverage_id: OptId
    payer_id: OptId
    state: Str
    original_journal_id: UUID
    original_remittance_id: OptId
    original_claim_n: OptBig
    original_paid_cents: Cents
    reversal_journal_id: OptId
    reversal_remittance_id: OptId
    reversal_claim_n: OptBig
    correction_journal_id: OptId
    correction_remittance_id: OptId
    correction_claim_n: OptBig
    correction_paid_cents: OptCents
    completion_journal_id: OptId
    remark_codes: Texts
    opened_on: On
    due_on: On
    completed_on: OptOn
    created_at: At
    updated_at: At


class CorrectionProposal(ClaimsTable, table=True):
    """What a payer says is wrong in our registration: waits for a person, changes nothing by itself.

    `changes` is what accepting it changed: party, its id, field, before and after.
    """

    __tablename__ = "correction_proposal"
    __table_args__ = tenant(
        SCHEMA,
        one_of("correction_proposal_kind", "kind", PROPOSAL_KINDS),
        one_of("correction_proposal_state", "state", ("open", "accepted", "rejected")),
        fk("claim_id", "claims.claim"),
        unique("correction_proposal_source_uq", "remittance_id", "remittance_claim_n", "kind", "claim_id"),
        index("correction_proposal_open_ix", "state", "opened_on"),
        index("correction_proposal_claim_ix", "claim_id"),
    )

    practice_id: int
    id: UUID
    kind: Str
    claim_id: UUID
    patient_id: UUID
    coverage_id: OptId
    remittance_id: UUID
    remittance_claim_n: Big
    stated: Json
    state: Str
    opened_on: On
    decided_at: OptAt
    decided_by: OptJson
    reason: OptStr
    changes: OptJson
    row_version: int
    created_at: At


class RemittanceAction(ClaimsTable, table=True):
    """What a person (or a rule) did with a payment or one of its claims, and why; never changed."""

    __tablename__ = "remittance_action"
    __table_args__ = tenant(
        SCHEMA,
        one_of("remittance_action_kind", "kind", ACTIONS),
        index("remittance_action_remittance_ix", "remittance_id"),
        index("remittance_action_claim_ix", "claim_id", where="claim_id IS NOT NULL"),
        append_only=True,
    )

    practice_id: int
    id: UUID
    remittance_id: UUID
    claim_n: OptBig
    claim_id: OptId
    kind: Str
    reason: Str
    client_id: Str
    actor_id: OptStr
    actor_kind: Str
    acted_at: At
