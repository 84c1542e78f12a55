"""The measures straight from ledger and feed, without any rollup: for proofs, and for the lists behind a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ar_shared.platform.database import Connection, Row
from reporting_api.aging.domain import AR_ACCOUNTS, BOUNDARIES_DAYS, CREDIT_ACCOUNTS, NOT_AGED, UNBILLED, Basis
from reporting_api.aging.queries import AGING_COLUMN, listed
from reporting_api.measures.domain import COHORTS, Measure
from reporting_api.measures.facts import ENTRIES, RECALLED, facts_of
from reporting_api.moment import BEGINNING, Moment
from reporting_api.slices import Slice, member_of

_OPEN: Final = listed((*AR_ACCOUNTS, *CREDIT_ACCOUNTS))
_CREDITS: Final = listed(CREDIT_ACCOUNTS)
_BOUNDARIES: Final = listed(BOUNDARIES_DAYS)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which facts: from `first` (None: the beginning) through the moment's day, of one member or of all."""

    first: date | None = None
    by: Slice = Slice.TOTAL
    member: str | None = None
    months: tuple[date, ...] = ()


async def sums(connection: Connection, moment: Moment, measures: Sequence[Measure], asked: Asked) -> list[Row]:
    """As `queries.sums` answers, added up anew from every entry and event."""
    month = "f.service_month" if asked.months else "'-infinity'::date"
    return await connection.fetch(
        f"""
        WITH entry AS MATERIALIZED ({ENTRIES}), {RECALLED}, {facts_of(measures)}
        SELECT f.measure, {month} AS service_month, {member_of(asked.by, "f")} AS member, f.lag_days,
               sum(f.cents)::bigint AS cents, sum(f.entries)::bigint AS entries
        FROM fact f
        WHERE {_HOLDS.format(member=member_of(asked.by, "f"))}
        GROUP BY 1, 2, 3, 4 HAVING sum(f.cents) <> 0 OR sum(f.entries) <> 0""",
        *_arguments(moment, measures, asked),
    )


_HOLDS: Final = """f.measure = ANY($5) AND f.effective_on >= $6 AND f.effective_on <= $7 AND f.known_on <= $8
    AND {member} IS NOT NULL AND ($9::text IS NULL OR {member} = $9)
    AND (cardinality($10::date[]) = 0 OR f.service_month = ANY($10) AND f.measure = ANY($11))"""


def _arguments(moment: Moment, measures: Sequence[Measure], asked: Asked) -> list[Any]:
    return [
        moment.practice_id,
        0,
        moment.sequence,
        moment.time_zone,
        list(measures),
        asked.first or BEGINNING,
        moment.as_of,
        moment.known_at,
        asked.member,
        list(asked.months),
        list(COHORTS),
    ]


_POSITION: Final = """ARRAY[
    (DATE '3000-01-01' - f.effective_on)::text, f.measure, coalesce(f.claim_id::text, ''),
    coalesce(f.charge_id::text, ''), concat_ws('/', f.journal_id, f.n, f.event_sequence, f.cents, f.known_on)]"""


async def list_facts(
    connection: Connection,
    moment: Moment,
    measures: Sequence[Measure],
    asked: Asked,
    *,
    after: Sequence[str] = (),
    limit: int,
) -> list[Row]:
    """The facts one by one, newest day first, from the row after `after` on (its `position`).

    Rows: measure, effective_on, known_on, lag_days, cents, entries, claim_id, claim_external_id, charge_id,
    charge_external_id, journal_id, n, position.
    """
    return await connection.fetch(
        f"""
        WITH entry AS MATERIALIZED ({ENTRIES}), {RECALLED}, {facts_of(measures)},
        numbered AS (
            SELECT f.*, {_POSITION} AS position FROM fact f
            WHERE {_HOLDS.format(member=member_of(asked.by, "f"))}
        )
        SELECT n.measure, n.effective_on, n.known_on, n.lag_days, n.cents, n.entries, n.claim_id,
               c.external_id AS claim_external_id, n.charge_id, h.external_id AS charge_external_id, n.journal_id, n.n,
               n.position
        FROM (SELECT * FROM numbered WHERE cardinality($12::text[]) = 0 OR position > $12
              ORDER BY position LIMIT $13) n
        LEFT JOIN claims_export.claim_v1 c ON c.practice_id = $1 AND c.claim_id = n.claim_id
        LEFT JOIN claims_export.charge_v1 h ON h.practice_id = $1 AND h.charge_id = n.charge_id
        ORDER BY n.position""",
        *_arguments(moment, measures, asked),
        list(after),
        limit,
    )


_STANDING: Final = f"""
    SELECT {{member}} AS member, e.account, e.charge_id, e.claim_id,
           CASE WHEN e.account IN ({_CREDITS}) THEN {NOT_AGED} WHEN {{aging_on}} IS NULL THEN {UNBILLED}
                ELSE width_bucket($5::date - {{aging_on}}, ARRAY[{_BOUNDARIES}]) END AS bucket, e.cents
    FROM ({ENTRIES}) e
    WHERE e.account IN ({_OPEN}) AND e.effective_on <= $5 AND e.known_on <= $6
      AND ($7::text IS NULL OR {{member}} = $7)"""


def _standing(basis: Basis, by: Slice) -> str:
    return _STANDING.format(member=member_of(by, "e"), aging_on=f"e.{AGING_COLUMN[basis]}")


async def receivables(connection: Connection, moment: Moment, basis: Basis, asked: Asked) -> list[Row]:
    """As the aging's rollup answers, added up anew from every entry."""
    return await connection.fetch(
        f"SELECT member, account, bucket, sum(cents)::bigint AS cents FROM ({_standing(basis, asked.by)}) s "
        "GROUP BY 1, 2, 3 HAVING sum(cents) <> 0",
        *_moment_arguments(moment, asked),
    )


def _moment_arguments(moment: Moment, asked: Asked) -> list[Any]:
    return [
        moment.practice_id,
        0,
        moment.sequence,
        moment.time_zone,
        moment.as_of,
        moment.known_at,
        asked.member,
    ]


async def list_open(
    connection: Connection,
    moment: Moment,
    basis: Basis,
    asked: Asked,
    *,
    buckets: Sequence[int] = (),
    accounts: Sequence[int] = (),
    after: Sequence[str] = (),
    limit: int,
) -> list[Row]:
    """What is open, charge by charge and account by account, from the row after `after` on (its `position`).

    Rows: account, bucket, cents, claim_id, claim_external_id, charge_id, charge_external_id, service_from, position.
    """
    return await connection.fetch(
        f"""
        WITH open AS (
            SELECT account, bucket, charge_id, min(claim_id::text)::uuid AS claim_id, sum(cents)::bigint AS cents,
                   ARRAY[coalesce(charge_id::text, ''), account::text, bucket::text] AS position
            FROM ({_standing(basis, asked.by)}) s
            WHERE (cardinality($8::int[]) = 0 OR bucket = ANY($8)) AND (cardinality($9::int[]) = 0 OR account = ANY($9))
            GROUP BY account, bucket, charge_id HAVING sum(cents) <> 0
        )
        SELECT o.account, o.bucket, o.cents, o.claim_id, c.external_id AS claim_external_id, o.charge_id,
               h.external_id AS charge_external_id, h.service_from, o.position
        FROM (SELECT * FROM open WHERE cardinality($10::text[]) = 0 OR position > $10 ORDER BY position LIMIT $11) o
        LEFT JOIN claims_export.claim_v1 c ON c.practice_id = $1 AND c.claim_id = o.claim_id
        LEFT JOIN claims_export.charge_v1 h ON h.practice_id = $1 AND h.charge_id = o.charge_id
        ORDER BY o.position""",
        *_moment_arguments(moment, asked),
        list(buckets),
        list(accounts),
        list(after),
        limit,
    )


async def first_charge_on(connection: Connection, moment: Moment, asked: Asked) -> date | None:
    """The first day with a charge, as known then; None before any."""
    found: date | None = await connection.fetchval(
        f"""
        SELECT min(e.effective_on) FROM ({ENTRIES}) e
        WHERE e.account = 4000 AND e.charge_id IS NOT NULL AND e.effective_on <= $5 AND e.known_on <= $6
          AND ($7::text IS NULL OR {member_of(asked.by, "e")} = $7)""",
        *_moment_arguments(moment, asked),
    )
    return found
