"""Wire shapes of the bank."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from ar_shared.platform.types import Cents, ExternalId, NonNegativeCents, Rule, StrictModel, Text, WireModel
from claims_api.ledger.schemas import PostingOut, ProofOut

AMOUNT_OR_SIDES = Rule("amount_columns", "Name either the amount column, or both the credit and the debit column.")
ONE_PAYMENT = Rule("one_payment", "Give one of remittance_id, receipt_id, deposit_slip_id and refund_id.")
NO_PARTS_OF_A_SLIP = Rule("whole_slip", "A deposit slip or refund is matched as a whole: leave amount_cents out.")
OpenKind = Literal[
    "remittance_without_money",
    "money_without_remittance",
    "amount_mismatch",
    "receipt_not_deposited",
    "return_not_at_bank",
    "refund_not_at_bank",
    "money_taken_back",
]


class CsvColumns(StrictModel):
    """Which heading of the bank's CSV file is what. Amounts are dollars; debits negative, in brackets or apart."""

    date: Text(80) = Field(examples=["Date"])  # type: ignore[valid-type]
    date_format: Literal["%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%d.%m.%Y", "%Y%m%d"] = "%Y-%m-%d"
    delimiter: Literal[",", ";", "|"] = ","
    amount: Text(80) | None = Field(default=None, examples=["Amount"])  # type: ignore[valid-type]
    credit: Text(80) | None = None  # type: ignore[valid-type]
    debit: Text(80) | None = None  # type: ignore[valid-type]
    reference: Text(80) | None = Field(default=None, examples=["Reference"])  # type: ignore[valid-type]
    customer_reference: Text(80) | None = None  # type: ignore[valid-type]
    type_code: Text(80) | None = None  # type: ignore[valid-type]
    text: Text(80) | None = Field(default=None, examples=["Description"])  # type: ignore[valid-type]

    @model_validator(mode="after")
    def has_amounts(self) -> Self:
        sides = (self.credit is not None, self.debit is not None)
        if (self.amount is not None and any(sides)) or (self.amount is None and not all(sides)):
            raise AMOUNT_OR_SIDES.broken()
        return self


class BankAccountIn(StrictModel):
    """An account of the practice. BAI2 files name it by `account_number`; CSV files need `columns`."""

    name: Text(100) = Field(examples=["Operating account"])  # type: ignore[valid-type]
    account_number: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,34}$")] | None = None
    columns: CsvColumns | None = None


class BankAccountOut(WireModel):
    """An account; its number is shown by its last four characters."""

    id: UUID
    external_id: ExternalId
    name: str
    account_number_end: str | None = Field(examples=["4321"])
    columns: CsvColumns | None


class StatementOut(WireModel):
    """A statement file: what was found wrong, how many lines it has, and how many of them were new."""

    id: UUID
    format: Literal["csv", "bai2"]
    state: Literal["taken_in", "rejected"]
    findings: list[dict[str, Any]]
    line_count: int
    new_count: int
    size_bytes: int
    received_at: datetime


class MatchOut(WireModel):
    """Money of the line that settled a payment (negative: that was taken back), and the fee kept from it."""

    id: UUID
    remittance_id: UUID | None
    receipt_id: UUID | None
    refund_id: UUID | None
    amount_cents: int
    fee_cents: int
    matched_by: str = Field(examples=["trace"])
    reason: str | None
    journal_id: UUID | None = Field(description="Null for a refund: cash left the books when it was issued.")
    matched_at: datetime
    undone_at: datetime | None
    undone_reason: str | None
    undone_journal_id: UUID | None


class BankLineOut(WireModel):
    """A line as the bank tells it, and what became of it. `held_cents` of it are unidentified insurer cash (E43)."""

    id: UUID
    account_id: UUID
    statement_id: UUID
    posted_on: date
    amount_cents: int
    reference: str
    customer_reference: str
    type_code: str
    text: str
    traces: list[str]
    company_ids: list[str]
    state: Literal["open", "matched", "set_aside"]
    matched_cents: int
    held_cents: int
    reason: str | None
    version: int
    updated_at: datetime


class SuggestionOut(WireModel):
    """Payments that may be the line's: `trace`, `payer` or `amount` alone. Difference: line less payments.

    `refund_ids` are refunds whose check number or trace a line names that took money.
    """

    by: Literal["trace", "payer", "amount"]
    remittance_ids: list[UUID]
    refund_ids: list[UUID]
    difference_cents: int


class BankLineDetailOut(BankLineOut):
    """The line with its matches, undone ones too, and what may be matched with the rest."""

    matches: list[MatchOut]
    suggestions: list[SuggestionOut]


class PaymentIn(StrictModel):
    """A payment in the line. Without `amount_cents` all of it that waits, less the fee; the line's money decides."""

    remittance_id: UUID | None = None
    receipt_id: UUID | None = None
    deposit_slip_id: UUID | None = None
    refund_id: UUID | None = Field(default=None, description="A refund, or unclaimed property, that the bank paid.")
    amount_cents: Annotated[Cents | None, Field(description="Of the line; negative on a line that took money.")] = None
    fee_cents: NonNegativeCents = Field(default=0, description="Kept by a card company or lockbox (E38).")

    @model_validator(mode="after")
    def one_payment(self) -> Self:
        if sum(given is not None for given in self._named()) != 1:
            raise ONE_PAYMENT.broken()
        whole = self.deposit_slip_id is not None or self.refund_id is not None
        if whole and (self.amount_cents is not None or self.fee_cents):
            raise NO_PARTS_OF_A_SLIP.broken()
        return self

    def _named(self) -> tuple[UUID | None, ...]:
        return self.remittance_id, self.receipt_id, self.deposit_slip_id, self.refund_id


class MatchIn(StrictModel):
    """Payments that the line brought or took back."""

    payments: list[PaymentIn] = Field(min_length=1, max_length=500)
    reason: Text(500) | None = None  # type: ignore[valid-type]


class UnmatchIn(StrictModel):
    """Matches to undo, each by its linked reversal."""

    match_ids: list[UUID] = Field(min_length=1, max_length=500)
    reason: Text(500)  # type: ignore[valid-type]


class HoldIn(StrictModel):
    """An insurer's money whose remittance is not here: to unapplied payer money (E43)."""

    reason: Text(500)  # type: ignore[valid-type]


class SetAsideIn(StrictModel):
    """Not a payment of payers or patients (payroll, a bank fee), or one after all."""

    aside: bool = True
    reason: Text(500)  # type: ignore[valid-type]


class OpenItemOut(WireModel):
    """Something that does not agree yet. `age_class` 0 is younger than the first of the practice's day classes."""

    kind: OpenKind
    line_id: UUID | None
    remittance_id: UUID | None
    receipt_id: UUID | None
    refund_id: UUID | None
    amount_cents: int = Field(description="Above zero: the bank has it, no payment does; below: the other way round.")
    since: date
    age_days: int
    age_class: int


class OpenItemsOut(WireModel):
    """All of them, oldest first; `day_classes` are the days at which the next class begins."""

    day_classes: list[int]
    total_cents: int
    items: list[OpenItemOut]


class BankProofOut(WireModel):
    """Deposits less payments are the open items, and the ledger says the same; with the first postings behind it."""

    holds: bool
    proofs: list[ProofOut]
    postings: list[PostingOut]
    omitted_count: int


class ReassociationOut(WireModel):
    """How many lines found their payments."""

    matched_count: int
    held_count: int
