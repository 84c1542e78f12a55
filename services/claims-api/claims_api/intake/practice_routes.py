"""Which of a client's practices a transaction is for: by who is paid or bills, else by our own control numbers."""

from dataclasses import dataclass
from uuid import UUID

from ar_shared.platform.auth import PracticeGrant
from ar_shared.platform.auth.principal import PracticeMode
from ar_shared.platform.database import Database
from claims_api.acknowledgements.batch_trace import submission_ids_of
from claims_api.intake import queries


@dataclass(frozen=True, slots=True)
class Route:
    """A practice and, where money or claims name one, its billing entity."""

    practice_id: int
    billing_entity_id: UUID | None = None


class PracticeRoutes:
    """Looks through the practices the client may act for, the named one first; remembers what it found.

    A file that came to a sandbox practice never reaches a production practice, nor the other way round. Row-level
    security hides practices from each other, so each is asked in a transaction of its own.
    """

    def __init__(self, database: Database, own: int, mode: PracticeMode, grants: dict[UUID, PracticeGrant]) -> None:
        self._database = database
        alike = {grant.practice_id for grant in grants.values() if grant.mode == mode}
        self.own = own
        self._mode = mode
        self._practices = [own, *sorted(alike - {own})]
        self._found: dict[tuple[str, ...], Route | None] = {}

    def as_decided(self, practice_ids: list[int]) -> "PracticeRoutes":
        """Looks through these practices alone, and the named one: those a worker that died had found before."""
        decided = PracticeRoutes(self._database, self.own, self._mode, {})
        decided._practices = [*practice_ids, self.own] if self.own not in practice_ids else practice_ids
        return decided

    async def by_provider(self, npis: list[str], tins: list[str]) -> Route | None:
        """The practice with a billing entity of this NPI or tax id; None for a foreign one."""
        key = ("provider", *npis, "/", *tins)
        if key not in self._found:
            self._found[key] = await self._search_provider(npis, tins)
        return self._found[key]

    async def by_submission(self, sender: str, receiver: str, kind: str, control: str) -> Route | None:
        """The practice that sent this interchange (TA1) or group (999); a number is of one pair of partners."""
        for practice_id in self._practices:
            async with self._database.tenant_tx(practice_id) as connection:
                if await queries.owns_submission(connection, practice_id, sender, receiver, kind, control):
                    return Route(practice_id)
        return None

    async def by_control_numbers(self, numbers: set[str]) -> dict[str, int]:
        """The practice of each of these patient control numbers (277CA); a number of nobody is left out.

        A number that we minted is of one practice alone; one that came from outside may be of several, and is then
        the first one's.
        """
        minted: dict[str, int] = {}
        submitted: dict[str, int] = {}
        for practice_id in self._practices:
            async with self._database.tenant_tx(practice_id) as connection:
                own, foreign = await queries.known_control_numbers(connection, practice_id, numbers)
            minted |= dict.fromkeys(own, practice_id)
            submitted = dict.fromkeys(foreign, practice_id) | submitted
        return submitted | minted

    async def by_batch_traces(self, traces: set[str]) -> dict[str, int]:
        """The practice that sent each of these batches (277CA 2200B TRN02)."""
        ranges = {trace: ids for trace in traces if (ids := submission_ids_of(trace)) is not None}
        senders: dict[str, int] = {}
        for practice_id in self._practices if ranges else ():
            async with self._database.tenant_tx(practice_id) as connection:
                sent = await queries.sent_batches(connection, practice_id, ranges)
            senders |= dict.fromkeys(sent, practice_id)
        return senders

    async def _search_provider(self, npis: list[str], tins: list[str]) -> Route | None:
        for practice_id in self._practices:
            async with self._database.tenant_tx(practice_id) as connection:
                entity = await queries.billing_entity_of(connection, practice_id, npis, tins)
            if entity is not None:
                return Route(practice_id, entity)
        return None
