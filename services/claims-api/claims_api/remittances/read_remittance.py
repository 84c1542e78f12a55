"""Payments as they came and what became of them."""

from collections import defaultdict
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.cursors import Page
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.types import WireModel
from claims_api.remittances import queries
from claims_api.remittances.domain.holds import HoldReason
from claims_api.remittances.schemas import (
    AdjustmentOut,
    ProviderAdjustmentOut,
    RemittanceActionOut,
    RemittanceClaimOut,
    RemittanceDetailOut,
    RemittanceLineOut,
    RemittanceOut,
)


async def list_remittances(
    connection: Connection, practice_id: int, filters: dict[str, Any], before: UUID | None, limit: int
) -> list[RemittanceOut]:
    """One page, newest first."""
    rows = await queries.remittance_page(connection, practice_id, filters, before, limit)
    return [RemittanceOut(**_header(row)) for row in rows]


async def read_remittance(
    connection: Connection, practice_id: int, remittance_id: UUID, claim_state: str | None, after: int, limit: int
) -> RemittanceDetailOut:
    """The payment with up to `limit` claims after number `after`; `claims.next_cursor` is left to the caller.

    Raises NotFoundError.
    """
    row = await queries.remittance_row(connection, practice_id, remittance_id)
    if row is None:
        raise NotFoundError("there is no such remittance")
    claims = await queries.claim_page(connection, practice_id, remittance_id, claim_state, after, limit)
    entries = await queries.provider_adjustment_rows(connection, practice_id, remittance_id)
    actions = await queries.action_rows(connection, practice_id, remittance_id)
    return RemittanceDetailOut(
        **_header(row),
        findings=row["findings"],
        provider_adjustments=[ProviderAdjustmentOut(**_shown(entry, ProviderAdjustmentOut)) for entry in entries],
        history=[RemittanceActionOut(**dict(action)) for action in actions],
        claims=Page[RemittanceClaimOut](items=await _claims(connection, practice_id, remittance_id, claims)),
    )


async def read_remittance_claim(
    connection: Connection, practice_id: int, remittance_id: UUID, n: int
) -> tuple[RemittanceClaimOut, int]:
    """One claim of the payment and its version. Raises NotFoundError."""
    row = await queries.remittance_claim_row(connection, practice_id, remittance_id, n)
    if row is None:
        raise NotFoundError("there is no such claim of a remittance")
    [claim] = await _claims(connection, practice_id, remittance_id, [row])
    return claim, row["row_version"]


async def version_of(connection: Connection, practice_id: int, remittance_id: UUID) -> int:
    """For the ETag of the payment. Raises NotFoundError."""
    row = await queries.remittance_row(connection, practice_id, remittance_id)
    if row is None:
        raise NotFoundError("there is no such remittance")
    version: int = row["row_version"]
    return version


async def _claims(
    connection: Connection, practice_id: int, remittance_id: UUID, rows: list[Row]
) -> list[RemittanceClaimOut]:
    numbers = [row["n"] for row in rows]
    adjustments: dict[tuple[int, int], list[AdjustmentOut]] = defaultdict(list)
    for one in await queries.adjustment_rows(connection, practice_id, remittance_id, numbers):
        adjustments[one["claim_n"], one["line_n"]].append(AdjustmentOut(**_shown(one, AdjustmentOut)))
    lines: dict[int, list[RemittanceLineOut]] = defaultdict(list)
    for line in await queries.line_rows(connection, practice_id, remittance_id, numbers):
        facts = {name: line[name] for name in RemittanceLineOut.model_fields if name != "adjustments"}
        own = adjustments[line["claim_n"], line["n"]]
        lines[line["claim_n"]].append(RemittanceLineOut(**facts, adjustments=own))
    return [
        RemittanceClaimOut(
            **{name: row[name] for name in RemittanceClaimOut.model_fields if name not in _MADE},
            hold_text=HoldReason(row["hold_reason"]).phrase if row["hold_reason"] else None,
            adjustments=adjustments[row["n"], 0],
            lines=lines[row["n"]],
        )
        for row in rows
    ]


_MADE: Final = ("hold_text", "adjustments", "lines")


def _header(row: Row) -> dict[str, Any]:
    return _shown(row, RemittanceOut)


def _shown(row: Row, model: type[WireModel]) -> dict[str, Any]:
    return {name: row[name] for name in model.model_fields}
