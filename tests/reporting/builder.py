"""Small ledgers for tests: practices, claims, journals and events in the shapes the real writer leaves behind."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import orjson

from ar_shared.kernel.ids import uuid7

ZONE = ZoneInfo("America/New_York")
CLEARING, INSURANCE, PATIENT, PAYER_CREDIT, PATIENT_CREDIT = 1040, 1100, 1110, 2020, 2030
REVENUE, CONTRACTUAL, STATUTORY, ADMINISTRATIVE, BAD_DEBT, CARD = 4000, 4100, 4105, 4140, 4160, 1030


def at_noon(day: date) -> datetime:
    """Noon at the practice."""
    return datetime.combine(day, time(12), ZONE).astimezone(UTC)


@dataclass
class Line:
    """A charge with the facts its postings carry."""

    claim: "Claim"
    cents: int
    service_on: date
    id: UUID = field(default_factory=uuid7)
    responsible_on: date | None = None
    open: Counter[int] = field(default_factory=Counter)  # cents by account, debits positive


@dataclass
class Claim:
    payer: UUID
    first_billed_on: date | None = None
    payer_class: str = "commercial"
    provider: UUID | None = None
    location: UUID | None = None
    id: UUID = field(default_factory=uuid7)
    lines: list[Line] = field(default_factory=list)


@dataclass
class Move:
    """`cents` from the credit account to the debit account, for a line."""

    entry: str
    cents: int
    debit: int
    credit: int
    line: Line

    def mirrored(self, entry: str) -> "Move":
        return Move(entry, self.cents, self.credit, self.debit, self.line)


class Ledger:
    """Writes as the database's superuser; foreign keys of claims to their parties are not the subject here."""

    def __init__(self, connection: "asyncpg.Connection[Any]", practice_id: int, practice: UUID, today: date) -> None:
        self.connection = connection
        self.practice_id = practice_id
        self.practice = practice
        self.today = today
        self.sequence = 0

    async def advance_to(self, today: date) -> None:
        """Move the practice's test clock."""
        self.today = today
        await self.connection.execute(
            "UPDATE claims.practice SET test_clock_at = $2 WHERE id = $1", self.practice_id, at_noon(today)
        )

    async def payer(self, name: str) -> UUID:
        payer = uuid7()
        await self.connection.execute(
            "INSERT INTO claims.payer (practice_id, id, external_id, name, id_qualifier, payer_identifier, "
            "remittance_ids, aliases, financial_class, supports_replacement, answer_days, profile, addresses, "
            "created_at, updated_at) "
            "VALUES ($1, $2, $3, $3, 'PI', $3, '{}', '{}', 'commercial', true, 30, '{}', '{}', $4, $4)",
            self.practice_id,
            payer,
            name,
            at_noon(self.today),
        )
        return payer

    async def claim(
        self, lines: Sequence[Line], *, purpose: str = "live", sequence: int = 1, effective_on: date | None = None
    ) -> int:
        """Take a claim in: its row, its lines, its charges in the ledger (E01), its event. Returns the sequence."""
        claim = lines[0].claim
        await self._claim_row(claim, lines, purpose, sequence)
        claim.lines = list(lines)
        for line in lines:
            line.responsible_on = self.today
        moves = [Move("E01", line.cents, INSURANCE, REVENUE, line) for line in lines]
        return await self.post([moves], "claim.created", claim.id, effective_on=effective_on)

    async def submit(self, claim: Claim, *, version: int = 1) -> int:
        """Send the claim. The first time, what is open of each line leaves `unbilled` and is aged from today (E47)."""
        data = {"version": version, "sent_on": self.today.isoformat()}
        sequence = await self.event("claim.submitted", claim.id, data)
        if claim.first_billed_on is None:
            claim.first_billed_on = self.today
            journal = uuid7()
            await self._journal(journal, sequence, self.today)
            unbilled = [line for line in claim.lines if line.open[INSURANCE] > 0]
            await self.connection.executemany(
                _POSTING, [self._first_bill(journal, n, line) for n, line in enumerate(unbilled, 1)]
            )
        return sequence

    async def adjudicate(
        self,
        claim: Claim,
        state: str,
        moves: Sequence[Move] = (),
        *,
        effective_on: date | None = None,
        remittance: UUID | None = None,
    ) -> int:
        """A remittance's decision on the claim, with its postings."""
        journals = [list(moves)] if moves else []
        paid_cents = sum(move.cents for move in moves if move.entry == "E04")
        data = {"adjudication_state": state, "paid_cents": paid_cents, "remittance_id": str(remittance or uuid7())}
        return await self.post(journals, "claim.adjudicated", claim.id, data=data, effective_on=effective_on)

    async def deny(self, line: Line, remittance: UUID, category: str = "coding") -> UUID:
        """Open a case for a line of a remittance; its decision is told by `adjudicate`, before or after."""
        case, at = uuid7(), at_noon(self.today)
        await self.connection.execute(
            "INSERT INTO claims.denial_case (practice_id, id, claim_id, charge_id, payer_id, remittance_id, "
            "remittance_claim_n, remittance_line_n, group_code, carc, rarcs, category, owner, recommended_action, "
            "route_reason, preventable, appeal_path, denied_cents, recovered_cents, state, remitted_on, opened_on, "
            "row_version, created_at, updated_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, 1, 1, 'CO', '16', '{}', $7, 'billing', 'fix', 'test', false, 'none', $8, "
            "0, 'new', $9, $9, 1, $10, $10)",
            *(self.practice_id, case, line.claim.id, line.id, line.claim.payer, remittance, category, line.cents),
            *(self.today, at),
        )
        await self.event("denial.opened", case, {"denied_cents": line.cents})
        return case

    async def close_denial(self, case: UUID, denied_cents: int, recovered_cents: int) -> None:
        """The case has ended, with or without money."""
        await self.event("denial.closed", case, {"denied_cents": denied_cents, "recovered_cents": recovered_cents})

    async def post(
        self,
        journals: Sequence[Sequence[Move]],
        event: str = "remittance.posted",
        subject: UUID | None = None,
        *,
        data: dict[str, Any] | None = None,
        effective_on: date | None = None,
    ) -> int:
        """Journals announced by one event, known today, effective today or earlier. Returns the sequence."""
        sequence = await self.event(event, subject, data or {})
        for moves in journals:
            journal = uuid7()
            await self._journal(journal, sequence, effective_on or self.today)
            await self.connection.executemany(
                _POSTING, [self._posting(journal, n, move) for n, move in enumerate(moves, 1)]
            )
        return sequence

    async def event(self, kind: str, subject: UUID | None = None, data: dict[str, Any] | None = None) -> int:
        self.sequence += 1
        await self.connection.execute(
            "INSERT INTO claims.event (practice_id, sequence, source, source_event_id, type, subject_type, "
            "subject_id, data, occurred_at, recorded_at) "
            "VALUES ($1, $2::bigint, 'claims', $2::bigint + 1000, $3, 'claim', $4, $5::text::jsonb, $6, $6)",
            self.practice_id,
            self.sequence,
            kind,
            subject,
            orjson.dumps(data or {}).decode(),
            at_noon(self.today),
        )
        await self.connection.execute(
            "UPDATE claims.event_head SET last_sequence = $2 WHERE practice_id = $1", self.practice_id, self.sequence
        )
        return self.sequence

    async def _journal(self, journal: UUID, sequence: int, effective_on: date) -> None:
        await self.connection.execute(
            "INSERT INTO claims.journal (practice_id, id, kind, effective_on, posted_at, recorded_at, source_type, "
            "client_id, actor_kind, event_outbox_id) "
            "VALUES ($1, $2, 'test', $3, $4, $4, 'test', 'test', 'job', $5)",
            self.practice_id,
            journal,
            effective_on,
            at_noon(self.today),
            sequence + 1000,
        )

    def _posting(self, journal: UUID, n: int, move: Move) -> tuple[Any, ...]:
        line, claim = move.line, move.line.claim
        line.open[move.debit] += move.cents
        line.open[move.credit] -= move.cents
        return (
            *(self.practice_id, journal, n, move.entry, move.cents, move.debit),
            *self._aging(move.debit, line),
            move.credit,
            *self._aging(move.credit, line),
            *(line.service_on, line.id, claim.id, claim.payer),
            *(claim.payer_class, claim.provider, claim.location),
        )

    def _first_bill(self, journal: UUID, n: int, line: Line) -> tuple[Any, ...]:
        aged, unbilled = (self.today, line.responsible_on), (None, line.responsible_on)
        return (
            *(self.practice_id, journal, n, "E47", line.open[INSURANCE], INSURANCE, *aged, INSURANCE, *unbilled),
            *(line.service_on, line.id, line.claim.id, line.claim.payer),
            *(line.claim.payer_class, line.claim.provider, line.claim.location),
        )

    def _aging(self, account: int, line: Line) -> tuple[date | None, date | None]:
        is_open_amount = account in (INSURANCE, PATIENT)
        return (line.claim.first_billed_on, line.responsible_on) if is_open_amount else (None, None)

    async def _claim_row(self, claim: Claim, lines: Sequence[Line], purpose: str, sequence: int) -> None:
        days = [line.service_on for line in lines]
        await self.connection.execute(
            "INSERT INTO claims.claim (practice_id, id, type, purpose, patient_control_number, normalised_pcn, "
            "patient_id, guarantor_id, coverage_id, coverage_snapshot, sequence, payer_id, financial_class, "
            "rendering_provider_id, location_id, billing_entity_id, charge_cents, service_from, service_to, diagnoses, "
            "facts, submission_state, adjudication_state, version, line_count, "
            "first_billed_on, blockers, row_version, created_at, updated_at) "
            "VALUES ($1, $2, 'professional', $3, $4, $4, $2, $2, $2, '{}', $5, $6, $13, $14, $15, $2, $7, $8, $9, "
            "'{}', '{}', 'ready', 'none', 1, $10, $11, '[]', 1, $12, $12)",
            *(self.practice_id, claim.id, purpose, claim.id.hex, sequence, claim.payer),
            *(sum(line.cents for line in lines), min(days), max(days), len(lines), claim.first_billed_on),
            *(at_noon(self.today), claim.payer_class, claim.provider, claim.location),
        )
        await self.connection.executemany(
            "INSERT INTO claims.claim_line (practice_id, claim_id, version, n, charge_id, line_control_number, "
            "allocated_cents) VALUES ($1, $2, 1, $3, $4, $5, $6)",
            [(self.practice_id, claim.id, n, line.id, line.id.hex, line.cents) for n, line in enumerate(lines, 1)],
        )


_POSTING = (
    "INSERT INTO claims.posting (practice_id, journal_id, n, entry, amount_cents, debit_account, debit_first_bill_on, "
    "debit_responsible_on, credit_account, credit_first_bill_on, credit_responsible_on, service_on, charge_id, "
    "claim_id, payer_id, financial_class, rendering_provider_id, location_id) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
)


async def a_ledger(connection: "asyncpg.Connection[Any]", today: date) -> Ledger:
    """A sandbox practice of its own, on a test clock."""
    await connection.execute("SET session_replication_role = replica")
    practice = uuid7()
    practice_id = await connection.fetchval(
        "INSERT INTO claims.practice (uuid, name, mode, time_zone, test_clock_at, settings, created_at) "
        "VALUES ($1, 'Practice', 'sandbox', $2, $3, '{}', $3) RETURNING id",
        practice,
        ZONE.key,
        at_noon(today),
    )
    await connection.execute("INSERT INTO claims.event_head (practice_id, last_sequence) VALUES ($1, 0)", practice_id)
    # The export views run with their owner's rights, who sees one practice at a time as everybody does.
    await connection.execute("SELECT set_config('ar.practice_id', $1, false)", str(practice_id))
    return Ledger(connection, practice_id, practice, today)


def a_line(claim: Claim, dollars: int, service_on: date) -> Line:
    return Line(claim, dollars * 100, service_on)


def paid(line: Line, dollars: int, *, by_patient: bool = False) -> Move:
    """The payer's (E04) or the patient's (E11) money on a line."""
    if by_patient:
        return Move("E11", dollars * 100, CARD, PATIENT, line)
    return Move("E04", dollars * 100, CLEARING, INSURANCE, line)


def contractual(line: Line, dollars: int) -> Move:
    return Move("E05", dollars * 100, CONTRACTUAL, INSURANCE, line)


def to_patient(line: Line, dollars: int) -> Move:
    return Move("E07", dollars * 100, PATIENT, INSURANCE, line)


def credit_found(line: Line, dollars: int) -> Move:
    """A receivable below zero, raised to zero (E45)."""
    return Move("E45", dollars * 100, INSURANCE, PAYER_CREDIT, line)
