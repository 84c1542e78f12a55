"""Authentication and authorisation: who calls, with which scopes, for which practice, on whose behalf."""

from ar_shared.platform.auth.guard import public, require, require_client, require_group
from ar_shared.platform.auth.principal import (
    Actor,
    ActorKind,
    Caller,
    ClientDirectory,
    ClientRecord,
    Group,
    PracticeGrant,
    Principal,
)

__all__ = [
    "Actor",
    "ActorKind",
    "Caller",
    "ClientDirectory",
    "ClientRecord",
    "Group",
    "PracticeGrant",
    "Principal",
    "public",
    "require",
    "require_client",
    "require_group",
]
