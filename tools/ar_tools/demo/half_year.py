"""A practice's visits over half a year as the 837P files its billing system would send every Friday. Seeded."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from ar_shared.x12.claim_builder import build_claim
from ar_shared.x12.claim_facts import (
    Address,
    ClaimDate,
    ClaimFacts,
    Contact,
    HealthCode,
    Party,
    Period,
    Procedure,
    Reference,
    ServiceLine,
)
from ar_shared.x12.claim_writer import plan_837, write_837
from ar_shared.x12.writer import InterchangeHeader
from ar_tools.demo.people import Person, invent_people

ZONE: Final = ZoneInfo("America/Chicago")
FIRST_MONDAY: Final = date(2026, 1, 5)
_CLINIC: Final = Address("41 Juniper Hill Road", "", "Decorah", "IA", "521010001")
_BILLING: Final = Party(
    role="85",
    name="Juniper Hill Family Practice LLC",
    id_qualifier="XX",
    id="1234567893",
    taxonomy="207Q00000X",
    address=_CLINIC,
    references=(Reference("EI", "420000001"),),
)
_SUBMITTER: Final = Party(
    role="41",
    name="JUNIPER HILL EHR",
    id_qualifier="46",
    id="JUNIPEREHR",
    contacts=(Contact("BILLING OFFICE", (Reference("TE", "5635550100"),)),),
)
_RECEIVER: Final = Party(role="40", name="LEDGERWELL", id_qualifier="46", id="LEDGERWELL")
_RENDERING: Final = (
    Party(role="82", name="Okafor", is_person=True, first_name="Ada", id_qualifier="XX", id="1549012304"),
    Party(role="82", name="Lindqvist", is_person=True, first_name="Per", id_qualifier="XX", id="1883000444"),
)

# HCPCS level II code, charge in cents, how often. Every visit has one of the first, and up to three of the second.
_VISITS: Final = (
    ("G0463", 18_500, 46),
    ("G0439", 26_000, 14),
    ("G0438", 34_000, 5),
    ("T1015", 21_000, 20),
    ("G0447", 9_500, 8),
    ("S0612", 16_500, 7),
)
_EXTRAS: Final = (
    ("G0008", 4_200, 20),
    ("G0009", 4_200, 8),
    ("J3420", 3_600, 16),
    ("J1885", 5_400, 14),
    ("J0696", 7_800, 10),
    ("Q2035", 6_900, 12),
    ("G0444", 5_200, 10),
    ("G0442", 5_200, 8),
    ("A4550", 8_800, 5),
    ("J1030", 9_600, 7),
)
_DIAGNOSES: Final = ("E119", "I10", "E785", "J069", "M5450", "Z0000", "R051", "F419", "K219", "N390", "J45909", "E039")
_LATE_PERCENT: Final = 12


@dataclass(frozen=True, slots=True)
class WeeklyFile:
    """One 837P and when it is sent."""

    send_at: datetime
    content: bytes
    claim_count: int
    charge_cents: int


@dataclass(frozen=True, slots=True)
class HalfYear:
    """How much happens. The last day is the Friday of the last week."""

    weeks: int = 26
    claims: int = 2_000
    patients: int = 480
    seed: int = 837

    @property
    def starts_at(self) -> datetime:
        """Monday morning, before the first patient."""
        return datetime.combine(FIRST_MONDAY, time(7), ZONE)

    @property
    def ends_at(self) -> datetime:
        """The evening of the last Friday."""
        return datetime.combine(FIRST_MONDAY + timedelta(days=7 * self.weeks - 3), time(20), ZONE)

    def files(self) -> Iterator[WeeklyFile]:
        """In the order of their weeks; visits documented late go out a week later."""
        rng = random.Random(self.seed)  # noqa: S311 - invented data, and the same each time
        people = invent_people(self.patients, rng, FIRST_MONDAY)
        late: list[ClaimFacts] = []
        number = 0
        for week in range(self.weeks):
            count = self.claims * (week + 1) // self.weeks - self.claims * week // self.weeks
            visits = [_claim(number + n + 1, rng.choice(people), rng, _day(week, rng)) for n in range(count)]
            number += count
            is_last = week == self.weeks - 1
            held = [claim for claim in visits if not is_last and rng.randrange(100) < _LATE_PERCENT]
            ready = [*late, *(claim for claim in visits if claim not in held)]
            late = held
            yield _file(week, sorted(ready, key=_first_day))


def _day(week: int, rng: random.Random) -> date:
    return FIRST_MONDAY + timedelta(days=7 * week + rng.randrange(5))


def _first_day(claim: ClaimFacts) -> tuple[date, str]:
    service = claim.lines[0].service
    assert service is not None
    assert service.start_on is not None
    return service.start_on, claim.patient_control_number


def _claim(number: int, person: Person, rng: random.Random, day: date) -> ClaimFacts:
    account = f"JH{number:06d}"
    chosen = [_pick(_VISITS, rng), *{_pick(_EXTRAS, rng) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))}]
    diagnoses = rng.sample(_DIAGNOSES, k=rng.choice((1, 1, 2, 3)))
    lines = tuple(_line(f"{account}-{n}", code, cents, day, rng) for n, (code, cents) in enumerate(sorted(chosen), 1))
    return ClaimFacts(
        claim_type="P",
        submitter=_SUBMITTER,
        receiver=_RECEIVER,
        billing_provider=_BILLING,
        coverage=person.coverage,
        subscriber=person.subscriber,
        payer=person.payer_party,
        patient_control_number=account,
        charge_cents=sum(line.charge_cents for line in lines),
        facility_code="11",
        provider_signature="Y",
        assignment="A",
        benefits_assigned="Y",
        release="Y",
        codes=tuple(HealthCode("ABF" if n else "ABK", code) for n, code in enumerate(diagnoses)),
        providers=(rng.choice(_RENDERING),),
        lines=lines,
    )


def _pick(choices: tuple[tuple[str, int, int], ...], rng: random.Random) -> tuple[str, int]:
    code, cents, _ = rng.choices(choices, [weight for _, _, weight in choices])[0]
    return code, cents


def _line(control: str, code: str, cents: int, day: date, rng: random.Random) -> ServiceLine:
    units = rng.choice((1, 1, 1, 2)) if code.startswith("J") else 1
    return ServiceLine(
        charge_cents=cents * units,
        units=Decimal(units),
        procedure=Procedure(code),
        pointers=(1,),
        dates=(ClaimDate("472", Period(day)),),
        references=(Reference("6R", control),),
    )


def _file(week: int, claims: list[ClaimFacts]) -> WeeklyFile:
    send_at = datetime.combine(FIRST_MONDAY + timedelta(days=7 * week + 4), time(17, 30), ZONE)
    header = InterchangeHeader("ZZ", _SUBMITTER.id, "ZZ", _RECEIVER.id, send_at, week + 1, "T")
    content = b"".join(
        write_837(
            plan_837([build_claim(claim) for claim in claims], first_control=1),
            header,
            sender_code=_SUBMITTER.id,
            receiver_code=_RECEIVER.id,
            group_control=week + 1,
            batch_reference=f"WEEK{week + 1:02d}",
        )
    )
    return WeeklyFile(send_at, content, len(claims), sum(claim.charge_cents for claim in claims))
