"""X12 files of a practice: a claim, a payment, and the answers to what it sent. Every text is a canary."""

from collections.abc import Iterable

from .canaries import BIRTH_X12, DIAGNOSIS, MEMBER, PHONE, POSTAL, text

_ISA = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *260302*0600*^*00501*000000001*0*T*:"


def _file(functional: str, version: str, set_code: str, segments: Iterable[str], *, st_version: bool = True) -> bytes:
    body = list(segments)
    suffix = f"*{version}" if st_version else ""
    whole = [
        _ISA,
        f"GS*{functional}*PAYER*PRACTICE*20260302*0600*1*X*{version}",
        f"ST*{set_code}*0001{suffix}",
        *body,
        f"SE*{len(body) + 2}*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    return "".join(f"{segment}~" for segment in whole).encode()


def claim_file(npi: str, tin: str, patient_account: str) -> bytes:
    """An 837P with one claim of a patient nobody knows yet."""
    address = (f"N3*{text('street')}", f"N4*{text('city')}*IA*{POSTAL}")
    return _file(
        "HC",
        "005010X222A1",
        "837",
        [
            "BHT*0019*00*B1*20260302*0600*CH",
            "NM1*41*2*SENDER*****46*SUB1",
            f"PER*IC*{text('contact')}*TE*{PHONE}",
            "NM1*40*2*CLEARING*****46*RCV1",
            "HL*1**20*1",
            f"NM1*85*2*CLINIC*****XX*{npi}",
            "N3*1 MAIN ST",
            "N4*DECORAH*IA*521010001",
            f"REF*EI*{tin}",
            "HL*2*1*22*0",
            f"SBR*P*18*{text('group')}******CI",
            f"NM1*IL*1*{text('last')}*{text('first')}****MI*{MEMBER}",
            *address,
            f"DMG*D8*{BIRTH_X12}*F",
            "NM1*PR*2*HEALTH PLAN*****PI*84146",
            f"CLM*{patient_account}*100***11:B:1*Y*A*Y*Y",
            f"NTE*ADD*{text('note')}",
            f"HI*ABK:{DIAGNOSIS}",
            "LX*1",
            "SV1*HC:G0463*100*UN*1***1",
            "DTP*472*D8*20260105",
        ],
    )


def payment_file(
    npi: str, claims: Iterable[tuple[str, str]], trace: str, *, corrected: str = "", taken_back: int = 0
) -> bytes:
    """An 835 of 70.00 a claim, 30.00 denied. claims: (patient control number, cas) of claims of one line of 100.00.

    corrected: the member id that the payer knows; taken_back: dollars taken without saying for which claim.
    """
    body = []
    count = 0
    for count, (number, cas) in enumerate(claims, start=1):
        body += [
            f"CLP*{number}*1*100*70**12*ICN{count}*11*1",
            f"NM1*QC*1*{text('last')}*{text('first')}****MI*{MEMBER}",
            *([f"NM1*74*1*{text('last')}*{text('first')}****C*{corrected}"] if corrected else []),
            "SVC*HC:G0463*100*70",
            "DTM*472*20260105",
            f"CAS*{cas}*30",
        ]
    head = [
        f"BPR*I*{70 * count - taken_back}*C*ACH************20260225",
        f"TRN*1*{trace}*1420000099",
        "DTM*405*20260224",
        "N1*PR*HEALTH PLAN*XV*84146",
        "N3*1 PAYER WAY",
        "N4*DES MOINES*IA*50301",
        f"PER*BL*{text('contact')}*TE*{PHONE}",
        f"N1*PE*CLINIC*XX*{npi}",
        "LX*1",
    ]
    if taken_back:
        body.append(f"PLB*{npi}*20261231*WO:{trace}*{taken_back}")
    return _file("HP", "005010X221A1", "835", [*head, *body], st_version=False)


def refusal_file(number: str) -> bytes:
    """A 277CA that refuses the claim with this patient control number."""
    return _file(
        "HN",
        "005010X214",
        "277",
        [
            "BHT*0085*08*B1*20260302*0600*TH",
            "HL*1**20*1",
            "NM1*AY*2*CLEARING*****46*RCV1",
            "TRN*1*R1",
            "DTP*050*D8*20260302",
            "DTP*009*D8*20260302",
            "HL*2*1*21*1",
            "NM1*41*2*SENDER*****46*SUB1",
            "TRN*2*B1",
            "STC*A1:19:PR*20260302*WQ*100",
            "HL*3*2*19*1",
            "NM1*85*2*CLINIC*****XX*1234567893",
            "HL*4*3*PT",
            f"NM1*QC*1*{text('last')}*{text('first')}****MI*{MEMBER}",
            f"TRN*2*{number}",
            f"STC*A3:21*20260302*U*100********{text('reason')}",
            "DTP*472*D8*20260105",
        ],
    )


def broken(content: bytes) -> bytes:
    """The same file cut in the middle of a segment, its counts and its end missing."""
    return content[: len(content) * 2 // 3]
