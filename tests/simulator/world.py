"""A sandbox practice that sends claims: members by id, claims, time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ar_shared.platform.database import Row

from .conftest import Sandbox, a_claim

START = "2026-03-03T16:00:00Z"


async def a_member(sandbox: Sandbox, member_id: str, *, payer: str = "PAY-PRAIRIE") -> str:
    """The external id of a new patient with this member id; also that of the coverage."""
    name = f"P-{member_id}-{payer}"
    body = {"last_name": "Sandboxer", "first_name": member_id, "birth_date": "1980-05-17", "sex": "F"}
    await sandbox.put(f"/v1/patients/by-external-id/{name}", body)
    coverage = {"patient": {"external_id": name}, "payer": {"external_id": payer}, "member_id": member_id}
    await sandbox.put(f"/v1/coverages/by-external-id/{name}", coverage)
    return name


async def claims_of(sandbox: Sandbox, *member_ids: str, day: str = "2026-03-02") -> list[str]:
    """Ids of one ready claim for each member."""
    made = []
    for n, member_id in enumerate(member_ids):
        name = await a_member(sandbox, member_id)
        changes: dict[str, Any] = {
            "external_id": f"CLM-{day}-{n}-{member_id}",
            "patient": {"external_id": name},
            "coverage": {"external_id": name},
        }
        claim = a_claim(**changes)
        for line in claim["lines"]:
            line["service_from"] = day
        answer = await sandbox.http.post("/v1/claims", json=claim)
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
    return made


async def send(sandbox: Sandbox) -> dict[str, Any]:
    """The submission of everything that is ready."""
    answer = await sandbox.http.post("/v1/submissions", json={"select": "ready"})
    assert answer.status_code == 200, answer.text
    [submission] = answer.json()["submissions"]
    sent: dict[str, Any] = submission
    return sent


async def answers_of(sandbox: Sandbox) -> list[Row]:
    """Every answer file, in the order of its due time."""
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        return await connection.fetch(
            "SELECT id, kind, part, due_at, content, delivered_at, submission_id FROM claims.simulator_answer "
            "WHERE practice_id = $1 ORDER BY due_at, kind DESC, part",
            sandbox.practice_id,
        )


async def waiting_claims(sandbox: Sandbox) -> list[Row]:
    """What claims put into payments, by payment."""
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        return await connection.fetch(
            "SELECT submission_id, n, file, payment, due_at, answer_id FROM claims.simulator_part "
            "WHERE practice_id = $1 ORDER BY due_at, file, payment, n",
            sandbox.practice_id,
        )


async def deposits_of(sandbox: Sandbox) -> list[Row]:
    """The money on its way to the bank or there, by the day of its statement."""
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        return await connection.fetch(
            "SELECT posted_on, method, cents, fee_cents, trace, due_at, delivered_at FROM claims.simulator_deposit "
            "WHERE practice_id = $1 ORDER BY due_at, trace, n",
            sandbox.practice_id,
        )


async def set_clock(sandbox: Sandbox, at: str = START) -> None:
    answer = await sandbox.http.post("/v1/test-clock", json={"at": at})
    assert answer.status_code == 200, answer.text


async def advance(sandbox: Sandbox, to: str | datetime) -> dict[str, Any]:
    text = to if isinstance(to, str) else to.isoformat()
    answer = await sandbox.http.post("/v1/test-clock/advance", json={"to": text})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def state_of(sandbox: Sandbox, claim_id: str) -> tuple[str, str]:
    read = (await sandbox.http.get(f"/v1/claims/{claim_id}")).json()
    return read["submission_state"], read["adjudication_state"]


async def file_of_submission(sandbox: Sandbox, submission: dict[str, Any]) -> bytes:
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        content: bytes = await connection.fetchval(
            "SELECT content FROM claims.edi_chunk WHERE practice_id = $1 AND file_id = $2 AND n = 0",
            sandbox.practice_id,
            UUID(submission["file_id"]),
        )
        return content
