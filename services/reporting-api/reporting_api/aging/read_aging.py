"""The aging report."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from reporting_api.aging import queries
from reporting_api.aging.domain import (
    BUCKET_LABELS,
    FIRST_OVER_90,
    NO_ONE,
    NOT_AGED,
    PAYER_ACCOUNTS,
    RESPONSIBILITY_OF,
    UNBILLED,
    Basis,
    Slice,
    bucket_label,
)
from reporting_api.aging.schemas import AgeAmountOut, AgingOut, AgingRowOut, GroupBy
from reporting_api.moment import Moment
from reporting_api.schemas import exact_for

_PERSONS: Final = "Patients, clients and agencies"
_UNKNOWN_PAYER: Final = "Payer not known"

Key = tuple[UUID | None, str]


async def read_aging(connection: Connection, moment: Moment, basis: Basis, by: GroupBy) -> AgingOut:
    """Open amounts by age and by who owes them, through `as_of`, with what was known at `known_at`."""
    if by is GroupBy.PAYER:
        names = {row["payer_id"]: row["name"] for row in await queries.payer_names(connection, moment.practice_id)}
        amounts = await queries.receivables(connection, moment, basis, Slice.PAYER)
        rows = _grouped(amounts, lambda row: _payer(row, names))
    else:
        amounts = await queries.receivables(connection, moment, basis, Slice.TOTAL)
        rows = _grouped(amounts, lambda row: (None, RESPONSIBILITY_OF[row["account"]]))
    total: Counter[int] = Counter()
    for cents in rows.values():
        total.update(cents)
    return AgingOut(
        as_of=moment.as_of,
        known_at=moment.known_at,
        exact_for=exact_for(moment),
        basis=basis,
        by=by,
        rows=sorted(
            (_row(key, cents, basis) for key, cents in rows.items()), key=lambda row: (-row.open_cents, row.name)
        ),
        total=_row((None, "Total"), total, basis),
    )


def _grouped(amounts: list[Row], key_of: Callable[[Row], Key]) -> dict[Key, Counter[int]]:
    rows: dict[Key, Counter[int]] = {}
    for row in amounts:
        rows.setdefault(key_of(row), Counter())[row["bucket"]] += row["cents"]
    return rows


def _payer(row: Row, names: Mapping[UUID, str]) -> Key:
    if row["account"] not in PAYER_ACCOUNTS:
        return None, _PERSONS
    payer: UUID = row["slice_id"]
    return (None if payer == NO_ONE else payer), names.get(payer, _UNKNOWN_PAYER)


def _row(key: Key, cents: Counter[int], basis: Basis) -> AgingRowOut:
    shown = [*range(len(BUCKET_LABELS)), *([UNBILLED] if basis is Basis.FIRST_BILL else [])]
    return AgingRowOut(
        payer_id=key[0],
        name=key[1],
        buckets=[AgeAmountOut(bucket=bucket_label(bucket), cents=cents[bucket]) for bucket in shown],
        open_cents=sum(cents[bucket] for bucket in shown),
        over_90_cents=sum(cents[bucket] for bucket in shown if FIRST_OVER_90 <= bucket < UNBILLED),
        credit_cents=-cents[NOT_AGED],
    )
