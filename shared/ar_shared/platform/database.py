"""One pool a service, opened on first use, and transactions that know their practice.

`tenant_tx` opens the transaction, sets the practice and takes what advisory locks the caller needs in a
single round trip. It commits before the caller's next line runs, so a reply is only built from what is committed.
Rules: `docs/adr/0002-tenancy.md`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

import asyncpg
import orjson
from pydantic import SecretStr

from ar_shared.kernel.errors import IdempotencyInFlightError, ServiceUnavailableError
from ar_shared.platform.lock_keys import LockKey
from ar_shared.platform.metrics import Metrics
from ar_shared.platform.settings import PlatformSettings

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Row: TypeAlias = asyncpg.Record

_PERIOD_LOCK_WAIT: Final = "5s"
_RETRY_AFTER_SECONDS: Final = 2

LOST: Final[tuple[type[BaseException], ...]] = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionError,
    TimeoutError,
    OSError,
)
CONTENDED: Final[tuple[type[BaseException], ...]] = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
)
AWAY: Final[tuple[type[BaseException], ...]] = (*LOST, *CONTENDED, TimeoutError)
TOO_SLOW: Final[tuple[type[BaseException], ...]] = (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError)


class _Connection(asyncpg.Connection):
    """Nothing is ever set for a session (a lint keeps it so), so nothing has to be reset between uses."""

    def get_reset_query(self) -> str:
        return ""


async def _prepare(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: b"\x01" + orjson.dumps(value, default=str),
        decoder=lambda raw: orjson.loads(raw[1:]),
        format="binary",
    )


class Database:
    """The service's way into PostgreSQL. Starting one does not need PostgreSQL to be up."""

    def __init__(
        self,
        dsn: str,
        *,
        min_size: int = 1,
        max_size: int = 8,
        statement_cache_size: int = 200,
        acquire_timeout: float = 5.0,
        statement_timeout: float | None = None,
        observe_wait: Callable[[float], None] | None = None,
    ) -> None:
        """statement_timeout: seconds after which PostgreSQL gives a statement up, outside `bulk` transactions.

        observe_wait: told the seconds that each transaction waited for its connection.
        """
        self._dsn = dsn
        self._acquire_timeout = acquire_timeout
        self._observe_wait = observe_wait
        limit = f"; SET LOCAL statement_timeout = {statement_timeout * 1000:.0f}" if statement_timeout else ""
        self._time_limit = limit
        self._options: dict[str, Any] = {
            "min_size": min_size,
            "max_size": max_size,
            "statement_cache_size": statement_cache_size,
        }
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        """Give every connection back to PostgreSQL."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def is_ready(self) -> bool:
        """Whether a statement runs now."""
        try:
            async with self.control_tx() as connection:
                return bool(await connection.fetchval("SELECT true"))
        except ServiceUnavailableError:
            return False

    @asynccontextmanager
    async def tenant_tx(
        self,
        practice_id: int,
        *,
        key_lock: int | None = None,
        period_open: bool = False,
        period_closing: bool = False,
        one_snapshot: bool = False,
        bulk: bool = False,
    ) -> AsyncIterator[Connection]:
        """A transaction of one practice; commits on a clean exit, else rolls back.

        key_lock: a 64-bit hash that must not be held by another transaction (an idempotency key);
        raises IdempotencyInFlightError at once if it is. period_open: share the lock that closing a period
        takes exclusively (period_closing). one_snapshot: all statements see the same moment, for figures that must
        add up. bulk: a statement may take as long as it needs, as for a payment of 100,000 claims.
        Raises ServiceUnavailableError when PostgreSQL cannot be reached, ends the connection, or gives a statement
        or a lock up for time; if that happens at commit the outcome is unknown and the caller's retry finds it by key.
        """
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ" if one_snapshot else "BEGIN"
        opening = f"{begin}; SET LOCAL ar.practice_id = '{practice_id:d}'"
        if not bulk:
            opening += self._time_limit
        if period_closing:
            opening += f"; SET LOCAL lock_timeout = '{_PERIOD_LOCK_WAIT}'"
            opening += f"; SELECT pg_advisory_xact_lock({LockKey.PERIOD:d}, {practice_id:d})"
        elif period_open:
            opening += f"; SELECT pg_advisory_xact_lock_shared({LockKey.PERIOD:d}, {practice_id:d})"
        if key_lock is not None:
            # A lock that is not free divides by zero: the answer costs no round trip of its own.
            opening += f"; SELECT 1 / pg_try_advisory_xact_lock({key_lock:d})::int"
        async with self._transaction(opening) as connection:
            yield connection

    @asynccontextmanager
    async def control_tx(self) -> AsyncIterator[Connection]:
        """A transaction outside any practice: sees control and reference tables, no tenant row."""
        async with self._transaction(f"BEGIN{self._time_limit}") as connection:
            yield connection

    @asynccontextmanager
    async def _transaction(self, opening: str) -> AsyncIterator[Connection]:
        async with self._connection() as connection:
            try:
                await self._begin(connection, opening)
                yield connection
                tag = await connection.execute("COMMIT")
                if tag != "COMMIT":
                    raise ServiceUnavailableError("the transaction was not committed")
            finally:
                if not connection.is_closed() and connection.is_in_transaction():
                    await connection.execute("ROLLBACK")

    async def _begin(self, connection: Connection, opening: str) -> None:
        try:
            await connection.execute(opening)
        except asyncpg.DivisionByZeroError as error:
            raise IdempotencyInFlightError("a request with this key is still running") from error

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        pool = await self._open()
        asked_at = time.perf_counter()
        try:
            async with pool.acquire(timeout=self._acquire_timeout) as connection:
                if self._observe_wait is not None:
                    self._observe_wait(time.perf_counter() - asked_at)
                yield connection
        except TOO_SLOW as error:
            raise ServiceUnavailableError(
                "the database took too long", retry_after_seconds=_RETRY_AFTER_SECONDS
            ) from error
        except AWAY as error:
            raise ServiceUnavailableError(
                "the database cannot be reached", retry_after_seconds=_RETRY_AFTER_SECONDS
            ) from error

    async def _open(self) -> "asyncpg.Pool[asyncpg.Record]":
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self._pool = await self._create()
        return self._pool

    async def _create(self) -> "asyncpg.Pool[asyncpg.Record]":
        try:
            return await asyncpg.create_pool(
                self._dsn, init=_prepare, connection_class=_Connection, timeout=5, **self._options
            )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise ServiceUnavailableError(
                "the database cannot be reached", retry_after_seconds=_RETRY_AFTER_SECONDS
            ) from error


def open_database(settings: PlatformSettings, metrics: Metrics, *, url: SecretStr | None = None) -> Database:
    """The service's database as its settings say; url: another one than `AR_DATABASE_URL`."""
    return Database(
        (url or settings.database_url).get_secret_value(),
        min_size=settings.db_pool_min_size,
        max_size=settings.db_pool_max_size,
        statement_cache_size=settings.db_statement_cache_size,
        acquire_timeout=settings.db_acquire_timeout_seconds,
        statement_timeout=settings.db_command_timeout_seconds,
        observe_wait=metrics.pool_wait_seconds.labels(metrics.service).observe,
    )


async def copy_rows(
    connection: Connection, table: str, columns: Sequence[str], rows: Any, *, ddl: str | None = None
) -> None:
    """COPY rows into a temporary table of this transaction and ANALYZE it.

    Refuses to run outside a transaction: rows copied there would survive a rollback.
    ddl: the body of `CREATE TEMP TABLE ... ON COMMIT DROP`, when the table is not there yet.
    """
    if not connection.is_in_transaction():
        raise RuntimeError("COPY outside a transaction")
    if ddl is not None:
        await connection.execute(f"CREATE TEMP TABLE {table} ({ddl}) ON COMMIT DROP")
    await connection.copy_records_to_table(table, records=rows, columns=list(columns))
    await connection.execute(f"ANALYZE {table}")


async def retried(work: Callable[[], Awaitable[Any]], *, attempts: int = 3) -> Any:
    """Run `work` again when the database went away or refused for contention; it must be idempotent."""
    for attempt in range(1, attempts + 1):
        try:
            return await work()
        except ServiceUnavailableError:
            if attempt == attempts:
                raise
            await asyncio.sleep(0.05 * attempt)
    raise AssertionError("unreachable")


def violated_constraint(error: asyncpg.PostgresError) -> str:
    """Name of the constraint an IntegrityConstraintViolation is about; '' when PostgreSQL does not say."""
    name = getattr(error, "constraint_name", None)
    if name:
        return str(name)
    quoted = str(error).split('"')
    return quoted[1].rstrip("0123456789").rstrip("_") if len(quoted) > 2 else ""
