"""Checks access tokens: ES256, by the issuer's published keys, every claim that matters."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import extract_compact
from joserfc.jwt import JWTClaimsRegistry

from ar_shared.platform.auth.cache import ExpiringCache
from ar_shared.platform.auth.errors import TokenInvalidError
from ar_shared.platform.auth.keys import IssuerKeys

ACCESS_TOKEN_ALGORITHMS: Final = ("ES256",)
_MAX_TOKEN_LENGTH: Final = 8192
_MAX_CACHED: Final = 10_000
_LEEWAY_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """What a genuine token says; `user` is the staff user when it is a user's token (RFC 8693 `act`)."""

    client_id: str
    scopes: frozenset[str]
    user: str | None
    expires_at: float


class TokenVerifier:
    """Verifies each token once and remembers it until it expires (an ES256 check costs a tenth of a request).

    joserfc's `decode` checks the signature only; the claims registry is what refuses an expired token.
    """

    def __init__(self, *, issuer: str, audience: str, keys: IssuerKeys, now: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._verified: ExpiringCache[VerifiedToken] = ExpiringCache(_MAX_CACHED, now)
        self._claims = JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
            client_id={"essential": True},
        )

    async def verify(self, token: str) -> VerifiedToken:
        """Raises TokenInvalidError, or ServiceUnavailableError while the issuer's keys cannot be read."""
        verified = self._verified.get(token)
        if verified is None:
            verified = await self._verify(token)
            self._verified.put(token, verified, verified.expires_at)
        return verified

    async def _verify(self, token: str) -> VerifiedToken:
        key = await self._keys.find(key_id_of(token))
        if key is None:
            raise TokenInvalidError
        claims = signed_claims(token, key, ACCESS_TOKEN_ALGORITHMS, self._claims)
        if claims is None:
            raise TokenInvalidError
        return _verified(claims)


def key_id_of(token: str) -> str:
    """The `kid` of a compact JWS, unverified. Raises TokenInvalidError."""
    key_id = _parts(token)[0].get("kid")
    if not isinstance(key_id, str):
        raise TokenInvalidError
    return key_id


def unverified_claims(token: str) -> dict[str, Any]:
    """What a compact JWS claims, unchecked: good only for choosing a key. Raises TokenInvalidError."""
    return _parts(token)[1]


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        if len(token) > _MAX_TOKEN_LENGTH:
            raise TokenInvalidError
        compact = extract_compact(token.encode("ascii"))
        claims = orjson.loads(compact.payload)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise TokenInvalidError from error
    if not isinstance(claims, dict):
        raise TokenInvalidError
    return compact.headers(), claims


def signed_claims(
    token: str, key: Key, algorithms: tuple[str, ...], registry: JWTClaimsRegistry
) -> dict[str, Any] | None:
    """The claims, if the signature, the algorithm and every registered claim hold; else None."""
    try:
        claims = jwt.decode(token, key, algorithms=list(algorithms)).claims
        registry.validate(claims)
    except (JoseError, ValueError, TypeError):
        return None
    return claims


def _verified(claims: dict[str, Any]) -> VerifiedToken:
    client_id, subject, scope = claims["client_id"], claims["sub"], claims.get("scope", "")
    actor = claims.get("act")
    if not isinstance(client_id, str) or not isinstance(scope, str):
        raise TokenInvalidError
    if actor is not None and (not isinstance(actor, dict) or actor.get("sub") != client_id):
        raise TokenInvalidError
    return VerifiedToken(
        client_id=client_id,
        scopes=frozenset(scope.split()),
        user=subject if actor is not None else None,
        expires_at=float(claims["exp"]),
    )
