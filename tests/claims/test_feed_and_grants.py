"""The feed under two writers, the access log under many readers, the grants of a client, and who guarantees whom."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from ar_shared.kernel.clock import SystemClock
from ar_shared.platform.access_log import SEALED_AT_ONCE
from ar_shared.platform.idempotency import KEPT_FOR, forget_old_keys
from claims_api.access.register_client import register_client
from claims_api.events import queries
from claims_api.events.sequence_events import sequence_events
from claims_api.practices.queries import DatabaseClientDirectory

from .conftest import Sandbox, a_claim

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


async def test_a_batch_that_is_relayed_twice_at_once_is_placed_once(sandbox: Sandbox) -> None:
    fact = {"source_event_id": 7, "type": "work_item.opened", "subject_type": "work_item", "data": {}}
    batch: list[dict[str, object]] = [{**fact, "subject_id": None, "occurred_at": NOW.isoformat()}]
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"

    async def relay() -> int:
        async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
            return await queries.relay(connection, sandbox.practice_id, "followup", batch, NOW)

    async with sandbox.database.tenant_tx(sandbox.practice_id) as holder:
        await holder.execute("SELECT FROM claims.event_head WHERE practice_id = $1 FOR UPDATE", sandbox.practice_id)
        relays = [asyncio.create_task(relay()) for _ in range(2)]
        async with asyncio.timeout(20):
            while await holder.fetchval(waiting) < 2:
                pass

    assert sorted(await asyncio.gather(*relays)) == [0, 1]


async def test_every_read_that_waits_is_sealed_in_one_pass(sandbox: Sandbox) -> None:
    reads = SEALED_AT_ONCE + 1
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        await connection.execute(
            "INSERT INTO claims.access_log_pending (practice_id, id, entry) "
            "SELECT $1, gen_random_uuid(), '{}' FROM generate_series(1, $2)",
            sandbox.practice_id,
            reads,
        )

    assert await sequence_events(sandbox.database, sandbox.practice_id) >= reads
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        left = "SELECT count(*) FROM claims.access_log_pending WHERE practice_id = $1"
        assert await connection.fetchval(left, sandbox.practice_id) == 0


async def test_a_client_that_is_registered_again_keeps_no_other_practice(sandbox: Sandbox) -> None:
    async def register(practice_ids: list[int]) -> list[int]:
        async with sandbox.database.control_tx() as connection:
            await register_client(
                connection,
                "vendor",
                name="Vendor",
                kind="integrator",
                secret="s" * 32,
                scopes=["claims:read"],
                practice_ids=practice_ids,
                now=NOW,
            )
        client = await DatabaseClientDirectory(sandbox.database).find_client("vendor")
        assert client is not None
        return [grant.practice_id for grant in client.practices.values()]

    assert await register([sandbox.practice_id]) == [sandbox.practice_id]
    assert await register([sandbox.practice_id]) == [sandbox.practice_id]
    assert await register([]) == []


async def test_a_patient_without_guarantor_leaves_the_guarantor_of_the_same_id_alone(sandbox: Sandbox) -> None:
    """Record systems number patients and guarantors apart: both have a 1001."""
    guarantor = await sandbox.put("/v1/guarantors/by-external-id/1001", {"last_name": "Older"})

    patient = await sandbox.put("/v1/patients/by-external-id/1001", {"last_name": "Younger"})
    again = await sandbox.put("/v1/patients/by-external-id/1001", {"last_name": "Younger-Lee"})

    async def read(guarantor_id: str) -> Any:
        return (await sandbox.http.get(f"/v1/guarantors/{guarantor_id}")).json()["last_name"]

    assert patient["guarantor_id"] == again["guarantor_id"] != guarantor["id"]
    assert await read(guarantor["id"]) == "Older"
    assert await read(patient["guarantor_id"]) == "Younger-Lee"


async def test_the_longest_id_of_a_patient_has_a_guarantor_that_can_be_read(sandbox: Sandbox) -> None:
    patient = await sandbox.put(f"/v1/patients/by-external-id/{'P' * 64}", {"last_name": "Younger"})

    assert (await sandbox.http.get(f"/v1/guarantors/{patient['guarantor_id']}")).status_code == 200


async def test_a_key_is_kept_for_thirty_days_and_no_longer(sandbox: Sandbox) -> None:
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        await connection.executemany(
            "INSERT INTO claims.idempotency_key (practice_id, client_id, key, request_hash, status, body, created_at) "
            "VALUES ($1, 'vendor', $2, '', 201, '', $3)",
            [
                (sandbox.practice_id, "kept", NOW - KEPT_FOR),
                (sandbox.practice_id, "forgotten", NOW - KEPT_FOR - timedelta(microseconds=1)),
            ],
        )

        assert await forget_old_keys(connection, "claims", sandbox.practice_id, NOW) == 1
        left = "SELECT key FROM claims.idempotency_key WHERE practice_id = $1"
        assert await connection.fetchval(left, sandbox.practice_id) == "kept"


@pytest.mark.parametrize(("age_days", "status"), [(399, 200), (401, 410)])
async def test_the_feed_goes_back_400_days_and_says_from_where_it_goes_on(
    sandbox: Sandbox, patient: dict[str, Any], age_days: int, status: int
) -> None:
    for number in (1, 2):
        made = await sandbox.http.post("/v1/claims", json=a_claim(external_id=f"CLM-{number}"))
        assert made.status_code == 201
    await sequence_events(sandbox.database, sandbox.practice_id)
    admin = await asyncpg.connect(sandbox.urls.admin)
    recorded_at = SystemClock().now() - timedelta(days=age_days)
    await admin.execute("UPDATE claims.event SET recorded_at = $1 WHERE sequence = 1", recorded_at)
    await admin.close()

    answer = await sandbox.http.get("/v1/events")

    assert answer.status_code == status, answer.text
    if status == 410:
        assert (answer.json()["code"], "after=1;" in answer.json()["suggestion"]) == ("events_trimmed", True)
        page = (await sandbox.http.get("/v1/events", params={"after": 1})).json()
        assert page["items"][0]["sequence"] == 2


async def test_the_log_of_a_practice_that_is_only_read_is_sealed_and_walked_in_pages(
    sandbox: Sandbox, patient: dict[str, Any]
) -> None:
    await sequence_events(sandbox.database, sandbox.practice_id)
    for _ in range(3):
        await sandbox.http.get(f"/v1/patients/{patient['id']}")
    assert await sequence_events(sandbox.database, sandbox.practice_id) == 3, "no event, and sealed all the same"

    whole = (await sandbox.http.get("/v1/access-log/verify")).json()
    first = (await sandbox.http.get("/v1/access-log/verify", params={"limit": whole["entries"] - 1})).json()
    rest = (await sandbox.http.get("/v1/access-log/verify", params={"after": first["next_after"], "limit": 2})).json()
    gone = (await sandbox.http.get("/v1/access-log/verify", params={"after": whole["entries"]})).json()

    assert (whole["intact"], whole["next_after"], first["next_after"]) == (True, None, whole["entries"] - 1)
    assert (rest["intact"], rest["next_after"], rest["head_hash"]) == (True, None, whole["head_hash"])
    assert (gone["intact"], gone["head_hash"]) == (True, whole["head_hash"])


async def test_the_access_log_of_a_patient_holds_what_concerned_them_and_nothing_else(
    sandbox: Sandbox, patient: dict[str, Any]
) -> None:
    claim = (await sandbox.http.post("/v1/claims", json=a_claim())).json()
    other = await sandbox.put("/v1/patients/by-external-id/PAT-2", {"last_name": "Another"})
    await sandbox.http.get(f"/v1/claims/{claim['id']}")
    await sequence_events(sandbox.database, sandbox.practice_id)

    async def operations(patient_id: str) -> list[str]:
        page = (await sandbox.http.get("/v1/access-log", params={"patient_id": patient_id})).json()
        return [entry["operation"] for entry in page["items"]]

    assert await operations(patient["id"]) == ["upsertPatient", "upsertCoverage", "createClaim", "readClaim"]
    assert await operations(other["id"]) == ["upsertPatient"]
