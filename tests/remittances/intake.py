"""Claims as the intake use case makes them."""

import itertools
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from claims_api.claims.create_claim import create_claim
from claims_api.claims.schemas import ClaimIn

from .world import Bill, World

_numbers = itertools.count(1)


class FixedClock:
    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


async def take_in(
    world: World, *lines: tuple[str, int], day: str = "2026-11-02", state: str = "payer_accepted", **changes: Any
) -> Bill:
    """A claim of these (code, cents) lines, billed to COV-1 and left in `state`."""
    body = {
        "external_id": f"CLM-{next(_numbers)}",
        "patient": {"external_id": "PAT-1"},
        "coverage": {"external_id": "COV-1"},
        "billing_entity": {"external_id": "BE-1"},
        "rendering_provider": {"external_id": "PRV-1"},
        "location": {"external_id": "LOC-1"},
        "place_of_service": "11",
        "diagnoses": ["E119"],
        "lines": [{"procedure_code": code, "charge_cents": cents, "service_from": day} for code, cents in lines],
        **changes,
    }
    claim = ClaimIn.model_validate_json(orjson.dumps(body))
    answer, _ = await create_claim(world.database, world.principal, FixedClock(world.now), claim, None)
    made = orjson.loads(answer.body)
    guarantor = await world.one(
        "UPDATE claims.claim SET submission_state = $3 WHERE practice_id = $1 AND id = $2 RETURNING guarantor_id",
        made["id"],
        state,
    )
    return Bill(
        id=UUID(made["id"]),
        pcn=made["patient_control_number"],
        coverage_id=UUID(made["coverage_id"]),
        guarantor_id=guarantor,
        charges=[UUID(line["charge_id"]) for line in made["lines"]],
        numbers=[line["line_control_number"] for line in made["lines"]],
    )
