"""`AR-Actor`: a short statement, signed with the client's registered key, of which staff user is acting."""

import re
import time
from collections.abc import Callable
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from ar_shared.platform.auth.cache import ExpiringCache
from ar_shared.platform.auth.errors import ActorInvalidError, TokenInvalidError
from ar_shared.platform.auth.keys import key_set
from ar_shared.platform.auth.principal import Actor, ActorKind, ClientRecord
from ar_shared.platform.auth.verifier import key_id_of, signed_claims

CLIENT_ALGORITHMS: Final = ("ES384", "RS384")
_MAX_LIFETIME_SECONDS: Final = 3600
_MAX_CACHED: Final = 10_000
_ACTOR_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/+=-]{0,63}")
_KINDS: Final[dict[str, tuple[ActorKind, ...]]] = {"vendor": ("user",), "service": ("user", "rule", "job")}


class ActorVerifier:
    """Checks AR-Actor statements and remembers them until they expire.

    Claims: `iss` the client, `aud` our audience, `sub` the staff user's external id or UUID, `iat`, and `exp` at
    most an hour later. One of our own services may also name a `kind` of rule or job.
    """

    def __init__(self, *, audience: str, now: Callable[[], float] = time.time) -> None:
        self._audience = audience
        self._now = now
        self._verified: ExpiringCache[Actor] = ExpiringCache(_MAX_CACHED, now)

    def verify(self, statement: str, client: ClientRecord) -> Actor:
        """Raises ActorInvalidError."""
        cache_key = f"{client.client_id} {statement}"
        actor = self._verified.get(cache_key)
        if actor is None:
            claims = self._claims(statement, client)
            actor = _actor(claims, client)
            self._verified.put(cache_key, actor, min(float(claims["exp"]), self._now() + 60))
        return actor

    def _claims(self, statement: str, client: ClientRecord) -> dict[str, Any]:
        try:
            key = key_set(client.jwks or {"keys": []}).get(key_id_of(statement))
        except (TokenInvalidError, JoseError, KeyError, ValueError) as error:
            raise ActorInvalidError from error
        registry = JWTClaimsRegistry(
            now=lambda: int(self._now()),
            leeway=5,
            iss={"essential": True, "value": client.client_id},
            aud={"essential": True, "value": self._audience},
            sub={"essential": True},
            iat={"essential": True},
            exp={"essential": True},
        )
        claims = signed_claims(statement, key, CLIENT_ALGORITHMS, registry) if key else None
        if claims is None or claims["exp"] - claims["iat"] > _MAX_LIFETIME_SECONDS:
            raise ActorInvalidError
        return claims


def _actor(claims: dict[str, Any], client: ClientRecord) -> Actor:
    kind = claims.get("kind", "user")
    if kind not in _KINDS[client.kind] or not _ACTOR_ID.fullmatch(claims["sub"]):
        raise ActorInvalidError
    return Actor(kind, claims["sub"])
