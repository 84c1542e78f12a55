"""Invented patients of the sandbox practice and the payers that insure them. Nobody here exists."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ar_shared.x12.claim_facts import Address, Coverage, Party

_LAST: Final = (
    "Abernaith", "Brindle", "Castellow", "Dunmarrow", "Ekholm", "Farrowby", "Grantham", "Hollis", "Ivarsen", "Jessup",
    "Kestrel", "Lindahl", "Marlowe", "Norquist", "Oakhurst", "Pembrook", "Quillan", "Rosdahl", "Sandoval", "Thackeray",
    "Ulmer", "Vance", "Whitlock", "Yarrow", "Zeller",
)  # fmt: skip
_FIRST: Final = (
    "Ada", "Benno", "Carys", "Dario", "Elspeth", "Finn", "Greta", "Hakim", "Imogen", "Jonas", "Kaia", "Leif", "Marisol",
    "Nadia", "Orrin", "Petra", "Quinn", "Rafael", "Signe", "Tobias", "Una", "Viggo", "Wanda", "Xavier", "Yusra",
)  # fmt: skip
_TOWNS: Final = (("Decorah", "521010001"), ("Calmar", "521320001"), ("Ossian", "521610001"), ("Waukon", "521720001"))


@dataclass(frozen=True, slots=True)
class DemoPayer:
    """`share` of the patients in per cent; `ages` are the youngest and oldest insured. `filing` is SBR09."""

    name: str
    identifier: str
    filing: str
    share: int
    ages: tuple[int, int]


PAYERS: Final = (
    DemoPayer("Prairie Mutual Health", "TPM01", "CI", 31, (1, 64)),
    DemoPayer("Bluff Country Health Plan", "TBC02", "CI", 21, (1, 64)),
    DemoPayer("Medicare Part B Contractor (sandbox)", "TMB03", "MB", 25, (65, 92)),
    DemoPayer("State Medicaid (sandbox)", "TMC04", "MC", 13, (1, 60)),
    DemoPayer("Riverbend Advantage", "TRA05", "16", 10, (65, 90)),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A patient who is the insured."""

    subscriber: Party
    payer: DemoPayer

    @property
    def coverage(self) -> Coverage:
        return Coverage(sequence="P", relationship="18", filing_code=self.payer.filing)

    @property
    def payer_party(self) -> Party:
        return Party(role="PR", name=self.payer.name, id_qualifier="PI", id=self.payer.identifier)


def invent_people(count: int, rng: random.Random, today: date) -> list[Person]:
    """Patients of all payers, each with a member id of its own."""
    weights = [payer.share for payer in PAYERS]
    return [_person(number, payer, rng, today) for number, payer in enumerate(rng.choices(PAYERS, weights, k=count))]


def _person(number: int, payer: DemoPayer, rng: random.Random, today: date) -> Person:
    town, postal_code = rng.choice(_TOWNS)
    age_days = rng.randrange(payer.ages[0] * 366, payer.ages[1] * 365 + 300)
    subscriber = Party(
        role="IL",
        name=rng.choice(_LAST),
        is_person=True,
        first_name=rng.choice(_FIRST),
        id_qualifier="MI",
        id=f"{payer.identifier[1:3]}{rng.randrange(10**5):05d}{number:04d}",
        address=Address(f"{rng.randrange(1, 900)} Ridge Road", "", town, "IA", postal_code),
        birth_on=today - timedelta(days=age_days),
        gender=rng.choice("FM"),
    )
    return Person(subscriber, payer)
