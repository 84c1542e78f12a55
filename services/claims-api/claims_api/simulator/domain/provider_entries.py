"""What a payer settles with the provider beside its claims (PLB). Positive lowers the payment, negative raises it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ar_shared.x12.remittance import ProviderAdjustment
from claims_api.simulator.domain.batch import BatchClaim

AFFILIATE_NPI: Final = "1992999999"
"""An invented provider of the same group (its check digit is right): the debt under OB is its own."""

INTEREST: Final = "L6"


@dataclass(frozen=True, slots=True)
class EntryHabit:
    """How an entry usually comes: whether it adds money, in per cent of what the claim pays, under which reference.

    `{claim}` in the reference is the payer's claim number, `{month}` CCYYMM, `{quarter}` 1 to 4.
    """

    raises: bool
    percent: int
    reference: str


HABITS: Final[Mapping[str, EntryHabit]] = {
    "L6": EntryHabit(raises=True, percent=2, reference="{claim}"),
    "CS": EntryHabit(raises=False, percent=15, reference="{claim}"),
    "50": EntryHabit(raises=False, percent=10, reference="{claim}"),
    "51": EntryHabit(raises=False, percent=2, reference="{claim}"),
    "IR": EntryHabit(raises=False, percent=24, reference="BACKUP {month}"),
    "LE": EntryHabit(raises=False, percent=30, reference="LEVY{month}"),
    "E3": EntryHabit(raises=False, percent=5, reference="WITHHOLD {month}"),
    "AM": EntryHabit(raises=False, percent=20, reference="LOAN 4471"),
    "CT": EntryHabit(raises=True, percent=150, reference="CAP {month}"),
    "CR": EntryHabit(raises=True, percent=1, reference="CAP {month}"),
    "BN": EntryHabit(raises=True, percent=40, reference="QUALITY Q{quarter}"),
    "IP": EntryHabit(raises=True, percent=25, reference="EHR Q{quarter}"),
    "LS": EntryHabit(raises=True, percent=60, reference="SETTLEMENT {month}"),
    "OB": EntryHabit(raises=False, percent=20, reference="{claim}"),
    "WO": EntryHabit(raises=False, percent=30, reference="{claim}"),
    "72": EntryHabit(raises=True, percent=30, reference="{claim}"),
    "B2": EntryHabit(raises=True, percent=10, reference="CHECK 1020"),
}
"""Any other code is one that nobody explained; it takes money away."""

_UNEXPLAINED: Final = EntryHabit(raises=False, percent=5, reference="{claim}")


def entry_beside(claim: BatchClaim, paid_cents: int, claim_number: str, paid_on: date) -> ProviderAdjustment | None:
    """The entry that the fate asks for beside a claim that pays this much; at least a cent. None when it asks none."""
    code = claim.fate.entry
    if not code:
        return None
    habit = HABITS.get(code, _UNEXPLAINED)
    cents = max(1, paid_cents * habit.percent // 100)
    raises = habit.raises if claim.fate.raises is None else claim.fate.raises
    reference = habit.reference.format(claim=claim_number, month=f"{paid_on:%Y%m}", quarter=(paid_on.month + 2) // 3)
    provider = AFFILIATE_NPI if code == "OB" else claim.facts.billing_provider.id
    return provider_entry(provider, paid_on, code, reference, -cents if raises else cents)


def provider_entry(provider: str, paid_on: date, code: str, reference: str, cents: int) -> ProviderAdjustment:
    """One pair of a PLB, in the calendar year of its payment."""
    return ProviderAdjustment(provider, date(paid_on.year, 12, 31), code, reference, cents)
