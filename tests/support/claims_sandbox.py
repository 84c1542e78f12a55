"""A claims-api over a database of its own, with a sandbox practice and a client, called in this process."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from ar_shared.platform.database import Database
from ar_tools.test_databases import DatabaseUrls
from claims_api.main import create_app
from claims_api.sandbox import seed
from claims_api.settings import ClaimsSettings


@dataclass
class Sandbox:
    """The app, an authorised client, and the practice's two numbers."""

    app: FastAPI
    http: httpx.AsyncClient
    database: Database
    urls: DatabaseUrls
    practice: UUID
    practice_id: int

    async def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.http.put(path, json=body)
        assert answer.status_code in (200, 201), answer.text
        made: dict[str, Any] = answer.json()
        return made


@pytest.fixture
async def sandbox(fresh_database: DatabaseUrls) -> AsyncIterator[Sandbox]:
    settings = ClaimsSettings(database_url=SecretStr(fresh_database.claims), environment="test")
    database = Database(fresh_database.claims)
    made = await seed(database, {})
    app = create_app(settings)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://claims-api") as http:
        form = {
            "grant_type": "client_credentials",
            "client_id": made["client_id"],
            "client_secret": made["client_secret"],
        }
        token = (await http.post("/oauth2/token", data=form)).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        async with database.control_tx() as connection:
            practice_id = await connection.fetchval("SELECT id FROM claims.practice")
        yield Sandbox(app, http, database, fresh_database, UUID(made["practice"]), practice_id)
        await app.state.wiring.file_worker.close()
        await app.state.wiring.database.close()
    await database.close()


@pytest.fixture
async def patient(sandbox: Sandbox) -> dict[str, Any]:
    body = {"last_name": "Sandboxer", "first_name": "Pat", "birth_date": "1980-05-17", "sex": "F"}
    made = await sandbox.put("/v1/patients/by-external-id/PAT-1", body)
    coverage = {
        "patient": {"external_id": "PAT-1"},
        "payer": {"external_id": "PAY-PRAIRIE"},
        "plan": {"external_id": "PLAN-PRAIRIE-PPO"},
        "member_id": "TEST-PAID",
    }
    await sandbox.put("/v1/coverages/by-external-id/COV-1", coverage)
    return made


def a_claim(**changes: Any) -> dict[str, Any]:
    """A claim of three lines, 300.00 together."""
    lines = [
        {"procedure_code": code, "charge_cents": cents, "service_from": "2026-11-02"}
        for code, cents in (("G0463", 12000), ("G0008", 3000), ("J3420", 15000))
    ]
    return {
        "external_id": "CLM-1",
        "patient": {"external_id": "PAT-1"},
        "coverage": {"external_id": "COV-1"},
        "billing_entity": {"external_id": "BE-1"},
        "rendering_provider": {"external_id": "PRV-1"},
        "location": {"external_id": "LOC-1"},
        "place_of_service": "11",
        "diagnoses": ["E119"],
        "lines": lines,
        **changes,
    }
