"""Builders for the 837 tests: only the facts that matter stand in a test."""

import io
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyx12.params import params
from pyx12.x12n_document import x12n_document

from ar_shared.x12.claim_facts import (
    Address,
    Admission,
    ClaimDate,
    ClaimFacts,
    Contact,
    Coverage,
    HealthCode,
    Party,
    Period,
    Procedure,
    Reference,
    ServiceLine,
)
from ar_shared.x12.claim_model import ClaimImage
from ar_shared.x12.claim_reader import ReadClaim, read_837
from ar_shared.x12.claim_writer import plan_837, write_837
from ar_shared.x12.envelope import EnvelopeReader
from ar_shared.x12.tokens import Segment, tokenize
from ar_shared.x12.writer import InterchangeHeader

NPI = "1234567893"
HEADER = InterchangeHeader("ZZ", "LEDGERWELL", "ZZ", "CLEARING", datetime(2026, 3, 2, 8, 30, tzinfo=UTC), 17, "T")
ENVELOPE = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA"})


FOLDER = Path(os.environ.get("AR_EDI_SAMPLES", Path(__file__).parents[3] / "shared" / "edi-samples"))


def sample(name: str) -> bytes:
    """The bytes of a public sample; skips the test where the samples are not on this machine."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip("the EDI samples are not on this machine (AR_EDI_SAMPLES)")
    return path.read_bytes()


def an_address() -> Address:
    return Address("1 MAIN ST", "", "AUSTIN", "TX", "787010001")


def a_subscriber(**changes: Any) -> Party:
    facts: dict[str, Any] = {
        "role": "IL",
        "name": "DOE",
        "is_person": True,
        "first_name": "JANE",
        "id_qualifier": "MI",
        "id": "M1",
        "address": an_address(),
        "birth_on": date(1980, 1, 1),
        "gender": "F",
    }
    return Party(**facts | changes)


def a_patient(**changes: Any) -> Party:
    child = {"role": "QC", "first_name": "PIP", "id_qualifier": "", "id": "", "birth_on": date(2015, 6, 1)}
    return a_subscriber(**child | changes)


def a_line(cents: int = 10000, **changes: Any) -> ServiceLine:
    facts: dict[str, Any] = {
        "charge_cents": cents,
        "units": Decimal(1),
        "procedure": Procedure("G0463"),
        "pointers": (1,),
        "dates": (ClaimDate("472", Period(date(2026, 1, 5))),),
    }
    return ServiceLine(**facts | changes)


def a_claim(**changes: Any) -> ClaimFacts:
    """A professional claim of one line, the patient being the subscriber; the charge follows the lines."""
    lines = changes.get("lines", (a_line(),))
    facts: dict[str, Any] = {
        "claim_type": "P",
        "submitter": Party(
            role="41",
            name="LEDGERWELL",
            id_qualifier="46",
            id="SUB1",
            contacts=(Contact("EDI DESK", (Reference("TE", "5125550100"),)),),
        ),
        "receiver": Party(role="40", name="CLEARING", id_qualifier="46", id="RCV1"),
        "billing_provider": Party(
            role="85",
            name="GOOD CLINIC",
            id_qualifier="XX",
            id=NPI,
            taxonomy="207Q00000X",
            address=an_address(),
            references=(Reference("EI", "741234567"),),
        ),
        "coverage": Coverage(sequence="P", relationship="18", filing_code="CI"),
        "subscriber": a_subscriber(),
        "payer": Party(role="PR", name="HEALTH PLAN", id_qualifier="PI", id="84146"),
        "patient_control_number": "PCN1",
        "charge_cents": sum(line.charge_cents for line in lines),
        "facility_code": "11",
        "provider_signature": "Y",
        "assignment": "A",
        "benefits_assigned": "Y",
        "release": "Y",
        "codes": (HealthCode("ABK", "M545"),),
        "lines": lines,
    }
    return ClaimFacts(**facts | changes)


def a_hospital_claim(**changes: Any) -> ClaimFacts:
    """An institutional claim of one revenue line, type of bill 111."""
    facts: dict[str, Any] = {
        "claim_type": "I",
        "facility_code": "11",
        "provider_signature": "",
        "dates": (
            ClaimDate("434", Period(date(2026, 1, 2), date(2026, 1, 5))),
            ClaimDate("435", Period(date(2026, 1, 2), time="0930")),
            ClaimDate("096", Period(None, time="1100")),
        ),
        "admission": Admission("1", "1", "01"),
        "codes": (
            HealthCode("ABK", "A419", present_on_admission="Y"),
            HealthCode("ABJ", "R6520"),
            HealthCode("DR", "871"),
            HealthCode("ABF", "N179", present_on_admission="N"),
            HealthCode("BI", "70", Period(date(2026, 1, 2), date(2026, 1, 4))),
            HealthCode("BH", "11", Period(date(2026, 1, 1))),
            HealthCode("BE", "80", amount_cents=300),
            HealthCode("BG", "C5"),
        ),
        "providers": (Party(role="71", name="WELBY", is_person=True, first_name="ANN", id_qualifier="XX", id=NPI),),
        "lines": (a_hospital_line(),),
    }
    return a_claim(**facts | changes)


def a_hospital_line(cents: int = 10000, **changes: Any) -> ServiceLine:
    facts: dict[str, Any] = {"revenue_code": "0450", "procedure": None, "pointers": ()}
    return a_line(cents, **facts | changes)


def with_lines(facts: ClaimFacts, lines: Iterable[ServiceLine]) -> ClaimFacts:
    lines = tuple(lines)
    return replace(facts, lines=lines, charge_cents=sum(line.charge_cents for line in lines))


def written(images: Iterable[ClaimImage]) -> bytes:
    return b"".join(
        write_837(
            plan_837(images, first_control=1),
            HEADER,
            sender_code="LEDGERWELL",
            receiver_code="CLEARING",
            group_control=1,
            batch_reference="B1",
        )
    )


def read(data: bytes) -> list[ReadClaim]:
    return [claim for transaction in EnvelopeReader([data]).transactions() for claim in read_837(transaction)]


def body(data: bytes) -> Iterator[Segment]:
    """The segments of all transactions, without the envelope."""
    return (segment for segment in tokenize([data]) if segment.id not in ENVELOPE)


def transaction(*segments: str, version: str = "005010X222A1") -> bytes:
    """A file of one transaction with these segments between ST and SE."""
    head = (
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              "
        "*260302*0830*^*00501*000000017*0*T*:~"
        f"GS*HC*A*B*20260302*0830*1*X*{version}~ST*837*0001*{version}~"
    )
    tail = f"SE*{len(segments) + 2}*0001~GE*1*1~IEA*1*000000017~"
    return (head + "".join(f"{segment}~" for segment in segments) + tail).encode()


def passes_pyx12(text: str) -> bool:
    """False also where pyx12 has no map for the version, for which it raises."""
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    try:
        return bool(x12n_document(params(), io.StringIO(text), None, None))
    except Exception:
        return False
