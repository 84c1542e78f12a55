"""SQL of the simulated payers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from ar_shared.platform.lock_keys import LockKey
from claims_api.simulator.domain.deposits import Deposit

MAX_AT_ONCE = 500


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
    await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", LockKey.SIMULATED_DELIVERY, practice_id)


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
    connection: Connection, practice_id: int, submission_id: UUID, claims: list[dict[str, Any]]
) -> None:
    """Claims that payers took in, in the order of the file: the other columns of `simulator_claim` by name."""
    await connection.execute(
        "INSERT INTO claims.simulator_claim (practice_id, submission_id, n, patient_control_number, "
        "payer_claim_number, payer_id, member_id, charge_cents, fate) "
        "SELECT $1, $2, c.n, c.claim->>'patient_control_number', c.claim->>'payer_claim_number', "
        "c.claim->>'payer_id', c.claim->>'member_id', (c.claim->>'charge_cents')::bigint, c.claim->>'fate' "
        "FROM unnest($3::jsonb[]) WITH ORDINALITY AS c(claim, n)",
        practice_id,
        submission_id,
        claims,
    )


async def insert_parts(
    connection: Connection,
    practice_id: int,
    submission_id: UUID,
    parts: list[tuple[str, str, str, datetime, dict[str, Any]]],
) -> None:
    """Parts of later payments: (patient control number, file, payment, due at, the part)."""
    if not parts:
        return
    numbers, files, payments, due, contents = (list(column) for column in zip(*parts, strict=True))
    await connection.execute(
        "INSERT INTO claims.simulator_part (practice_id, submission_id, n, patient_control_number, file, payment, "
        "due_at, part) "
        "SELECT $1, $2, p.n, p.number, p.file, p.payment, p.due_at, p.part "
        "FROM unnest($3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::jsonb[]) WITH ORDINALITY "
        "AS p(number, file, payment, due_at, part, n)",
        practice_id,
        submission_id,
        numbers,
        files,
        payments,
        due,
        contents,
    )


async def next_due(connection: Connection, practice_id: int) -> datetime | None:
    """When the next answer arrives; None when nothing is on its way."""
    instant: datetime | None = await connection.fetchval(
        "SELECT least("
        "(SELECT min(due_at) FROM claims.simulator_answer WHERE practice_id = $1 AND delivered_at IS NULL), "
        "(SELECT min(due_at) FROM claims.simulator_part WHERE practice_id = $1 AND written_at IS NULL), "
        "(SELECT min(due_at) FROM claims.simulator_deposit WHERE practice_id = $1 AND delivered_at IS NULL))",
        practice_id,
    )
    return instant


async def parts_due(connection: Connection, practice_id: int, until: datetime) -> list[Row]:
    """Parts whose payment day has come, locked, file by file and payment by payment, in the order they were sent."""
    return await connection.fetch(
        "SELECT submission_id, n, file, payment, due_at, part FROM claims.simulator_part "
        "WHERE practice_id = $1 AND written_at IS NULL AND due_at <= $2 "
        "ORDER BY due_at, file, payment, submission_id, n FOR UPDATE",
        practice_id,
        until,
    )


async def mark_written(
    connection: Connection,
    practice_id: int,
    answer_id: UUID | None,
    at: datetime,
    parts: list[tuple[UUID, int, str]],
) -> None:
    """These parts (submission, number, trace of their payment) are in that file. at: practice time."""
    submissions, numbers, traces = (list(column) for column in zip(*parts, strict=True))
    await connection.execute(
        "UPDATE claims.simulator_part c SET answer_id = $2, written_at = $3, trace = p.trace "
        "FROM unnest($4::uuid[], $5::int[], $6::text[]) AS p(submission_id, n, trace) "
        "WHERE c.practice_id = $1 AND c.submission_id = p.submission_id AND c.n = p.n",
        practice_id,
        answer_id,
        at,
        submissions,
        numbers,
        traces,
    )


async def known_claim(
    connection: Connection,
    practice_id: int,
    *,
    payer_id: str,
    patient_control_number: str,
    payer_claim_number: str,
    member_id: str,
    charge_cents: int | None,
) -> Row | None:
    """The newest claim of a payer with this number, else with this member and charge, and its last decision.

    `part` and `trace` are those of the newest payment that was written; both are null before.
    """
    return await connection.fetchrow(
        "SELECT c.patient_control_number, c.payer_claim_number, c.charge_cents, c.fate, p.part, p.trace "
        "FROM claims.simulator_claim c LEFT JOIN LATERAL ("
        "    SELECT part, trace FROM claims.simulator_part "
        "    WHERE practice_id = $1 AND patient_control_number = c.patient_control_number "
        "      AND part->'parties'->>'payer_id' = c.payer_id AND written_at IS NOT NULL "
        "      AND jsonb_array_length(coalesce(part->'claims', '[]')) > 0 "
        "    ORDER BY due_at DESC, submission_id DESC, n DESC LIMIT 1) p ON true "
        "WHERE c.practice_id = $1 AND c.payer_id = $2 AND ("
        "    ($3 <> '' AND c.patient_control_number = $3) OR ($4 <> '' AND c.payer_claim_number = $4) "
        "    OR ($3 = '' AND $4 = '' AND c.member_id = $5 AND c.charge_cents = $6)) "
        "ORDER BY c.submission_id DESC, c.n DESC LIMIT 1",
        practice_id,
        payer_id,
        patient_control_number,
        payer_claim_number,
        member_id,
        charge_cents,
    )


async def open_debts(connection: Connection, practice_id: int, account: str) -> list[Row]:
    """What is owed to this payer, the oldest first, locked."""
    return await connection.fetch(
        "SELECT trace, cents FROM claims.simulator_debt "
        "WHERE practice_id = $1 AND account = $2 AND taken_by IS NULL ORDER BY since, trace FOR UPDATE",
        practice_id,
        account,
    )


async def take_debts(connection: Connection, practice_id: int, traces: list[str], taken_by: str) -> None:
    """The payment with this trace took them back."""
    await connection.execute(
        "UPDATE claims.simulator_debt SET taken_by = $3 WHERE practice_id = $1 AND trace = ANY($2::text[])",
        practice_id,
        traces,
        taken_by,
    )


async def insert_debt(
    connection: Connection, practice_id: int, account: str, trace: str, cents: int, since: datetime
) -> None:
    """A payment below zero left this owing."""
    await connection.execute(
        "INSERT INTO claims.simulator_debt (practice_id, trace, account, cents, since) VALUES ($1, $2, $3, $4, $5)",
        practice_id,
        trace,
        account,
        cents,
        since,
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


async def insert_deposits(connection: Connection, practice_id: int, deposits: list[tuple[Deposit, datetime]]) -> None:
    """What the bank gets of one payment (and gives back), and when the statement that shows it is there."""
    await connection.executemany(
        "INSERT INTO claims.simulator_deposit (practice_id, payer_tax_id, trace, n, posted_on, method, payer, cents, "
        "fee_cents, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            (
                practice_id,
                one.payer_tax_id,
                one.trace,
                n,
                one.posted_on,
                one.method.value,
                one.payer,
                one.cents,
                one.fee_cents,
                due,
            )
            for n, (one, due) in enumerate(deposits)
        ],
    )


async def statements_due(connection: Connection, practice_id: int, until: datetime) -> list[date]:
    """Days whose bank statement is there and not yet delivered, the oldest first."""
    rows = await connection.fetch(
        "SELECT DISTINCT posted_on FROM claims.simulator_deposit "
        "WHERE practice_id = $1 AND delivered_at IS NULL AND due_at <= $2 ORDER BY posted_on",
        practice_id,
        until,
    )
    return [row["posted_on"] for row in rows]


async def mark_statement_delivered(connection: Connection, practice_id: int, posted_on: date, at: datetime) -> None:
    """at: practice time."""
    await connection.execute(
        "UPDATE claims.simulator_deposit SET delivered_at = $3 "
        "WHERE practice_id = $1 AND posted_on = $2 AND delivered_at IS NULL",
        practice_id,
        posted_on,
        at,
    )


async def has_bank_account(connection: Connection, practice_id: int, number: str) -> bool:
    """Whether the practice has declared the account with this number."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM claims.bank_account WHERE practice_id = $1 AND account_number = $2)",
            practice_id,
            number,
        )
    )


async def statement_deposits(connection: Connection, practice_id: int, posted_on: date) -> list[Row]:
    """What the delivered statement of a day shows."""
    return await connection.fetch(
        "SELECT posted_on, method, payer, payer_tax_id, trace, cents, fee_cents, due_at "
        "FROM claims.simulator_deposit "
        "WHERE practice_id = $1 AND posted_on = $2 AND delivered_at IS NOT NULL",
        practice_id,
        posted_on,
    )


async def statement_page(connection: Connection, practice_id: int, after: date | None, limit: int) -> list[Row]:
    """Delivered statements by day, those after `after` (None: from the first)."""
    return await connection.fetch(
        "SELECT posted_on, min(delivered_at) AS delivered_at, count(*) AS payment_count, "
        "sum(cents - fee_cents)::bigint AS cents "
        "FROM claims.simulator_deposit "
        "WHERE practice_id = $1 AND delivered_at IS NOT NULL AND ($2::date IS NULL OR posted_on > $2) "
        "GROUP BY posted_on ORDER BY posted_on LIMIT $3",
        practice_id,
        after,
        limit,
    )
