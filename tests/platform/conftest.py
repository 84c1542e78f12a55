"""A toy service behind the real platform: two practices, three clients, one token issuer."""

import logging
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Final
from uuid import UUID

import httpx
import pytest
import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import StreamingResponse
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import Field

from ar_shared.kernel.errors import FieldError, InvalidRequestError, NotFoundError, ServiceUnavailableError
from ar_shared.platform.app import create_service_app
from ar_shared.platform.auth import (
    Caller,
    ClientRecord,
    PracticeGrant,
    Principal,
    public,
    require,
    require_client,
)
from ar_shared.platform.logs import configure_logging
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.settings import PlatformSettings
from ar_shared.platform.types import Cents, Npi, StrictModel, Text, WireModel

NORTH: Final = UUID("019a0000-0000-7000-8000-000000000001")
SOUTH: Final = UUID("019a0000-0000-7000-8000-000000000002")
CANARY: Final = "Zyzzyva Quackenbush"


class ThingLine(StrictModel):
    charge_cents: Cents


class NewThing(StrictModel):
    name: Text(20)  # type: ignore[valid-type]
    npi: Npi
    lines: list[ThingLine]
    kind: ThingLine | Annotated[int, Field(ge=0)] = 0
    extra: dict[str, int] = {}


class Thing(WireModel):
    practice_id: int
    actor: str
    actor_kind: str


class NoSuchThingError(NotFoundError):
    code = "thing_not_found"
    title = "There is no such thing"


def thing_router() -> APIRouter:
    router = APIRouter(prefix="/v1")

    @router.post("/things", operation_id="createThing", summary="Create a thing", status_code=201)
    async def create_thing(body: NewThing, principal: Annotated[Principal, require("claims:write")]) -> Thing:
        return _thing(principal)

    @router.get("/things", operation_id="listThings", summary="List things")
    async def list_things(
        principal: Annotated[Principal, require("claims:read")], limit: int = 10, state: str = ""
    ) -> Thing:
        return _thing(principal)

    @router.get(
        "/things/{thing_id}",
        operation_id="getThing",
        summary="Read a thing",
        responses=problem_responses(NoSuchThingError),
    )
    async def get_thing(thing_id: UUID, principal: Annotated[Principal, require("claims:read")]) -> Thing:
        raise NoSuchThingError

    @router.get("/client", operation_id="getClient", summary="Who calls")
    async def get_client(caller: Annotated[Caller, require_client("internal:events")]) -> str:
        return caller.client_id

    @router.post(
        "/files",
        operation_id="uploadFile",
        summary="Upload",
        dependencies=[public()],
        openapi_extra={
            "requestBody": {"content": {"application/edi-x12": {"schema": {"type": "string"}}}},
            "x-max-body-bytes": 5000,
        },
    )
    async def upload_file(request: Request) -> int:
        return len(await request.body())

    router.include_router(failing_router())
    return router


def failing_router() -> APIRouter:
    router = APIRouter(dependencies=[public()])

    @router.get("/defect", operation_id="defect", summary="Fail")
    async def defect() -> None:
        raise RuntimeError(f"could not bill {CANARY}")

    @router.get("/database-down", operation_id="databaseDown", summary="Be away")
    async def database_down() -> None:
        raise ServiceUnavailableError("the database cannot be reached", retry_after_seconds=7)

    @router.get("/refused", operation_id="refused", summary="Refuse")
    async def refused() -> None:
        raise InvalidRequestError(
            errors=(FieldError("/lines/1", "units_missing", "Units are required."),),
            edi={"transaction": "0001", "segment_index": 12, "segment": "SV1"},
            existing="/v1/things/1",
        )

    @router.get("/half", operation_id="half", summary="Fail half way")
    async def half() -> StreamingResponse:
        async def body() -> AsyncIterator[bytes]:
            yield b"[1,"
            raise RuntimeError(f"could not print {CANARY}")

        return StreamingResponse(body())

    return router


def _thing(principal: Principal) -> Thing:
    return Thing(practice_id=principal.practice_id, actor=principal.actor.id, actor_kind=principal.actor.kind)


@dataclass
class World:
    """What the tests may change before they call."""

    issuer_key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "issuer-1"}))
    client_key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-384", {"kid": "client-1"}))
    clients: dict[str, ClientRecord] = field(default_factory=dict)
    lookups: list[str] = field(default_factory=list)
    is_ready: bool = True
    settings: PlatformSettings = field(
        default_factory=lambda: PlatformSettings(environment="test", max_body_bytes=2000)
    )

    def __post_init__(self) -> None:
        north = PracticeGrant(1, "sandbox", "America/New_York")
        south = PracticeGrant(2, "production", "America/Chicago")
        jwks = {"keys": [self.client_key.as_dict(private=False)]}
        for record in (
            ClientRecord("one", "vendor", {NORTH: north}, jwks),
            ClientRecord("both", "vendor", {NORTH: north, SOUTH: south}),
            ClientRecord("service", "service", {NORTH: north}, jwks),
        ):
            self.clients[record.client_id] = record

    async def find_client(self, client_id: str) -> ClientRecord | None:
        self.lookups.append(client_id)
        return self.clients.get(client_id)

    async def jwks(self) -> dict[str, Any]:
        return {"keys": [self.issuer_key.as_dict(private=False)]}

    async def probe(self) -> bool:
        if not self.is_ready:
            raise OSError("connection refused")
        return True

    def app(self, *routers: APIRouter) -> FastAPI:
        return create_service_app(
            self.settings,
            title="Toy",
            summary="For tests",
            version="1",
            routers=routers or (thing_router(),),
            directory=self,
            fetch_jwks=self.jwks,
            probes={"database": self.probe},
        )

    def token(self, client_id: str = "one", scope: str = "claims:read claims:write", **claims: Any) -> str:
        now = int(time.time())
        genuine = {
            "iss": self.settings.issuer_url,
            "aud": self.settings.audience,
            "sub": client_id,
            "client_id": client_id,
            "scope": scope,
            "iat": now,
            "exp": now + 600,
        }
        body = {name: value for name, value in {**genuine, **claims}.items() if value is not None}
        return jwt.encode({"alg": "ES256", "kid": "issuer-1"}, body, self.issuer_key, algorithms=["ES256"])

    def bearer(self, client_id: str = "one", scope: str = "claims:read claims:write", **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(client_id, scope, **claims)}"}

    def actor_statement(self, **claims: Any) -> str:
        now = int(time.time())
        genuine = {"iss": "one", "aud": "ledgerwell", "sub": "staff-17", "iat": now, "exp": now + 300}
        return jwt.encode(
            {"alg": "ES384", "kid": "client-1"}, {**genuine, **claims}, self.client_key, algorithms=["ES384"]
        )


@pytest.fixture(autouse=True)
def _real_logging() -> Iterator[None]:
    """Log lines go through the real allow-list, to standard output, where capsys sees them."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    configure_logging("toy", "info")
    yield
    structlog.reset_defaults()
    root.handlers = handlers
    root.setLevel(level)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with connected(world.app()) as client:
        yield client


def connected(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://toy")


@pytest.fixture
def a_thing() -> dict[str, Any]:
    return {"name": "Wheel", "npi": "1234567893", "lines": [{"charge_cents": 100}]}
