"""Which practices have events that were not handled yet, asked of claims-api."""

from dataclasses import dataclass
from typing import Any, Protocol

from ar_shared.platform.database import Database
from followup_worker.feed.queries import handled


class Feeds(Protocol):
    """The one call to claims-api that is needed: a page of feed heads."""

    async def get(self, path: str, *, params: dict[str, Any]) -> Any:
        """The JSON body of a GET. Raises ServiceUnavailableError or CallRefusedError."""
        ...


@dataclass(frozen=True, slots=True)
class News:
    """A practice whose feed is ahead of our cursor, by how many events."""

    practice_id: int
    behind: int


async def find_news(database: Database, feeds: Feeds) -> list[News]:
    """Practices with news, in the order of their numbers."""
    news: list[News] = []
    after = 0
    while True:
        page = (await feeds.get("/v1/events/heads", params={"after": after}))["items"]
        if not page:
            return news
        heads = {item["practice_id"]: item["last_sequence"] for item in page}
        async with database.control_tx() as connection:
            known = await handled(connection, heads)
        behind = {practice: head - known.get(practice, 0) for practice, head in heads.items()}
        news += [News(practice, count) for practice, count in behind.items() if count > 0]
        after = max(heads)
