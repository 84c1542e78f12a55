"""The sandbox practice of `tests.support`, with a patient who has two coverages."""

from typing import Any

import pytest

# Relative, because the tests are not on the import path.
from ..support.claims_sandbox import Sandbox, patient, sandbox  # noqa: TID252
from ..versions.world import Office  # noqa: TID252

__all__ = ["Sandbox", "office", "patient", "sandbox"]


@pytest.fixture
async def office(sandbox: Sandbox, patient: dict[str, Any]) -> Office:
    """Prairie pays first, Bluff second."""
    address = {"line1": "1 MAIN ST", "city": "DECORAH", "state": "IA", "postal_code": "521010001"}
    person = {"last_name": "Sandboxer", "first_name": "Pat", "birth_date": "1980-05-17", "sex": "F"}
    await sandbox.put("/v1/patients/by-external-id/PAT-1", {**person, "address": address})
    second = {
        "patient": {"external_id": "PAT-1"},
        "payer": {"external_id": "PAY-BLUFF"},
        "member_id": "BLUFF-7",
        "group_number": "GRP2",
        "rank": 2,
    }
    await sandbox.put("/v1/coverages/by-external-id/COV-2", second)
    return Office(sandbox)
