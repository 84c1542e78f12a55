"""The lines of a claim while a payer decides on them: priced, cut, shared with the patient, denied. Cents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ar_shared.x12.claim_facts import ServiceLine
from ar_shared.x12.remittance import Adjustment
from claims_api.simulator.domain.fate import Denial
from claims_api.simulator.domain.payer_habits import PayerClass

SEQUESTER_PERCENT: Final = 2
COINSURANCE_PERCENT: Final = 20
DEDUCTIBLE, COINSURANCE, COPAY = "1", "2", "3"
CONTRACTUAL, SEQUESTERED = "45", "253"


@dataclass(slots=True)
class PatientShare:
    """The reason of the share (a PR CARC, "" for none) and, of a copay or a deductible, what is left to take."""

    reason: str
    left_cents: int = 0

    def take(self, allowed_cents: int) -> int:
        """The share of a line with this allowed amount; lowers what is left."""
        if self.reason == COINSURANCE:
            return allowed_cents * COINSURANCE_PERCENT // 100
        taken = min(self.left_cents, allowed_cents)
        self.left_cents -= taken
        return taken


@dataclass(slots=True)
class DecidedLine:
    """What a line is worth and what is taken off. `allowed_cents` 0 says nothing of a price."""

    source: ServiceLine
    allowed_cents: int
    adjustments: list[Adjustment] = field(default_factory=list)
    remarks: tuple[str, ...] = ()

    def take(self, group: str, reason: str, cents: int) -> None:
        """Nothing is written for no cents."""
        if cents:
            self.adjustments.append(Adjustment(group, reason, cents))

    @property
    def adjusted_cents(self) -> int:
        return sum(one.amount_cents for one in self.adjustments)

    @property
    def patient_cents(self) -> int:
        return sum(one.amount_cents for one in self.adjustments if one.group == "PR")

    @property
    def paid_cents(self) -> int:
        return self.source.charge_cents - self.adjusted_cents


def deny(line: DecidedLine, denial: Denial) -> None:
    """The whole charge, for one reason."""
    line.take(denial.group, denial.carc, line.source.charge_cents)
    line.remarks = denial.rarcs
    line.allowed_cents = 0


def cut_to_allowed(line: DecidedLine) -> None:
    line.take("CO", CONTRACTUAL, line.source.charge_cents - line.allowed_cents)


def share_and_cut(line: DecidedLine, share: PatientShare, *, is_sequestered: bool) -> None:
    """The patient's share, then the statutory cut of what would be paid."""
    taken = share.take(line.allowed_cents)
    if is_sequestered:
        line.take("CO", SEQUESTERED, (line.allowed_cents - taken) * SEQUESTER_PERCENT // 100)
    line.take("PR", share.reason, taken)


def pay(lines: Sequence[DecidedLine], payer_class: PayerClass, share: PatientShare, *, cuts: bool = False) -> None:
    """Pay by the allowed amounts; Original Medicare always cuts by statute, others when `cuts`."""
    for line in lines:
        cut_to_allowed(line)
        share_and_cut(line, share, is_sequestered=cuts or payer_class is PayerClass.MEDICARE)
