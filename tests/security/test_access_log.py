"""Every operation on patient-level data leaves one row that says who did what, and no row can be changed unseen."""

from collections import Counter
from typing import Any, Final

import orjson
import pytest

from .contract import Operation, operations
from .recipes import KEYED, RECIPES, make_claim, with_key
from .world import Call, Practice, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

# No row: the operation shows and changes nothing about a patient.
KEYS_AND_CLIENTS: Final = {"claims_api.issueToken", "claims_api.readSigningKeys"}
MASTER_DATA: Final = {
    f"claims_api.{verb}{kind}"
    for verb in ("upsert", "find", "read")
    for kind in ("BillingEntity", "Location", "Payer", "Plan", "Provider", "StaffUser")
}
COUNTS_AND_SUMS: Final = {
    "claims_api.listSubmissions",
    "claims_api.readSubmission",
    "claims_api.readProgress",
    "claims_api.listSimulatedBankStatements",
    "claims_api.readSimulatedBankStatement",
    "claims_api.readTestClock",
    "claims_api.setTestClock",
    "claims_api.advanceTestClock",
    "claims_api.listPeriods",
    "claims_api.readPeriod",
    "claims_api.listPeriodVersions",
    "claims_api.readPeriodVersion",
    "claims_api.readPeriodDifferences",
    "claims_api.verifyAccessLog",
    "followup_worker.readProgress",
    "followup_worker.verifyAccessLog",
    "reporting_api.listKpis",
    "reporting_api.readKpi",
    "reporting_api.listGroupKpis",
    "reporting_api.readKpiSeries",
    "reporting_api.readKpiMembers",
    "reporting_api.proveKpi",
    "reporting_api.verifyAccessLog",
    "reporting_api.readAging",
    "reporting_api.readProgress",
}
IDS_AND_CODES: Final = {"claims_api.listEvents", "claims_api.listEventHeads", "claims_api.relayEvents"}
NOT_ABOUT_PATIENTS: Final = KEYS_AND_CLIENTS | MASTER_DATA | COUNTS_AND_SUMS | IDS_AND_CODES
SCHEMAS: Final = {"claims_api": "claims", "followup_worker": "followup", "reporting_api": "reporting"}


async def logged(world: World, practice: Practice) -> Counter[tuple[str, str]]:
    """(package, operationId) of every row, sealed or not."""
    found: Counter[tuple[str, str]] = Counter()
    for package, schema in SCHEMAS.items():
        for table in ("access_log_pending", "access_log"):
            rows = await world.admin.fetch(
                f"SELECT entry ->> 'operation' AS name, count(*) AS n FROM {schema}.{table} "
                "WHERE practice_id = $1 GROUP BY 1",
                practice.number,
            )
            found.update({(package, row["name"]): row["n"] for row in rows})
    return found


def about_patients() -> dict[str, Operation]:
    return {key: operation for key, operation in operations().items() if key not in NOT_ABOUT_PATIENTS}


async def test_what_is_not_logged_is_a_closed_list() -> None:
    assert NOT_ABOUT_PATIENTS - set(operations()) == set()


async def test_each_operation_on_patient_data_leaves_exactly_one_row_with_its_name(world: World) -> None:
    faults = []
    for key, operation in operations().items():
        call = await RECIPES[key](world, world.north)
        before = await logged(world, world.north)
        answer = await world.control(key, world.north, call)
        assert answer.status_code == call.status, f"{key}: {answer.text}"
        made = await logged(world, world.north) - before
        expected = {} if key in NOT_ABOUT_PATIENTS else {(operation.service, operation.operation_id): 1}
        if made != expected:
            faults.append(f"{key}: {dict(made)}")
    assert faults == []


@pytest.mark.parametrize("key", KEYED)
async def test_a_repeat_under_the_same_key_shows_the_answer_again_and_is_logged_again(world: World, key: str) -> None:
    call = await with_key(world, world.north, key)
    await world.control(key, world.north, call)
    before = await logged(world, world.north)

    repeat = await world.control(key, world.north, call)

    assert repeat.headers["idempotency-replayed"] == "true"
    assert await logged(world, world.north) - before == {tuple(key.split(".")): 1}


async def test_a_row_says_who_did_what_to_which_subject_under_which_request(world: World) -> None:
    claim = await make_claim(world, world.north)
    operation = operations()["claims_api.readClaim"]

    answer = await world.send(operation, Call(path={"claim_id": claim["id"]}), client="north")

    request_id = answer.headers["request-id"]
    entry = await world.admin.fetchval(
        "SELECT entry::text FROM claims.access_log_pending WHERE entry ->> 'request_id' = $1", request_id
    )
    shown: dict[str, Any] = orjson.loads(entry)
    assert shown.pop("at")
    assert shown == {
        "client_id": "north",
        "actor_kind": "client",
        "actor_id": "north",
        "operation": "readClaim",
        "action": "view",
        "subject_type": "claim",
        "subject_id": claim["id"],
        "request_id": request_id,
        "outcome": "done",
    }


async def test_the_sealed_log_is_read_in_pages_and_its_chain_verifies(world: World) -> None:
    await world.settle_events(world.north)
    sealed = await world.admin.fetchval(
        "SELECT count(*) FROM claims.access_log WHERE practice_id = $1", world.north.number
    )

    numbers: list[int] = []
    cursor = None
    while True:
        query = {"limit": 6, "cursor": cursor}
        page = await world.ok("claims_api.listAccessLog", world.north, Call(query=query))
        numbers += [entry["n"] for entry in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break

    assert sealed > 10
    assert numbers == list(range(1, sealed + 1))
    checked = await world.ok("claims_api.verifyAccessLog", world.north, Call())
    assert (checked["intact"], checked["entries"], checked["first_broken"]) == (True, sealed, None)


@pytest.mark.parametrize("package", ["claims_api", "followup_worker"])
@pytest.mark.parametrize(
    ("tamper", "found_at"),
    [
        ('UPDATE {log} SET entry = entry || \'{{"actor_id": "nobody"}}\' WHERE practice_id = $1 AND n = 3', 3),
        ("DELETE FROM {log} WHERE practice_id = $1 AND n = 3", 4),
        ("DELETE FROM {log} WHERE practice_id = $1 AND n = 1", 2),
        ("UPDATE {log} SET hash = previous_hash WHERE practice_id = $1 AND n = 2", 2),
    ],
)
async def test_a_changed_or_removed_entry_is_found(world: World, package: str, tamper: str, found_at: int) -> None:
    for _ in range(3):
        await world.ok("followup_worker.listWorkItems", world.south, Call())
    await world.settle_events(world.south)
    assert (await world.ok(f"{package}.verifyAccessLog", world.south, Call()))["intact"] is True
    log = f"{SCHEMAS[package]}.access_log"
    await world.admin.execute(f"CREATE TABLE public.kept AS SELECT * FROM {log}")
    try:
        await world.admin.execute(tamper.format(log=log), world.south.number)

        checked = await world.ok(f"{package}.verifyAccessLog", world.south, Call())

        assert (checked["intact"], checked["first_broken"]) == (False, found_at)
    finally:
        await world.admin.execute(f"DELETE FROM {log}")
        await world.admin.execute(f"INSERT INTO {log} SELECT * FROM public.kept")
        await world.admin.execute("DROP TABLE public.kept")


async def test_entries_cut_off_the_end_show_in_the_head_hash_that_somebody_kept(world: World) -> None:
    await world.settle_events(world.south)
    kept = await world.ok("claims_api.verifyAccessLog", world.south, Call())
    await world.admin.execute(
        "DELETE FROM claims.access_log WHERE practice_id = $1 AND n = $2", world.south.number, kept["entries"]
    )

    checked = await world.ok("claims_api.verifyAccessLog", world.south, Call())

    assert checked["intact"] is True
    assert checked["entries"] == kept["entries"] - 1
    assert checked["head_hash"] != kept["head_hash"]
