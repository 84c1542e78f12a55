"""Files of ours for the simulator tests: claims by member id, and what comes back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ar_shared.kernel.clock import PracticeTime
from ar_shared.x12.claim_builder import build_claim
from ar_shared.x12.claim_facts import ClaimFacts, Coverage, Party, Reference
from ar_shared.x12.remittance import RemittanceClaim, RemittanceService
from claims_api.simulator.domain.adjudicate import adjudicate
from claims_api.simulator.domain.batch import Batch, BatchClaim, read_batch
from claims_api.simulator.domain.course import Chapter, chapters
from claims_api.simulator.domain.fate import Fate, FateKind
from claims_api.simulator.domain.mnemonics import MNEMONICS

# Relative, because the tests are not on the import path.
from ..x12.claims_837 import a_claim, a_line, a_subscriber, written  # noqa: TID252

SEED = "spring"
SENT = PracticeTime(datetime(2026, 3, 3, 16, 0, tzinfo=UTC), ZoneInfo("America/Chicago"))
"""A Tuesday, ten in the morning at the practice."""


def a_payer(number: str = "84146") -> Party:
    return Party(role="PR", name="HEALTH PLAN", id_qualifier="PI", id=number)


def claim_of(
    member_id: str,
    *cents: int,
    number: str = "PCN1",
    payer: str = "84146",
    filing: str = "CI",
    **changes: Any,
) -> ClaimFacts:
    """A claim of this member, a line for each charge (one of 100.00 by default)."""
    charges = cents or (10_000,)
    lines = tuple(a_line(charge, references=(Reference("6R", f"{number}-{n}"),)) for n, charge in enumerate(charges, 1))
    return a_claim(
        subscriber=a_subscriber(id=member_id),
        payer=a_payer(payer),
        coverage=Coverage(sequence="P", relationship="18", filing_code=filing),
        patient_control_number=number,
        lines=lines,
        **changes,
    )


def many_claims(count: int, **changes: Any) -> list[ClaimFacts]:
    """Claims that choose no fate, each of another member."""
    return [claim_of(f"M{n}", 8_000 + n, 12_345, number=f"PCN{n}", **changes) for n in range(count)]


def file_of(claims: Iterable[ClaimFacts]) -> bytes:
    return written([build_claim(claim) for claim in claims])


def batch_of(*claims: ClaimFacts, seed: str = SEED) -> Batch:
    return read_batch(file_of(claims), seed)


def only_claim(*args: Any, **changes: Any) -> BatchClaim:
    [transaction] = batch_of(claim_of(*args, **changes)).transactions
    [claim] = transaction.claims
    return claim


def decision_on(*args: Any, **changes: Any) -> RemittanceClaim:
    return adjudicate(only_claim(*args, **changes))


def usual_decision_on(*args: Any, **changes: Any) -> RemittanceClaim:
    """The same claim, paid as usual: whatever its patient shares is the same."""
    return adjudicate(replace(only_claim(*args, **changes), fate=Fate(FateKind.PAID)))


def story_of(*args: Any, **changes: Any) -> list[Chapter]:
    """Every payment about the claim of this member, sent on the day of `SENT`."""
    return list(chapters(only_claim(*args, **changes), SENT.today))


PLB_CODES = ("L6", "CS", "50", "51", "IR", "LE", "E3", "AM", "CT", "CR", "BN", "IP", "LS", "OB", "WO", "72", "B2", "ZZ")
EVERY_MEMBER = (
    *(one.member_id for one in MNEMONICS),
    *(f"TEST-PLB-{code}" for code in PLB_CODES),
    "TEST-PLB-L6-CHARGE",
    "TEST-PLB-CS-CREDIT",
    "TEST-CROSSOVER-TBC02",
    "TEST-DENY-CO-197",
    "TEST-UNDERPAY-10",
)
"""A member id of every fate."""


def sent_on(day: date) -> PracticeTime:
    return replace(SENT, at=datetime(day.year, day.month, day.day, 16, 0, tzinfo=UTC))


def reasons(claim: RemittanceClaim) -> list[tuple[str, str, int]]:
    """Group, reason and cents of every adjustment, in order."""
    return [(one.group, one.reason, one.amount_cents) for one in claim.all_adjustments()]


def lines(claim: RemittanceClaim) -> list[RemittanceService]:
    return list(claim.services)
