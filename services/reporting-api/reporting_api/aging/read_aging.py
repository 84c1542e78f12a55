"""The aging report."""

from collections import Counter
from typing import Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from reporting_api.aging import queries
from reporting_api.aging.domain import (
    BUCKET_LABELS,
    FIRST_OVER_90,
    NOT_AGED,
    PAYER_ACCOUNTS,
    UNBILLED,
    Basis,
    bucket_label,
)
from reporting_api.aging.schemas import AgeAmountOut, AgingOut, AgingRowOut, GroupBy
from reporting_api.members import Names, read_names
from reporting_api.moment import Moment
from reporting_api.schemas import exact_for
from reporting_api.slices import RESPONSIBILITY_OF, WHOLE, Slice

_PERSONS: Final = "Patients, clients and agencies"

Key = tuple[str | None, str]
"""Member and name; no member where persons owe, and on the total."""


async def read_aging(connection: Connection, moment: Moment, basis: Basis, by: GroupBy) -> AgingOut:
    """Open amounts by age and by who owes them, through `as_of`, with what was known at `known_at`."""
    cut = Slice.TOTAL if by is GroupBy.RESPONSIBILITY else Slice(by.value)
    names = await read_names(connection, moment.practice_id, cut)
    rows: dict[Key, Counter[int]] = {}
    for row in await queries.receivables(connection, moment, basis, cut):
        rows.setdefault(_key(row, by, names), Counter())[row["bucket"]] += row["cents"]
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
            (_row(key, cents, basis, by) for key, cents in rows.items()), key=lambda row: (-row.open_cents, row.name)
        ),
        total=_row((None, "Total"), total, basis, by),
    )


def _key(row: Row, by: GroupBy, names: Names) -> Key:
    if by is GroupBy.RESPONSIBILITY:
        owner = RESPONSIBILITY_OF[row["account"]]
        return owner, owner
    if by is GroupBy.PAYER and row["account"] not in PAYER_ACCOUNTS:
        return None, _PERSONS
    return row["member"], names.of(row["member"])


def _row(key: Key, cents: Counter[int], basis: Basis, by: GroupBy) -> AgingRowOut:
    member, name = key
    shown = [*range(len(BUCKET_LABELS)), *([UNBILLED] if basis is Basis.FIRST_BILL else [])]
    return AgingRowOut(
        payer_id=UUID(member) if by is GroupBy.PAYER and member not in (None, WHOLE) else None,
        member=member,
        name=name,
        buckets=[AgeAmountOut(bucket=bucket_label(bucket), cents=cents[bucket]) for bucket in shown],
        open_cents=sum(cents[bucket] for bucket in shown),
        over_90_cents=sum(cents[bucket] for bucket in shown if FIRST_OVER_90 <= bucket < UNBILLED),
        credit_cents=-cents[NOT_AGED],
    )
