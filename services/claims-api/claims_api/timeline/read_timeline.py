"""Put together what every feature knows of a claim."""

from collections.abc import Mapping
from typing import Any, Final, cast
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from claims_api.timeline import queries
from claims_api.timeline.schemas import EntryKind, TimelineEntry, TimelineOut

_PATHS: Final[Mapping[str, str]] = {
    "sent": "/v1/submissions",
    "acknowledgement": "/v1/submissions",
    "remittance": "/v1/remittances",
    "reversal": "/v1/remittances",
    "denial": "/v1/denials",
}
_OWN: Final = frozenset({"at", "on_date", "link_id", "about_id"})
_TIE: Final = {kind: place for place, kind in enumerate(queries.QUERIES)}


async def read_timeline(connection: Connection, practice_id: int, claim_id: UUID) -> TimelineOut:
    """Oldest first; of one instant a cause stands before its consequences. Raises NotFoundError.

    Claims to other payers for the same charges are part of the story; their entries name them (`claim_id`).
    """
    family = await queries.family_of(connection, practice_id, claim_id)
    if not family:
        raise NotFoundError("there is no such claim")
    entries = [
        _entry(kind, row, claim_id)
        for kind in queries.QUERIES
        for row in await queries.rows_of(connection, practice_id, family, kind)
    ]
    entries.sort(key=lambda entry: (entry.at, _TIE[entry.kind], entry.data.get("sequence", 0)))
    return TimelineOut(claim_id=claim_id, entries=entries)


def _entry(kind: str, row: Row, claim_id: UUID) -> TimelineEntry:
    path = _PATHS.get(kind)
    data: dict[str, Any] = {name: value for name, value in row.items() if name not in _OWN and value is not None}
    if row["link_id"] is not None and path is None:
        data[f"{kind}_id"] = row["link_id"]
    if row["about_id"] != claim_id:
        data["claim_id"] = row["about_id"]
    return TimelineEntry(
        at=row["at"],
        on=row["on_date"],
        kind=cast("EntryKind", kind),
        link=f"{path}/{row['link_id']}" if path and row["link_id"] else None,
        data=data,
    )
