"""Who is asking, for which practice, and on whose behalf."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

ActorKind = Literal["user", "client", "rule", "job"]
ClientKind = Literal["vendor", "service"]
PracticeMode = Literal["production", "sandbox"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: a staff user (external id or UUID), else the client, a named rule or a job."""

    kind: ActorKind
    id: str


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated client and what its token allows."""

    client_id: str
    client_kind: ClientKind
    scopes: frozenset[str]
    actor: Actor


@dataclass(frozen=True, slots=True)
class PracticeGrant:
    """A practice a client may act for; `time_zone` is an IANA name."""

    practice_id: int
    mode: PracticeMode
    time_zone: str


@dataclass(frozen=True, slots=True)
class Principal(Caller):
    """A caller acting for one practice."""

    practice_id: int
    practice: UUID
    mode: PracticeMode
    time_zone: str


@dataclass(frozen=True, slots=True)
class Group(Caller):
    """A caller asking about several practices together, each of which it may act for."""

    practices: Mapping[UUID, PracticeGrant]


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """What the registry knows of an active client; `jwks` holds its public keys, if it registered any."""

    client_id: str
    kind: ClientKind
    practices: Mapping[UUID, PracticeGrant]
    jwks: Mapping[str, Any] | None = None


class ClientDirectory(Protocol):
    """Looks up active clients; each service implements it over the control tables it may read."""

    async def find_client(self, client_id: str) -> ClientRecord | None:
        """The client with every practice it may act for; None if unknown or switched off.

        Raises ServiceUnavailableError when the registry cannot be reached.
        """
        ...
