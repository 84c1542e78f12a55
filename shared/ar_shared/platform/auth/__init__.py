"""Authentication and authorisation: who calls, with which scopes, for which practice, on whose behalf."""

from ar_shared.platform.auth.guard import public, require, require_client
from ar_shared.platform.auth.principal import (
    Actor,
    ActorKind,
    Caller,
    ClientDirectory,
    ClientRecord,
    PracticeGrant,
    Principal,
)

__all__ = [
    "Actor",
    "ActorKind",
    "Caller",
    "ClientDirectory",
    "ClientRecord",
    "PracticeGrant",
    "Principal",
    "public",
    "require",
    "require_client",
]
