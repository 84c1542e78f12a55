"""A request that reads: in one transaction with its row in the access log. Lists come in pages."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeVar
from uuid import UUID

from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal
from ar_shared.platform.cursors import Page
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.types import WireModel
from claims_api.wiring import Wiring

SCHEMA: Final = "claims"
Found = TypeVar("Found")
Out = TypeVar("Out", bound=WireModel)
Filters = dict[str, Any]
Keys = list[str | int]
ReadPage = Callable[[Connection, int, Filters, Any, int], Awaitable[list[Out]]]
"""Of a practice, by filters: the entries after a key (None: from the first), so many at most."""
ReadRows = Callable[[Connection, int, Filters, Any, int], Awaitable[list[Row]]]


@dataclass(frozen=True, slots=True)
class View:
    """`kind` is what the access log calls the subject; `operation` is the operation's id."""

    principal: Principal
    wired: Wiring
    operation: str
    kind: str

    async def of(self, subject_id: UUID, read: Callable[[Connection, int, UUID], Awaitable[Found]]) -> Found:
        """What `read` finds for the practice and the id; a read that raises leaves no row in the log."""
        practice = self.principal.practice_id
        async with self.wired.database.tenant_tx(practice) as connection:
            found = await read(connection, practice, subject_id)
            access = access_by(self.principal, self.wired.clock.now(), self.operation, "view", self.kind, subject_id)
            await record_access(connection, SCHEMA, practice, access)
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list goes on: `of` names an entry's sort keys (they stand in a URL), `key` reads them back."""

    of: Callable[[Any], Keys]
    key: Callable[[Keys], Any]


BY_ID: Final = Place(lambda entry: [str(entry.id)], lambda keys: UUID(str(keys[0])))
BY_EXTERNAL_ID: Final = Place(lambda entry: [entry.external_id], lambda keys: str(keys[0]))


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list; `given` are the filters as asked (enums, ids, words), None where nothing was said."""

    principal: Principal
    wired: Wiring
    operation: str
    given: Mapping[str, Any]
    limit: int
    cursor: str | None

    async def page(self, read: ReadPage[Out], place: Place = BY_ID) -> Page[Out]:
        """Up to `limit` entries after the cursor's, and the cursor for more. Raises CursorInvalidError."""
        practice, cursors = self.principal.practice_id, self.wired.cursors
        filters = {name: _plain(value) for name, value in self.given.items() if value is not None}
        after = None
        if self.cursor:
            after = place.key(cursors.decode(self.cursor, self.operation, practice, filters))
        async with self.wired.database.tenant_tx(practice) as connection:
            found = await read(connection, practice, filters, after, self.limit + 1)
            access = access_by(self.principal, self.wired.clock.now(), self.operation, "search")
            await record_access(connection, SCHEMA, practice, access)
        entries, more = found[: self.limit], len(found) > self.limit
        next_cursor = cursors.encode(self.operation, practice, filters, place.of(entries[-1])) if more else None
        return Page(items=entries, next_cursor=next_cursor)


def rows_as(model: type[Out], read: ReadRows) -> ReadPage[Out]:
    """Entries that are one row each, by the names of the model's fields."""

    async def entries(connection: Connection, practice_id: int, filters: Filters, after: Any, limit: int) -> list[Out]:
        rows = await read(connection, practice_id, filters, after, limit)
        return [model(**{name: row[name] for name in model.model_fields}) for row in rows]

    return entries


def _plain(value: Any) -> Any:
    """As SQL compares it and a cursor signs it."""
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value
