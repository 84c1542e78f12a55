"""Taking a claim in: what it writes, what it refuses, what a repeat does."""

from typing import Any

import pytest

from claims_api.events.sequence_events import sequence_events

from .conftest import Sandbox, a_claim

pytestmark = pytest.mark.usefixtures("patient")


async def books(sandbox: Sandbox) -> dict[str, int]:
    """What is written so far, counted and summed."""
    async with sandbox.database.tenant_tx(sandbox.practice_id) as connection:
        row = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM claims.claim WHERE practice_id = $1) AS claims, "
            "(SELECT count(*) FROM claims.charge WHERE practice_id = $1) AS charges, "
            "(SELECT count(*) FROM claims.journal WHERE practice_id = $1) AS journals, "
            "(SELECT coalesce(sum(amount_cents), 0)::bigint FROM claims.posting WHERE practice_id = $1 "
            " AND debit_account = 1100 AND credit_account = 4000) AS posted, "
            "(SELECT coalesce(sum(balance_cents), 0)::bigint FROM claims.ar_balance WHERE practice_id = $1) AS open, "
            "(SELECT count(*) FROM claims.outbox WHERE practice_id = $1) AS facts",
            sandbox.practice_id,
        )
    assert row is not None
    return dict(row)


async def test_a_claim_posts_each_line_to_the_ledger_and_tells_the_world(sandbox: Sandbox) -> None:
    answer = await sandbox.http.post("/v1/claims", json=a_claim())

    assert answer.status_code == 201, answer.text
    claim = answer.json()
    assert (claim["charge_cents"], claim["balance_cents"], claim["insurance_cents"]) == (30000, 30000, 30000)
    assert (claim["submission_state"], claim["balance_state"]) == ("ready", "open_insurance")
    assert [line["charge_cents"] for line in claim["lines"]] == [12000, 3000, 15000]
    assert await books(sandbox) == {
        "claims": 1, "charges": 3, "journals": 1, "posted": 30000, "open": 30000, "facts": 1,
    }  # fmt: skip


async def test_what_was_answered_is_what_one_reads_later(sandbox: Sandbox) -> None:
    created = await sandbox.http.post("/v1/claims", json=a_claim())

    read = await sandbox.http.get(f"/v1/claims/{created.json()['id']}")

    assert read.json() == created.json()
    assert read.headers["ETag"] == created.headers["ETag"]


async def test_a_repeat_under_the_same_key_writes_nothing_and_says_so(sandbox: Sandbox) -> None:
    headers = {"Idempotency-Key": "visit-17"}
    first = await sandbox.http.post("/v1/claims", json=a_claim(), headers=headers)

    again = await sandbox.http.post("/v1/claims", json=a_claim(), headers=headers)

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert (await books(sandbox))["claims"] == 1


async def test_the_same_key_with_another_body_is_refused(sandbox: Sandbox) -> None:
    headers = {"Idempotency-Key": "visit-17"}
    await sandbox.http.post("/v1/claims", json=a_claim(), headers=headers)

    other = await sandbox.http.post("/v1/claims", json=a_claim(external_id="CLM-2"), headers=headers)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (await books(sandbox))["claims"] == 1


async def test_the_same_external_id_points_at_the_claim_that_has_it(sandbox: Sandbox) -> None:
    first = await sandbox.http.post("/v1/claims", json=a_claim())

    second = await sandbox.http.post("/v1/claims", json=a_claim())

    assert (second.status_code, second.json()["code"]) == (409, "claim_exists")
    assert second.json()["existing"] == f"/v1/claims/{first.json()['id']}"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"patient": {"external_id": "PAT-9"}}, "/patient", "reference_unknown"),
        ({"lines": [{"procedure_code": "G0463", "charge_cents": 1, "service_from": "2099-01-01"}]},
         "/lines/0/service_from", "service_in_future"),
        ({"lines": [{"procedure_code": "G0463", "charge_cents": -1, "service_from": "2026-11-02"}]},
         "/lines/0/charge_cents", "too_small"),
    ],
)  # fmt: skip
async def test_a_claim_that_cannot_be_billed_is_refused_and_writes_nothing(
    sandbox: Sandbox, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await sandbox.http.post("/v1/claims", json=a_claim(**change))

    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    assert (await books(sandbox))["claims"] == 0


async def test_the_feed_numbers_facts_without_a_gap(sandbox: Sandbox) -> None:
    for n in range(3):
        await sandbox.http.post("/v1/claims", json=a_claim(external_id=f"CLM-{n}"))

    await sequence_events(sandbox.database, sandbox.practice_id)

    page = (await sandbox.http.get("/v1/events", params={"after": 0})).json()
    assert [(event["sequence"], event["type"]) for event in page["items"]] == [
        (1, "claim.created"), (2, "claim.created"), (3, "claim.created"),
    ]  # fmt: skip
    assert page["head"] == 3


async def test_pages_of_claims_hold_every_claim_once(sandbox: Sandbox) -> None:
    for n in range(5):
        await sandbox.http.post("/v1/claims", json=a_claim(external_id=f"CLM-{n}"))

    first = (await sandbox.http.get("/v1/claims", params={"limit": 3})).json()
    second = (await sandbox.http.get("/v1/claims", params={"limit": 3, "cursor": first["next_cursor"]})).json()

    seen = [claim["external_id"] for claim in first["items"] + second["items"]]
    assert seen == [f"CLM-{n}" for n in range(5)]
    assert second["next_cursor"] is None
