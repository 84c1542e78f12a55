"""A practice's claims and the payments for them, made from a seed: an 837 to import and 835 files to post."""

import random
from dataclasses import dataclass, field
from typing import Final

from ar_shared.kernel.money import decimal_from_cents as money

PAYER: Final = "Prairie Mutual Health*XV*TPM01"
NPI: Final = "1234567893"
CODES: Final = ("G0463", "G0008", "G0439", "J3420", "A4253")
DAY: Final = "20261012"
_SENDER: Final = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       "


@dataclass(frozen=True)
class Claim:
    """What was billed: (code, cents) a line."""

    number: str
    patient: int
    lines: tuple[tuple[str, int], ...]

    @property
    def charge_cents(self) -> int:
        return sum(cents for _, cents in self.lines)


@dataclass
class Files:
    """One 837 with all claims, and the remittance files by name."""

    claims_837: bytes
    remittances: dict[str, bytes] = field(default_factory=dict)


def make_files(seed: int, claim_count: tuple[int, int] = (16, 40)) -> Files:
    """Files of one to three payments; among them unbalanced ones, strangers' claims, PLB, and copies of payments.

    claim_count: fewest and most claims.
    """
    rng = random.Random(seed)
    claims = [_claim(rng, f"C{seed}X{n:04d}") for n in range(rng.randint(*claim_count))]
    files = Files(_file_837(claims))
    payments = _payments(rng, seed, claims)
    payments += rng.sample(payments, min(rng.randint(0, 2), len(payments)))
    rng.shuffle(payments)
    while payments:
        count, number = rng.randint(1, 3), len(files.remittances) + 1
        files.remittances[f"{seed}-{number}"] = _file_835(payments[:count], number)
        payments = payments[count:]
    if rng.random() < 0.3:
        files.remittances[f"{seed}-again"] = rng.choice(list(files.remittances.values()))
    return files


def make_large_file(seed: int, claim_count: int) -> Files:
    """One file of three payments: one claim, so many claims, one claim; all of ours, each payment in balance."""
    rng = random.Random(seed)
    claims = [_claim(rng, f"L{seed}X{n:06d}") for n in range(claim_count + 2)]
    parts = (claims[:1], claims[1:-1], claims[-1:])
    payments = [_payment(rng, f"LARGE{seed}X{n}", part, unbalanced=False) for n, part in enumerate(parts)]
    return Files(_file_837(claims), {f"large-{seed}": _file_835(payments, 1)})


def _claim(rng: random.Random, number: str) -> Claim:
    codes = rng.sample(CODES, rng.randint(1, 3))
    return Claim(number, rng.randrange(6), tuple((code, rng.randrange(2_000, 90_000)) for code in codes))


def _payments(rng: random.Random, seed: int, claims: list[Claim]) -> list[list[str]]:
    """The segments of each payment between ST and SE; every claim is paid once."""
    left = list(claims)
    payments: list[list[str]] = []
    while left:
        count = rng.randint(2, 10)
        paid, left = left[:count], left[count:]
        if rng.random() < 0.4:
            paid.append(_claim(rng, f"FOREIGN{seed}X{len(payments)}"))
        payments.append(_payment(rng, f"TRC{seed}X{len(payments)}", paid, unbalanced=rng.random() < 0.08))
    return payments


def _payment(rng: random.Random, trace: str, claims: list[Claim], *, unbalanced: bool) -> list[str]:
    segments, total = [], 0
    for number, claim in enumerate(claims):
        paid_cents, answer = _answer(rng, claim, f"{trace}N{number}")
        total += paid_cents
        segments += answer
    if rng.random() < 0.3:
        interest = rng.randrange(1, 900)
        segments.append(f"PLB*{NPI}*20261231*L6:{trace}*{money(-interest)}")
        total += interest
    return [
        f"BPR*I*{money(total + unbalanced)}*C*ACH************20261020",
        f"TRN*1*{trace}*1420000099",
        "DTM*405*20261019",
        f"N1*PR*{PAYER}",
        f"N1*PE*JUNIPER HILL*XX*{NPI}",
        "LX*1",
        *segments,
    ]


def _answer(rng: random.Random, claim: Claim, icn: str) -> tuple[int, list[str]]:
    services, paid_cents, patient_cents = [], 0, 0
    for code, cents in claim.lines:
        denied = rng.random() < 0.15
        cut = cents if denied else rng.randrange(cents // 2)
        share = 0 if denied else rng.randrange((cents - cut) // 3)
        paid = cents - cut - share
        services += [f"SVC*HC:{code}*{money(cents)}*{money(paid)}", f"DTM*472*{DAY}"]
        services += [f"CAS*CO*{16 if denied else 45}*{money(cut)}"] if cut else []
        services += [f"CAS*PR*{rng.choice((1, 2, 3))}*{money(share)}"] if share else []
        paid_cents += paid
        patient_cents += share
    head = f"CLP*{claim.number}*1*{money(claim.charge_cents)}*{money(paid_cents)}*{money(patient_cents)}*12*{icn}*11*1"
    return paid_cents, [head, f"NM1*QC*1*NAME{claim.patient}*PAT", *services]


def _file_835(payments: list[list[str]], control: int) -> bytes:
    segments = [
        f"{_SENDER}*261020*0600*^*00501*{control:09d}*0*T*:",
        f"GS*HP*PAYER*PRACTICE*20261020*0600*{control}*X*005010X221A1",
    ]
    for number, body in enumerate(payments, start=1):
        segments += [f"ST*835*{number:04d}", *body, f"SE*{len(body) + 2}*{number:04d}"]
    return ("~".join([*segments, f"GE*{len(payments)}*{control}", f"IEA*1*{control:09d}"]) + "~").encode()


def _file_837(claims: list[Claim]) -> bytes:
    body = [
        "BHT*0019*00*0001*20261013*0900*CH",
        "NM1*41*2*JUNIPER HILL*****46*JUNIPER",
        "PER*IC*DESK*TE*5635550100",
        "NM1*40*2*PRAIRIE*****46*TPM01",
        "HL*1**20*1",
        f"NM1*85*2*JUNIPER HILL FAMILY PRACTICE LLC*****XX*{NPI}",
        "N3*41 JUNIPER HILL ROAD",
        "N4*DECORAH*IA*521010001",
        "REF*EI*420000001",
    ]
    for level, claim in enumerate(claims, start=2):
        body += _claim_837(level, claim)
    segments = [
        "ISA*00*          *00*          *ZZ*JUNIPER        *ZZ*PRAIRIE        *261013*0900*^*00501*000000001*0*T*:",
        "GS*HC*JUNIPER*PRAIRIE*20261013*0900*1*X*005010X222A1",
        "ST*837*0001*005010X222A1",
        *body,
        f"SE*{len(body) + 2}*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    return ("~".join(segments) + "~").encode()


def _claim_837(level: int, claim: Claim) -> list[str]:
    segments = [
        f"HL*{level}*1*22*0",
        "SBR*P*18*******CI",
        f"NM1*IL*1*NAME{claim.patient}*PAT****MI*M000{claim.patient}",
        "N3*1 OAK STREET",
        "N4*DECORAH*IA*52101",
        f"DMG*D8*198{claim.patient}0517*F",
        "NM1*PR*2*PRAIRIE MUTUAL HEALTH*****PI*TPM01",
        f"CLM*{claim.number}*{money(claim.charge_cents)}***11:B:1*Y*A*Y*Y",
        "HI*ABK:E119",
        "NM1*82*1*OKAFOR*ADA****XX*1549012304",
    ]
    for number, (code, cents) in enumerate(claim.lines, start=1):
        segments += [f"LX*{number}", f"SV1*HC:{code}*{money(cents)}*UN*1***1", f"DTP*472*D8*{DAY}"]
    return segments
