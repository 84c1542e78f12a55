"""HTTP of what stands behind a KPI: its course, its members, its proof and its entries."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from fastapi import Query as QueryParameter

from ar_shared.kernel.errors import InvalidRequestError
from ar_shared.platform.access_log import access_by
from ar_shared.platform.auth import Principal
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorParameter, Page, PageSize, Scalar
from ar_shared.platform.database import Row
from ar_shared.platform.problems import problem_responses
from reporting_api.access.activity import log_access
from reporting_api.aging.domain import BUCKET_LABELS, Basis
from reporting_api.kpis.books import Window
from reporting_api.kpis.catalogue import Kpi
from reporting_api.kpis.domain import PERIOD_DAYS, decimal_of
from reporting_api.kpis.prove_kpi import prove_kpi
from reporting_api.kpis.read_kpis import Query
from reporting_api.kpis.read_series import Every, Knowledge, read_members, read_series
from reporting_api.kpis.routes import MOMENTS, Asked, KpiId, KpiNotFoundError, Reader, find_kpi
from reporting_api.kpis.schemas import (
    FactOut,
    FiltersOut,
    MemberOut,
    MembersOut,
    OpenOut,
    PartOut,
    PointOut,
    ProofOut,
    SeriesOut,
)
from reporting_api.measures import plain
from reporting_api.measures.domain import Measure
from reporting_api.moment import Moment, read_moment
from reporting_api.schemas import AsOf, KnownAt, exact_for
from reporting_api.slices import RESPONSIBILITY_OF, WHOLE, Slice
from reporting_api.wiring import Wired, Wiring

router = APIRouter(prefix="/v1/kpis", tags=["kpis"])
MAX_POINTS: Final = 120
LABELS: Final = (*BUCKET_LABELS, "unbilled", "credit")
Bucket = Literal["0-30", "31-60", "61-90", "91-120", "121-180", "181-365", "366+", "unbilled", "credit"]


class PartNotOfKpiError(InvalidRequestError):
    """The KPI does not divide such a sum."""

    code = "part_not_of_kpi"
    title = "The KPI has no such part"


@router.get(
    "/{kpi}/series",
    operation_id="readKpiSeries",
    summary="Read a KPI over time",
    responses=problem_responses(KpiNotFoundError, *MOMENTS),
)
async def get_series(
    kpi: KpiId,
    principal: Reader,
    wired: Wired,
    query: Asked,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    every: Annotated[Every, QueryParameter(description="How far apart the points are.")] = Every.MONTH,
    points: Annotated[int, QueryParameter(ge=1, le=MAX_POINTS, description="How many, the newest at `as_of`.")] = 12,
    knowledge: Annotated[
        Knowledge, QueryParameter(description="`now`: restated; `then`: each day as it was reported on that day.")
    ] = Knowledge.NOW,
) -> SeriesOut:
    """Each point is the KPI of that day; month and week ends are the last days of theirs."""
    wanted = find_kpi(wired, kpi)
    async with wired.reports.tenant_tx(principal.practice_id, one_snapshot=True) as connection:
        moment = await read_moment(connection, principal.practice_id, wired.clock, as_of, known_at)
        found = await read_series(connection, moment, wanted, query, every, points, knowledge)
    return SeriesOut(
        **_head(moment, wanted),
        unit=wanted.definition.unit,
        filters=_filters(query),
        points=[
            PointOut(
                as_of=point.as_of,
                known_at=point.as_of if knowledge is Knowledge.THEN else moment.known_at,
                value=point.figures.value,
                numerator=decimal_of(point.figures.numerator, 2),
                denominator=decimal_of(point.figures.denominator, 2),
            )
            for point in found
        ],
    )


@router.get(
    "/{kpi}/members",
    operation_id="readKpiMembers",
    summary="Compare a KPI across payers, providers or locations",
    responses=problem_responses(KpiNotFoundError, *MOMENTS),
)
async def get_members(
    kpi: KpiId,
    principal: Reader,
    wired: Wired,
    by: Annotated[Slice, QueryParameter(description="What to compare.")] = Slice.PAYER,
    days: Annotated[int, QueryParameter(ge=1, le=366)] = PERIOD_DAYS,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> MembersOut:
    """Largest denominator first: the members that weigh most."""
    wanted = find_kpi(wired, kpi)
    async with wired.reports.tenant_tx(principal.practice_id, one_snapshot=True) as connection:
        moment = await read_moment(connection, principal.practice_id, wired.clock, as_of, known_at)
        found = await read_members(connection, moment, wanted, by, days)
    target = wanted.definition.target
    return MembersOut(
        **_head(moment, wanted),
        unit=wanted.definition.unit,
        by=by,
        items=[
            MemberOut(
                member=one.member,
                name=one.name,
                value=one.figures.value,
                met=target.met(one.figures.value) if target else None,
                numerator=decimal_of(one.figures.numerator, 2),
                denominator=decimal_of(one.figures.denominator, 2),
                counts=dict(one.figures.counts),
            )
            for one in found
        ],
    )


@router.get(
    "/{kpi}/proof",
    operation_id="proveKpi",
    summary="Prove a KPI from the ledger",
    responses=problem_responses(KpiNotFoundError, *MOMENTS),
)
async def get_proof(
    kpi: KpiId, principal: Reader, wired: Wired, query: Asked, as_of: AsOf = None, known_at: KnownAt = None
) -> ProofOut:
    """Every sum twice: as reported, and added up anew from every ledger entry and event. Takes seconds, not
    milliseconds, on large books.
    """
    wanted = find_kpi(wired, kpi)
    async with wired.reports.tenant_tx(principal.practice_id, one_snapshot=True) as connection:
        moment = await read_moment(connection, principal.practice_id, wired.clock, as_of, known_at)
        proof = await prove_kpi(connection, moment, wanted, query)
    return ProofOut(
        **_head(moment, wanted),
        equal=proof.equal,
        value=proof.reported.value,
        proved_value=proof.proved.value,
        numerator=decimal_of(proof.reported.numerator, 2),
        proved_numerator=decimal_of(proof.proved.numerator, 2),
        denominator=decimal_of(proof.reported.denominator, 2),
        proved_denominator=decimal_of(proof.proved.denominator, 2),
        parts=[
            PartOut(
                name=part.name,
                reported_cents=part.reported_cents,
                proved_cents=part.proved_cents,
                reported_entries=part.reported_entries,
                proved_entries=part.proved_entries,
                equal=part.equal,
            )
            for part in proof.parts
        ],
    )


@router.get(
    "/{kpi}/entries",
    operation_id="listKpiEntries",
    summary="List what a KPI counts",
    responses=problem_responses(KpiNotFoundError, PartNotOfKpiError, *MOMENTS),
)
async def get_entries(
    kpi: KpiId,
    principal: Reader,
    wired: Wired,
    query: Asked,
    measure: Annotated[Measure, QueryParameter(description="Which sum, as the proof's parts name it.")],
    window: Annotated[Window, QueryParameter(description="Over which days, as the proof's parts name it.")] = (
        Window.PERIOD
    ),
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[FactOut]:
    """The postings and claims behind one sum, newest first; their cents add up to it."""
    wanted = find_kpi(wired, kpi)
    if (window, measure) not in wanted.needs.sums:
        raise PartNotOfKpiError(pointer="/measure")
    filters = _cursor_filters(query, as_of, known_at) | {"measure": measure.value, "window": window.value}
    practice = principal.practice_id
    after = wired.cursors.decode(cursor, "listKpiEntries", practice, filters) if cursor else []
    async with wired.reports.tenant_tx(practice, one_snapshot=True) as connection:
        moment = await read_moment(connection, practice, wired.clock, as_of, known_at)
        asked = plain.Asked(window.first(moment.as_of, query.days), query.cut.by, query.cut.member)
        rows = await plain.list_facts(
            connection, moment, [measure], asked, after=[str(part) for part in after], limit=limit + 1
        )
    await _log(wired, principal, "listKpiEntries")
    items = [FactOut(**{name: row[name] for name in FactOut.model_fields}) for row in rows[:limit]]
    return Page(items=items, next_cursor=_next(wired, "listKpiEntries", practice, filters, rows, limit))


@router.get(
    "/{kpi}/open",
    operation_id="listKpiOpen",
    summary="List the open amounts of a KPI",
    responses=problem_responses(KpiNotFoundError, PartNotOfKpiError, *MOMENTS),
)
async def get_open(
    kpi: KpiId,
    principal: Reader,
    wired: Wired,
    query: Asked,
    basis: Annotated[Basis, QueryParameter(description="From which day an amount ages.")] = Basis.SERVICE,
    bucket: Annotated[Bucket | None, QueryParameter(description="One bucket of age only.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[OpenOut]:
    """Charge by charge what is open, or owed back; the cents of a bucket add up to the aging report's."""
    wanted = find_kpi(wired, kpi)
    if basis not in wanted.needs.open_by:
        raise PartNotOfKpiError(pointer="/basis")
    filters = _cursor_filters(query, as_of, known_at) | {"basis": basis.value, "bucket": bucket}
    practice = principal.practice_id
    after = wired.cursors.decode(cursor, "listKpiOpen", practice, filters) if cursor else []
    by, member, accounts = _owners(query)
    async with wired.reports.tenant_tx(practice, one_snapshot=True) as connection:
        moment = await read_moment(connection, practice, wired.clock, as_of, known_at)
        rows = await plain.list_open(
            connection,
            moment,
            basis,
            plain.Asked(None, by, member),
            buckets=[LABELS.index(bucket)] if bucket else [],
            accounts=accounts,
            after=[str(part) for part in after],
            limit=limit + 1,
        )
    await _log(wired, principal, "listKpiOpen")
    items = [
        OpenOut(
            account=row["account"],
            responsibility=RESPONSIBILITY_OF[row["account"]],
            bucket=LABELS[row["bucket"]],
            cents=row["cents"],
            claim_id=row["claim_id"],
            claim_external_id=row["claim_external_id"],
            charge_id=row["charge_id"],
            charge_external_id=row["charge_external_id"],
            service_from=row["service_from"],
        )
        for row in rows[:limit]
    ]
    return Page(items=items, next_cursor=_next(wired, "listKpiOpen", practice, filters, rows, limit))


def _head(moment: Moment, kpi: Kpi) -> dict[str, Any]:
    return {
        "as_of": moment.as_of,
        "known_at": moment.known_at,
        "exact_for": exact_for(moment),
        "id": kpi.definition.id,
        "version": kpi.definition.version,
    }


def _filters(query: Query) -> FiltersOut:
    return FiltersOut(by=query.cut.by, member=query.cut.member, days=query.days)


def _owners(query: Query) -> tuple[Slice, str, list[int]]:
    """Who is responsible is told by the account, not by a column of the entry."""
    if query.cut.by is not Slice.RESPONSIBILITY:
        return query.cut.by, query.cut.member, []
    return Slice.TOTAL, WHOLE, [account for account, name in RESPONSIBILITY_OF.items() if name == query.cut.member]


def _cursor_filters(query: Query, as_of: date | None, known_at: date | None) -> dict[str, Scalar]:
    return {
        "by": query.cut.by.value,
        "member": query.cut.member,
        "days": query.days,
        "as_of": as_of.isoformat() if as_of else None,
        "known_at": known_at.isoformat() if known_at else None,
    }


def _next(
    wired: Wiring, operation: str, practice: int, filters: dict[str, Scalar], rows: Sequence[Row], limit: int
) -> str | None:
    if len(rows) <= limit:
        return None
    return wired.cursors.encode(operation, practice, filters, list(rows[limit - 1]["position"]))


async def _log(wired: Wiring, principal: Principal, operation: str) -> None:
    """In a transaction of its own: the report may have been read from a replica."""
    async with wired.database.tenant_tx(principal.practice_id) as connection:
        access = access_by(principal, wired.clock.now(), operation, "search")
        await log_access(connection, principal.practice_id, access)
