"""The real claims-api on the other side of the wire: its token, its feed, its relay."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls
from claims_api.events.sequence_events import sequence_events
from claims_api.main import create_app as create_claims_api
from claims_api.sandbox import seed
from claims_api.settings import ClaimsSettings
from followup_worker.background import one_pass
from followup_worker.main import create_app
from followup_worker.settings import FollowupSettings

PATIENT = {"last_name": "Sandboxer", "first_name": "Pat", "birth_date": "1980-05-17", "sex": "F"}
COVERAGE = {
    "patient": {"external_id": "PAT-1"},
    "payer": {"external_id": "PAY-PRAIRIE"},
    "plan": {"external_id": "PLAN-PRAIRIE-PPO"},
    "member_id": "TEST-PAID",
}
CLAIM = {
    "external_id": "C-1",
    "patient": {"external_id": "PAT-1"},
    "coverage": {"external_id": "COV-1"},
    "billing_entity": {"external_id": "BE-1"},
    "rendering_provider": {"external_id": "PRV-1"},
    "location": {"external_id": "LOC-1"},
    "place_of_service": "11",
    "diagnoses": ["E119"],
    "lines": [{"procedure_code": "G0463", "charge_cents": 12_000, "service_from": "2026-01-05"}],
}


@dataclass
class Pair:
    """Both services in this process, and a client of the sandbox practice for each."""

    followup: FastAPI
    claims: httpx.AsyncClient
    work: httpx.AsyncClient
    database: Database
    urls: DatabaseUrls

    async def refuse_all_claims(self) -> None:
        """What a 277CA would do to the claims; the events already there point at them."""
        admin = await asyncpg.connect(self.urls.admin)
        await admin.execute("UPDATE claims.claim SET submission_state = 'payer_rejected'")
        await admin.execute("UPDATE followup.event_head SET last_sequence = 0")
        await admin.close()

    async def settle(self) -> None:
        """Number the facts, follow them up, relay what followed, number that."""
        async with self.database.control_tx() as connection:
            practice_id = await connection.fetchval("SELECT id FROM claims.practice")
        await sequence_events(self.database, practice_id)
        await one_pass(self.followup.state.wiring, everyone=False)
        await sequence_events(self.database, practice_id)


@pytest.fixture
async def pair(fresh_database: DatabaseUrls) -> AsyncIterator[Pair]:
    database = Database(fresh_database.claims)
    made = await seed(database, {"followup-worker": "s" * 40})
    claims_api = create_claims_api(ClaimsSettings(database_url=SecretStr(fresh_database.claims), environment="test"))
    transport = httpx.ASGITransport(app=claims_api)
    followup = create_app(
        FollowupSettings(
            database_url=SecretStr(fresh_database.followup),
            environment="test",
            service_client_id="followup-worker",
            service_client_secret=SecretStr("s" * 40),
            run_background=False,
        ),
        transport=transport,
    )
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://claims-api") as claims,
        httpx.AsyncClient(transport=httpx.ASGITransport(app=followup), base_url="http://followup") as work,
    ):
        form = {"grant_type": "client_credentials", **{name: made[name] for name in ("client_id", "client_secret")}}
        token = (await claims.post("/oauth2/token", data=form)).json()["access_token"]
        claims.headers["Authorization"] = work.headers["Authorization"] = f"Bearer {token}"
        yield Pair(followup, claims, work, database, fresh_database)
    for app in (claims_api, followup):
        await app.state.wiring.database.close()
    await database.close()


async def _ok(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


async def test_a_claim_that_a_receiver_refused_is_a_work_item_and_a_fact_in_the_one_feed(pair: Pair) -> None:
    await _ok(await pair.claims.put("/v1/patients/by-external-id/PAT-1", json=PATIENT))
    await _ok(await pair.claims.put("/v1/coverages/by-external-id/COV-1", json=COVERAGE))
    claim = await _ok(await pair.claims.post("/v1/claims", json=CLAIM))
    await pair.settle()
    assert (await _ok(await pair.work.get("/v1/work-items")))["items"] == []

    await pair.refuse_all_claims()
    await pair.settle()

    [item] = (await _ok(await pair.work.get("/v1/work-items")))["items"]
    assert (item["rule"], item["claim"]["id"], item["amount_cents"]) == ("rejected", claim["id"], 12_000)
    feed = (await _ok(await pair.claims.get("/v1/events")))["items"]
    assert [(event["type"], event["source"]) for event in feed] == [
        ("claim.created", "claims"),
        ("work_item.opened", "followup"),
    ]
    progress = await _ok(await pair.work.get("/v1/progress"))
    assert (progress["sequence"], progress["head"]) == (1, 2)

    await one_pass(pair.followup.state.wiring, everyone=False)

    progress = await _ok(await pair.work.get("/v1/progress"))
    assert (progress["sequence"], progress["head"]) == (2, 2)
