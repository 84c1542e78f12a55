"""The dependency every route has exactly one of: `require(scope)`, `require_client(scope)` or `public()`."""

import time
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Header, Query, Request
from fastapi.openapi.models import OAuth2 as OAuth2Scheme
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.params import Depends, Security
from fastapi.security.base import SecurityBase

from ar_shared.kernel.errors import UnauthenticatedError
from ar_shared.platform.auth.actor import ActorVerifier
from ar_shared.platform.auth.cache import ExpiringCache
from ar_shared.platform.auth.errors import (
    PracticeNotFoundError,
    PracticeRequiredError,
    ScopeMissingError,
    TokenInvalidError,
)
from ar_shared.platform.auth.principal import Actor, Caller, ClientDirectory, ClientRecord, Group, Principal
from ar_shared.platform.auth.scopes import SCOPES
from ar_shared.platform.auth.verifier import TokenVerifier, VerifiedToken

_MAX_CLIENTS: Final = 10_000
_MAX_GROUP: Final = 200

PracticeHeader = Annotated[
    str | None,
    Header(alias="AR-Practice", description="UUID of the practice; needed when the client serves several."),
]
PracticesParameter = Annotated[
    tuple[UUID, ...],
    Query(max_length=_MAX_GROUP, description="UUIDs of practices; all that the client may act for by default."),
]
ActorHeader = Annotated[
    str | None,
    Header(alias="AR-Actor", description="Compact JWS, signed by the client, that names the acting staff user."),
]


class Authenticator:
    """Turns headers into a caller or a principal; one per app, shared by all guards."""

    def __init__(
        self,
        *,
        tokens: TokenVerifier,
        actors: ActorVerifier,
        directory: ClientDirectory,
        client_cache_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tokens = tokens
        self._actors = actors
        self._directory = directory
        self._ttl = client_cache_seconds
        self._monotonic = monotonic
        self._clients: ExpiringCache[ClientRecord] = ExpiringCache(_MAX_CLIENTS, monotonic)

    async def caller(self, authorization: str | None, scope: str, actor: str | None) -> tuple[Caller, ClientRecord]:
        """Raises UnauthenticatedError, ScopeMissingError or ServiceUnavailableError."""
        token = await self._tokens.verify(_bearer(authorization))
        client = await self._client(token.client_id)
        if scope not in token.scopes:
            raise ScopeMissingError(f"this operation needs the scope {scope}")
        acting = self._actor(token, client, actor)
        return Caller(client.client_id, client.kind, token.scopes, acting), client

    def principal(self, caller: Caller, client: ClientRecord, practice: str | None) -> Principal:
        """The caller, bound to a practice it may act for. Raises PracticeNotFoundError, PracticeRequiredError."""
        number = _named_practice(practice) if practice is not None else _only_practice(client)
        grant = client.practices.get(number)
        if grant is None:
            raise PracticeNotFoundError
        return Principal(
            client_id=caller.client_id,
            client_kind=caller.client_kind,
            scopes=caller.scopes,
            actor=caller.actor,
            practice_id=grant.practice_id,
            practice=number,
            mode=grant.mode,
            time_zone=grant.time_zone,
        )

    def group(self, caller: Caller, client: ClientRecord, practices: Sequence[UUID]) -> Group:
        """The caller, bound to these practices; to all it may act for when it names none.

        Raises PracticeNotFoundError, PracticeRequiredError.
        """
        named = set(practices or client.practices)
        if not named <= set(client.practices):
            raise PracticeNotFoundError
        if not 0 < len(named) <= _MAX_GROUP:
            raise PracticeRequiredError(suggestion=f"Name between 1 and {_MAX_GROUP} practices in `practices`.")
        grants = {number: client.practices[number] for number in named}
        return Group(caller.client_id, caller.client_kind, caller.scopes, caller.actor, grants)

    async def _client(self, client_id: str) -> ClientRecord:
        client = self._clients.get(client_id)
        if client is None:
            client = await self._directory.find_client(client_id)
            if client is None:
                raise TokenInvalidError
            self._clients.put(client_id, client, self._monotonic() + self._ttl)
        return client

    def _actor(self, token: VerifiedToken, client: ClientRecord, statement: str | None) -> Actor:
        if token.user is not None:
            return Actor("user", token.user)
        if statement is not None:
            return self._actors.verify(statement, client)
        return Actor("job" if client.kind == "service" else "client", client.client_id)


class RouteGuard:
    """Marks a dependency as the access rule of its route; `scope` None means public."""

    scope: str | None = None


class PublicGuard(RouteGuard):
    async def __call__(self, request: Request) -> None:
        await request.app.state.platform.admit(request, None)


class _ScopedGuard(RouteGuard, SecurityBase):
    model = OAuth2Scheme(
        flows=OAuthFlows(clientCredentials=OAuthFlowClientCredentials(tokenUrl="/oauth2/token", scopes=SCOPES))
    )
    scheme_name = "oauth2"

    def __init__(self, scope: str) -> None:
        if scope not in SCOPES:
            raise ValueError(f"{scope} is not in the list of scopes")
        self.scope = scope


class ClientGuard(_ScopedGuard):
    """For operations outside any practice."""

    async def __call__(self, request: Request, ar_actor: ActorHeader = None) -> Caller:
        authenticator: Authenticator = request.app.state.platform.authenticator
        caller, _ = await authenticator.caller(request.headers.get("authorization"), self.scope or "", ar_actor)
        await request.app.state.platform.admit(request, caller)
        return caller


class PracticeGuard(_ScopedGuard):
    async def __call__(
        self, request: Request, ar_practice: PracticeHeader = None, ar_actor: ActorHeader = None
    ) -> Principal:
        authenticator: Authenticator = request.app.state.platform.authenticator
        caller, client = await authenticator.caller(request.headers.get("authorization"), self.scope or "", ar_actor)
        principal = authenticator.principal(caller, client, ar_practice)
        await request.app.state.platform.admit(request, principal)
        return principal


class GroupGuard(_ScopedGuard):
    """For what adds up several practices."""

    async def __call__(
        self, request: Request, practices: PracticesParameter = (), ar_actor: ActorHeader = None
    ) -> Group:
        authenticator: Authenticator = request.app.state.platform.authenticator
        caller, client = await authenticator.caller(request.headers.get("authorization"), self.scope or "", ar_actor)
        await request.app.state.platform.admit(request, caller)
        return authenticator.group(caller, client, practices)


def require(scope: str) -> Any:
    """`Annotated[Principal, require("claims:read")]`: a client with this scope, acting for one practice."""
    return Security(PracticeGuard(scope), scopes=[scope])


def require_group(scope: str) -> Any:
    """`Annotated[Group, require_group("reports:read")]`: a client with this scope, asking about its practices."""
    return Security(GroupGuard(scope), scopes=[scope])


def require_client(scope: str) -> Any:
    """`Annotated[Caller, require_client("internal:events")]`: a client with this scope, outside any practice."""
    return Security(ClientGuard(scope), scopes=[scope])


def public() -> Any:
    """`dependencies=[public()]`: anyone may call this; saying so is what the start-up check asks for."""
    return Depends(PublicGuard())


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnauthenticatedError
    return token.strip()


def _named_practice(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise PracticeNotFoundError from error


def _only_practice(client: ClientRecord) -> UUID:
    if len(client.practices) != 1:
        raise PracticeRequiredError(suggestion="Send the practice's UUID in the AR-Practice header.")
    return next(iter(client.practices))
