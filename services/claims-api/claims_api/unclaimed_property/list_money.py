"""Unapplied money by party, and unclaimed property with what comes next."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection, Row
from claims_api.unclaimed_property import queries
from claims_api.unclaimed_property.domain import Step, dates_of, next_step, rule_of
from claims_api.unclaimed_property.schemas import UnappliedMoneyOut, UnclaimedPropertyOut

_TURN_OVER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "receipt": "requestRefund",
        "credit": "requestRefund",
        "requested": "approveRefund",
        "approved": "turnRefundOver",
        "issued": "markRefundStale",
        "stale": "turnRefundOver",
    }
)


async def list_unapplied(
    connection: Connection,
    practice_id: int,
    kind: str | None,
    after: tuple[date, str, UUID] | None,
    limit: int,
    *,
    today: date,
) -> list[UnappliedMoneyOut]:
    """The party whose money has waited longest comes first."""
    settings = await queries.settings_of(connection, practice_id)
    return [
        _unapplied(row, settings, today)
        for row in await queries.unapplied_page(connection, practice_id, kind, after, limit)
    ]


async def list_unclaimed(
    connection: Connection,
    practice_id: int,
    guarantor_id: UUID | None,
    after: tuple[date, UUID] | None,
    limit: int,
    *,
    today: date,
) -> list[UnclaimedPropertyOut]:
    """What has been owed longest comes first."""
    settings = await queries.settings_of(connection, practice_id)
    rows = await queries.held_page(connection, practice_id, guarantor_id, after, limit)
    return [_unclaimed(row, settings, today) for row in rows]


def _unapplied(row: Row, settings: dict[str, Any], today: date) -> UnappliedMoneyOut:
    rule = rule_of(row["state"], settings)
    return UnappliedMoneyOut(
        **dict(row),
        age_days=(today - row["oldest_on"]).days,
        dormancy_years=rule.dormancy_years,
        dormant_on=dates_of(rule, row["oldest_on"], row["last_contact_on"]).dormant_on,
        source=rule.source,
        confirmed=rule.confirmed,
    )


def _unclaimed(row: Row, settings: dict[str, Any], today: date) -> UnclaimedPropertyOut:
    rule = rule_of(row["state"], settings)
    dates = dates_of(rule, row["since"], row["last_contact_on"])
    begun = max(row["since"], row["last_contact_on"] or row["since"])
    letter_on = row["letter_on"] if row["letter_on"] is not None and row["letter_on"] >= begun else None
    step = next_step(dates, today, letter_on=letter_on, is_unclaimed=row["source_state"] == "unclaimed")
    shown = {name: row[name] for name in ("source", "source_id", "guarantor_id", "payer_id", "amount_cents", "since")}
    return UnclaimedPropertyOut(
        **shown,
        age_days=(today - row["since"]).days,
        last_contact_on=row["last_contact_on"],
        state=row["state"],
        dormancy_years=rule.dormancy_years,
        dormant_on=dates.dormant_on,
        letter_from=dates.letter_from,
        letter_by=dates.letter_by,
        letter_on=letter_on,
        report_on=dates.report_on,
        step=step,
        because=step.phrase,
        operation=_operation(step, row),
        rule_source=rule.source,
        confirmed=rule.confirmed,
    )


def _operation(step: Step, row: Row) -> str | None:
    if step is Step.SEND_LETTER:
        return "recordOwnerContact"
    if step is Step.PAY_STATE:
        return "remitRefund"
    if step is Step.TURN_OVER:
        return _TURN_OVER[row["source_state"] if row["source"] == "refund" else row["source"]]
    return None
