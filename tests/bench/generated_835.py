"""Makes a large, balanced 835 of one ST, the same for the same seed, without holding it in memory.

Claims look like a professional payer's: one to three lines from a fee schedule of a few hundred codes, an
allowed amount, a contractual adjustment, a deductible, coinsurance or copay for some, a denied line now and then.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ar_shared.kernel.money import decimal_from_cents

_LAST = ("ABARA", "BRANDT", "CLOVER", "DUNMORE", "ELLISON", "FARROW", "GRANGER", "HOLLOWAY", "ISELIN", "JANSEN")
_FIRST = ("ADA", "BRUNO", "CLARA", "DEV", "EDITH", "FELIX", "GRETA", "HUGO", "IRIS", "JONAS")
_FIRST_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class _Fee:
    code: str
    charge_cents: int
    allowed_cents: int


@dataclass(slots=True)
class _Line:
    code: str
    units: int
    charge_cents: int
    allowed_cents: int
    paid_cents: int
    patient_reason: str
    patient_cents: int
    denied: bool


def stream_835(claim_count: int, seed: int = 835, *, segment_end: str = "~") -> Iterator[bytes]:
    """The file in pieces of about a thousand claims."""
    total = sum(line.paid_cents for lines in _claims(claim_count, seed) for line in lines)
    segments: list[str] = [*_opening(total)]
    count = len(segments) - 2
    for number, lines in enumerate(_claims(claim_count, seed), start=1):
        claim = list(_claim_segments(number, lines))
        count += len(claim)
        segments += claim
        if number % 1000 == 0:
            yield _text(segments, segment_end)
            segments = []
    segments += [f"SE*{count + 1}*0001", "GE*1*1", "IEA*1*000000001"]
    yield _text(segments, segment_end)


def _text(segments: list[str], segment_end: str) -> bytes:
    return (segment_end.join(segments) + segment_end).encode()


def _opening(total_cents: int) -> Iterator[str]:
    yield "ISA*00*          *00*          *ZZ*BIGPAYER       *ZZ*PRACTICE       *260701*0600*^*00501*000000001*0*T*:"
    yield "GS*HP*BIGPAYER*PRACTICE*20260701*0600*1*X*005010X221A1"
    yield "ST*835*0001"
    yield f"BPR*I*{decimal_from_cents(total_cents)}*C*ACH*CCP*01*999999992*DA*1*1512345678**01*999988880*DA*2*20260701"
    yield "TRN*1*TRACE0001*1512345678"
    yield "DTM*405*20260630"
    yield from ("N1*PR*BIG PAYER", "N3*1 MAIN STREET", "N4*SPRINGFIELD*IL*62701", "PER*BL*EDI DESK*TE*5555550100")
    yield from ("N1*PE*THE PRACTICE*XX*1234567893", "REF*TJ*123456789", "LX*1")


def _fee_schedule(rng: random.Random) -> list[_Fee]:
    fees = []
    for number in range(300):
        charge = rng.randrange(2_500, 90_000, 25)
        fees.append(_Fee(f"G{number:04d}", charge, charge * rng.randrange(45, 80) // 100))
    return fees


def _claims(claim_count: int, seed: int) -> Iterator[list[_Line]]:
    rng = random.Random(seed)
    fees = _fee_schedule(rng)
    for _ in range(claim_count):
        yield [_line(rng, rng.choice(fees)) for _ in range(rng.choice((1, 2, 2, 3)))]


def _line(rng: random.Random, fee: _Fee) -> _Line:
    units = rng.choice((1, 1, 1, 1, 2))
    charge, allowed = fee.charge_cents * units, fee.allowed_cents * units
    if rng.random() < 0.08:
        return _Line(fee.code, units, charge, 0, 0, "", 0, True)
    reason = rng.choice(("", "", "1", "2", "3"))
    share = {"": 0, "1": allowed, "2": allowed // 5, "3": min(2_500, allowed)}[reason]
    return _Line(fee.code, units, charge, allowed, allowed - share, reason, share, False)


def _claim_segments(number: int, lines: list[_Line]) -> Iterator[str]:
    money = decimal_from_cents
    charge = sum(line.charge_cents for line in lines)
    paid = sum(line.paid_cents for line in lines)
    patient = sum(line.patient_cents for line in lines)
    day = f"{_FIRST_DAY + timedelta(days=number % 170):%Y%m%d}"
    name = f"{_LAST[number % 10]}*{_FIRST[number // 10 % 10]}"
    yield f"CLP*{number:016d}*1*{money(charge)}*{money(paid)}*{money(patient)}*12*{70_000_000_000 + number}*11*1"
    yield f"NM1*QC*1*{name}****MI*W{900_000_000 + number}"
    yield f"NM1*82*1*ROWAN*MAE****XX*{1_234_567_893}"
    yield f"DTM*232*{day}"
    yield f"REF*1L*GROUP{number % 977:06d}"
    yield f"DTM*050*{day}"
    yield f"AMT*AU*{money(sum(line.allowed_cents for line in lines))}"
    for place, line in enumerate(lines, start=1):
        yield f"SVC*HC:{line.code}*{money(line.charge_cents)}*{money(line.paid_cents)}**{line.units}"
        yield f"DTM*472*{day}"
        if line.denied:
            yield f"CAS*CO*16*{money(line.charge_cents)}"
        elif line.charge_cents != line.allowed_cents:
            yield f"CAS*CO*45*{money(line.charge_cents - line.allowed_cents)}"
        if line.patient_cents:
            yield f"CAS*PR*{line.patient_reason}*{money(line.patient_cents)}"
        yield f"REF*6R*{number:012d}-{place:03d}"
        if not line.denied:
            yield f"AMT*B6*{money(line.allowed_cents)}"
        else:
            yield "LQ*HE*M51"
