"""SQL of the simulated payers."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row

MAX_AT_ONCE = 500
_DELIVERY_LOCK: Final = 7_704


async def next_control(connection: Connection, sender: str, receiver: str) -> int:
    """The next interchange number of the simulator to this receiver."""
    number: int = await connection.fetchval(
        "INSERT INTO claims.control_counter (sender, receiver, kind, value) VALUES ($1, $2, 'interchange', 1) "
        "ON CONFLICT (sender, receiver, kind) DO UPDATE SET value = control_counter.value + 1 RETURNING value",
        sender,
        receiver,
    )
    return number


async def wait_for_other_deliveries(connection: Connection, practice_id: int) -> None:
    """Deliveries of a practice take turns until they commit, so that a submission is answered once."""
    await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", _DELIVERY_LOCK, practice_id)


async def is_known(connection: Connection, practice_id: int, submission_id: UUID) -> bool:
    """Whether the submission was taken before."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM claims.simulator_answer WHERE practice_id = $1 AND submission_id = $2) "
            "OR EXISTS (SELECT FROM claims.simulator_claim WHERE practice_id = $1 AND submission_id = $2)",
            practice_id,
            submission_id,
        )
    )


async def insert_answer(
    connection: Connection,
    practice_id: int,
    answer_id: UUID,
    submission_id: UUID | None,
    kind: str,
    part: str,
    due_at: datetime,
    content: bytes,
) -> None:
    """One file on its way."""
    await connection.execute(
        "INSERT INTO claims.simulator_answer (practice_id, id, submission_id, kind, part, due_at, content) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        practice_id,
        answer_id,
        submission_id,
        kind,
        part,
        due_at,
        content,
    )


async def insert_claims(
    connection: Connection,
    practice_id: int,
    submission_id: UUID,
    claims: list[tuple[str, datetime, dict[str, Any], dict[str, Any]]],
) -> None:
    """Adjudicated claims in the order of the file: (payment, due at, parties, decision)."""
    if not claims:
        return
    payments, due, parties, decisions = (list(column) for column in zip(*claims, strict=True))
    await connection.execute(
        "INSERT INTO claims.simulator_claim (practice_id, submission_id, n, payment, due_at, parties, decision) "
        "SELECT $1, $2, c.n, c.payment, c.due_at, c.parties, c.decision "
        "FROM unnest($3::text[], $4::timestamptz[], $5::jsonb[], $6::jsonb[]) WITH ORDINALITY "
        "AS c(payment, due_at, parties, decision, n)",
        practice_id,
        submission_id,
        payments,
        due,
        parties,
        decisions,
    )


async def next_due(connection: Connection, practice_id: int) -> datetime | None:
    """When the next answer arrives; None when nothing is on its way."""
    instant: datetime | None = await connection.fetchval(
        "SELECT least("
        "(SELECT min(due_at) FROM claims.simulator_answer WHERE practice_id = $1 AND delivered_at IS NULL), "
        "(SELECT min(due_at) FROM claims.simulator_claim WHERE practice_id = $1 AND answer_id IS NULL))",
        practice_id,
    )
    return instant


async def claims_due(connection: Connection, practice_id: int, until: datetime) -> list[Row]:
    """Claims whose payment day has come, locked, payment by payment, in the order they were sent."""
    return await connection.fetch(
        "SELECT submission_id, n, payment, due_at, parties, decision FROM claims.simulator_claim "
        "WHERE practice_id = $1 AND answer_id IS NULL AND due_at <= $2 "
        "ORDER BY due_at, payment, submission_id, n FOR UPDATE",
        practice_id,
        until,
    )


async def mark_paid(connection: Connection, practice_id: int, answer_id: UUID, claims: list[tuple[UUID, int]]) -> None:
    """These claims are in that payment."""
    submissions, numbers = (list(column) for column in zip(*claims, strict=True))
    await connection.execute(
        "UPDATE claims.simulator_claim c SET answer_id = $2 "
        "FROM unnest($3::uuid[], $4::int[]) AS p(submission_id, n) "
        "WHERE c.practice_id = $1 AND c.submission_id = p.submission_id AND c.n = p.n",
        practice_id,
        answer_id,
        submissions,
        numbers,
    )


async def answers_due(connection: Connection, practice_id: int, until: datetime) -> list[Row]:
    """Files that should have arrived, oldest first."""
    return await connection.fetch(
        "SELECT id, kind, content FROM claims.simulator_answer "
        "WHERE practice_id = $1 AND delivered_at IS NULL AND due_at <= $2 "
        f"ORDER BY due_at, kind DESC, id LIMIT {MAX_AT_ONCE}",
        practice_id,
        until,
    )


async def mark_delivered(
    connection: Connection, practice_id: int, answer_id: UUID, file_id: UUID, at: datetime
) -> None:
    """The practice has it. at: practice time."""
    await connection.execute(
        "UPDATE claims.simulator_answer SET delivered_at = $4, file_id = $3 WHERE practice_id = $1 AND id = $2",
        practice_id,
        answer_id,
        file_id,
        at,
    )
