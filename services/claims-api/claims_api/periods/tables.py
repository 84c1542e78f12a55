"""Snapshots of closed months, kept for ever (append-only by grant), and why a month was opened again."""

from ar_shared.platform.tables import (
    At,
    Big,
    Cents,
    Octets,
    On,
    OptStr,
    Small,
    Str,
    check,
    practice_fk,
    tenant,
)
from claims_api.base import SCHEMA, ClaimsTable


class PeriodVersion(ClaimsTable, table=True):
    """A month as it was closed for the `version`-th time. `control_hash` covers the postings that count in it.

    `event_outbox_id` is the row that announced the close. Journals written before it name a smaller one, later ones a
    greater one: each writer takes its number while it shares the lock that a close holds alone.
    """

    __tablename__ = "period_version"
    __table_args__ = tenant(
        SCHEMA,
        practice_fk(),
        check("period_version_number", "version >= 1"),
        check("period_version_month", "extract(day FROM month) = 1"),
        key="month version",
        append_only=True,
    )

    practice_id: int
    month: On
    version: Small
    closed_on: On
    closed_at: At
    client_id: Str
    actor_id: OptStr
    actor_kind: Str
    note: OptStr
    journal_count: Big
    posting_count: Big
    control_hash: Octets
    event_outbox_id: Big


class PeriodBalance(ClaimsTable, table=True):
    """One account of a version: debits and credits of the month, and the balance through its last day."""

    __tablename__ = "period_balance"
    __table_args__ = tenant(SCHEMA, key="month version account", append_only=True)

    practice_id: int
    month: On
    version: Small
    account: Small
    debit_cents: Cents
    credit_cents: Cents
    balance_cents: Cents


class PeriodReopening(ClaimsTable, table=True):
    """Why the `version`-th close of a month was taken back."""

    __tablename__ = "period_reopening"
    __table_args__ = tenant(SCHEMA, key="month version", append_only=True)

    practice_id: int
    month: On
    version: Small
    reopened_on: On
    reopened_at: At
    client_id: Str
    actor_id: OptStr
    actor_kind: Str
    reason: Str
