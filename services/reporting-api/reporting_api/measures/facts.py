"""SQL of the facts that the measures count, one row each, with what they are cut by and where they come from.

The fold adds the facts of some events to the rollups; a proof adds all of them up, and a drill-down lists them. All
three read this one source, so a number, its proof and its list cannot mean different things.
Parameters: $1 practice, $2 and $3 the events after which and through which, $4 the practice's time zone.
"""

from collections.abc import Collection, Sequence
from typing import Final

from reporting_api.aging.domain import AR_ACCOUNTS, CREDIT_ACCOUNTS, PAYER_ACCOUNTS
from reporting_api.aging.queries import listed
from reporting_api.measures.domain import (
    CASH_ACCOUNTS,
    COUNTED_PURPOSES,
    DECIDED,
    OF_ACCOUNTS,
    UNAPPLIED_ACCOUNTS,
    WITH_A_DENIAL,
    WITHOUT_A_DENIAL,
    Measure,
)

M = Measure


def _texts(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


_OWNING: Final = listed((*AR_ACCOUNTS, *CREDIT_ACCOUNTS))
_AR: Final = f"account IN ({listed(AR_ACCOUNTS)})"
_CASH: Final = f"account IN ({listed(CASH_ACCOUNTS)})"
_OPENING: Final = "'E01', 'E02', 'E42', 'E47'"  # charge, opening balance, first bill: they neither close nor reopen
_ACCOUNTS: Final = ", ".join(f"('{measure}', {account}, {sign})" for measure, account, sign in OF_ACCOUNTS)

_OWNER: Final = (
    f"CASE WHEN l.account IN ({_OWNING}) THEN l.account WHEN l.other_account IN ({_OWNING}) THEN l.other_account END"
)
ENTRIES: Final = f"""
    SELECT l.entry, l.account, {_OWNER} AS owner, l.charge_id, l.claim_id, l.journal_id, l.n, l.event_sequence,
           CASE WHEN {_OWNER} IN ({listed(PAYER_ACCOUNTS)}) THEN l.payer_id END AS payer,
           l.financial_class AS payer_class, l.rendering_provider_id AS provider, l.location_id AS location,
           NULL::text AS category, coalesce(l.service_on, l.effective_on) AS service_on, l.first_bill_on,
           coalesce(l.responsible_on, l.effective_on) AS responsible_on,
           l.effective_on, (l.posted_at AT TIME ZONE $4)::date AS known_on, l.amount_cents AS cents
    FROM claims_export.ledger_entry_v1 l
    WHERE l.practice_id = $1 AND l.event_sequence > $2 AND l.event_sequence <= $3"""
"""Ledger entries; a receivable from a person has no payer."""

CLAIMS: Final = "known_claim"
"""What the claims are and what was first said of them: a CTE that stands before the facts."""
REMEMBERED: Final = f"{CLAIMS} AS NOT MATERIALIZED (SELECT * FROM reporting.claim_fact WHERE practice_id = $1)"
"""As the fold keeps it."""

_DIMENSIONS: Final = "payer, payer_class, provider, location"
FACT_COLUMNS: Final = f"""measure, lag_days, effective_on, known_on, cents, entries, {_DIMENSIONS}, owner, category,
    service_month, claim_id, charge_id, journal_id, n, event_sequence"""

_OF_LEDGER: Final = f"""
    SELECT m.measure, m.lag_days, e.effective_on, e.known_on, m.sign * e.cents, m.counts, e.payer, e.payer_class,
           e.provider, e.location, e.owner, NULL::text, date_trunc('month', e.service_on)::date, e.claim_id,
           e.charge_id, e.journal_id, e.n, e.event_sequence
    FROM entry e
    CROSS JOIN LATERAL (
        SELECT a.measure, 0, a.sign, 1 FROM (VALUES {_ACCOUNTS}) AS a(measure, account, sign)
        WHERE a.account = e.account AND e.charge_id IS NOT NULL
        UNION ALL
        SELECT '{M.UNAPPLIED}', 0, -1, 1 WHERE e.account IN ({listed(UNAPPLIED_ACCOUNTS)})
        UNION ALL
        SELECT '{M.CHARGE_LAG}', e.known_on - e.service_on, -1, 1
        WHERE e.account = 4000 AND e.entry IN ('E01', 'E02') AND e.charge_id IS NOT NULL
        UNION ALL
        SELECT '{M.PATIENT_PAYMENTS}', greatest(e.effective_on - e.service_on, 0), 1, 1
        WHERE e.{_CASH} AND e.owner IN (1110, 1115) AND e.charge_id IS NOT NULL
    ) AS m(measure, lag_days, sign, counts)"""

# A line closes when its receivable reaches 0 after an event and opens again when a later one moves it; both are read
# from the line's whole history, so that it does not matter how the events were cut into folds.
_LINES: Final = f"""
touched AS (
    SELECT DISTINCT charge_id FROM entry WHERE charge_id IS NOT NULL AND {_AR} AND entry NOT IN ({_OPENING})
), step AS (
    SELECT l.charge_id, l.event_sequence, max(l.effective_on) AS effective_on,
           max((l.posted_at AT TIME ZONE $4)::date) AS known_on, min(l.service_on) AS service_on,
           min(l.claim_id::text) AS claim,
           coalesce(sum(l.amount_cents) FILTER (WHERE {_AR}), 0) AS change,
           coalesce(sum(l.amount_cents) FILTER (WHERE {_CASH}), 0) AS cash,
           coalesce(-sum(l.amount_cents) FILTER (WHERE account = 4000), 0) AS charge,
           max(l.effective_on) FILTER (WHERE {_CASH} AND l.amount_cents > 0) AS cash_on
    FROM touched t JOIN claims_export.ledger_entry_v1 l ON l.practice_id = $1 AND l.charge_id = t.charge_id
    WHERE l.practice_id = $1 AND l.event_sequence <= $3
    GROUP BY 1, 2
), standing AS (
    SELECT charge_id, event_sequence, effective_on, known_on, change, sum(change) OVER w AS open,
           sum(cash) OVER w > 0 AS paid, (sum(charge) OVER w)::bigint AS charge, min(claim) OVER w AS claim,
           max(cash_on) OVER w - min(service_on) OVER w AS days
    FROM step WINDOW w AS (PARTITION BY charge_id ORDER BY event_sequence)
), turn AS (
    SELECT charge_id, event_sequence, effective_on, known_on, open, paid, charge, claim, days,
           lag(open) OVER w AS was_open, lag(paid) OVER w AS was_paid, lag(charge) OVER w AS was_charge,
           lag(claim) OVER w AS was_claim, lag(days) OVER w AS was_days
    FROM standing WHERE change <> 0 WINDOW w AS (PARTITION BY charge_id ORDER BY event_sequence)
), closing AS (
    SELECT charge_id, event_sequence, claim, paid, days, effective_on, known_on, charge, 1 AS sign
    FROM turn WHERE event_sequence > $2 AND open = 0 AND charge > 0
    UNION ALL
    SELECT charge_id, event_sequence, was_claim, was_paid, was_days, effective_on, known_on, was_charge, -1
    FROM turn WHERE event_sequence > $2 AND was_open = 0 AND was_charge > 0
)"""
_OF_LINES: Final = f"""
    SELECT CASE WHEN g.paid THEN '{M.AR_CYCLE}' ELSE '{M.CLOSED_WITHOUT_CASH}' END,
           CASE WHEN g.paid THEN greatest(g.days, 0) ELSE 0 END, g.effective_on, g.known_on, g.sign * g.charge, g.sign,
           f.payer, f.payer_class, f.provider, f.location, NULL::smallint, NULL, NULL::date, g.claim::uuid,
           g.charge_id, NULL::uuid, NULL::smallint, g.event_sequence
    FROM closing g
    LEFT JOIN {CLAIMS} f ON f.practice_id = $1 AND f.claim_id = g.claim::uuid"""

CLAIM_EVENTS: Final = (
    "claim.created",
    "claim.submitted",
    "claim.acknowledged",
    "claim.rejected",
    "claim.adjudicated",
    "claim.version_made",
)
_SAYS: Final = f"""CASE
    WHEN e.type = 'claim.submitted' THEN 'sent'
    WHEN e.type = 'claim.acknowledged' AND e.data ->> 'submission_state' = 'payer_accepted' THEN 'accepted'
    WHEN e.type = 'claim.rejected' THEN 'refused'
    WHEN e.type = 'claim.version_made' THEN 'reworked'
    WHEN e.type = 'claim.adjudicated' AND e.data ->> 'adjudication_state' IN ({_texts(DECIDED)}) THEN 'adjudicated'
END"""


def _first(column: str, thing: str) -> str:
    return f"min({column}) FILTER (WHERE says = '{thing}')"


FIRST_THINGS: Final = f"""
    SELECT subject_id AS claim_id,
           {_first("sequence", "sent")} AS sent_sequence,
           coalesce({_first("data ->> 'sent_on'", "sent")}::date, {_first("on_day", "sent")}) AS sent_on,
           {_first("on_day", "sent")} AS sent_known_on,
           coalesce({_first("data ->> 'version'", "sent")}::int,
                    CASE WHEN bool_or(says = 'sent') THEN 1 END) AS sent_version,
           {_first("sequence", "accepted")} AS accepted_sequence, {_first("on_day", "accepted")} AS accepted_on,
           {_first("sequence", "refused")} AS refused_sequence,
           {_first("sequence", "adjudicated")} AS adjudicated_sequence,
           {_first("on_day", "adjudicated")} AS adjudicated_on,
           {_first("data ->> 'adjudication_state'", "adjudicated")} AS adjudication_state,
           {_first("data ->> 'remittance_id'", "adjudicated")} AS adjudicated_by,
           {_first("sequence", "reworked")} AS reworked_sequence, {_first("on_day", "reworked")} AS reworked_on,
           {_first("sequence", "paid")} AS paid_sequence, {_first("on_day", "paid")} AS paid_on
    FROM (
        SELECT DISTINCT ON (e.subject_id, says.says) e.subject_id, says.says, e.sequence, e.data,
               (e.occurred_at AT TIME ZONE $4)::date AS on_day
        FROM claims_export.event_v1 e
        CROSS JOIN LATERAL (
            SELECT {_SAYS}
            UNION ALL
            SELECT 'paid' WHERE e.type = 'claim.adjudicated' AND (e.data ->> 'paid_cents')::bigint > 0
        ) AS says(says)
        WHERE e.practice_id = $1 AND e.sequence > $2 AND e.sequence <= $3 AND e.source = 'claims'
          AND e.type IN ({_texts(CLAIM_EVENTS)})
        ORDER BY e.subject_id, says.says, e.sequence
    ) AS first
    GROUP BY subject_id"""
"""What these events say first about each claim that they speak of."""


def _in(sequence: str) -> str:
    return f"f.{sequence} > $2 AND f.{sequence} <= $3"


# What was first said of a claim stays so, whatever is said later; only a rework takes a resolved claim back.
_ACCEPTED_AT_ONCE: Final = (
    "f.sent_sequence < f.accepted_sequence AND (f.refused_sequence IS NULL OR f.refused_sequence > f.accepted_sequence)"
)
_RESOLVED: Final = (
    f"f.sequence = 1 AND f.adjudication_state IN ({_texts(WITHOUT_A_DENIAL)}) "
    "AND (f.sent_version = 1 OR f.sent_sequence IS NULL OR f.sent_sequence > f.adjudicated_sequence)"
)
_OF_CLAIMS: Final = f"""
    SELECT thing.measure, thing.lag_days, thing.effective_on, thing.known_on, thing.sign * f.charge_cents, thing.sign,
           f.payer, f.payer_class, f.provider, f.location, NULL::smallint, NULL, NULL::date, f.claim_id, NULL::uuid,
           NULL::uuid, NULL::int, NULL::bigint
    FROM (
        SELECT DISTINCT subject_id FROM heard WHERE type IN ({_texts(CLAIM_EVENTS)})
    ) news
    JOIN {CLAIMS} f ON f.practice_id = $1 AND f.claim_id = news.subject_id
    CROSS JOIN LATERAL (VALUES
        ('{M.SENT}', 1, 0, f.sent_on, f.sent_known_on, {_in("sent_sequence")} AND f.sent_version = 1),
        ('{M.SERVICE_TO_INVOICE}', 1, f.sent_on - f.service_to, f.sent_on, f.sent_known_on,
         {_in("sent_sequence")} AND f.sent_version = 1),
        ('{M.ACCEPTED}', 1, 0, f.sent_on, f.accepted_on,
         {_in("accepted_sequence")} AND f.sent_version = 1 AND {_ACCEPTED_AT_ONCE}),
        ('{M.ACCEPTANCE_LAG}', 1, f.accepted_on - f.sent_on, f.accepted_on, f.accepted_on,
         {_in("accepted_sequence")} AND f.sent_version = 1 AND {_ACCEPTED_AT_ONCE}),
        ('{M.FIRST_ADJUDICATED}', 1, 0, f.adjudicated_on, f.adjudicated_on,
         {_in("adjudicated_sequence")} AND f.sequence = 1),
        ('{M.FIRST_DENIED}', 1, 0, f.adjudicated_on, f.adjudicated_on,
         {_in("adjudicated_sequence")} AND f.sequence = 1 AND f.adjudication_state IN ({_texts(WITH_A_DENIAL)})),
        ('{M.FIRST_RESOLVED}', 1, 0, f.adjudicated_on, f.adjudicated_on,
         {_in("adjudicated_sequence")} AND {_RESOLVED}
         AND (f.reworked_sequence IS NULL OR f.reworked_sequence > f.adjudicated_sequence)),
        ('{M.FIRST_RESOLVED}', -1, 0, f.adjudicated_on, f.reworked_on,
         {_in("reworked_sequence")} AND f.reworked_sequence > f.adjudicated_sequence AND {_RESOLVED}),
        ('{M.INVOICE_TO_PAYMENT}', 1, f.paid_on - f.accepted_on, f.paid_on, f.paid_on,
         {_in("paid_sequence")} AND f.accepted_sequence < f.paid_sequence)
    ) AS thing(measure, sign, lag_days, effective_on, known_on, holds)
    WHERE thing.holds AND f.purpose IN ({_texts(COUNTED_PURPOSES)})"""

# Days of events: every decision of a payer, and the cases of denials. A case that closes again counts again.
# Read once, by sequence; what is wanted of it is picked afterwards, so that no other index tempts the planner.
_HEARD: Final = """
heard AS MATERIALIZED (
    SELECT source, type, subject_id, sequence, data, (occurred_at AT TIME ZONE $4)::date AS on_day
    FROM claims_export.event_v1
    WHERE practice_id = $1 AND sequence > $2 AND sequence <= $3
)"""
_EVENTS: Final = "SELECT * FROM heard WHERE source = 'claims'"
_OF_DECISIONS: Final = f"""
    SELECT thing.measure, 0, e.on_day, e.on_day, f.charge_cents, 1, f.payer, f.payer_class, f.provider, f.location,
           NULL::smallint, NULL, NULL::date, f.claim_id, NULL::uuid, NULL::uuid, NULL::int, e.sequence
    FROM ({_EVENTS} AND type = 'claim.adjudicated' AND data ->> 'adjudication_state' IN ({_texts(DECIDED)})) e
    JOIN {CLAIMS} f ON f.practice_id = $1 AND f.claim_id = e.subject_id AND f.purpose IN ({_texts(COUNTED_PURPOSES)})
    CROSS JOIN LATERAL (VALUES
        ('{M.REMITTED}', true), ('{M.REMITTED_DENIED}', e.data ->> 'adjudication_state' = 'denied')
    ) AS thing(measure, holds)
    WHERE thing.holds"""
_OF_DENIALS: Final = f"""
    SELECT thing.measure, 0, e.on_day, e.on_day, thing.cents, 1, f.payer, f.payer_class, f.provider, f.location,
           NULL::smallint, d.category, NULL::date, f.claim_id, d.charge_id, NULL::uuid, NULL::int, e.sequence
    FROM ({_EVENTS} AND type IN ('denial.opened', 'denial.closed')) e
    JOIN claims_export.denial_v1 d ON d.practice_id = $1 AND d.denial_id = e.subject_id
    JOIN {CLAIMS} f ON f.practice_id = $1 AND f.claim_id = d.claim_id AND f.purpose IN ({_texts(COUNTED_PURPOSES)})
    CROSS JOIN LATERAL (VALUES
        ('{M.INITIALLY_DENIED_LINES}', (e.data ->> 'denied_cents')::bigint,
         e.type = 'denial.opened' AND f.sequence = 1 AND (f.adjudicated_by = d.remittance_id::text
            OR f.adjudicated_sequence IS NULL OR f.adjudicated_sequence > e.sequence)),
        ('{M.DENIALS_OPENED}', (e.data ->> 'denied_cents')::bigint, e.type = 'denial.opened'),
        ('{M.DENIALS_CLOSED}', (e.data ->> 'denied_cents')::bigint, e.type = 'denial.closed'),
        ('{M.DENIALS_RECOVERED}', (e.data ->> 'recovered_cents')::bigint,
         e.type = 'denial.closed' AND (e.data ->> 'recovered_cents')::bigint > 0)
    ) AS thing(measure, cents, holds)
    WHERE thing.holds"""

_FAMILIES: Final = (
    (
        frozenset((*(measure for measure, _, _ in OF_ACCOUNTS), M.UNAPPLIED, M.CHARGE_LAG, M.PATIENT_PAYMENTS)),
        _OF_LEDGER,
    ),
    (frozenset((M.AR_CYCLE, M.CLOSED_WITHOUT_CASH)), _OF_LINES),
    (
        frozenset(
            (
                *(M.SENT, M.SERVICE_TO_INVOICE, M.ACCEPTED, M.ACCEPTANCE_LAG, M.FIRST_ADJUDICATED, M.FIRST_DENIED),
                *(M.FIRST_RESOLVED, M.INVOICE_TO_PAYMENT),
            )
        ),
        _OF_CLAIMS,
    ),
    (frozenset((M.REMITTED, M.REMITTED_DENIED)), _OF_DECISIONS),
    (
        frozenset((M.INITIALLY_DENIED_LINES, M.DENIALS_OPENED, M.DENIALS_CLOSED, M.DENIALS_RECOVERED)),
        _OF_DENIALS,
    ),
)


def facts_of(measures: Collection[Measure]) -> str:
    """CTEs over `entry` and CLAIMS that end in `fact`: everything of the events after $2 through $3.

    Measures that nobody asked for may be among it when they come from the same source.
    """
    parts = [source for family, source in _FAMILIES if family & frozenset(measures)]
    before = "".join(
        f"{cte},\n"
        for cte, users in ((_LINES, {_OF_LINES}), (_HEARD, {_OF_CLAIMS, _OF_DECISIONS, _OF_DENIALS}))
        if users & {*parts}
    )
    return f"{before}fact({FACT_COLUMNS}) AS ({' UNION ALL '.join(parts)})"


RECALLED: Final = f"""{CLAIMS} AS MATERIALIZED (
    SELECT f.practice_id, f.purpose, f.sequence, f.charge_cents, f.service_to, f.payer, f.payer_class, f.provider,
           f.location, said.*
    FROM ({FIRST_THINGS}) said
    JOIN reporting.claim_fact f ON f.practice_id = $1 AND f.claim_id = said.claim_id
)"""
"""As the whole feed says it, read again from its beginning."""
