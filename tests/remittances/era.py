"""Write an 835 the way a test thinks of it: claims with lines and adjustments in dollars as text."""

from dataclasses import dataclass, field, replace

from ar_shared.kernel.money import cents_from_decimal, decimal_from_cents
from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.remittance_reader import read_835
from claims_api.remittances.stage_835 import Source835

PRAIRIE = ("Prairie Mutual Health", "TPM01")
BLUFF = ("Bluff Country Health Plan", "TBC02")


@dataclass(frozen=True)
class Svc:
    """One service line. `cas` is like "CO-45 80, PR-2 24"; `extra` are segments behind them."""

    code: str
    charge: str
    paid: str
    cas: str = ""
    number: str = ""
    day: str = "20261102"
    remarks: str = ""
    extra: tuple[str, ...] = ()
    submitted: str = ""


@dataclass(frozen=True)
class Clp:
    """One claim. `patient` (CLP05) is the sum of PR unless given; `cas` is at claim level."""

    pcn: str
    charge: str
    paid: str
    lines: tuple[Svc, ...] = ()
    status: str = "1"
    cas: str = ""
    icn: str = ""
    member: str = ""
    rendering: str = ""
    day: str = ""
    patient: str | None = None
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class Era:
    """One payment. `amount` is what the claims and PLB come to unless given.

    A PLB is (code, amount) or ("code:reference", amount); `provider` is PLB01 where it is not the payee.
    """

    claims: tuple[Clp, ...]
    trace: str = "TRC0001"
    payer: tuple[str, str] = PRAIRIE
    payer_tax: str = "1420000099"
    plb: tuple[tuple[str, str], ...] = ()
    amount: str | None = None
    method: str = "ACH"
    paid_on: str = "20261120"
    produced_on: str = "20261119"
    payee: str = "1234567893"
    provider: str = ""
    control: str = "0001"
    more: dict[str, str] = field(default_factory=dict)

    def but(self, **changes: object) -> "Era":
        return replace(self, **changes)  # type: ignore[arg-type]


def cas_segments(text: str) -> list[str]:
    """`CO-45 80, PR-2 24` as one CAS a reason."""
    pairs = [part.split() for part in text.split(",") if part.strip()]
    return [f"CAS*{reason.split('-')[0]}*{reason.split('-')[1]}*{amount}" for reason, amount in pairs]


def cas_cents(text: str, group: str = "") -> int:
    pairs = [part.split() for part in text.split(",") if part.strip()]
    return sum(cents_from_decimal(amount) for reason, amount in pairs if reason.startswith(group))


def era_bytes(*eras: Era) -> bytes:
    """One file with one ST a payment."""
    segments = [
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *261120*0600*^*00501*000000001*0*T*:",
        "GS*HP*PAYER*PRACTICE*20261120*0600*1*X*005010X221A1",
    ]
    for number, era in enumerate(eras, start=1):
        segments += _transaction(era, f"{number:04d}")
    segments += [f"GE*{len(eras)}*1", "IEA*1*000000001"]
    return ("~".join(segments) + "~").encode()


def sources(data: bytes) -> list[Source835]:
    """One source an ST; each must be read before the next is taken, so a test with several reads file by file."""
    return [Source835(read_835(transaction)) for transaction in EnvelopeReader([data]).transactions()]


def source(era: Era) -> Source835:
    transaction = next(EnvelopeReader([era_bytes(era)]).transactions())
    return Source835(read_835(transaction))


def _transaction(era: Era, control: str) -> list[str]:
    plb = sum(cents_from_decimal(amount) for _, amount in era.plb)
    total = sum(cents_from_decimal(claim.paid) for claim in era.claims) - plb
    amount = era.amount if era.amount is not None else decimal_from_cents(total)
    body = [
        f"BPR*I*{amount}*C*{era.method}************{era.paid_on}",
        f"TRN*1*{era.trace}*{era.payer_tax}",
        f"DTM*405*{era.produced_on}",
        f"N1*PR*{era.payer[0]}*XV*{era.payer[1]}",
        "N3*1 PAYER WAY",
        "N4*DES MOINES*IA*50301",
        f"N1*PE*JUNIPER HILL*XX*{era.payee}",
        "LX*1",
    ]
    for claim in era.claims:
        body += _claim(claim)
    for code, cents in era.plb:
        reason, _, reference = code.partition(":")
        body.append(f"PLB*{era.provider or era.payee}*20261231*{reason}:{reference or 'REF1'}*{cents}")
    return [f"ST*835*{control}", *body, f"SE*{len(body) + 2}*{control}"]


def _claim(claim: Clp) -> list[str]:
    everything = ", ".join([claim.cas, *(line.cas for line in claim.lines)])
    patient = claim.patient if claim.patient is not None else decimal_from_cents(cas_cents(everything, "PR"))
    segments = [f"CLP*{claim.pcn}*{claim.status}*{claim.charge}*{claim.paid}*{patient}*12*{claim.icn}*11*1"]
    segments += cas_segments(claim.cas)
    segments.append(f"NM1*QC*1*SANDBOXER*PAT****MI*{claim.member}" if claim.member else "NM1*QC*1*SANDBOXER*PAT")
    if claim.rendering:
        segments.append(f"NM1*82*1*OKAFOR*ADA****XX*{claim.rendering}")
    if claim.day:
        segments.append(f"DTM*232*{claim.day}")
    segments += claim.extra
    for line in claim.lines:
        procedure = f"HC:{line.code}"
        submitted = f"**1*HC:{line.submitted}" if line.submitted else ""
        segments.append(f"SVC*{procedure}*{line.charge}*{line.paid}{submitted}")
        segments.append(f"DTM*472*{line.day}")
        segments += cas_segments(line.cas)
        if line.number:
            segments.append(f"REF*6R*{line.number}")
        segments += line.extra
        segments += [f"LQ*HE*{remark}" for remark in line.remarks.split()]
    return segments
