"""Wire shapes of the ledger: balances and proofs."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from ar_shared.platform.types import WireModel


class PostingOut(WireModel):
    """One movement: `amount_cents` goes from the credit account to the debit account."""

    journal_id: UUID
    n: int
    entry: str = Field(examples=["E04"])
    effective_on: date
    debit_account: int
    credit_account: int
    amount_cents: int
    charge_id: UUID | None
    claim_id: UUID | None
    remittance_id: UUID | None
    group_code: str | None
    carc: str | None


class ProofOut(WireModel):
    """Two sums that must be equal, and whether they are."""

    name: str = Field(examples=["payment_in_clearing"])
    says: str = Field(examples=["What stands on 1040 for the payment is the payment's total (BPR02)."])
    left_cents: int
    right_cents: int
    difference_cents: int
    holds: bool


class ProofsOut(WireModel):
    """Every proof of the subject, and the postings behind them (the first `postings`, `omitted_count` more)."""

    subject: str = Field(examples=["remittance"])
    subject_id: UUID | None
    as_of: date | None
    holds: bool
    proofs: list[ProofOut]
    postings: list[PostingOut]
    omitted_count: int


class AccountBalanceOut(WireModel):
    """One account on its normal side; what is open receivable is said again under `receivable`."""

    account: int
    name: str
    normal_side: str
    receivable: bool
    balance_cents: int


class BalancesOut(WireModel):
    """The trial balance: debits and credits of all postings through `as_of`."""

    as_of: date
    receivable_cents: int
    accounts: list[AccountBalanceOut]


class ExportedPostingOut(WireModel):
    """One posting of an export, with its journal's days and source and its reporting dimensions."""

    journal_id: UUID
    n: int
    entry: str = Field(examples=["E04"])
    kind: str
    effective_on: date
    source_on: date | None
    posted_at: datetime
    debit_account: int
    credit_account: int
    amount_cents: int
    source_type: str
    source_id: UUID | None
    reverses_journal_id: UUID | None
    charge_id: UUID | None
    claim_id: UUID | None
    remittance_id: UUID | None
    billing_entity_id: UUID | None
    location_id: UUID | None
    rendering_provider_id: UUID | None
    payer_id: UUID | None
    plan_id: UUID | None
    financial_class: str | None


class ExportTotalOut(WireModel):
    """Debits and credits of one account in an export."""

    account: int = Field(examples=[1100])
    name: str
    debit_cents: int
    credit_cents: int


class JournalExportOut(WireModel):
    """A day of the journal. `totals`, the counts and the hash are what the receiver compares with."""

    on: date
    by: str = Field(examples=["posted"])
    postings: list[ExportedPostingOut]
    totals: list[ExportTotalOut]
    journal_count: int
    posting_count: int
    control_hash: str = Field(examples=["1f" * 32])
