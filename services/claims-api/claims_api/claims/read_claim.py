"""Claims as they stand, with what is open and who owes it."""

from typing import Any
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from claims_api.claims import queries
from claims_api.claims.display_status import display_status
from claims_api.claims.domain import AdjudicationState, SubmissionState, balance_state
from claims_api.claims.schemas import ClaimOut, LineOut


async def read_claim(connection: Connection, practice_id: int, claim_id: UUID) -> tuple[ClaimOut, int]:
    """The claim and its row version (for the ETag). Raises NotFoundError."""
    rows = await queries.claim_rows(connection, practice_id, [claim_id])
    if not rows:
        raise NotFoundError("there is no such claim")
    [claim] = await _with_lines(connection, practice_id, rows)
    return claim, rows[0]["row_version"]


async def list_claims(
    connection: Connection, practice_id: int, filters: dict[str, Any], after: UUID | None, limit: int
) -> list[ClaimOut]:
    """One page in the order of creation."""
    rows = await queries.claim_page(connection, practice_id, filters, after, limit)
    return await _with_lines(connection, practice_id, rows)


async def _with_lines(connection: Connection, practice_id: int, rows: list[Row]) -> list[ClaimOut]:
    lines: dict[UUID, list[LineOut]] = {row["id"]: [] for row in rows}
    for line in await queries.line_rows(connection, practice_id, list(lines)):
        lines[line["claim_id"]].append(LineOut(**{k: v for k, v in line.items() if k != "claim_id"}))
    return [_claim_out(row, lines[row["id"]]) for row in rows]


def _claim_out(row: Row, lines: list[LineOut]) -> ClaimOut:
    balance = balance_state(
        insurance_cents=row["insurance_cents"],
        patient_cents=row["patient_cents"],
        credit_cents=row["credit_cents"],
    )
    submission = SubmissionState(row["submission_state"])
    adjudication = AdjudicationState(row["adjudication_state"])
    fields = dict(row)
    return ClaimOut(
        **{name: fields[name] for name in ClaimOut.model_fields if name in fields},
        submitted_control_number=row["submitted_pcn"],
        balance_cents=row["insurance_cents"] + row["patient_cents"],
        balance_state=balance.value,
        display_status=display_status(submission, adjudication, balance).value,
        lines=lines,
    )
