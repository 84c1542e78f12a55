"""Two practices that have everything, and clients that may act for one of them or for both."""

import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import httpx

from ar_shared.kernel.npi import npi_check_digit
from ar_shared.platform.auth.scopes import SCOPES
from ar_shared.platform.database import Database
from claims_api.access.register_client import register_client
from claims_api.practices.create_practice import create_practice

from .contract import Operation, operations

TODAY: Final = date(2026, 3, 2)
NOW: Final = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SECRET: Final = "s" * 40
INTERNAL: Final = "internal:events"

Settle = Callable[["Practice"], Awaitable[None]]
_numbers = itertools.count(1)


def fresh(prefix: str) -> str:
    """A name that nothing has yet."""
    return f"{prefix}-{next(_numbers)}"


def an_npi(number: int) -> str:
    """The NPI whose first nine digits are 1000000000 // 10 + number."""
    first_nine = f"{100_000_000 + number}"
    return first_nine + npi_check_digit(first_nine)


@dataclass
class Practice:
    """`ids` and `names` hold what it owns, by kind: UUIDs, and the texts that name things."""

    tag: str
    number: int
    uuid: UUID
    npi: str
    tin: str
    ids: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)

    def own(self, kind: str, found: str) -> str:
        self.ids.setdefault(kind, []).append(found)
        return found

    def name(self, kind: str, found: str) -> str:
        self.names.setdefault(kind, []).append(found)
        return found

    def one(self, kind: str) -> str:
        """The first it got of this kind."""
        return self.ids[kind][0]

    def uuids(self) -> list[str]:
        return [found for kind in self.ids for found in self.ids[kind]]


@dataclass(frozen=True)
class Call:
    """One request that must succeed with `status`."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    content: bytes | None = None
    media_type: str = "application/edi-x12"
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass
class World:
    """`north` and `south` own the same kinds of things; client `both` may act for either."""

    admin: "asyncpg.Connection[asyncpg.Record]"
    http: Mapping[str, httpx.AsyncClient]
    north: Practice
    south: Practice
    settle_events: Settle = field(init=False)
    tokens: dict[tuple[str, str | None], str] = field(default_factory=dict)

    async def token(self, client: str, scope: str | None = None) -> str:
        """scope None asks for all that the client has."""
        if (client, scope) not in self.tokens:
            form = {"grant_type": "client_credentials", "client_id": client, "client_secret": SECRET}
            form |= {"scope": scope} if scope else {}
            answer = await self.http["claims_api"].post("/oauth2/token", data=form)
            assert answer.status_code == 200, answer.text
            self.tokens[client, scope] = answer.json()["access_token"]
        return self.tokens[client, scope]

    async def send(
        self,
        operation: Operation,
        call: Call,
        *,
        client: str | None,
        practice: UUID | str | None = None,
        scope: str | None = None,
    ) -> httpx.Response:
        """client None sends no token; practice None sends no AR-Practice."""
        headers = dict(call.headers)
        if client is not None:
            headers["Authorization"] = f"Bearer {await self.token(client, scope)}"
        if practice is not None:
            headers["AR-Practice"] = str(practice)
        content: dict[str, Any] = {}
        if call.content is not None:
            content["content"] = call.content
            headers["Content-Type"] = call.media_type
        elif call.body is not None:
            content["json"] = call.body
        path = operation.path
        for name, value in call.path.items():
            path = path.replace(f"{{{name}}}", value)
        query = {name: value for name, value in call.query.items() if value is not None}
        return await self.http[operation.service].request(
            operation.method, path, params=query, headers=headers, **content
        )

    async def control(self, key: str, practice: Practice, call: Call) -> httpx.Response:
        """The answer to the caller that the operation is for: nobody, one of our services, or the practice's client."""
        operation = operations()[key]
        client = {None: None, INTERNAL: "internal"}.get(operation.scope, practice.tag)
        return await self.send(operation, call, client=client)

    async def ok(self, key: str, practice: Practice, call: Call) -> Any:
        """The body of a call that succeeds for a client of the practice."""
        answer = await self.send(operations()[key], call, client=practice.tag)
        assert answer.is_success, f"{key}: {answer.status_code} {answer.text}"
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.content


async def a_bare_world(admin_url: str, http: Mapping[str, httpx.AsyncClient], *, services: bool) -> World:
    """Practices and clients (`north`, `south`, `both`; `internal` is a service), nothing else; the caller sets
    `settle_events`.

    services: whether the clients of our own services are still to be registered.
    """
    database = Database(admin_url)
    practices = []
    async with database.control_tx() as connection:
        for number, tag in enumerate(("north", "south"), start=1):
            practice_id, uuid = await create_practice(
                connection, f"Practice {tag}", mode="sandbox", time_zone="America/Chicago", now=NOW, test_clock_at=NOW
            )
            practices.append(Practice(tag, practice_id, uuid, an_npi(number), f"42000000{number}"))
        north, south = practices
        grants = {"north": [north.number], "south": [south.number], "both": [north.number, south.number]}
        await connection.execute("DELETE FROM claims.api_client_practice WHERE client_id = ANY($1)", list(grants))
        for client in (*grants, "internal", *(("followup-worker", "reporting-api") if services else ())):
            is_service = client not in grants
            await register_client(
                connection,
                client,
                name=client,
                kind="service" if is_service else "sandbox",
                secret=SECRET,
                scopes=[INTERNAL] if is_service else set(SCOPES) - {INTERNAL},
                practice_ids=grants.get(client, []),
                now=NOW,
            )
    await database.close()
    return World(await asyncpg.connect(admin_url), http, north, south)
