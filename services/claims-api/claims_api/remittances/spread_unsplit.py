"""Claims that a payer answers without service lines: their amounts are spread over the charges, marked as ours."""

from itertools import groupby
from typing import Any, Final

from ar_shared.kernel.money import spread_cents
from ar_shared.platform.database import Connection, Row
from claims_api.remittances.domain.amounts import CasAmount
from claims_api.remittances.domain.claim_level_spread import spread_claim_level
from claims_api.remittances.staging import ADJUSTMENT, LINE, derived_adjustment

_CHARGES: Final = """
SELECT m.n, s.paid_cents, k.n AS line_n, k.charge_id, k.allocated_cents, h.service_from, h.service_to,
       coalesce((SELECT sum(b.balance_cents) FROM claims.ar_balance b
                 WHERE b.practice_id = $1 AND b.charge_id = k.charge_id AND b.account = 1100), 0)::bigint AS open_cents
FROM remit_match m
JOIN remit_claim s ON s.n = m.n AND s.unsplit
JOIN claims.claim c ON c.practice_id = $1 AND c.id = m.claim_id
JOIN claims.claim_line k ON k.practice_id = $1 AND k.claim_id = c.id AND k.version = c.version
JOIN claims.charge h ON h.practice_id = $1 AND h.id = k.charge_id
WHERE m.hold_reason IS NULL
ORDER BY m.n, k.n
"""
_ADJUSTMENTS: Final = """
SELECT a.claim_n, a.group_code, a.carc, a.amount_cents
FROM remit_adjustment a
JOIN remit_match m ON m.n = a.claim_n AND m.hold_reason IS NULL
JOIN remit_claim s ON s.n = a.claim_n AND s.unsplit
ORDER BY a.claim_n, a.n
"""


async def spread_unsplit(connection: Connection, practice_id: int) -> None:
    """Stage one derived line a charge, with its part of payment and adjustments, in proportion to what is open."""
    charges = await connection.fetch(_CHARGES, practice_id)
    adjustments: dict[int, list[CasAmount]] = {}
    for row in await connection.fetch(_ADJUSTMENTS):
        amount = CasAmount(row["group_code"], row["carc"], row["amount_cents"])
        adjustments.setdefault(row["claim_n"], []).append(amount)
    lines: list[tuple[Any, ...]] = []
    targets: list[tuple[Any, ...]] = []
    derived: list[tuple[Any, ...]] = []
    for n, rows in groupby(charges, key=lambda row: int(row["n"])):
        _spread_claim(n, list(rows), adjustments.get(n, []), lines, targets, derived)
    await connection.copy_records_to_table("remit_line", records=lines, columns=list(LINE))
    await connection.copy_records_to_table("remit_target", records=targets, columns=["claim_n", "line_n", "charge_id"])
    await connection.copy_records_to_table("remit_adjustment", records=derived, columns=list(ADJUSTMENT))


def _spread_claim(
    n: int,
    charges: list[Row],
    adjustments: list[CasAmount],
    lines: list[tuple[Any, ...]],
    targets: list[tuple[Any, ...]],
    derived: list[tuple[Any, ...]],
) -> None:
    room = [charge["open_cents"] for charge in charges]
    billed = [charge["allocated_cents"] for charge in charges]
    shares = spread_claim_level(adjustments, open_cents=room, charge_cents=billed)
    for share in shares:
        room[share.line] -= share.adjustment.cents
    left = [max(cents, 0) for cents in room]
    paid = spread_cents(charges[0]["paid_cents"], left if any(left) else billed)
    for place, (charge, cash) in enumerate(zip(charges, paid, strict=True)):
        line_n = place + 1
        targets.append((n, line_n, charge["charge_id"]))
        lines.append(_line(n, line_n, charge, cash))
        own = [share.adjustment for share in shares if share.line == place]
        derived += [derived_adjustment(n, line_n, i, one) for i, one in enumerate(own, start=1)]


def _line(n: int, line_n: int, charge: Row, cash: int) -> tuple[Any, ...]:
    return (
        n,
        line_n,
        None,
        None,
        None,
        None,
        [],
        charge["allocated_cents"],
        cash,
        cash,
        None,
        None,
        None,
        charge["service_from"],
        charge["service_to"],
        [],
        None,
        0,
        True,
        None,
    )
