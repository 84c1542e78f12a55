"""The same numbers the slow way, entry by entry and event by event: what every rollup must equal.

Written from the definitions of the measures, not from the folding statement.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from reporting_api.aging.domain import Basis
from reporting_api.slices import Slice

OWNERS = {1100: "insurance", 1110: "patient", 1115: "self_pay", 1120: "client", 1130: "agency"} | {
    2020: "insurance",
    2030: "patient",
}
CASH = (1000, 1030, 1040, 1200, 2000, 2010, 2040)
LEDGER = {4000: ("charges", -1), 4100: ("contractual", 1), 4105: ("statutory", 1), 4120: ("charity", 1)} | {
    4130: ("discounts", 1),
    4140: ("administrative", 1),
    4150: ("small_balance", 1),
    4160: ("bad_debt", 1),
    4170: ("recoveries", -1),
}
DECISIONS = ("paid", "denied", "partially_denied", "zero_paid")
COHORTS = {"payments", *(measure for measure, _ in LEDGER.values())}
_ENTRIES = """
    SELECT *, (posted_at AT TIME ZONE 'America/New_York')::date AS known_on
    FROM claims_export.ledger_entry_v1 WHERE practice_id = $1 ORDER BY event_sequence, journal_id, n, side"""
_EVENTS = """
    SELECT e.subject_id, e.type, e.data, e.sequence, (e.occurred_at AT TIME ZONE 'America/New_York')::date AS on_day
    FROM claims_export.event_v1 e WHERE e.practice_id = $1 ORDER BY e.sequence"""

Members = dict[Slice, str]


@dataclass(frozen=True)
class Fact:
    """One thing that a measure counts."""

    measure: str
    lag: int
    on: date
    known_on: date
    cents: int
    entries: int
    members: Members = field(hash=False)
    month: date | None = None


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _members(row: Any, *, owner: int | None, payer: UUID | None) -> Members:
    found = {
        Slice.TOTAL: "",
        Slice.PAYER: _text(payer),
        Slice.PAYER_CLASS: _text(row["financial_class"]),
        Slice.PROVIDER: _text(row["rendering_provider_id"]),
        Slice.LOCATION: _text(row["location_id"]),
    }
    return found | ({Slice.RESPONSIBILITY: OWNERS[owner]} if owner else {})


def _of_entry(entry: Any) -> Members:
    """Whoever owes is told by the entry's own account or by the other one of its posting."""
    owner = next((n for n in (entry["account"], entry["other_account"]) if n in OWNERS), None)
    return _members(entry, owner=owner, payer=entry["payer_id"] if owner in (1100, 2020) else None)


class Plain:
    """All of a practice's entries and events, read once."""

    def __init__(
        self,
        entries: list[asyncpg.Record],
        events: list[asyncpg.Record],
        claims: dict[UUID, Any],
        denials: dict[UUID, Any],
    ) -> None:
        self._entries = entries
        self._events = events
        self._claims = claims
        self._denials = denials
        self.facts = [*self._of_ledger(), *self._of_lines(), *self._of_claims(), *self._of_denials()]

    def receivables(self, basis: Basis, by: Slice, as_of: date, known_at: date) -> dict[tuple[str, int, int], int]:
        """Cents by (member, account, bucket)."""
        columns = {Basis.SERVICE: "service_on", Basis.FIRST_BILL: "first_bill_on"}
        column = columns.get(basis, "responsible_on")
        found: Counter[tuple[str, int, int]] = Counter()
        for entry in self._entries:
            if entry["account"] in OWNERS and entry["effective_on"] <= as_of and entry["known_on"] <= known_at:
                bucket = _bucket(entry["account"], entry[column], as_of)
                found[_of_entry(entry)[by], entry["account"], bucket] += entry["amount_cents"]
        return {key: cents for key, cents in found.items() if cents}

    def sums(
        self, first: date, as_of: date, known_at: date, by: Slice, months: list[date] | None = None
    ) -> dict[tuple[str, date, str, int], tuple[int, int]]:
        """(cents, entries) by (measure, month, member, lag)."""
        cents: Counter[tuple[str, date, str, int]] = Counter()
        entries: Counter[tuple[str, date, str, int]] = Counter()
        for fact in self.facts:
            month = fact.month if months else date.min
            if by not in fact.members or not first <= fact.on <= as_of or fact.known_on > known_at:
                continue
            if month is None or (months and (month not in months or fact.measure not in COHORTS)):
                continue
            key = fact.measure, month, fact.members[by], fact.lag
            cents[key] += fact.cents
            entries[key] += fact.entries
        return {key: (cents[key], entries[key]) for key in cents if cents[key] or entries[key]}

    def _of_ledger(self) -> Iterator[Fact]:
        for entry in self._entries:
            for measure, lag, cents in _measures(entry):
                yield Fact(
                    measure,
                    lag,
                    entry["effective_on"],
                    entry["known_on"],
                    cents,
                    1,
                    _of_entry(entry),
                    entry["service_on"].replace(day=1) if entry["service_on"] else entry["effective_on"].replace(day=1),
                )

    def _of_lines(self) -> Iterator[Fact]:
        lines: dict[UUID, dict[int, list[asyncpg.Record]]] = defaultdict(lambda: defaultdict(list))
        for entry in self._entries:
            if entry["charge_id"]:
                lines[entry["charge_id"]][entry["event_sequence"]].append(entry)
        for events in lines.values():
            claim = self._claims[next(iter(events.values()))[0]["claim_id"]]
            for measure, days, cents, sign, day, known in _walk(events):
                members = _members(claim, owner=None, payer=claim["payer_id"])
                yield Fact(measure, days, day, known, sign * cents, sign, members)

    def _of_claims(self) -> Iterator[Fact]:
        by_claim: dict[UUID, list[Any]] = defaultdict(list)
        for event in self._events:
            if event["subject_id"] in self._claims and event["type"].startswith("claim."):
                by_claim[event["subject_id"]].append(event)
        for claim_id, events in by_claim.items():
            claim = self._claims[claim_id]
            if claim["purpose"] in ("live", "already_submitted"):
                members = _members(claim, owner=None, payer=claim["payer_id"])
                for measure, lag, on, known, sign in _first_things(claim, events):
                    yield Fact(measure, lag, on, known, sign * claim["charge_cents"], sign, members)

    def _of_denials(self) -> Iterator[Fact]:
        decided: dict[UUID, str] = {}
        for event in self._events:
            data = orjson.loads(event["data"])
            if event["type"] == "claim.adjudicated" and data["adjudication_state"] in DECISIONS:
                decided.setdefault(event["subject_id"], data["remittance_id"])
        seen: set[UUID] = set()
        for event in self._events:
            data = orjson.loads(event["data"])
            if event["type"] == "claim.adjudicated" and data["adjudication_state"] in DECISIONS:
                seen.add(event["subject_id"])
            case = self._denials.get(event["subject_id"])
            if case is None or (claim := self._claims[case["claim_id"]])["purpose"] == "test":
                continue
            members = _members(claim, owner=None, payer=claim["payer_id"]) | {Slice.CATEGORY: case["category"]}
            day = event["on_day"]
            names = {"denial.opened": [("denials_opened", "denied_cents")]}.get(
                event["type"], [("denials_closed", "denied_cents")]
            )
            if event["type"] == "denial.closed" and data["recovered_cents"] > 0:
                names.append(("denials_recovered", "recovered_cents"))
            own = decided.get(case["claim_id"]) == str(case["remittance_id"])
            if event["type"] == "denial.opened" and (own or case["claim_id"] not in seen):
                names.append(("initially_denied_lines", "denied_cents"))
            for measure, key in names:
                yield Fact(measure, 0, day, day, data[key], 1, members)


async def read_plain(connection: "asyncpg.Connection[Any]", practice_id: int) -> Plain:
    rows = await connection.fetch("SELECT * FROM claims_export.claim_v1 WHERE practice_id = $1", practice_id)
    denials = await connection.fetch("SELECT * FROM claims_export.denial_v1 WHERE practice_id = $1", practice_id)
    return Plain(
        await connection.fetch(_ENTRIES, practice_id),
        await connection.fetch(_EVENTS, practice_id),
        {row["claim_id"]: row for row in rows},
        {row["denial_id"]: row for row in denials},
    )


def _bucket(account: int, aging_on: date | None, as_of: date) -> int:
    if account >= 2000:
        return 8
    if aging_on is None:
        return 7
    return sum((as_of - aging_on).days > days for days in (30, 60, 90, 120, 180, 365))


def _measures(entry: Any) -> Iterator[tuple[str, int, int]]:
    account, cents = entry["account"], entry["amount_cents"]
    if account in (2000, 2010):
        yield "unapplied", 0, -cents
    if entry["charge_id"] is None:
        return
    if account in LEDGER:
        measure, sign = LEDGER[account]
        yield measure, 0, sign * cents
    if account == 4000 and entry["entry"] in ("E01", "E02"):
        yield "charge_lag", (entry["known_on"] - entry["service_on"]).days, -cents
    if account in CASH:
        yield "payments", 0, cents
        if entry["other_account"] in (1110, 1115):
            yield "patient_payments", max((entry["effective_on"] - entry["service_on"]).days, 0), cents


def _walk(events: dict[int, list[asyncpg.Record]]) -> Iterator[tuple[str, int, int, int, date, date]]:
    closed: tuple[str, int, int] | None = None
    open_cents = cash = charge = 0
    last_cash_on = None
    for sequence in sorted(events):
        entries = events[sequence]
        change = sum(e["amount_cents"] for e in entries if 1100 <= e["account"] <= 1130)
        charge -= sum(e["amount_cents"] for e in entries if e["account"] == 4000)
        for entry in entries:
            if entry["account"] in CASH:
                cash += entry["amount_cents"]
                if entry["amount_cents"] > 0:
                    last_cash_on = max(last_cash_on or entry["effective_on"], entry["effective_on"])
        open_cents += change
        day, known = max(e["effective_on"] for e in entries), max(e["known_on"] for e in entries)
        if change and closed:
            yield (*closed, -1, day, known)
            closed = None
        if change and open_cents == 0 and charge > 0:
            service_on = min(e["service_on"] for e in entries)
            days = max((last_cash_on - service_on).days, 0) if cash > 0 and last_cash_on else 0
            closed = ("ar_cycle" if cash > 0 else "closed_without_cash", days, charge)
            yield (*closed, 1, day, known)


def _first(events: list[Any], kind: str, **data: tuple[str, ...]) -> Any:
    for event in events:
        facts = orjson.loads(event["data"])
        if event["type"] == kind and all(facts.get(name) in values for name, values in data.items()):
            return event
    return None


def _before(one: Any, other: Any) -> bool:
    return one is not None and (other is None or one["sequence"] < other["sequence"])


def _first_things(claim: Any, events: list[Any]) -> Iterator[tuple[str, int, date, date, int]]:
    sent = _first(events, "claim.submitted")
    accepted = _first(events, "claim.acknowledged", submission_state=("payer_accepted",))
    refused = _first(events, "claim.rejected")
    decided = _first(events, "claim.adjudicated", adjudication_state=DECISIONS)
    reworked = _first(events, "claim.version_made")
    paid = next(
        (e for e in events if e["type"] == "claim.adjudicated" and orjson.loads(e["data"]).get("paid_cents", 0) > 0),
        None,
    )
    version = orjson.loads(sent["data"])["version"] if sent else 1
    if sent and version == 1:
        yield "sent", 0, sent["on_day"], sent["on_day"], 1
        yield "service_to_invoice", (sent["on_day"] - claim["service_to"]).days, sent["on_day"], sent["on_day"], 1
        if _before(accepted, refused) and sent["sequence"] < accepted["sequence"]:
            yield "accepted", 0, sent["on_day"], accepted["on_day"], 1
            yield (
                "acceptance_lag",
                (accepted["on_day"] - sent["on_day"]).days,
                accepted["on_day"],
                accepted["on_day"],
                1,
            )
    if paid and accepted and _before(accepted, paid):
        yield "invoice_to_payment", (paid["on_day"] - accepted["on_day"]).days, paid["on_day"], paid["on_day"], 1
    for event in events:
        state = orjson.loads(event["data"]).get("adjudication_state") if event["type"] == "claim.adjudicated" else None
        if state in DECISIONS:
            yield "remitted", 0, event["on_day"], event["on_day"], 1
            if state == "denied":
                yield "remitted_denied", 0, event["on_day"], event["on_day"], 1
    if decided and claim["sequence"] == 1:
        day, state = decided["on_day"], orjson.loads(decided["data"])["adjudication_state"]
        yield "first_adjudicated", 0, day, day, 1
        if state in ("denied", "partially_denied"):
            yield "first_denied", 0, day, day, 1
        elif (version == 1 or not _before(sent, decided)) and not _before(reworked, decided):
            yield "first_resolved", 0, day, day, 1
            if reworked:
                yield "first_resolved", 0, day, reworked["on_day"], -1
