"""SQL of the measures: what a fold adds, and what a KPI reads."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from ar_shared.platform.database import Connection, Row
from reporting_api.aging.domain import AR_ACCOUNTS
from reporting_api.aging.queries import listed
from reporting_api.measures.domain import (
    COUNTED_PURPOSES,
    DECIDED,
    OF_ACCOUNTS,
    WITH_A_DENIAL,
    Measure,
    accounts_of,
)
from reporting_api.moment import BEGINNING, Moment


def _texts(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


_AR: Final = f"account IN ({listed(AR_ACCOUNTS)})"
_CASH: Final = f"account IN ({listed(accounts_of(Measure.PAYMENTS))})"
_CHARGE: Final = f"account IN ({listed(accounts_of(Measure.CHARGES))})"
_OPENING: Final = "'E01', 'E02', 'E42', 'E47'"  # charge, opening balance, first bill: they neither close nor reopen
_ACCOUNTS: Final = ", ".join(f"('{measure}', {account}, {sign})" for measure, account, sign in OF_ACCOUNTS)

# A line closes when its receivable reaches 0 after an event and opens again when a later one moves it; both are read
# from the line's whole history, so that it does not matter how the events were cut into folds.
_LINES: Final = f"""
touched AS (
    SELECT DISTINCT charge_id FROM entry WHERE charge_id IS NOT NULL AND {_AR} AND entry NOT IN ({_OPENING})
), step AS (
    SELECT l.charge_id, l.event_sequence, max(l.effective_on) AS effective_on,
           max((l.posted_at AT TIME ZONE $4)::date) AS known_on, min(l.service_on) AS service_on,
           coalesce(sum(l.amount_cents) FILTER (WHERE {_AR}), 0) AS change,
           coalesce(sum(l.amount_cents) FILTER (WHERE {_CASH}), 0) AS cash,
           coalesce(-sum(l.amount_cents) FILTER (WHERE {_CHARGE}), 0) AS charge,
           max(l.effective_on) FILTER (WHERE {_CASH} AND l.amount_cents > 0) AS cash_on
    FROM touched t JOIN claims_export.ledger_entry_v1 l ON l.practice_id = $1 AND l.charge_id = t.charge_id
    WHERE l.practice_id = $1 AND l.event_sequence <= $3
    GROUP BY 1, 2
), standing AS (
    SELECT charge_id, event_sequence, effective_on, known_on, change, sum(change) OVER w AS open,
           sum(cash) OVER w > 0 AS paid, (sum(charge) OVER w)::bigint AS charge,
           max(cash_on) OVER w - min(service_on) OVER w AS days
    FROM step WINDOW w AS (PARTITION BY charge_id ORDER BY event_sequence)
), turn AS (
    SELECT event_sequence, effective_on, known_on, open, paid, charge, days,
           lag(open) OVER w AS was_open, lag(paid) OVER w AS was_paid, lag(charge) OVER w AS was_charge,
           lag(days) OVER w AS was_days
    FROM standing WHERE change <> 0 WINDOW w AS (PARTITION BY charge_id ORDER BY event_sequence)
), closing AS (
    SELECT paid, days, effective_on, known_on, charge, 1 AS sign
    FROM turn WHERE event_sequence > $2 AND open = 0 AND charge > 0
    UNION ALL
    SELECT was_paid, was_days, effective_on, known_on, was_charge, -1
    FROM turn WHERE event_sequence > $2 AND was_open = 0 AND was_charge > 0
)"""

_CLAIMS: Final = f"""
first_thing AS (
    SELECT thing.measure, thing.lag_days, thing.effective_on, thing.known_on, c.charge_cents AS cents
    FROM reporting.claim_fact f
    JOIN claims_export.claim_v1 c ON c.practice_id = $1 AND c.claim_id = f.claim_id
    CROSS JOIN LATERAL (VALUES
        ('{Measure.FIRST_ADJUDICATED}', 0, f.adjudicated_on, f.adjudicated_on,
         f.adjudicated_sequence > $2 AND f.adjudicated_sequence <= $3 AND c.sequence = 1),
        ('{Measure.FIRST_DENIED}', 0, f.adjudicated_on, f.adjudicated_on,
         f.adjudicated_sequence > $2 AND f.adjudicated_sequence <= $3 AND c.sequence = 1
         AND f.adjudication_state IN ({_texts(WITH_A_DENIAL)})),
        ('{Measure.SERVICE_TO_INVOICE}', f.sent_on - c.service_to, f.sent_on, f.sent_known_on,
         f.sent_sequence > $2 AND f.sent_sequence <= $3 AND f.sent_version = 1)
    ) AS thing(measure, lag_days, effective_on, known_on, holds)
    WHERE f.practice_id = $1 AND thing.holds AND c.purpose IN ({_texts(COUNTED_PURPOSES)})
      AND (f.sent_sequence > $2 AND f.sent_sequence <= $3
           OR f.adjudicated_sequence > $2 AND f.adjudicated_sequence <= $3)
)"""

FOLD_CTES: Final = f"""{_LINES}, {_CLAIMS},
measured AS MATERIALIZED (
    SELECT measure, effective_on, lag_days, known_on, sum(cents)::bigint AS cents, sum(entries)::bigint AS entries
    FROM (
        SELECT m.measure, e.effective_on, 0 AS lag_days, e.known_on, m.sign * e.cents AS cents, 1 AS entries
        FROM entry e JOIN (VALUES {_ACCOUNTS}) AS m(measure, account, sign) ON m.account = e.account
        WHERE e.charge_id IS NOT NULL
        UNION ALL
        SELECT measure, effective_on, lag_days, known_on, cents, 1 FROM first_thing
        UNION ALL
        SELECT CASE WHEN paid THEN '{Measure.AR_CYCLE}' ELSE '{Measure.CLOSED_WITHOUT_CASH}' END, effective_on,
               CASE WHEN paid THEN greatest(days, 0) ELSE 0 END, known_on, sign * charge, sign
        FROM closing
    ) AS part
    GROUP BY 1, 2, 3, 4 HAVING sum(cents) <> 0 OR sum(entries) <> 0
), measure_late_added AS (
    INSERT INTO reporting.measure_late
        (practice_id, folded_through, n, known_on, measure, effective_on, lag_days, cents, entries)
    SELECT $1, $3, row_number() OVER (), known_on, measure, effective_on, lag_days, cents, entries
    FROM measured WHERE known_on > effective_on
), measure_added AS (
    INSERT INTO reporting.measure_day AS t (practice_id, measure, effective_on, lag_days, cents, entries)
    SELECT $1, measure, effective_on, lag_days, sum(cents), sum(entries) FROM measured GROUP BY 2, 3, 4
    ON CONFLICT (practice_id, measure, effective_on, lag_days)
    DO UPDATE SET cents = t.cents + excluded.cents, entries = t.entries + excluded.entries
), measure_crossed AS (
    INSERT INTO reporting.measure_checkpoint AS t
        (practice_id, measure, month_end_on, lag_days, cents, entries)
    SELECT $1, d.measure, m.month_end_on, d.lag_days, sum(d.cents), sum(d.entries)
    FROM measured d JOIN unnest($5::date[]) AS m(month_end_on) ON m.month_end_on >= d.effective_on
    GROUP BY 2, 3, 4
    ON CONFLICT (practice_id, measure, month_end_on, lag_days)
    DO UPDATE SET cents = t.cents + excluded.cents, entries = t.entries + excluded.entries
)"""


async def record_claim_facts(
    connection: Connection, practice_id: int, after: int, through: int, time_zone: str
) -> None:
    """Remember what these events say first about a claim: that it was sent, that it was decided."""
    await connection.execute(
        f"""
        WITH news AS (
            SELECT DISTINCT ON (subject_id, type) subject_id, type, sequence, data,
                   (occurred_at AT TIME ZONE $4)::date AS known_on
            FROM claims_export.event_v1
            WHERE practice_id = $1 AND sequence > $2 AND sequence <= $3 AND source = 'claims'
              AND (type = 'claim.submitted' OR type = 'claim.adjudicated'
                   AND data ->> 'adjudication_state' IN ({_texts(DECIDED)}))
            ORDER BY subject_id, type, sequence
        )
        INSERT INTO reporting.claim_fact AS f (practice_id, claim_id, sent_sequence, sent_on, sent_known_on,
            sent_version, adjudicated_sequence, adjudicated_on, adjudication_state)
        SELECT $1, coalesce(s.subject_id, a.subject_id), s.sequence,
               coalesce((s.data ->> 'sent_on')::date, s.known_on), s.known_on,
               coalesce((s.data ->> 'version')::int, CASE WHEN s.sequence IS NOT NULL THEN 1 END),
               a.sequence, a.known_on, a.data ->> 'adjudication_state'
        FROM (SELECT * FROM news WHERE type = 'claim.submitted') s
        FULL JOIN (SELECT * FROM news WHERE type = 'claim.adjudicated') a ON a.subject_id = s.subject_id
        ON CONFLICT (practice_id, claim_id) DO UPDATE SET
            sent_sequence = coalesce(f.sent_sequence, excluded.sent_sequence),
            sent_on = coalesce(f.sent_on, excluded.sent_on),
            sent_known_on = coalesce(f.sent_known_on, excluded.sent_known_on),
            sent_version = coalesce(f.sent_version, excluded.sent_version),
            adjudicated_sequence = coalesce(f.adjudicated_sequence, excluded.adjudicated_sequence),
            adjudicated_on = coalesce(f.adjudicated_on, excluded.adjudicated_on),
            adjudication_state = coalesce(f.adjudication_state, excluded.adjudication_state)""",
        practice_id,
        after,
        through,
        time_zone,
    )


async def add_checkpoint(connection: Connection, practice_id: int, previous: date, month_end: date) -> None:
    """The month's checkpoint: the one before and the days since."""
    await connection.execute(
        """
        INSERT INTO reporting.measure_checkpoint (practice_id, measure, month_end_on, lag_days, cents, entries)
        SELECT $1, measure, $3, lag_days, sum(cents), sum(entries) FROM (
            SELECT measure, lag_days, cents, entries FROM reporting.measure_checkpoint
            WHERE practice_id = $1 AND month_end_on = $2
            UNION ALL
            SELECT measure, lag_days, cents, entries FROM reporting.measure_day
            WHERE practice_id = $1 AND effective_on > $2 AND effective_on <= $3
        ) AS part
        GROUP BY measure, lag_days HAVING sum(cents) <> 0 OR sum(entries) <> 0""",
        practice_id,
        previous,
        month_end,
    )


_THROUGH: Final = """
    SELECT measure, lag_days, {sign}cents, {sign}entries FROM reporting.measure_checkpoint
    WHERE practice_id = $1 AND measure = ANY($2) AND month_end_on = {checkpoint}
    UNION ALL
    SELECT measure, lag_days, {sign}cents, {sign}entries FROM reporting.measure_day
    WHERE practice_id = $1 AND measure = ANY($2) AND effective_on > {checkpoint} AND effective_on <= {day}"""
_LATE: Final = """
    UNION ALL
    SELECT measure, lag_days, -cents, -entries FROM reporting.measure_late
    WHERE practice_id = $1 AND measure = ANY($2) AND effective_on > $8 AND effective_on >= $9
      AND effective_on <= $4 AND known_on > $7"""


async def sums(
    connection: Connection, moment: Moment, measures: Sequence[Measure], first: date | None = None
) -> list[Row]:
    """(measure, lag_days, cents, entries) from `first` (None: the beginning) through `as_of`, both included.

    Reads two checkpoints and at most two months of days, however long the period is.
    """
    before = first - timedelta(days=1) if first else BEGINNING
    ends = [moment.checkpoint_before(moment.as_of), moment.as_of, moment.checkpoint_before(before), before]
    restated = [moment.known_at, moment.late_after, first or BEGINNING] if moment.restates else []
    return await connection.fetch(
        f"""
        SELECT measure, lag_days, sum(cents)::bigint AS cents, sum(entries)::bigint AS entries FROM (
            {_THROUGH.format(sign="", checkpoint="$3", day="$4")}
            UNION ALL
            {_THROUGH.format(sign="-", checkpoint="$5", day="$6")}{_LATE if restated else ""}
        ) AS part(measure, lag_days, cents, entries)
        GROUP BY measure, lag_days HAVING sum(cents) <> 0 OR sum(entries) <> 0""",
        moment.practice_id,
        list(measures),
        *ends,
        *restated,
    )


async def first_charge_on(connection: Connection, moment: Moment) -> date | None:
    """The first day with a charge, as known then; None before any."""
    found: date | None = await connection.fetchval(
        """
        SELECT d.effective_on FROM reporting.measure_day d
        WHERE d.practice_id = $1 AND d.measure = $2 AND d.effective_on <= $3 AND d.entries > coalesce((
            SELECT sum(l.entries) FROM reporting.measure_late l
            WHERE l.practice_id = $1 AND l.measure = $2 AND l.effective_on = d.effective_on AND l.known_on > $4), 0)
        ORDER BY d.effective_on LIMIT 1""",
        moment.practice_id,
        Measure.CHARGES,
        moment.as_of,
        moment.known_at,
    )
    return found
