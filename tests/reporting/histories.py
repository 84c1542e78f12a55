"""Random practices: what may happen to lines of claims over a year, late, in any order, within the ledger's rules."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from tests.reporting.builder import (
    BAD_DEBT,
    INSURANCE,
    PATIENT,
    Claim,
    Ledger,
    Line,
    Move,
    contractual,
    credit_found,
    paid,
    to_patient,
)

_SHARE_LATE = 0.3
_PROVIDER = UUID(int=7)
LOCATIONS = (UUID(int=1), UUID(int=2))
_MOST_DAYS_LATE = 70


@dataclass
class History:
    """Plays one random practice into a ledger."""

    ledger: Ledger
    random: random.Random
    payers: list[UUID] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    adjudications: list[list[Move]] = field(default_factory=list)
    denials: list[tuple[UUID, int]] = field(default_factory=list)

    async def play(self, steps: int) -> None:
        self.payers = self.payers or [await self.ledger.payer(name) for name in ("Blue", "Green", "Red")]
        actions = [
            self.adjudicate,
            self.patient_pays,
            self.overpay,
            self.reverse,
            self.submit,
            self.acknowledge,
            self.rework,
            self.close_denial,
            self.give_up,
            self.noise,
        ]
        for _ in range(steps):
            if self.random.random() < 0.35:
                await self.new_claim(Claim(self.random.choice(self.payers)))
            elif self.random.random() < 0.35:
                await self.ledger.advance_to(self.ledger.today + timedelta(days=self.random.choice((1, 2, 9, 24, 45))))
            else:
                await self.random.choice(actions)()

    async def new_claim(self, claim: Claim) -> None:
        today = self.ledger.today
        claim.payer_class = self.random.choice(("commercial", "medicare"))
        claim.provider, claim.location = self.random.choice((None, _PROVIDER)), self.random.choice(LOCATIONS)
        if self.random.random() < 0.3:
            claim.first_billed_on = today - timedelta(days=self.random.randrange(40))
        lines = [
            Line(
                claim, self.random.randrange(1, 90_000), today - timedelta(days=self.random.choice((0, 1, 30, 31, 200)))
            )
            for _ in range(self.random.randrange(1, 4))
        ]
        self.claims.append(claim)
        purpose = "test" if self.random.random() < 0.1 else "live"
        await self.ledger.claim(lines, purpose=purpose, effective_on=self._day())

    async def submit(self) -> None:
        if self.claims:
            claim = self.random.choice(self.claims)
            await self.ledger.submit(claim, version=1 if claim.first_billed_on is None else 2)

    async def acknowledge(self) -> None:
        if self.claims:
            claim = self.random.choice(self.claims)
            state = self.random.choice(("payer_accepted", "payer_accepted", "file_accepted"))
            kind = "claim.rejected" if self.random.random() < 0.2 else "claim.acknowledged"
            await self.ledger.event(kind, claim.id, {"submission_state": state})

    async def rework(self) -> None:
        if self.claims:
            await self.ledger.event("claim.version_made", self.random.choice(self.claims).id, {"version": 2})

    async def adjudicate(self) -> None:
        """Pays, adjusts and transfers parts of every open line; sometimes nothing."""
        if not self.claims:
            return
        claim = self.random.choice(self.claims)
        moves: list[Move] = []
        for line in claim.lines:
            left = line.open[INSURANCE]
            for make in self.random.sample((paid, contractual, to_patient), k=3):
                dollars = self.random.choice((0, left // 100, left // 300))
                if dollars > 0:
                    moves.append(make(line, dollars))
                    left -= dollars * 100
            if left > 0 and self.random.random() < 0.4:
                moves.append(Move("E05", left, 4100, INSURANCE, line))
        if moves:
            self.adjudications.append(moves)
        state = self.random.choice(("paid", "partially_denied", "denied", "zero_paid", "pended", "reversed"))
        remittance, first = uuid7(), self.random.random() < 0.5
        if first and "denied" in state:
            await self._deny(claim, remittance)
        await self.ledger.adjudicate(claim, state, moves, effective_on=self._day(), remittance=remittance)
        if not first and "denied" in state:
            await self._deny(claim, remittance)

    async def _deny(self, claim: Claim, remittance: UUID) -> None:
        line = self.random.choice(claim.lines)
        case = await self.ledger.deny(line, remittance, self.random.choice(("coding", "eligibility")))
        self.denials.append((case, line.cents))

    async def close_denial(self) -> None:
        if self.denials:
            case, cents = self.random.choice(self.denials)
            await self.ledger.close_denial(case, cents, self.random.choice((0, cents // 2)))

    async def patient_pays(self) -> None:
        for line in self._lines(PATIENT):
            dollars = self.random.randrange(1, line.open[PATIENT] // 100 + 2)
            cents = min(dollars * 100, line.open[PATIENT])
            move = Move("E11", cents, 1030, PATIENT, line)
            await self.ledger.post([[move]], "payment.posted", effective_on=self._day())

    async def overpay(self) -> None:
        """More than is open arrives: the rest becomes a credit in the same journal."""
        for line in self._lines(INSURANCE):
            extra = self.random.randrange(1, 300)
            moves = [Move("E04", line.open[INSURANCE] + extra * 100, 1040, INSURANCE, line), credit_found(line, extra)]
            await self.ledger.post([moves], effective_on=self._day())

    async def reverse(self) -> None:
        """A payer undoes an adjudication; a receivable that would fall below zero becomes a credit."""
        if not self.adjudications:
            return
        moves = self.adjudications.pop(self.random.randrange(len(self.adjudications)))
        mirror = [move.mirrored("E29") for move in moves]
        below = [move for move in mirror if move.credit == PATIENT and move.line.open[PATIENT] < move.cents]
        lifts = [Move("E45", move.cents - max(move.line.open[PATIENT], 0), PATIENT, 2030, move.line) for move in below]
        await self.ledger.post([mirror, lifts] if lifts else [mirror], effective_on=self._day())

    async def give_up(self) -> None:
        for line in self._lines(PATIENT):
            await self.ledger.post([[Move("E25", line.open[PATIENT], BAD_DEBT, PATIENT, line)]], "balance.given_up")

    async def noise(self) -> None:
        await self.ledger.event("note.added")

    def _lines(self, account: int) -> list[Line]:
        found = [line for claim in self.claims for line in claim.lines if line.open[account] > 0]
        return self.random.sample(found, k=min(len(found), 1))

    def _day(self) -> date:
        late = self.random.random() < _SHARE_LATE
        return self.ledger.today - timedelta(days=self.random.randrange(1, _MOST_DAYS_LATE) if late else 0)
