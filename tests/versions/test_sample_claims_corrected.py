"""Every public 837 sample that can be written is taken in, corrected by one field and sent: the rest is as it came.

What may differ beside the corrected field: the frequency (CLM05-3), the payer's number of the original (REF*F8), our
control numbers (CLM01, REF*6R, LX01) and what `claim_model` lists.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from ar_shared.kernel.ids import uuid7
from ar_shared.x12.claim_model import ClaimImage, Element, SegmentData, value
from ar_shared.x12.claim_reader import ReadClaim, read_837
from ar_shared.x12.claim_writer import is_written_version
from ar_shared.x12.envelope import EnvelopeReader
from claims_api.intake.domain import Purpose
from claims_api.intake.import_claims import import_claims

# Relative, because the tests are not on the import path.
from ..intake.test_import_samples import bills_under  # noqa: TID252
from ..intake.world import acting_at  # noqa: TID252
from ..x12.claims_837 import read, sample  # noqa: TID252
from ..x12.test_837_samples import normalised, samples  # noqa: TID252
from .conftest import Sandbox
from .world import PCCN, Office

ENOUGH = 20  # claims with a guide version that is written, counted over all samples: at least so many
OURS = {"CLM": (1,), "LX": (1,)}
NUMBERED = ("F8", "6R")


@pytest.fixture
def office(sandbox: Sandbox) -> Office:
    return Office(sandbox)


def usable() -> Iterator[tuple[str, ReadClaim]]:
    """A file's claims once: what repeats another file's is a duplicate."""
    for name in samples():
        for transaction in EnvelopeReader([sample(name)]).transactions():
            for claim in read_837(transaction):
                if claim.facts is not None and claim.facts.lines and is_written_version(claim.image.version):
                    yield name, claim


def said(image: ClaimImage) -> list[list[Any]]:
    """All segments below the header without our own numbers, in their order."""
    levels = (image.billing, image.subscriber, image.patient, image.claim)
    segments = [segment for level in levels if level for segment in level.walk()]
    return [_ours_left_out(s) for s in segments if s[0] != "HL" and not _numbered(s)]


def _numbered(segment: SegmentData) -> bool:
    return segment[0] == "REF" and value(segment, 1) in NUMBERED


def _ours_left_out(segment: SegmentData) -> list[Any]:
    out: list[Any] = ["-" if n in OURS.get(str(segment[0]), ()) else _stripped(one) for n, one in enumerate(segment)]
    if segment[0] == "CLM":
        out[5] = [*out[5][:2], "-"]
    while out and out[-1] in ("", []):
        out.pop()
    return out


def _stripped(element: Element) -> Any:
    if isinstance(element, str):
        return element.strip()
    parts = [part.strip() for part in element]
    while parts and not parts[-1]:
        parts.pop()
    return parts if len(parts) > 1 else "".join(parts)


def corrections(claim: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """One field each, in the words of the API."""
    lines = [
        {
            "line": line["n"],
            "procedure_code": line["procedure_code"],
            "modifiers": line["modifiers"],
            "revenue_code": line["revenue_code"],
            "charge_cents": line["charge_cents"],
            "units": line["units"],
            "service_from": line["service_from"],
            "service_to": line["service_to"],
        }
        for line in claim["lines"]
    ]
    return {"facts": {"prior_authorization": "AUTH77"}, "price": {"lines": lines}}


async def taken_in(office: Office) -> dict[str, tuple[str, ReadClaim]]:
    """Sample claims by the id of ours, all decided by their payers."""
    sandbox, found = office.sandbox, {}
    seen: set[str] = set()
    for name, claim in usable():
        await bills_under(sandbox, claim)
        [entity] = await office.rows("SELECT id FROM claims.billing_entity WHERE practice_id = $1 ORDER BY id LIMIT 1")
        file_id = uuid7()
        async with sandbox.database.tenant_tx(sandbox.practice_id, period_open=True) as connection:
            await import_claims(
                connection,
                acting_at(sandbox),
                iter([claim]),
                billing_entity_id=entity["id"],
                purpose=Purpose.ALREADY_SUBMITTED,
                file_id=file_id,
            )
        made = await office.rows("SELECT id FROM claims.claim WHERE practice_id = $1 AND source_file_id = $2", file_id)
        for row in made:
            if str(row["id"]) not in seen:
                found[str(row["id"])] = (name, claim)
                seen.add(str(row["id"]))
    await office.rows(
        "UPDATE claims.claim SET submission_state = 'payer_accepted', adjudication_state = 'denied', "
        "payer_control_number = $2, pending_version = NULL, coverage_snapshot = coverage_snapshot "
        "|| '{\"filing_indicator\": \"CI\"}' WHERE practice_id = $1 RETURNING 1",
        PCCN,
    )
    return found


async def sent_images(office: Office) -> dict[str, ClaimImage]:
    """What goes out, by our control number."""
    answered = await office.ask("POST", "/v1/submissions", json={})
    assert answered["held"] == [], answered["held"]
    images: dict[str, ClaimImage] = {}
    for submission in answered["submissions"]:
        answer = await office.sandbox.http.get(f"/v1/edi/files/{submission['file_id']}/content")
        for one in read(answer.content):
            assert one.facts is not None
            images[one.facts.patient_control_number] = one.image
    return images


async def test_a_corrected_sample_differs_from_what_came_in_the_corrected_field_alone(office: Office) -> None:
    if not samples():
        pytest.skip("the EDI samples are not on this machine (AR_EDI_SAMPLES)")
    found = await taken_in(office)
    assert len(found) >= ENOUGH
    numbers = {}
    for n, claim_id in enumerate(found):
        claim = await office.ask("GET", f"/v1/claims/{claim_id}")
        numbers[claim_id] = claim["patient_control_number"]
        body = [{"diagnoses": ["I10"]}, {"facts": {"delay_reason": "7"}}, {"refresh_coverage": True}][n % 3]
        answer = await office.sandbox.http.post(f"/v1/claims/{claim_id}/correct", json={"reason": "asked", **body})
        assert answer.status_code == 201, (found[claim_id][0], answer.text)

    images = await sent_images(office)

    for n, (claim_id, (name, claim)) in enumerate(found.items()):
        came, went = said(claim.image), said(images[numbers[claim_id]])
        differ = [(old, new) for old, new in zip(came, went, strict=False) if old != new]
        assert len(came) == len(went), (name, n % 3, [s for s in came if s not in went], [s for s in went if s not in came])
        assert len(differ) <= 1, (name, n % 3, differ)
    assert normalised
