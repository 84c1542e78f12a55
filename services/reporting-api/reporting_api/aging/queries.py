"""SQL of the receivables rollups: what a fold adds, and what a report reads."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from ar_shared.platform.database import Connection, Row
from reporting_api.aging.domain import (
    AR_ACCOUNTS,
    BOUNDARIES_DAYS,
    CREDIT_ACCOUNTS,
    NOT_AGED,
    UNBILLED,
    Basis,
)
from reporting_api.moment import Moment
from reporting_api.slices import RECEIVABLE_SLICES, Slice, member_of, members_of


def listed(numbers: Sequence[int]) -> str:
    """`1, 2, 3`, for an IN."""
    return ", ".join(map(str, numbers))


_CREDITS: Final = listed(CREDIT_ACCOUNTS)


def _bucket(day: str, aging_on: str) -> str:
    return (
        f"CASE WHEN account IN ({_CREDITS}) THEN {NOT_AGED} WHEN {aging_on} IS NULL THEN {UNBILLED} "
        f"ELSE width_bucket({day} - {aging_on}, ARRAY[{listed(BOUNDARIES_DAYS)}]) END"
    )


# The first bucket is reached at once, an older one on its boundary day or, if that has passed, at once too.
_STEPS: Final = ", ".join(f"({n}, {days})" for n, days in enumerate(("NULL::int", *BOUNDARIES_DAYS)))

FOLD_CTES: Final = f"""
moved_sum AS MATERIALIZED (
    SELECT account, payer, payer_class, provider, location, service_on, first_bill_on, responsible_on, effective_on,
           known_on, sum(cents)::bigint AS cents
    FROM entry WHERE account IN ({listed((*AR_ACCOUNTS, *CREDIT_ACCOUNTS))})
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 HAVING sum(cents) <> 0
), late AS (
    INSERT INTO reporting.ar_late (practice_id, folded_through, n, known_on, effective_on, account, payer,
                                   payer_class, provider, location, service_on, first_bill_on, responsible_on, cents)
    SELECT $1, $3, row_number() OVER (), known_on, effective_on, account, payer, payer_class, provider, location,
           service_on, first_bill_on, responsible_on, cents
    FROM moved_sum WHERE known_on > effective_on
), sliced AS (
    SELECT b.basis, s.slice, s.member, m.account, m.effective_on, sum(m.cents)::bigint AS cents,
           CASE WHEN m.account IN ({_CREDITS}) THEN NULL ELSE b.aging_on END AS aging_on
    FROM moved_sum m
    CROSS JOIN LATERAL (VALUES ('{Basis.SERVICE}', m.service_on), ('{Basis.FIRST_BILL}', m.first_bill_on),
                               ('{Basis.RESPONSIBILITY}', m.responsible_on)) AS b(basis, aging_on)
    CROSS JOIN LATERAL (VALUES {members_of(RECEIVABLE_SLICES, "m")}) AS s(slice, member)
    GROUP BY 1, 2, 3, 4, 5, 7 HAVING sum(m.cents) <> 0
), spread AS (
    SELECT basis, slice, member, account, greatest(effective_on, aging_on + step.days) AS effective_on,
           step.bucket AS reached, cents
    FROM sliced CROSS JOIN (VALUES {_STEPS}) AS step(bucket, days) WHERE aging_on IS NOT NULL
    UNION ALL
    SELECT basis, slice, member, account, effective_on,
           CASE WHEN account IN ({_CREDITS}) THEN {NOT_AGED} ELSE {UNBILLED} END, cents
    FROM sliced WHERE aging_on IS NULL
), delta AS MATERIALIZED (
    SELECT basis, slice, effective_on, member, account, reached, sum(cents)::bigint AS cents
    FROM spread GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(cents) <> 0
), delta_added AS (
    INSERT INTO reporting.ar_delta AS t (practice_id, basis, slice, effective_on, member, account, reached, cents)
    SELECT $1, basis, slice, effective_on, member, account, reached, cents FROM delta
    ON CONFLICT (practice_id, basis, slice, effective_on, member, account, reached)
    DO UPDATE SET cents = t.cents + excluded.cents
), checkpoint_crossed AS (
    INSERT INTO reporting.ar_checkpoint AS t
        (practice_id, basis, slice, month_end_on, member, account, reached, cents)
    SELECT $1, d.basis, d.slice, m.month_end_on, d.member, d.account, d.reached, sum(d.cents)
    FROM delta d JOIN unnest($5::date[]) AS m(month_end_on) ON m.month_end_on >= d.effective_on
    GROUP BY 2, 3, 4, 5, 6, 7
    ON CONFLICT (practice_id, basis, slice, month_end_on, member, account, reached)
    DO UPDATE SET cents = t.cents + excluded.cents
)"""


async def add_checkpoint(connection: Connection, practice_id: int, previous: date, month_end: date) -> None:
    """The month's checkpoint: the one before and the deltas since."""
    await connection.execute(
        """
        INSERT INTO reporting.ar_checkpoint
            (practice_id, basis, slice, month_end_on, member, account, reached, cents)
        SELECT $1, basis, slice, $3, member, account, reached, sum(cents) FROM (
            SELECT basis, slice, member, account, reached, cents FROM reporting.ar_checkpoint
            WHERE practice_id = $1 AND month_end_on = $2
            UNION ALL
            SELECT basis, slice, member, account, reached, cents FROM reporting.ar_delta
            WHERE practice_id = $1 AND effective_on > $2 AND effective_on <= $3
        ) AS part
        GROUP BY basis, slice, member, account, reached HAVING sum(cents) <> 0""",
        practice_id,
        previous,
        month_end,
    )


async def first_day(connection: Connection, practice_id: int) -> date | None:
    """The first effective day of any receivable."""
    found: date | None = await connection.fetchval(
        "SELECT min(effective_on) FROM reporting.ar_delta WHERE practice_id = $1 AND basis = $2 AND slice = $3",
        practice_id,
        Basis.SERVICE,
        Slice.TOTAL,
    )
    return found


AGING_COLUMN: Final = {
    Basis.SERVICE: "service_on",
    Basis.FIRST_BILL: "first_bill_on",
    Basis.RESPONSIBILITY: "responsible_on",
}


async def receivables(
    connection: Connection, moment: Moment, basis: Basis, by: Slice, member: str | None = None
) -> list[Row]:
    """(member, account, bucket, cents) of everything open, or of one member; sums of 0 are left out.

    A bucket holds what has reached it and not the next one.
    Reads one checkpoint, at most a month of deltas, and late rows only when `known_at` is in the past.
    """
    late = ""
    arguments = [moment.practice_id, basis, by, moment.checkpoint_before(moment.as_of), moment.as_of, member]
    if moment.restates:
        arguments += [moment.known_at, moment.late_after]
        late = f"""
            UNION ALL
            SELECT {member_of(by, "l")}, account, {_bucket("$5::date", AGING_COLUMN[basis])}, -cents
            FROM reporting.ar_late l
            WHERE practice_id = $1 AND effective_on > $8 AND effective_on <= $5 AND known_on > $7"""
    return await connection.fetch(
        f"""
        SELECT member, account, bucket, sum(cents)::bigint AS cents FROM (
            SELECT member, account, reached - side.back, side.sign * cents FROM (
                SELECT member, account, reached, cents FROM reporting.ar_checkpoint
                WHERE practice_id = $1 AND basis = $2 AND slice = $3 AND month_end_on = $4
                UNION ALL
                SELECT member, account, reached, cents FROM reporting.ar_delta
                WHERE practice_id = $1 AND basis = $2 AND slice = $3 AND effective_on > $4 AND effective_on <= $5
            ) AS part
            CROSS JOIN (VALUES (0, 1), (1, -1)) AS side(back, sign)
            WHERE side.back = 0 OR part.reached BETWEEN 1 AND {len(BOUNDARIES_DAYS)}{late}
        ) AS standing(member, account, bucket, cents)
        WHERE $6::text IS NULL OR member = $6
        GROUP BY member, account, bucket HAVING sum(cents) <> 0""",
        *arguments,
    )
