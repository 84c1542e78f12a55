"""Bank accounts, statements as they came, their lines, and the payments matched with them."""

from uuid import UUID

from ar_shared.platform.tables import (
    At,
    Big,
    Cents,
    Json,
    Octets,
    On,
    OptAt,
    OptId,
    OptJson,
    OptStr,
    Str,
    Texts,
    check,
    fk,
    index,
    one_of,
    practice_fk,
    tenant,
    unique,
)
from claims_api.base import SCHEMA, ClaimsTable

LINE_STATES = ("open", "matched", "set_aside")
MATCHED_BY = ("trace", "payer", "manual")


class BankAccount(ClaimsTable, table=True):
    """An account of the practice. `columns` says which heading of its CSV files is what."""

    __tablename__ = "bank_account"
    __table_args__ = tenant(
        SCHEMA,
        practice_fk(),
        unique("bank_account_external_uq", "external_id"),
        unique("bank_account_number_uq", "account_number", where="account_number IS NOT NULL"),
    )

    practice_id: int
    id: UUID
    external_id: Str
    name: Str
    account_number: OptStr
    columns: OptJson
    created_at: At
    updated_at: At


class BankStatement(ClaimsTable, table=True):
    """A file of a bank, byte for byte, and what was found in it."""

    __tablename__ = "bank_statement"
    __table_args__ = tenant(
        SCHEMA,
        one_of("bank_statement_format", "format", ("csv", "bai2")),
        one_of("bank_statement_state", "state", ("taken_in", "rejected")),
        append_only=True,
    )

    practice_id: int
    id: UUID
    format: Str
    sha256: Octets
    size_bytes: Big
    content: Octets
    state: Str
    findings: Json
    line_count: int
    new_count: int
    client_id: Str
    actor: Json
    received_at: At


class BankLine(ClaimsTable, table=True):
    """One movement on an account, as the bank tells it; it never changes. `line_key` is its content."""

    __tablename__ = "bank_line"
    __table_args__ = tenant(
        SCHEMA,
        fk("account_id", "claims.bank_account"),
        fk("statement_id", "claims.bank_statement"),
        unique("bank_line_content_uq", "account_id", "line_key"),
        check("bank_line_amount", "amount_cents <> 0"),
        index("bank_line_posted_ix", "posted_on"),
        index("bank_line_statement_ix", "statement_id"),
        append_only=True,
    )

    practice_id: int
    id: UUID
    account_id: UUID
    statement_id: UUID
    posted_on: On
    amount_cents: Cents
    reference: Str
    customer_reference: Str
    type_code: Str
    text: Str
    traces: Texts
    company_ids: Texts
    line_key: Octets


class BankLineState(ClaimsTable, table=True):
    """What became of a line. `held_cents` stands on 2000 as money whose remittance is not known (E43)."""

    __tablename__ = "bank_line_state"
    __table_args__ = tenant(
        SCHEMA,
        fk("line_id", "claims.bank_line"),
        one_of("bank_line_state_state", "state", LINE_STATES),
        check("bank_line_state_held", "held_cents >= 0"),
        index("bank_line_state_open_ix", "line_id", where="state = 'open'"),
        key="line_id",
    )

    practice_id: int
    line_id: UUID
    state: Str
    matched_cents: Cents
    held_cents: Cents
    reason: OptStr
    version: int
    updated_at: At


class BankMatch(ClaimsTable, table=True):
    """Money of a line that settled a payment: `amount_cents` of the line (negative: taken back), plus a fee kept.

    A match with a refund has no journal of its own: cash left the books when the refund was issued.
    """

    __tablename__ = "bank_match"
    __table_args__ = tenant(
        SCHEMA,
        fk("line_id", "claims.bank_line"),
        check("bank_match_target", "num_nonnulls(remittance_id, receipt_id, refund_id) = 1"),
        check("bank_match_journal", "(journal_id IS NULL) = (refund_id IS NOT NULL)"),
        check("bank_match_amount", "amount_cents <> 0 AND fee_cents >= 0 AND (amount_cents > 0 OR fee_cents = 0)"),
        one_of("bank_match_by", "matched_by", MATCHED_BY),
        index("bank_match_line_ix", "line_id"),
        index("bank_match_remittance_ix", "remittance_id", where="remittance_id IS NOT NULL"),
        index("bank_match_receipt_ix", "receipt_id", where="receipt_id IS NOT NULL"),
        unique("bank_match_refund_uq", "refund_id", where="refund_id IS NOT NULL AND undone_at IS NULL"),
    )

    practice_id: int
    id: UUID
    line_id: UUID
    remittance_id: OptId
    receipt_id: OptId
    refund_id: OptId
    amount_cents: Cents
    fee_cents: Cents
    matched_by: Str
    reason: OptStr
    journal_id: OptId
    actor: Json
    matched_at: At
    undone_at: OptAt
    undone_reason: OptStr
    undone_journal_id: OptId
