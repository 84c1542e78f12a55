"""Journals and postings (append-only by grant) and the balances they add up to."""

from uuid import UUID

from ar_shared.platform.tables import (
    At,
    Cents,
    On,
    OptBig,
    OptId,
    OptOn,
    OptSmall,
    OptStr,
    Small,
    Str,
    check,
    index,
    practice_fk,
    tenant,
)
from claims_api.base import SCHEMA, ClaimsTable
from claims_api.ledger.domain import AR_ACCOUNTS, CREDIT_ACCOUNT_OF


class Journal(ClaimsTable, table=True):
    """One business event's postings. `event_outbox_id` is the outbox row that announces it."""

    __tablename__ = "journal"
    __table_args__ = tenant(
        SCHEMA,
        index("journal_announced_ix", "event_outbox_id"),
        index("journal_source_ix", "source_id"),
        index("journal_reverses_ix", "reverses_journal_id", where="reverses_journal_id IS NOT NULL"),
        append_only=True,
    )

    practice_id: int
    id: UUID
    kind: Str
    effective_on: On
    source_on: OptOn
    posted_at: At
    recorded_at: At
    source_type: Str
    source_id: OptId
    reverses_journal_id: OptId
    client_id: Str
    actor_id: OptStr
    actor_kind: Str
    reason: OptStr
    event_outbox_id: OptBig


class Posting(ClaimsTable, table=True):
    """`amount_cents` moves from the credit account to the debit account: it cannot be unbalanced.

    A side's party is a coverage (1100), a guarantor (1110, 1115), a remittance (1040, 2000, 1200) or a payer.
    Aging dates of a side are those the amount carries in that bucket; `first_bill_on` null is unbilled.
    """

    __tablename__ = "posting"
    __table_args__ = tenant(
        SCHEMA,
        check("posting_amount", "amount_cents > 0"),
        index("posting_charge_ix", "charge_id", where="charge_id IS NOT NULL"),
        index("posting_remittance_ix", "remittance_id", where="remittance_id IS NOT NULL"),
        key="journal_id n",
        append_only=True,
    )

    practice_id: int
    journal_id: UUID
    n: int
    entry: Str
    amount_cents: Cents
    debit_account: Small
    debit_party_id: OptId
    debit_sequence: OptSmall
    debit_first_bill_on: OptOn
    debit_responsible_on: OptOn
    credit_account: Small
    credit_party_id: OptId
    credit_sequence: OptSmall
    credit_first_bill_on: OptOn
    credit_responsible_on: OptOn
    service_on: OptOn
    charge_id: OptId
    claim_id: OptId
    coverage_id: OptId
    remittance_id: OptId
    remittance_claim_n: OptBig
    remittance_line_n: OptBig
    group_code: OptStr
    carc: OptStr
    billing_entity_id: OptId
    location_id: OptId
    rendering_provider_id: OptId
    payer_id: OptId
    plan_id: OptId
    financial_class: OptStr


class OpenPeriod(ClaimsTable, table=True):
    """Where the open books of a practice begin; no row while no month was closed."""

    __tablename__ = "open_period"
    __table_args__ = tenant(SCHEMA, practice_fk(), key="")

    practice_id: int
    first_open_day: On


class ArBalance(ClaimsTable, table=True):
    """What is open of one charge with one party; equals the sum of its postings after every commit."""

    __tablename__ = "ar_balance"
    __table_args__ = tenant(
        SCHEMA,
        check("ar_balance_never_negative", "balance_cents >= 0"),
        check("ar_balance_account", f"account IN ({', '.join(str(int(a)) for a in AR_ACCOUNTS)})"),
        index("ar_balance_claim_ix", "claim_id"),
        key="charge_id account party_id",
        fillfactor=70,
    )

    practice_id: int
    charge_id: UUID
    account: Small
    party_id: UUID
    sequence: Small
    claim_id: OptId
    balance_cents: Cents
    first_bill_on: OptOn
    responsible_on: On
    updated_at: At


class CreditBalance(ClaimsTable, table=True):
    """What we owe back of one charge to the party that overpaid it; equals the sum of its postings."""

    __tablename__ = "credit_balance"
    __table_args__ = tenant(
        SCHEMA,
        check("credit_balance_never_negative", "balance_cents >= 0"),
        check(
            "credit_balance_account",
            f"account IN ({', '.join(str(a) for a in sorted({int(a) for a in CREDIT_ACCOUNT_OF.values()}))})",
        ),
        index("credit_balance_claim_ix", "claim_id"),
        key="charge_id account party_id",
    )

    practice_id: int
    charge_id: UUID
    account: Small
    party_id: UUID
    claim_id: OptId
    balance_cents: Cents
    updated_at: At
