"""`create_service_app`: the only place where a service is wired together."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute

from ar_shared.kernel.errors import LedgerwellError, RateLimitedError
from ar_shared.platform.auth.actor import ActorVerifier
from ar_shared.platform.auth.guard import Authenticator
from ar_shared.platform.auth.keys import IssuerKeys, JwksFetch
from ar_shared.platform.auth.principal import Caller, ClientDirectory, Principal
from ar_shared.platform.auth.verifier import TokenVerifier
from ar_shared.platform.contract import Contract, read_contract
from ar_shared.platform.logs import get_logger
from ar_shared.platform.metrics import Metrics
from ar_shared.platform.middleware import RECORD_KEY, RequestRecord, ServiceMiddleware
from ar_shared.platform.openapi import published_document
from ar_shared.platform.operational import Probe, operational_routes
from ar_shared.platform.problems import on_http_exception, on_own_error, validation_handler
from ar_shared.platform.rate_limit import RateLimiter
from ar_shared.platform.route_audit import audit_routes
from ar_shared.platform.settings import PlatformSettings

# FastAPI's own spans and log records carry exception texts and request content.
_NO_TELEMETRY: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}

LifespanPart = Callable[[FastAPI], AbstractAsyncContextManager[Any]]


@dataclass(slots=True)
class Platform:
    """What requests share, at `app.state.platform`."""

    settings: PlatformSettings
    metrics: Metrics
    authenticator: Authenticator
    limiter: RateLimiter
    contract: Contract

    async def admit(self, request: Request, caller: Caller | None) -> None:
        """The checks after authentication: rate limit, query parameters, media type."""
        record: RequestRecord = request.scope[RECORD_KEY]
        if caller is not None:
            self._count(record, caller)
        operation = self.contract.operations[request.scope["route"].operation_id]
        headers = request.headers
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        operation.check(set(request.query_params), headers.get("content-type", "") if has_body else None)

    def _count(self, record: RequestRecord, caller: Caller) -> None:
        record.client_id = caller.client_id
        if isinstance(caller, Principal):
            record.practice = caller.practice
        try:
            record.headers = self.limiter.take(caller.client_id)
        except RateLimitedError:
            self.metrics.rate_limited.labels(self.metrics.service).inc()
            raise


def create_service_app(
    settings: PlatformSettings,
    *,
    title: str,
    summary: str,
    version: str,
    routers: Sequence[APIRouter],
    directory: ClientDirectory,
    fetch_jwks: JwksFetch,
    probes: Mapping[str, Probe],
    lifespan: Sequence[LifespanPart] = (),
    metrics: Metrics | None = None,
) -> FastAPI:
    """A service: its routers behind one middleware, with problem documents, health, metrics and a contract.

    directory: the clients and the practices they may act for. fetch_jwks: the token issuer's public keys. probes:
    what `/readyz` asks. lifespan: context managers entered at start, in order, and left in reverse.
    Raises RouteAuditError for a route without operation id, summary or access rule.
    """
    metrics = metrics or Metrics(settings.service_name)
    published = _published(title, summary, version, routers)
    app: FastAPI = FastAPI(
        title=title,
        summary=summary,
        version=version,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=_NO_TELEMETRY,
        lifespan=_lifespan(settings, lifespan),
        middleware=[
            Middleware(
                ServiceMiddleware,
                metrics=metrics,
                contract=lambda: app.state.platform.contract,
                max_body_bytes=settings.max_body_bytes,
            )
        ],
        exception_handlers={
            LedgerwellError: on_own_error,
            HTTPException: on_http_exception,
            RequestValidationError: validation_handler(lambda: app.state.platform.contract.field_names),
        },
    )
    app.openapi = lambda: published.document  # type: ignore[method-assign]  # FastAPI's documented way
    app.router.routes.extend([*published.routes, *operational_routes(published.document, probes, metrics)])
    app.state.platform = Platform(
        settings=settings,
        metrics=metrics,
        authenticator=_authenticator(settings, directory, fetch_jwks),
        limiter=RateLimiter(settings.rate_limit_per_minute),
        contract=published.contract,
    )
    return app


@dataclass(frozen=True, slots=True)
class _Published:
    """What depends on the routers alone. `routers` are kept so that nothing else can get their ids."""

    routers: Sequence[APIRouter]
    routes: Sequence[BaseRoute]
    document: dict[str, Any]
    contract: Contract


_published_before: Final[dict[tuple[object, ...], _Published]] = {}


def _published(title: str, summary: str, version: str, routers: Sequence[APIRouter]) -> _Published:
    """Made once for all apps of a process, because it is a second of work. Raises RouteAuditError."""
    key = (title, summary, version, *map(id, routers))
    if key not in _published_before:
        app = FastAPI(title=title, summary=summary, version=version, openapi_url=None, telemetry=_NO_TELEMETRY)
        for router in routers:
            app.include_router(router)
        audit_routes(app)
        document = published_document(app)
        _published_before[key] = _Published(routers, app.routes, document, read_contract(document))
    return _published_before[key]


def _authenticator(settings: PlatformSettings, directory: ClientDirectory, fetch_jwks: JwksFetch) -> Authenticator:
    return Authenticator(
        tokens=TokenVerifier(issuer=settings.issuer_url, audience=settings.audience, keys=IssuerKeys(fetch_jwks)),
        actors=ActorVerifier(audience=settings.audience),
        directory=directory,
        client_cache_seconds=settings.client_cache_seconds,
    )


def _lifespan(
    settings: PlatformSettings, parts: Sequence[LifespanPart]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for part in parts:
                await stack.enter_async_context(part(app))
            get_logger().info("service_started", port=settings.port, environment=settings.environment)
            yield

    return run
