"""The queue of credits."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from ar_shared.platform.database import Connection, Row
from claims_api.credits import queries
from claims_api.credits.domain import Advice
from claims_api.credits.patient_refunds import REMARKS, Due, patient_due
from claims_api.credits.schemas import CreditOut, TestedOut
from claims_api.credits.weigh_credits import key_of, side_of, weigh_credits
from claims_api.ledger.domain import Account
from claims_api.overpayments.queries import cases_of, practice_of
from claims_api.refunds.queries import credit_page


async def list_credits(
    connection: Connection,
    practice_id: int,
    side: str | None,
    claim_id: UUID | None,
    after: tuple[UUID, int, UUID] | None,
    limit: int,
    *,
    today: date,
) -> list[CreditOut]:
    """side: `payer` or `patient`, both without. In the order of their charges, after (charge, account, party)."""
    accounts = {"payer": Account.REFUNDS_PAYABLE_PAYER, "patient": Account.REFUNDS_PAYABLE_PATIENT}
    account = int(accounts[side]) if side else None
    rows = await credit_page(connection, practice_id, today, account, claim_id, after, limit)
    advice = await weigh_credits(connection, practice_id, rows)
    patients = await _patients_due(connection, practice_id, [row for row in rows if side_of(row) == "patient"])
    own = [row for row in rows if side_of(row) == "payer"]
    cases = await cases_of(connection, practice_id, [row["charge_id"] for row in own], [row["party_id"] for row in own])
    shown = []
    for row in rows:
        case = cases.get((row["charge_id"], row["party_id"])) if side_of(row) == "payer" else None
        due = _of_case(case) if case else patients.get(key_of(row))
        shown.append(_shown(row, advice[key_of(row)], case, due, today))
    return shown


async def _patients_due(connection: Connection, practice_id: int, rows: Sequence[Row]) -> dict[Any, Due | None]:
    if not rows:
        return {}
    practice = await practice_of(connection, practice_id)
    zone = ZoneInfo(practice["time_zone"])
    claims = [row["claim_id"] for row in rows if row["claim_id"] is not None]
    remarks = {
        row["claim_id"]: (row["code"], row["received_at"].astimezone(zone).date())
        for row in await queries.remark_rows(connection, practice_id, claims, REMARKS)
    }
    states = await queries.states_of_guarantors(connection, practice_id, [row["party_id"] for row in rows])
    return {
        key_of(row): patient_due(
            row["arisen_on"], remarks.get(row["claim_id"]), states.get(row["party_id"]), practice["settings"]
        )
        for row in rows
    }


def _of_case(case: Row) -> Due | None:
    clock: Mapping[str, Any] = case["clock"]
    return Due(case["due_on"], clock["source"], clock["confirmed"]) if case["due_on"] is not None else None


def _shown(row: Row, advice: Advice, case: Row | None, due: Due | None, today: date) -> CreditOut:
    side = side_of(row)
    return CreditOut(
        charge_id=row["charge_id"],
        claim_id=row["claim_id"],
        side="payer" if side == "payer" else "patient",
        party_id=row["party_id"],
        payer_id=row["payer_id"] if side == "payer" else None,
        amount_cents=row["balance_cents"],
        reserved_cents=row["reserved_cents"],
        provisional=row["provisional"],
        arisen_on=row["arisen_on"],
        age_days=(today - row["arisen_on"]).days,
        due_on=due.on if due else None,
        due_source=due.source if due else None,
        due_confirmed=due.confirmed if due else None,
        overpayment_id=case["id"] if case else None,
        suggestion=advice.resolution,
        because=advice.resolution.phrase,
        do=advice.move.verb,
        operation=advice.move.operation,
        tests=[TestedOut(test=one.test, answer=one.answer, evidence=dict(one.evidence)) for one in advice.tests],
    )
