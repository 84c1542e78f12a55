"""Register an API client, or replace its secret, scopes and grants."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ar_shared.platform.auth.secrets import hash_secret
from ar_shared.platform.database import Connection


async def register_client(
    connection: Connection,
    client_id: str,
    *,
    name: str,
    kind: str,
    secret: str | None,
    scopes: Iterable[str],
    practice_ids: Iterable[int],
    now: datetime,
    jwks: Mapping[str, Any] | None = None,
) -> None:
    """Create or update; the caller commits. kind: integrator, service or sandbox. The secret is stored hashed.

    jwks: the client's public keys, with which it signs its assertions and AR-Actor. In production every client needs
    them: the issuer takes no secret there.

    practice_ids: all it may act for from now on; a grant that is not among them ends.
    """
    await connection.execute(
        "INSERT INTO claims.api_client (id, name, kind, secret_hash, scopes, created_at, jwks) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE "
        "SET name = excluded.name, secret_hash = excluded.secret_hash, scopes = excluded.scopes, jwks = excluded.jwks",
        client_id,
        name,
        kind,
        await asyncio.to_thread(hash_secret, secret) if secret is not None else None,
        sorted(scopes),
        now,
        None if jwks is None else dict(jwks),
    )
    granted = list(practice_ids)
    await connection.execute(
        "DELETE FROM claims.api_client_practice WHERE client_id = $1 AND practice_id <> ALL($2::int[])",
        client_id,
        granted,
    )
    await connection.execute(
        "INSERT INTO claims.api_client_practice (client_id, practice_id) SELECT $1, unnest($2::int[]) "
        "ON CONFLICT DO NOTHING",
        client_id,
        granted,
    )
