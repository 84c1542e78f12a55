"""How one simulated payer behaves: prices, patient shares, how long it takes, how it pays. Seeded by its id."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from claims_api.phrases import Phrased
from claims_api.simulator.domain.calendar import first_weekday_from
from claims_api.simulator.domain.chance import Chance

SHORTEST_DAYS: Final = 9
LONGEST_DAYS: Final = 45
MEDICARE_FLOOR_DAYS: Final = 14
"""Original Medicare holds an electronic claim for 13 days and may pay it on the 14th (42 CFR 424.5, SSA 1842(c)(3))."""

_LONGEST_WAIT_DAYS: Final = 6  # for the run of a payer that pays once a week
_MEDICARE: Final = frozenset({"MA", "MB"})
_MEDICAID: Final = frozenset({"MC"})


class PayerClass(Phrased):
    """What decides its prices and the patient's share. Medicare Advantage prices like a commercial plan."""

    MEDICARE = "medicare", "Original Medicare: 20 % coinsurance, a statutory cut of what it pays"
    MEDICAID = "medicaid", "low prices, a small copay at most"
    COMMERCIAL = "commercial", "copay, coinsurance or nothing, by plan"


@dataclass(frozen=True, slots=True)
class PayerHabits:
    """`usual_days` from sending to payment; `allowed_percent` of the charge, before the code's own spread.

    `strictness_percent`: 100 denies as often as the mix says. `pays_on_weekdays`: its payment runs, Monday is 0.
    `tax_id` has 9 digits. `pays_each_claim_apart`: one payment (ST) a claim, all in the file of the day.
    """

    payer_class: PayerClass
    usual_days: int
    allowed_percent: int
    strictness_percent: int
    acknowledges_after: int
    pays_on_weekdays: tuple[int, ...]
    pays_by_check: bool
    tax_id: str
    pays_each_claim_apart: bool = False


_DAYS: Final = {
    PayerClass.MEDICARE: (MEDICARE_FLOOR_DAYS, 16),
    PayerClass.MEDICAID: (18, 30),
    PayerClass.COMMERCIAL: (SHORTEST_DAYS, 32),
}
_ALLOWED_PERCENT: Final = {
    PayerClass.MEDICARE: (44, 50),
    PayerClass.MEDICAID: (30, 38),
    PayerClass.COMMERCIAL: (55, 72),
}
_RUNS: Final = {
    PayerClass.MEDICARE: ((0, 1, 2, 3, 4),),
    PayerClass.MEDICAID: ((0,), (1,), (2,), (3,), (4,)),
    PayerClass.COMMERCIAL: ((0, 3), (1, 4), (2,), (0, 2, 4)),
}


def payer_habits(seed: str, payer_id: str, filing_code: str) -> PayerHabits:
    """The habits of the payer with this id (NM109); filing_code: SBR09 of the claim."""
    chance = Chance(f"{seed}\0payer\0{payer_id}")
    payer_class = _payer_class(filing_code)
    return PayerHabits(
        payer_class=payer_class,
        usual_days=chance.between(*_DAYS[payer_class], "days"),
        allowed_percent=chance.between(*_ALLOWED_PERCENT[payer_class], "allowed"),
        strictness_percent=chance.between(60, 160, "strictness"),
        acknowledges_after=chance.between(1, 2, "acknowledgement"),
        pays_on_weekdays=_RUNS[payer_class][chance.below(len(_RUNS[payer_class]), "runs")],
        pays_by_check=payer_class is PayerClass.COMMERCIAL and chance.below(4, "method") == 0,
        tax_id=chance.digits(9, "tax id"),
        pays_each_claim_apart=payer_class is PayerClass.COMMERCIAL and chance.below(6, "apart") == 0,
    )


def pays_on(habits: PayerHabits, claim: Chance, sent_on: date) -> date:
    """The payment run that answers a claim: most within a week of the usual time, one in 25 late."""
    late = claim.between(7, 20, "late days") if claim.below(25, "late") == 0 else 0
    days = habits.usual_days + claim.below(6, "days") + late
    decided_on = sent_on + timedelta(days=min(days, LONGEST_DAYS - _LONGEST_WAIT_DAYS))
    return first_weekday_from(decided_on, habits.pays_on_weekdays)


def _payer_class(filing_code: str) -> PayerClass:
    if filing_code in _MEDICARE:
        return PayerClass.MEDICARE
    return PayerClass.MEDICAID if filing_code in _MEDICAID else PayerClass.COMMERCIAL
