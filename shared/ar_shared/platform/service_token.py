"""A service's own access token for calls to its siblings."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import httpx
import orjson
from joserfc import jwt
from joserfc.jwk import ECKey

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.auth.token_request import ASSERTION_TYPE
from ar_shared.platform.settings import PlatformSettings

_RENEW_BEFORE_SECONDS: Final = 60
_ASSERTION_SECONDS: Final = 120


class ServiceToken:
    """Gets a token with the service's own client, keeps it until a minute before it expires.

    With `AR_SERVICE_CLIENT_KEY` (a private P-384 JWK) it signs an assertion; else it uses the secret, which the
    issuer accepts from sandbox clients only.
    """

    def __init__(
        self, settings: PlatformSettings, client: httpx.AsyncClient, *, now: Callable[[], float] = time.time
    ) -> None:
        self._settings = settings
        self._client = client
        self._now = now
        self._token = ""
        self._renew_at = 0.0
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """A token that is good for at least a minute. Raises ServiceUnavailableError."""
        if self._now() < self._renew_at:
            return self._token
        async with self._lock:
            if self._now() >= self._renew_at:
                await self._renew()
        return self._token

    def forget(self) -> None:
        """Ask for a new token next time: this one was refused."""
        self._renew_at = 0.0

    async def _renew(self) -> None:
        form = {"grant_type": "client_credentials", **self._credentials()}
        try:
            response = await self._client.post(self._settings.token_url, data=form)
            response.raise_for_status()
            answer = orjson.loads(response.content)
            self._token = answer["access_token"]
            self._renew_at = self._now() + answer["expires_in"] - _RENEW_BEFORE_SECONDS
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise ServiceUnavailableError("no token for calls between services") from error

    def _credentials(self) -> dict[str, str]:
        client_id = self._settings.service_client_id
        jwk = self._settings.service_client_key.get_secret_value()
        if not jwk:
            return {
                "client_id": client_id,
                "client_secret": self._settings.service_client_secret.get_secret_value(),
            }
        return {
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._assertion(client_id, ECKey.import_key(orjson.loads(jwk))),
        }

    def _assertion(self, client_id: str, key: ECKey) -> str:
        now = int(self._now())
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": self._settings.token_url,
            "iat": now,
            "exp": now + _ASSERTION_SECONDS,
            "jti": str(uuid7()),
        }
        return jwt.encode({"alg": "ES384", "kid": key.kid}, claims, key, algorithms=["ES384"])
