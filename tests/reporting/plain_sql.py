"""The same numbers straight from the ledger, the slow way: what every rollup must equal."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from reporting_api.aging.domain import Basis, Slice

_AGES = """
    SELECT CASE WHEN $4 = 'payer' AND account IN (1100, 2020)
                THEN coalesce(payer_id, '00000000-0000-0000-0000-000000000000')
                ELSE '00000000-0000-0000-0000-000000000000' END AS slice_id,
           account,
           CASE WHEN account >= 2000 THEN 8
                WHEN aging_on IS NULL THEN 7
                WHEN $2 - aging_on > 365 THEN 6
                WHEN $2 - aging_on > 180 THEN 5
                WHEN $2 - aging_on > 120 THEN 4
                WHEN $2 - aging_on > 90 THEN 3
                WHEN $2 - aging_on > 60 THEN 2
                WHEN $2 - aging_on > 30 THEN 1
                ELSE 0 END AS bucket,
           sum(amount_cents)::bigint AS cents
    FROM (SELECT *, {column} AS aging_on FROM claims_export.ledger_entry_v1) AS entry
    WHERE practice_id = $1 AND effective_on <= $2 AND (posted_at AT TIME ZONE 'America/New_York')::date <= $3
      AND account IN (1100, 1110, 1115, 1120, 1130, 2020, 2030)
    GROUP BY 1, 2, 3 HAVING sum(amount_cents) <> 0"""

_COLUMNS = {
    Basis.SERVICE: "service_on",
    Basis.FIRST_BILL: "first_bill_on",
    Basis.RESPONSIBILITY: "responsible_on",
}


async def plain_receivables(
    connection: "asyncpg.Connection[Any]", practice_id: int, basis: Basis, by: Slice, as_of: date, known_at: date
) -> dict[tuple[UUID, int, int], int]:
    """Cents by (slice id, account, bucket)."""
    rows = await connection.fetch(_AGES.format(column=_COLUMNS[basis]), practice_id, as_of, known_at, by)
    return {(row["slice_id"], row["account"], row["bucket"]): row["cents"] for row in rows}


_MEASURES = """
    SELECT measure, sum(sign * amount_cents)::bigint AS cents
    FROM claims_export.ledger_entry_v1
    JOIN (VALUES ('charges', 4000, -1), ('payments', 1030, 1), ('payments', 1040, 1), ('contractual', 4100, 1),
                 ('bad_debt', 4160, 1)) AS m(measure, number, sign) ON number = account
    WHERE practice_id = $1 AND effective_on BETWEEN $2 AND $3
      AND (posted_at AT TIME ZONE 'America/New_York')::date <= $4
    GROUP BY 1"""


async def plain_measures(
    connection: "asyncpg.Connection[Any]", practice_id: int, first: date, as_of: date, known_at: date
) -> dict[str, int]:
    """Cents of the ledger's measures in a period."""
    rows = await connection.fetch(_MEASURES, practice_id, first, as_of, known_at)
    return {row["measure"]: row["cents"] for row in rows if row["cents"]}


_ENTRIES = """
    SELECT charge_id, event_sequence, account, amount_cents, effective_on, service_on,
           (posted_at AT TIME ZONE 'America/New_York')::date AS known_on
    FROM claims_export.ledger_entry_v1 WHERE practice_id = $1 AND charge_id IS NOT NULL
    ORDER BY charge_id, event_sequence"""


async def plain_closings(
    connection: "asyncpg.Connection[Any]", practice_id: int, first: date, as_of: date, known_at: date
) -> dict[tuple[str, int], tuple[int, int]]:
    """(measure, days) to (cents, lines): every line walked event by event."""
    lines: dict[UUID, dict[int, list[asyncpg.Record]]] = defaultdict(lambda: defaultdict(list))
    for entry in await connection.fetch(_ENTRIES, practice_id):
        lines[entry["charge_id"]][entry["event_sequence"]].append(entry)
    found: Counter[tuple[str, int]] = Counter()
    counts: Counter[tuple[str, int]] = Counter()
    for events in lines.values():
        for key, cents, sign, day, known in _walk(events):
            if first <= day <= as_of and known <= known_at:
                found[key] += sign * cents
                counts[key] += sign
    return {key: (found[key], counts[key]) for key in found if found[key] or counts[key]}


def _walk(events: dict[int, list[asyncpg.Record]]) -> list[tuple[tuple[str, int], int, int, date, date]]:
    turns = []
    closed: tuple[tuple[str, int], int] | None = None
    open_cents = cash = charge = 0
    last_cash_on = None
    for sequence in sorted(events):
        entries = events[sequence]
        change = sum(e["amount_cents"] for e in entries if 1100 <= e["account"] <= 1130)
        charge -= sum(e["amount_cents"] for e in entries if e["account"] == 4000)
        for entry in entries:
            if entry["account"] in (1030, 1040):
                cash += entry["amount_cents"]
                if entry["amount_cents"] > 0:
                    last_cash_on = max(last_cash_on or entry["effective_on"], entry["effective_on"])
        open_cents += change
        day, known = max(e["effective_on"] for e in entries), max(e["known_on"] for e in entries)
        if change and closed:
            turns.append((closed[0], closed[1], -1, day, known))
            closed = None
        if change and open_cents == 0 and charge > 0:
            service_on = min(e["service_on"] for e in entries)
            days = max((last_cash_on - service_on).days, 0) if cash > 0 and last_cash_on else 0
            closed = (("ar_cycle" if cash > 0 else "closed_without_cash", days), charge)
            turns.append((closed[0], closed[1], 1, day, known))
    return turns


_FACTS = """
    SELECT DISTINCT ON (e.subject_id, e.type) e.type, e.data, c.charge_cents, c.service_to,
           (e.occurred_at AT TIME ZONE 'America/New_York')::date AS on_day
    FROM claims_export.event_v1 e
    JOIN claims_export.claim_v1 c ON c.practice_id = e.practice_id AND c.claim_id = e.subject_id
    WHERE e.practice_id = $1 AND c.purpose <> 'test'
      AND (e.type = 'claim.submitted' OR e.type = 'claim.adjudicated'
           AND e.data ->> 'adjudication_state' IN ('paid', 'denied', 'partially_denied', 'zero_paid'))
    ORDER BY e.subject_id, e.type, e.sequence"""


async def plain_first_things(
    connection: "asyncpg.Connection[Any]", practice_id: int, first: date, as_of: date
) -> dict[tuple[str, int], tuple[int, int]]:
    """(measure, days) to (cents, claims)."""
    cents: Counter[tuple[str, int]] = Counter()
    claims: Counter[tuple[str, int]] = Counter()
    for row in await connection.fetch(_FACTS, practice_id):
        if not first <= row["on_day"] <= as_of:
            continue
        keys: list[tuple[str, int]] = []
        if row["type"] == "claim.adjudicated":
            keys = [("first_adjudicated", 0)]
            keys += [("first_denied", 0)] if "denied" in row["data"] else []
        elif '"version": 1' in row["data"]:
            keys = [("service_to_invoice", (row["on_day"] - row["service_to"]).days)]
        for key in keys:
            cents[key] += row["charge_cents"]
            claims[key] += 1
    return {key: (cents[key], claims[key]) for key in claims}
