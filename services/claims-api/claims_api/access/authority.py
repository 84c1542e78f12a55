"""Whether the person who acts may decide: what an approval asks before it is given."""

from typing import Final

from ar_shared.kernel.errors import ForbiddenError
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection

# A staff user is named by the practice's own id or by ours.
_ROLES: Final = """
SELECT roles FROM claims.staff_user
WHERE practice_id = $1 AND (external_id = $2 OR id::text = $2) AND disabled_at IS NULL
"""


class AuthorityMissingError(ForbiddenError):
    """The decision needs a staff user with a role that the one who acts does not have."""

    code = "authority_missing"
    title = "This needs a staff user with the authority for it"


async def require_role(connection: Connection, principal: Principal, role: str) -> None:
    """Let a staff user with the role through, named by `AR-Actor`; a program, a rule or a job never decides.

    In a sandbox practice a client has no key to sign `AR-Actor` with, so that the client itself may decide there; a
    staff user whom it does name is asked for the role all the same. Raises AuthorityMissingError.
    """
    actor = principal.actor
    if actor.kind == "client" and principal.mode == "sandbox":
        return
    roles = await connection.fetchval(_ROLES, principal.practice_id, actor.id) if actor.kind == "user" else None
    if role not in (roles or ()):
        raise AuthorityMissingError(suggestion=f"Send AR-Actor for a staff user whose roles hold {role}.")
