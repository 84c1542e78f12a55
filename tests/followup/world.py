"""A practice with claims in a real database, and claims-api played by an httpx transport."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import httpx
import orjson
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey

from ar_shared.kernel.ids import uuid7
from ar_tools.test_databases import DatabaseUrls
from followup_worker.consumer.consume_events import consume_events
from followup_worker.main import create_app
from followup_worker.settings import FollowupSettings
from followup_worker.sweep.queries import make_due
from followup_worker.sweep.sweep_practice import sweep_practice
from followup_worker.wiring import Wiring

# Relative, because the tests are not on the import path.
from ..support.blank_rows import insert_row  # noqa: TID252

MONDAY: Final = date(2026, 3, 2)
CLIENT: Final = "ehr"


@dataclass
class MachineClock:
    """Machine time that a test moves."""

    at: datetime = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class ClaimsApi:
    """What claims-api answers on the wire: heads from its table, the relayed facts, its keys."""

    admin: "asyncpg.Connection[asyncpg.Record]"
    issuer_key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "k1"}))
    relayed: list[dict[str, Any]] = field(default_factory=list)
    refuses: int = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/v1/events/heads":
            after = int(request.url.params["after"])
            rows = await self.admin.fetch(
                "SELECT practice_id, last_sequence FROM claims.event_head WHERE practice_id > $1 ORDER BY 1", after
            )
            return httpx.Response(200, json={"items": [dict(row) for row in rows]})
        if path == "/v1/internal/events":
            if self.refuses:
                self.refuses -= 1
                return httpx.Response(422, json={"code": "no"})
            self.relayed += orjson.loads(request.content)["events"]
            return httpx.Response(200, json={"placed": 1})
        if path == "/oauth2/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 600})
        return httpx.Response(200, json={"keys": [self.issuer_key.as_dict(private=False)]})


class World:
    """One practice on a test clock (noon in New York on MONDAY), its service and its claims-api."""

    def __init__(self, urls: DatabaseUrls, admin: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.urls = urls
        self.admin = admin
        self.clock = MachineClock()
        self.claims_api = ClaimsApi(admin)
        self.practice_id = 0
        self.practice = uuid7()
        self.payer_id = uuid7()
        self._apps: list[FastAPI] = []
        self.app = self.new_replica()

    @property
    def wiring(self) -> Wiring:
        wiring: Wiring = self.app.state.wiring
        return wiring

    def settings(self, **values: Any) -> FollowupSettings:
        return FollowupSettings(
            environment="test",
            database_url=self.urls.followup,
            db_pool_min_size=0,
            db_pool_max_size=4,
            run_background=False,
            **values,
        )

    def new_replica(self, **values: Any) -> FastAPI:
        transport = httpx.MockTransport(self.claims_api)
        app = create_app(self.settings(**values), clock=self.clock, transport=transport)
        self._apps.append(app)
        return app

    async def close(self) -> None:
        for app in self._apps:
            await app.state.wiring.database.close()

    async def insert(self, table: str, **values: Any) -> None:
        """A row of a claims table; columns that a test does not name get any value that fits."""
        await insert_row(self.admin, table, **values)

    async def set_today(self, day: date) -> None:
        """Put the practice's test clock at noon (17:00 UTC) of a day, as an API call would."""
        await self.admin.execute(
            "UPDATE claims.practice SET test_clock_at = $2 WHERE id = $1",
            self.practice_id,
            datetime(day.year, day.month, day.day, 17, 0, tzinfo=UTC),
        )

    async def a_claim(self, **values: Any) -> UUID:
        claim_id: UUID = values.setdefault("id", uuid7())
        open_cents = values.pop("open_cents", 10_000)
        values.setdefault("adjudication_state", "none")
        values.setdefault("charge_cents", open_cents)
        values.setdefault("service_from", MONDAY)
        values.setdefault("type", "professional")
        values.setdefault("purpose", "live")
        values.setdefault("patient_control_number", claim_id.hex[-16:].upper())
        values.setdefault("payer_id", self.payer_id)
        await self.insert("claim", practice_id=self.practice_id, **values)
        await self.insert(
            "ar_balance", practice_id=self.practice_id, account=1100, claim_id=claim_id, balance_cents=open_cents
        )
        return claim_id

    async def a_denial(self, claim_id: UUID, **values: Any) -> UUID:
        denial_id: UUID = values.setdefault("id", uuid7())
        values.setdefault("state", "new")
        values.setdefault("denied_cents", 10_000)
        await self.insert("denial_case", practice_id=self.practice_id, claim_id=claim_id, **values)
        return denial_id

    async def a_remittance(self, **values: Any) -> UUID:
        remittance_id: UUID = values.setdefault("id", uuid7())
        values.setdefault("entry", "edi")
        await self.insert("remittance", practice_id=self.practice_id, **values)
        return remittance_id

    async def change(self, table: str, row_id: UUID, **values: Any) -> None:
        sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, start=3))
        await self.admin.execute(
            f"UPDATE claims.{table} SET {sets} WHERE practice_id = $1 AND id = $2",
            self.practice_id,
            row_id,
            *values.values(),
        )

    async def event(
        self, kind: str, subject_type: str, subject_id: UUID | None, source: str = "claims", **data: Any
    ) -> int:
        """Put a fact into the feed; its sequence."""
        sequence: int = await self.admin.fetchval(
            "UPDATE claims.event_head SET last_sequence = last_sequence + 1 WHERE practice_id = $1 "
            "RETURNING last_sequence",
            self.practice_id,
        )
        await self.insert(
            "event",
            practice_id=self.practice_id,
            sequence=sequence,
            source=source,
            source_event_id=sequence,
            type=kind,
            subject_type=subject_type,
            subject_id=subject_id,
            data=orjson.dumps({name: str(value) for name, value in data.items()}).decode(),
        )
        return sequence

    async def consume(self, app: FastAPI | None = None) -> int:
        wiring: Wiring = (app or self.app).state.wiring
        return await consume_events(wiring.database, wiring.clock, wiring.rulebook, self.practice_id)

    async def sweep(self, app: FastAPI | None = None, *, attempts: int = 5, due: bool = True) -> bool:
        wiring: Wiring = (app or self.app).state.wiring
        if due:
            await self.sweep_now_due()
        return await sweep_practice(
            wiring.database,
            wiring.clock,
            wiring.rulebook,
            self.practice_id,
            every=timedelta(hours=1),
            attempts=attempts,
        )

    async def sweep_now_due(self) -> None:
        async with self.wiring.database.control_tx() as connection:
            await make_due(connection, self.practice_id, self.clock.now())

    async def items(self, *columns: str, where: str = "true") -> list[Any]:
        """Work items in the order they opened: one column each as a value, several as tuples."""
        rows = await self.admin.fetch(
            f"SELECT {', '.join(columns) or 'rule'} FROM followup.work_item WHERE practice_id = $1 AND {where} "
            "ORDER BY id",
            self.practice_id,
        )
        return [row[0] if len(columns) < 2 else tuple(row) for row in rows]

    async def facts(self) -> list[str]:
        """Types of this service's own facts that wait to be relayed."""
        rows = await self.admin.fetch(
            "SELECT type FROM followup.outbox WHERE practice_id = $1 ORDER BY id", self.practice_id
        )
        return [row["type"] for row in rows]

    def headers(self, user: str = "staff-1", scope: str = "work:read work:write", **more: str) -> dict[str, str]:
        """A user token of the practice's client."""
        now = int(time.time())
        settings = self.wiring.settings
        claims = {
            "iss": settings.issuer_url,
            "aud": settings.audience,
            "sub": user,
            "act": {"sub": CLIENT},
            "client_id": CLIENT,
            "scope": scope,
            "exp": now + 600,
        }
        token = jwt.encode({"alg": "ES256", "kid": "k1"}, claims, self.claims_api.issuer_key, algorithms=["ES256"])
        return {"Authorization": f"Bearer {token}", "AR-Practice": str(self.practice), **more}

    def http(self, app: FastAPI | None = None) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app or self.app), base_url="http://followup")


async def a_practice(world: World) -> None:
    """Fill the world: a sandbox practice, its client, its payer (usual answer 14 days), an empty feed."""
    world.practice_id = await world.admin.fetchval(
        "INSERT INTO claims.practice (uuid, name, mode, time_zone, settings, created_at) "
        "VALUES ($1, 'North', 'sandbox', 'America/New_York', '{}', now()) RETURNING id",
        world.practice,
    )
    await world.set_today(MONDAY)
    await world.insert("event_head", practice_id=world.practice_id, last_sequence=0)
    await world.insert("payer", practice_id=world.practice_id, id=world.payer_id, name="Blue Meadow",
                       financial_class="commercial", answer_days=14)  # fmt: skip
    if await world.admin.fetchval("SELECT count(*) FROM claims.api_client WHERE id = $1", CLIENT) == 0:
        await world.insert("api_client", id=CLIENT, kind="sandbox", jwks=None, disabled_at=None)
    await world.insert("api_client_practice", client_id=CLIENT, practice_id=world.practice_id)


@asynccontextmanager
async def a_world(urls: DatabaseUrls) -> AsyncIterator[World]:
    """A world over one database; foreign keys are off for its admin, so that a test names only what matters."""
    admin = await asyncpg.connect(urls.admin)
    await admin.execute("SET session_replication_role = replica")
    world = World(urls, admin)
    try:
        await a_practice(world)
        yield world
    finally:
        await world.close()
        await admin.close()
