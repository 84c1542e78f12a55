"""Claims go out: what the file says, what moves, what a repeat does."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from ar_shared.kernel.clock import PracticeTime
from ar_shared.platform.auth.principal import Actor
from claims_api.acting import Acting
from claims_api.clearinghouse import DropFolder
from claims_api.submissions.deliver_submissions import deliver_submissions
from claims_api.submissions.submit_claims import Submitted, submit_claims
from claims_api.transitions import IllegalTransitionError

from .conftest import Sandbox, a_claim

pytestmark = pytest.mark.usefixtures("patient")

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def acting_at(sandbox: Sandbox, now: datetime = NOW) -> Acting:
    return Acting(
        practice_id=sandbox.practice_id,
        practice=sandbox.practice,
        mode="sandbox",
        client_id="sandbox",
        actor=Actor("client", "sandbox"),
        moment=PracticeTime(now, ZoneInfo("America/Chicago")),
        machine=now,
    )


async def submit(sandbox: Sandbox, claim_ids: list[UUID] | None = None) -> list[Submitted]:
    async with sandbox.database.tenant_tx(sandbox.practice_id, period_open=True) as connection:
        sent, held = await submit_claims(connection, acting_at(sandbox), claim_ids, port="drop_folder")
    assert held == []
    return sent


async def test_a_ready_claim_goes_out_once_and_its_money_becomes_billed(sandbox: Sandbox, tmp_path: Path) -> None:
    claim = (await sandbox.http.post("/v1/claims", json=a_claim())).json()

    [submitted] = await submit(sandbox)
    assert await submit(sandbox) == []
    assert await deliver_submissions(sandbox.database, sandbox.practice_id, {"drop_folder": DropFolder(tmp_path)}) == 1
    assert await deliver_submissions(sandbox.database, sandbox.practice_id, {"drop_folder": DropFolder(tmp_path)}) == 0

    assert (submitted.claim_count, submitted.charge_cents) == (1, 30000)
    [file] = tmp_path.rglob("*.837")
    text = file.read_text()
    assert f"CLM*{claim['patient_control_number']}*300***11:B:1*Y*A*Y*Y~" in text
    assert text.count("REF*6R*") == 3
    read = (await sandbox.http.get(f"/v1/claims/{claim['id']}")).json()
    assert (read["submission_state"], read["first_billed_on"]) == ("sent", "2026-11-24")
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        moved = await connection.fetchrow(
            "SELECT sum(amount_cents)::bigint AS cents, min(debit_first_bill_on) AS billed_on, "
            "count(credit_first_bill_on) AS billed_before FROM claims.posting WHERE practice_id = $1 AND entry = 'E47'",
            sandbox.practice_id,
        )
    assert moved is not None
    assert (moved["cents"], str(moved["billed_on"]), moved["billed_before"]) == (30000, "2026-11-24", 0)


async def test_a_claim_that_is_out_cannot_be_sent_again(sandbox: Sandbox) -> None:
    claim = (await sandbox.http.post("/v1/claims", json=a_claim())).json()
    await submit(sandbox)

    with pytest.raises(IllegalTransitionError, match="send is not possible while sent"):
        await submit(sandbox, [UUID(claim["id"])])


async def test_each_file_gets_the_next_interchange_number(sandbox: Sandbox) -> None:
    for n in (1, 2):
        await sandbox.http.post("/v1/claims", json=a_claim(external_id=f"CLM-{n}"))
        await submit(sandbox)

    page = (await sandbox.http.get("/v1/submissions")).json()

    assert [item["interchange_control"] for item in page["items"]] == ["000000001", "000000002"]
