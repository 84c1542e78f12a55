"""A claims-api over a database of its own, with a sandbox practice and a client, called in this process."""

import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from math import inf
from typing import Any, Final, Self
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

TOKEN_SECONDS: Final = 240


@dataclass
class SandboxTemplate:
    """A database with a sandbox practice, its parties and its client, cloned for each test that takes a `sandbox`."""

    name: str
    made: dict[str, str]
    practice_id: int
    _token: str = ""
    _asked_at: float = -inf

    @property
    def practice(self) -> UUID:
        return UUID(self.made["practice"])

    @property
    def secret(self) -> str:
        return self.made["client_secret"]

    @classmethod
    async def made_in(cls, urls: DatabaseUrls) -> Self:
        database = Database(urls.claims)
        try:
            made = await seed(database, {})
            async with database.control_tx() as connection:
                practice_id = await connection.fetchval("SELECT id FROM claims.practice")
            template = cls(urls.name, made, practice_id)
            # The key that signs is made by the first request, so that each clone has it.
            async with claims_api(urls) as (_, http):
                await template.authorise(http)
        finally:
            await database.close()
        return template

    async def authorise(self, http: httpx.AsyncClient) -> None:
        """With a token that is good in every clone; proving a secret takes longer than most tests."""
        if time.monotonic() > self._asked_at + TOKEN_SECONDS:
            form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": self.secret}
            answer = await http.post("/oauth2/token", data=form)
            self._token, self._asked_at = answer.json()["access_token"], time.monotonic()
        http.headers["Authorization"] = f"Bearer {self._token}"


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


@contextlib.asynccontextmanager
async def claims_api(urls: DatabaseUrls) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    """The service in this process, without its background, and a client that is not authorised yet."""
    app = create_app(ClaimsSettings(database_url=SecretStr(urls.claims), environment="test"))
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://claims-api") as http:
            yield app, http
    finally:
        await app.state.wiring.file_worker.close()
        await app.state.wiring.database.close()


@pytest.fixture
async def sandbox(sandbox_template: SandboxTemplate, sandbox_database: DatabaseUrls) -> AsyncIterator[Sandbox]:
    database = Database(sandbox_database.claims)
    try:
        async with claims_api(sandbox_database) as (app, http):
            await sandbox_template.authorise(http)
            yield Sandbox(
                app, http, database, sandbox_database, sandbox_template.practice, sandbox_template.practice_id
            )
    finally:
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
