"""Clients, assertions and signing keys of the built-in issuer, in the control tables."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from joserfc.jwk import ECKey

from ar_shared.kernel.clock import Clock
from ar_shared.platform.auth.issuer import RegisteredClient, new_signing_key
from ar_shared.platform.database import Database
from ar_shared.platform.lock_keys import LockKey

_SIGNS_FOR: Final = timedelta(days=90)
_KEYS_CACHED_FOR: Final = timedelta(seconds=60)


class DatabaseIssuerStore:
    """The issuer's storage; signing keys are read at most once a minute and replaced after 90 days."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock: Callable[[], datetime] = clock.now
        self._keys: list[ECKey] = []
        self._read_at = datetime.min.replace(tzinfo=UTC)

    async def find_registered_client(self, client_id: str) -> RegisteredClient | None:
        """An active client, or None."""
        async with self._database.control_tx() as connection:
            row = await connection.fetchrow(
                "SELECT kind, secret_hash, jwks, scopes FROM claims.api_client WHERE id = $1 AND disabled_at IS NULL",
                client_id,
            )
        if row is None:
            return None
        return RegisteredClient(
            client_id=client_id,
            scopes=frozenset(row["scopes"]),
            is_sandbox=row["kind"] in ("sandbox", "service"),
            secret_hash=row["secret_hash"],
            jwks=row["jwks"],
        )

    async def remember_assertion(self, client_id: str, jti: str, expires_at: int) -> bool:
        """Record an assertion id; False if it was there already."""
        async with self._database.control_tx() as connection:
            await connection.execute("DELETE FROM claims.assertion_jti WHERE expires_at < $1", self._clock())
            tag = await connection.execute(
                "INSERT INTO claims.assertion_jti (client_id, jti, expires_at) VALUES ($1, $2, $3) "
                "ON CONFLICT DO NOTHING",
                client_id,
                jti,
                datetime.fromtimestamp(expires_at, UTC),
            )
        return tag == "INSERT 0 1"

    async def signing_keys(self) -> list[ECKey]:
        """Private keys that have not retired, newest first; makes one when none would sign."""
        now = self._clock()
        if now - self._read_at > _KEYS_CACHED_FOR:
            self._keys, self._read_at = await self._read_or_make(now), now
        return self._keys

    async def _read_or_make(self, now: datetime) -> list[ECKey]:
        async with self._database.control_tx() as connection:
            await connection.execute(f"SELECT pg_advisory_xact_lock({LockKey.SIGNING_KEYS:d})")
            rows = await connection.fetch(
                "SELECT private_jwk, created_at FROM claims.signing_key WHERE retires_at > $1 ORDER BY created_at DESC",
                now,
            )
            keys = [ECKey.import_key(row["private_jwk"]) for row in rows]
            if rows and now - rows[0]["created_at"] < _SIGNS_FOR:
                return keys
            key = new_signing_key()
            await connection.execute(
                "INSERT INTO claims.signing_key (kid, private_jwk, created_at, retires_at) VALUES ($1, $2, $3, $4)",
                key.kid,
                key.as_dict(private=True),
                now,
                now + 2 * _SIGNS_FOR,
            )
        return [key, *keys]
