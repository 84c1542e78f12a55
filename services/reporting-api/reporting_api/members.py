"""What the members of a slice are called."""

from typing import Final

from ar_shared.platform.database import Connection
from reporting_api.slices import WHOLE, Slice

_NAMES: Final = {
    Slice.PAYER: "SELECT payer_id::text AS member, name FROM claims_export.payer_v1 WHERE practice_id = $1",
    Slice.PROVIDER: "SELECT provider_id::text AS member, concat_ws(', ', last_name, first_name) AS name "
    "FROM claims_export.provider_v1 WHERE practice_id = $1",
    Slice.LOCATION: "SELECT location_id::text AS member, name FROM claims_export.location_v1 WHERE practice_id = $1",
}
_UNKNOWN: Final = {
    Slice.TOTAL: "All",
    Slice.PAYER: "Payer not known",
    Slice.PAYER_CLASS: "Class not known",
    Slice.PROVIDER: "Provider not known",
    Slice.LOCATION: "Location not known",
}


class Names:
    """Names of one slice's members."""

    def __init__(self, by: Slice, found: dict[str, str]) -> None:
        self._by = by
        self._found = found

    def of(self, member: str) -> str:
        """An id that has no name any more is called unknown; a name of a closed list is put into words."""
        if member == WHOLE or self._by in _NAMES:
            return self._found.get(member, _UNKNOWN.get(self._by, "Other"))
        return member.replace("_", " ").capitalize()


async def read_names(connection: Connection, practice_id: int, by: Slice) -> Names:
    """Of every member that the practice knows; lists of payers, providers and locations are short."""
    if by not in _NAMES:
        return Names(by, {})
    rows = await connection.fetch(_NAMES[by], practice_id)
    return Names(by, {row["member"]: row["name"] for row in rows})
