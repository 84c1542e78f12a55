"""The files of the fuzz: small practices' claims and payments, answers to what was sent, and each of them spoilt."""

import random
from typing import Final

from ..chaos.files import Files, make_files  # noqa: TID252
from .mutate import mutated

BASES: Final = 20
CLAIMS: Final = (3, 6)
"""Fewest and most of a base: where a file is spoilt counts, not how long it is."""


def make_bases() -> list[Files]:
    return [make_files(number, CLAIMS) for number in range(BASES)]


def a_spoilt_file(seed: int, bases: list[Files]) -> bytes:
    """Mostly payments for claims that the practice has, each under traces of its own; claims and answers as well."""
    rng = random.Random(f"fuzz {seed}")
    base = rng.choice(bases)
    kind = rng.random()
    if kind < 0.75:
        content = rng.choice(list(base.remittances.values())).replace(b"TRC", f"T{seed}Z".encode())
    elif kind < 0.9:
        content = base.claims_837
    else:
        content = rng.choice((ACCEPTED_999, ANSWERS_277CA))
    return mutated(content, rng)


def a_spoilt_payment(seed: int, bases: list[Files]) -> bytes:
    """An 835."""
    rng = random.Random(f"payment {seed}")
    return mutated(rng.choice(list(rng.choice(bases).remittances.values())), rng)


def _a_file(group: str, version: str, *body: str) -> bytes:
    segments = [
        "ISA*00*          *00*          *ZZ*LWSIM          *ZZ*JUNIPER        *261020*0600*^*00501*000000009*0*T*:",
        f"GS*{group}*LWSIM*JUNIPER*20261020*0600*9*X*{version}",
        f"ST*{'999' if group == 'FA' else '277'}*0001*{version}",
        *body,
        f"SE*{len(body) + 2}*0001",
        "GE*1*9",
        "IEA*1*000000009",
    ]
    return ("~".join(segments) + "~").encode()


ACCEPTED_999: Final = _a_file(
    "FA", "005010X231A1", "AK1*HC*1*005010X222A1", "AK2*837*0001*005010X222A1", "IK3*CLM*22**8", "CTX*CLM01:C0X0001",
    "IK4*2*782*1", "IK5*R*5", "AK9*P*1*1*0",
)  # fmt: skip
ANSWERS_277CA: Final = _a_file(
    "HN", "005010X214", "BHT*0085*08*B1*20261020*0600*TH", "HL*1**20*1", "NM1*PR*2*PRAIRIE*****PI*TPM01", "TRN*1*B1",
    "DTP*050*D8*20261020", "DTP*009*D8*20261020", "HL*2*1*21*1", "NM1*41*2*JUNIPER*****46*JUNIPER", "TRN*2*B1",
    "STC*A1:19:PR*20261020*WQ*100", "HL*3*2*19*1", "NM1*85*2*JUNIPER*****XX*1234567893", "TRN*1*0",
    "STC*A1:19:PR**WQ*100",
    "HL*4*3*PT", "NM1*QC*1*NAME1*PAT****MI*M0001", "TRN*2*C0X0001", "STC*A2:20:PR*20261020*WQ*100",
    "REF*1K*ICN1", "DTP*472*D8*20261012",
)  # fmt: skip
