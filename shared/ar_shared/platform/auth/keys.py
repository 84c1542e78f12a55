"""Public keys of the token issuer, fetched when needed and again when an unknown key id turns up."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from ar_shared.kernel.errors import ServiceUnavailableError

_MAX_AGE_SECONDS: Final = 600.0
_MIN_REFRESH_SECONDS: Final = 10.0

JwksFetch = Callable[[], Awaitable[Mapping[str, Any]]]


class IssuerKeys:
    """Keys by id. `fetch` returns a JWKS document: from the issuer's URL, or from its own table.

    Keys older than ten minutes are fetched again; an unknown id is a reason too, but at most every ten seconds, so
    that forged ids cannot drive load to the issuer. While a fetch fails, keys already known stay in use.
    """

    def __init__(self, fetch: JwksFetch, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._keys: dict[str, Key] = {}
        self._fetched_at: float | None = None
        self._lock = asyncio.Lock()

    async def find(self, key_id: str) -> Key | None:
        """The key, or None if the issuer does not publish it.

        Raises ServiceUnavailableError while no key has ever been fetched.
        """
        if self._age() > _MAX_AGE_SECONDS or (key_id not in self._keys and self._age() > _MIN_REFRESH_SECONDS):
            await self._refresh()
        return self._keys.get(key_id)

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._monotonic() - self._fetched_at

    async def _refresh(self) -> None:
        asked_at = self._monotonic()
        async with self._lock:
            if self._fetched_at is not None and self._fetched_at >= asked_at:
                return  # someone else fetched while we waited
            try:
                document = await self._fetch()
                self._keys = key_set(document)
            except (ServiceUnavailableError, JoseError, ValueError, KeyError, TypeError) as error:
                if not self._keys:
                    raise ServiceUnavailableError("the token issuer's keys cannot be read") from error
            self._fetched_at = self._monotonic()


def key_set(document: Mapping[str, Any]) -> dict[str, Key]:
    """Keys of a JWKS document by their `kid`; a key without one is ignored. Raises JoseError or KeyError."""
    keys = KeySet.import_key_set({"keys": list(document["keys"])}).keys
    return {key.kid: key for key in keys if key.kid}
