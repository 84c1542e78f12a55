"""Up to what amount a staff user decides: the limits of the roles, and of the person."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel, ConfigDict, NonNegativeInt

from ar_shared.kernel.errors import ForbiddenError
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection
from claims_api.access.authority import AuthorityMissingError

_STAFF: Final = """
SELECT id::text AS id, roles, write_off_limit_cents FROM claims.staff_user
WHERE practice_id = $1 AND (external_id = $2 OR id::text = $2) AND disabled_at IS NULL
"""


class AboveAuthorityError(ForbiddenError):
    """The amount is above what the person who acts may decide; somebody with more authority has to."""

    code = "above_authority"
    title = "The amount is above the authority of the person who acts"


class LimitRow(BaseModel):
    """Roles that make a decision, each with its limit in cents."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decision: str
    roles: dict[str, NonNegativeInt]


def read_limits(text: str) -> Mapping[str, Mapping[str, int]]:
    """decision to role to cents, of the file's text. Raises ValidationError."""
    rows = [LimitRow.model_validate(row) for row in tomllib.loads(text)["limit"]]
    return MappingProxyType({row.decision: MappingProxyType(row.roles) for row in rows})


LIMITS: Final = read_limits(Path(__file__).with_name("limits.toml").read_text())


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides. `anything`: a sandbox client, which has no person to name."""

    name: str
    roles: frozenset[str]
    own_limit_cents: int | None
    anything: bool = False


async def decider(connection: Connection, principal: Principal) -> Decider:
    """The staff user whom `AR-Actor` names; in a sandbox practice the client itself. Raises AuthorityMissingError."""
    actor = principal.actor
    if actor.kind == "client" and principal.mode == "sandbox":
        return Decider(f"client:{principal.client_id}", frozenset(), None, anything=True)
    row = None
    if actor.kind == "user":
        row = await connection.fetchrow(_STAFF, principal.practice_id, actor.id)
    if row is None:
        raise AuthorityMissingError(suggestion="Send AR-Actor for a staff user who may decide this.")
    return Decider(row["id"], frozenset(row["roles"]), row["write_off_limit_cents"])


def require_amount(who: Decider, decision: str, amount_cents: int) -> None:
    """Raises AuthorityMissingError without a role for it, AboveAuthorityError one cent above the limit."""
    if who.anything:
        return
    limits = [cents for role, cents in LIMITS[decision].items() if role in who.roles]
    if not limits:
        raise AuthorityMissingError(suggestion=f"One of these roles decides: {', '.join(LIMITS[decision])}.")
    limit = max(limits)
    if who.own_limit_cents is not None:
        limit = min(limit, who.own_limit_cents)
    if amount_cents > limit:
        raise AboveAuthorityError(f"{limit} cents at most")
