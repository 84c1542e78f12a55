"""Every public 837 sample that can be written is taken in, corrected by one field and sent: the rest is as it came.

What may differ beside the corrected field: the frequency (CLM05-3), the payer's number of the original (REF*F8), our
control numbers (CLM01, REF*6R, LX01) and what `claim_model` lists.
"""

from collections.abc import Iterator
from itertools import cycle
from typing import Any
from uuid import UUID

import orjson
import pytest

from ar_shared.kernel.ids import uuid7
from ar_shared.x12.claim_model import ClaimImage, Element, SegmentData, value
from ar_shared.x12.claim_reader import ReadClaim, read_837
from ar_shared.x12.claim_writer import is_written_version
from ar_shared.x12.envelope import EnvelopeReader
from claims_api.claims.schemas import LineIn
from claims_api.intake.domain import Purpose
from claims_api.intake.import_claims import import_claims
from claims_api.versions.queries import lines_of

# Relative, because the tests are not on the import path.
from ..intake.test_import_samples import bills_under  # noqa: TID252
from ..intake.world import acting_at  # noqa: TID252
from ..x12.claims_837 import read, sample  # noqa: TID252
from ..x12.test_837_samples import samples  # noqa: TID252
from .conftest import Sandbox
from .world import PCCN, Office

ENOUGH = 20  # claims with a guide version that is written, counted over all samples: at least so many
KINDS = {
    "diagnosis": {"HI"},
    "delay_reason": {"CLM"},
    "authorization": {"REF"},
    "coverage": set(),
    "price": {"CLM", "SV1", "SV2"},
}
"""What is corrected, and the segments that say it."""
OURS = {"CLM": (1,), "LX": (1,)}
NUMBERED = ("F8", "6R")


@pytest.fixture
def office(sandbox: Sandbox) -> Office:
    return Office(sandbox)


def usable() -> Iterator[tuple[str, ReadClaim]]:
    """Claims of well-formed files under a guide that we write."""
    for name in samples():
        if name.startswith("malformed"):
            continue
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


async def corrected_field(office: Office, claim: dict[str, Any], kind: str) -> dict[str, Any]:
    """One field changed, in the words of the API; what the request replaces as a whole is repeated."""
    if kind == "diagnosis":
        return {"diagnoses": ["Z0000", *claim["diagnoses"][1:]]}
    [kept] = await office.rows(
        "SELECT facts - 'payer_control_number' AS facts FROM claims.claim WHERE practice_id = $1 AND id = $2",
        UUID(claim["id"]),
    )
    if kind == "delay_reason":
        return {"facts": {**kept["facts"], "delay_reason": "7"}}
    if kind == "authorization":
        return {"facts": {**kept["facts"], "prior_authorization": "AUTH77"}}
    if kind == "coverage":
        return {"refresh_coverage": True}
    async with office.sandbox.database.tenant_tx(office.sandbox.practice_id) as connection:
        lines = await lines_of(connection, office.sandbox.practice_id, UUID(claim["id"]), claim["version"])
    names = LineIn.model_fields.keys() - {"external_id", "diagnosis_pointers"}
    repeated = [
        {
            **{name: row[name] for name in names},
            "line": row["n"],
            "diagnosis_pointers": [int(pointer) for pointer in row["diagnosis_pointers"]],
        }
        for row in lines
    ]
    repeated[0]["charge_cents"] += 100
    return {"lines": orjson.loads(orjson.dumps(repeated, default=str))}


async def taken_in(office: Office) -> dict[str, tuple[str, ReadClaim]]:
    """Sample claims by the id of ours, all decided by their payers."""
    sandbox, found = office.sandbox, {}
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
            found[str(row["id"])] = (name, claim)
    await office.rows(
        "UPDATE claims.claim SET submission_state = 'payer_accepted', adjudication_state = 'denied', "
        "payer_control_number = $2, pending_version = NULL, coverage_snapshot = coverage_snapshot "
        '|| \'{"filing_indicator": "CI"}\' WHERE practice_id = $1 RETURNING 1',
        PCCN,
    )
    await office.rows("UPDATE claims.coverage SET filing_indicator = 'CI' WHERE practice_id = $1 RETURNING 1")
    await office.rows("UPDATE claims.payer SET supports_replacement = true WHERE practice_id = $1 RETURNING 1")
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
    numbers: dict[str, str] = {}
    for claim_id, kind in zip(found, cycle(KINDS), strict=False):
        claim = await office.ask("GET", f"/v1/claims/{claim_id}")
        numbers[claim_id] = claim["patient_control_number"]
        body = {"reason": "asked", **await corrected_field(office, claim, kind)}
        answer = await office.sandbox.http.post(f"/v1/claims/{claim_id}/correct", json=body)
        assert answer.status_code == 201, (found[claim_id][0], kind, answer.text)

    images = await sent_images(office)

    faults = []
    for (claim_id, (name, read_claim)), kind in zip(found.items(), cycle(KINDS), strict=False):
        came, went = said(read_claim.image), said(images[numbers[claim_id]])
        gone, new = _without(came, went), _without(went, came)
        if {str(segment[0]) for segment in (*gone, *new)} - KINDS[kind] or len(came) + len(new) != len(went) + len(
            gone
        ):
            faults.append((name, kind, gone, new))
    assert faults == []


def _without(some: list[list[Any]], others: list[list[Any]]) -> list[list[Any]]:
    """What stands in `some` more often than in `others`."""
    left = [orjson.dumps(one) for one in others]
    out = []
    for one in some:
        text = orjson.dumps(one)
        if text in left:
            left.remove(text)
        else:
            out.append(one)
    return out
