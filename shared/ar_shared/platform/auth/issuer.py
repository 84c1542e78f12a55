"""The built-in token issuer: OAuth 2.0 client credentials (RFC 6749 section 4.4) over a small storage protocol.

A client proves itself with a signed assertion (`private_key_jwt`, RFC 7523, as SMART Backend Services profiles it)
or, only in a sandbox, with a secret.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jwt import JWTClaimsRegistry

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.auth.actor import CLIENT_ALGORITHMS
from ar_shared.platform.auth.errors import TokenInvalidError
from ar_shared.platform.auth.keys import key_set
from ar_shared.platform.auth.secrets import verify_secret
from ar_shared.platform.auth.token_request import OAuthError, TokenRequest
from ar_shared.platform.auth.verifier import key_id_of, signed_claims
from ar_shared.platform.settings import PlatformSettings

MAX_ASSERTION_SECONDS: Final = 300
_LEEWAY_SECONDS: Final = 5
_MAX_JTI_LENGTH: Final = 255


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """A client as the issuer needs it; `secret_hash` is of `hash_secret`, `jwks` its public keys."""

    client_id: str
    scopes: frozenset[str]
    is_sandbox: bool
    secret_hash: str | None = None
    jwks: Mapping[str, Any] | None = None


class IssuerStore(Protocol):
    """Storage of clients, seen assertions and signing keys (control tables, no practice)."""

    async def find_registered_client(self, client_id: str) -> RegisteredClient | None:
        """An active client, or None."""
        ...

    async def remember_assertion(self, client_id: str, jti: str, expires_at: int) -> bool:
        """Record an assertion id; False if it was there already. Must be atomic over all replicas."""
        ...

    async def signing_keys(self) -> list[ECKey]:
        """Private P-256 keys with a `kid`; the first one signs, all are published."""
        ...


class TokenIssuer:
    """Answers token requests and publishes the keys."""

    def __init__(self, settings: PlatformSettings, store: IssuerStore, *, now: Callable[[], float] = time.time) -> None:
        if settings.issuer_mode == "external":
            raise ValueError("an external issuer is configured; the built-in one must not run beside it")
        if settings.environment == "production" and settings.issuer_mode == "dev":
            raise ValueError("the development issuer must not run in production")
        self._settings = settings
        self._store = store
        self._now = now

    async def issue(self, request: TokenRequest) -> dict[str, Any]:
        """The token response of RFC 6749 section 5.1. Raises OAuthError."""
        client = await self._authenticate(request)
        scopes = _granted(request.scopes, client.scopes)
        return {
            "access_token": await self._sign(client.client_id, scopes),
            "token_type": "Bearer",
            "expires_in": self._settings.token_lifetime_seconds,
            "scope": " ".join(sorted(scopes)),
        }

    async def jwks(self) -> dict[str, Any]:
        """The public keys as a JWKS document (RFC 7517)."""
        keys = await self._store.signing_keys()
        return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": "ES256"} for key in keys]}

    async def _authenticate(self, request: TokenRequest) -> RegisteredClient:
        client = await self._store.find_registered_client(request.client_id)
        if request.assertion is not None:
            await self._check_assertion(request.client_id, request.assertion, client)
        else:
            await self._check_secret(request.secret or "", client)
        if client is None:
            raise OAuthError.invalid_client()
        return client

    async def _check_secret(self, secret: str, client: RegisteredClient | None) -> None:
        may_use_one = client is not None and client.is_sandbox and self._settings.environment != "production"
        stored = client.secret_hash if client is not None and may_use_one else None
        if not await verify_secret(secret, stored):
            raise OAuthError.invalid_client()

    async def _check_assertion(self, client_id: str, assertion: str, client: RegisteredClient | None) -> None:
        claims = self._assertion_claims(client_id, assertion, client)
        jti, expires_at = claims["jti"], claims["exp"]
        too_long = expires_at > self._now() + MAX_ASSERTION_SECONDS + _LEEWAY_SECONDS
        if too_long or not 0 < len(jti) <= _MAX_JTI_LENGTH:
            raise OAuthError.invalid_client()
        if not await self._store.remember_assertion(client_id, jti, int(expires_at) + _LEEWAY_SECONDS):
            raise OAuthError.invalid_client()

    def _assertion_claims(self, client_id: str, assertion: str, client: RegisteredClient | None) -> dict[str, Any]:
        try:
            keys = key_set((client.jwks if client else None) or {"keys": []})
            key = keys.get(key_id_of(assertion))
        except (TokenInvalidError, JoseError, KeyError, ValueError):
            raise OAuthError.invalid_client() from None
        claims = signed_claims(assertion, key, CLIENT_ALGORITHMS, self._registry(client_id)) if key else None
        if claims is None:
            raise OAuthError.invalid_client()
        return claims

    def _registry(self, client_id: str) -> JWTClaimsRegistry:
        return JWTClaimsRegistry(
            now=lambda: int(self._now()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": client_id},
            sub={"essential": True, "value": client_id},
            aud={"essential": True, "value": self._settings.token_url},
            exp={"essential": True},
            jti={"essential": True},
        )

    async def _sign(self, client_id: str, scopes: frozenset[str]) -> str:
        key = (await self._store.signing_keys())[0]
        now = int(self._now())
        claims = {
            "iss": self._settings.issuer_url,
            "aud": self._settings.audience,
            "sub": client_id,
            "client_id": client_id,
            "scope": " ".join(sorted(scopes)),
            "iat": now,
            "exp": now + self._settings.token_lifetime_seconds,
            "jti": str(uuid7()),
        }
        header = {"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}
        return jwt.encode(header, claims, key, algorithms=["ES256"])


def new_signing_key() -> ECKey:
    """A fresh P-256 key with a random id; keep `key.as_dict(private=True)` where only the issuer can read it."""
    return ECKey.generate_key("P-256", {"kid": str(uuid7())})


def _granted(requested: frozenset[str], allowed: frozenset[str]) -> frozenset[str]:
    if requested - allowed:
        raise OAuthError("invalid_scope", "a requested scope is not granted to this client")
    return requested or allowed
