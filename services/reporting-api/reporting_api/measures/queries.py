"""SQL of the measures: what a fold adds, and what a KPI reads."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from ar_shared.platform.database import Connection, Row
from reporting_api.measures.domain import COHORTS, Measure
from reporting_api.measures.facts import FIRST_THINGS, REMEMBERED, facts_of
from reporting_api.moment import BEGINNING, Moment
from reporting_api.slices import Slice, member_of, members_of

_CUT: Final = "payer, payer_class, provider, location, owner, category"
_COHORTS: Final = ", ".join(f"'{measure}'" for measure in COHORTS)
_KEY: Final = "practice_id, measure, slice, service_month, {day}, member, lag_days"

FOLD_CTES: Final = f"""{REMEMBERED}, {facts_of(tuple(Measure))},
measured AS MATERIALIZED (
    SELECT measure, effective_on, lag_days, known_on, service_month, {_CUT}, sum(cents)::bigint AS cents,
           sum(entries)::bigint AS entries
    FROM fact
    GROUP BY measure, effective_on, lag_days, known_on, service_month, {_CUT}
    HAVING sum(cents) <> 0 OR sum(entries) <> 0
), measure_late_added AS (
    INSERT INTO reporting.measure_late (practice_id, folded_through, n, known_on, measure, effective_on, lag_days,
        service_month, {_CUT}, cents, entries)
    SELECT $1, $3, row_number() OVER (), known_on, measure, effective_on, lag_days, service_month, {_CUT}, cents,
           entries
    FROM measured WHERE known_on > effective_on
), measure_cut AS MATERIALIZED (
    SELECT m.measure, s.slice, o.service_month, m.effective_on, s.member, m.lag_days, sum(m.cents)::bigint AS cents,
           sum(m.entries)::bigint AS entries
    FROM measured m
    CROSS JOIN LATERAL (VALUES {members_of(tuple(Slice), "m")}) AS s(slice, member)
    CROSS JOIN LATERAL (
        SELECT '-infinity'::date UNION ALL SELECT m.service_month WHERE m.measure IN ({_COHORTS})
    ) AS o(service_month)
    WHERE s.member IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(m.cents) <> 0 OR sum(m.entries) <> 0
), measure_added AS (
    INSERT INTO reporting.measure_day AS t ({_KEY.format(day="effective_on")}, cents, entries)
    SELECT $1, measure, slice, service_month, effective_on, member, lag_days, cents, entries FROM measure_cut
    ON CONFLICT ({_KEY.format(day="effective_on")})
    DO UPDATE SET cents = t.cents + excluded.cents, entries = t.entries + excluded.entries
), measure_crossed AS (
    INSERT INTO reporting.measure_checkpoint AS t ({_KEY.format(day="month_end_on")}, cents, entries)
    SELECT $1, d.measure, d.slice, d.service_month, m.month_end_on, d.member, d.lag_days, sum(d.cents), sum(d.entries)
    FROM measure_cut d JOIN unnest($5::date[]) AS m(month_end_on) ON m.month_end_on >= d.effective_on
    GROUP BY 2, 3, 4, 5, 6, 7
    ON CONFLICT ({_KEY.format(day="month_end_on")})
    DO UPDATE SET cents = t.cents + excluded.cents, entries = t.entries + excluded.entries
)"""

_SAID: Final = (
    *("sent_sequence", "sent_on", "sent_known_on", "sent_version", "accepted_sequence", "accepted_on"),
    *("refused_sequence", "adjudicated_sequence", "adjudicated_on", "adjudication_state", "adjudicated_by"),
    *("reworked_sequence", "reworked_on", "paid_sequence", "paid_on"),
)
_RECORD: Final = f"""
INSERT INTO reporting.claim_fact AS f (practice_id, claim_id, purpose, sequence, charge_cents, service_to, payer,
    payer_class, provider, location, {", ".join(_SAID)})
SELECT $1, c.claim_id, c.purpose, c.sequence, c.charge_cents, c.service_to, c.payer_id, c.financial_class,
       c.rendering_provider_id, c.location_id, {", ".join(f"n.{column}" for column in _SAID)}
FROM ({FIRST_THINGS}) n
JOIN claims_export.claim_v1 c ON c.practice_id = $1 AND c.claim_id = n.claim_id
ON CONFLICT (practice_id, claim_id) DO UPDATE SET
    {", ".join(f"{column} = coalesce(f.{column}, excluded.{column})" for column in _SAID)}
"""


async def record_claim_facts(
    connection: Connection, practice_id: int, after: int, through: int, time_zone: str
) -> None:
    """Remember what these events say first about a claim: that it was sent, accepted, decided, paid, reworked."""
    await connection.execute(_RECORD, practice_id, after, through, time_zone)


async def add_checkpoint(connection: Connection, practice_id: int, previous: date, month_end: date) -> None:
    """The month's checkpoint: the one before and the days since."""
    await connection.execute(
        f"""
        INSERT INTO reporting.measure_checkpoint ({_KEY.format(day="month_end_on")}, cents, entries)
        SELECT $1, measure, slice, service_month, $3, member, lag_days, sum(cents), sum(entries) FROM (
            SELECT measure, slice, service_month, member, lag_days, cents, entries FROM reporting.measure_checkpoint
            WHERE practice_id = $1 AND month_end_on = $2
            UNION ALL
            SELECT measure, slice, service_month, member, lag_days, cents, entries FROM reporting.measure_day
            WHERE practice_id = $1 AND effective_on > $2 AND effective_on <= $3
        ) AS part
        GROUP BY measure, slice, service_month, member, lag_days HAVING sum(cents) <> 0 OR sum(entries) <> 0""",
        practice_id,
        previous,
        month_end,
    )


_PARTS: Final = """
    SELECT measure, service_month, member, lag_days, {sign}cents, {sign}entries FROM reporting.measure_checkpoint
    WHERE practice_id = $1 AND measure = ANY($2) AND slice = $3 AND service_month = ANY($4)
      AND month_end_on = {checkpoint}
    UNION ALL
    SELECT measure, service_month, member, lag_days, {sign}cents, {sign}entries FROM reporting.measure_day
    WHERE practice_id = $1 AND measure = ANY($2) AND slice = $3 AND service_month = ANY($4)
      AND effective_on > {checkpoint} AND effective_on <= {day}"""
_LATE: Final = """
    UNION ALL
    SELECT measure, {month}, {member}, lag_days, -cents, -entries FROM reporting.measure_late l
    WHERE practice_id = $1 AND measure = ANY($2) AND {in_months} AND effective_on > $11 AND effective_on >= $12
      AND effective_on <= $6 AND known_on > $10"""


async def sums(
    connection: Connection,
    moment: Moment,
    measures: Sequence[Measure],
    first: date | None = None,
    *,
    by: Slice = Slice.TOTAL,
    member: str | None = None,
    months: Sequence[date] = (),
) -> list[Row]:
    """(measure, service_month, member, lag_days, cents, entries) from `first` through `as_of`, both included.

    first: None is the beginning. by: how to cut; `member` keeps one of the members. months: only services of these
    months (their first days), each by itself; none: all services together, `service_month` is date.min.
    Reads two checkpoints and at most two months of days, however long the period is.
    """
    before = first - timedelta(days=1) if first else BEGINNING
    ends = [moment.checkpoint_before(moment.as_of), moment.as_of, moment.checkpoint_before(before), before]
    wanted = [*months] if months else [BEGINNING]
    late = ""
    restated: list[date] = []
    if moment.restates:
        restated = [moment.known_at, moment.late_after, first or BEGINNING]
        late = _LATE.format(
            month="l.service_month" if months else "'-infinity'::date",
            member=member_of(by, "l"),
            in_months="service_month = ANY($4)" if months else "$4::date[] IS NOT NULL",
        )
    return await connection.fetch(
        f"""
        SELECT measure, service_month, member, lag_days, sum(cents)::bigint AS cents, sum(entries)::bigint AS entries
        FROM ({_PARTS.format(sign="", checkpoint="$5", day="$6")}
            UNION ALL{_PARTS.format(sign="-", checkpoint="$7", day="$8")}{late}
        ) AS part(measure, service_month, member, lag_days, cents, entries)
        WHERE member IS NOT NULL AND ($9::text IS NULL OR member = $9)
        GROUP BY measure, service_month, member, lag_days HAVING sum(cents) <> 0 OR sum(entries) <> 0""",
        moment.practice_id,
        list(measures),
        by,
        wanted,
        *ends,
        member,
        *restated,
    )


async def first_charge_on(
    connection: Connection, moment: Moment, *, by: Slice = Slice.TOTAL, member: str = ""
) -> date | None:
    """The first day with a charge, as known then; None before any."""
    found: date | None = await connection.fetchval(
        f"""
        SELECT d.effective_on FROM reporting.measure_day d
        WHERE d.practice_id = $1 AND d.measure = $2 AND d.slice = $5 AND d.service_month = '-infinity'
          AND d.member = $6 AND d.effective_on <= $3 AND d.entries > coalesce((
            SELECT sum(l.entries) FROM reporting.measure_late l
            WHERE l.practice_id = $1 AND l.measure = $2 AND l.effective_on = d.effective_on AND l.known_on > $4
              AND {member_of(by, "l")} = $6), 0)
        ORDER BY d.effective_on LIMIT 1""",
        moment.practice_id,
        Measure.CHARGES,
        moment.as_of,
        moment.known_at,
        by,
        member,
    )
    return found
