"""Ask for a refund; the money is reserved at once, so nobody can ask for it twice."""

from typing import Any
from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from claims_api.acting import Acting
from claims_api.ledger.domain import Account
from claims_api.receipts.changing import lock_receipt
from claims_api.receipts.domain import ReceiptKind
from claims_api.refunds import queries
from claims_api.refunds.changing import check_not_taken, lock_announced, tell_and_post
from claims_api.refunds.domain import AboveCreditError, CreditProvisionalError, RefundState, check_credit
from claims_api.refunds.schemas import RefundIn


async def request_refund(connection: Connection, acting: Acting, requested_by: str, body: RefundIn) -> UUID:
    """Returns the refund's id. Raises AboveCreditError, CreditProvisionalError, PayerTookBackError, NotFoundError,
    ReceiptNotOpenError."""
    source = await _source(connection, acting, body)
    refund_id = uuid7()
    row = {
        "practice_id": acting.practice_id,
        "id": refund_id,
        "state": RefundState.REQUESTED.value,
        "amount_cents": body.amount_cents,
        "reason": body.reason,
        "requested_by": requested_by,
        "version": 1,
        "actor": acting.actor_json,
        "created_at": acting.moment.at,
        "updated_at": acting.moment.at,
        **source,
    }
    await queries.insert_refund(connection, row)
    await tell_and_post(connection, acting, {"claim_id": None, **row}, "requested", [])
    return refund_id


async def _source(connection: Connection, acting: Acting, body: RefundIn) -> dict[str, Any]:
    if body.payer_item_id is not None:
        return await _of_payer_item(connection, acting, body.payer_item_id, body.amount_cents)
    return await (_of_receipt if body.receipt_id else _of_charge)(connection, acting, body)


async def _of_payer_item(connection: Connection, acting: Acting, item_id: UUID, cents: int) -> dict[str, Any]:
    item = await lock_announced(connection, acting.practice_id, item_id)
    check_credit(cents, item["open_cents"], await queries.reserved_of_item(connection, acting.practice_id, item_id))
    claim, payer = item["claim_id"], item["payer_id"]
    return {"side": "payer", "payer_item_id": item_id, "claim_id": claim, "payer_id": payer}


async def _of_receipt(connection: Connection, acting: Acting, body: RefundIn) -> dict[str, Any]:
    assert body.receipt_id is not None
    receipt = await lock_receipt(connection, acting.practice_id, body.receipt_id, seen=False)
    if receipt["kind"] not in (ReceiptKind.PATIENT, ReceiptKind.INSURER):
        raise AboveCreditError("only money whose owner is known is refunded from its receipt")
    reserved = await queries.requested_of_receipt(connection, acting.practice_id, body.receipt_id)
    check_credit(body.amount_cents, receipt["unapplied_cents"], reserved)
    side = "patient" if receipt["kind"] == ReceiptKind.PATIENT else "payer"
    owner = {name: receipt[name] for name in ("guarantor_id", "payer_id")}
    return {"side": side, "receipt_id": body.receipt_id, **owner}


async def _of_charge(connection: Connection, acting: Acting, body: RefundIn) -> dict[str, Any]:
    assert body.charge_id is not None
    to_payer = body.side == "payer"
    account = Account.REFUNDS_PAYABLE_PAYER if to_payer else Account.REFUNDS_PAYABLE_PATIENT
    found = await queries.lock_credit(
        connection, acting.practice_id, acting.today, body.charge_id, int(account), body.party_id
    )
    if len(found) > 1:
        choose = FieldError("/party_id", "ambiguous", "More than one party has a credit there: name one.")
        raise InvalidRequestError(errors=(choose,))
    if not found:
        raise AboveCreditError("there is no credit")
    credit = found[0]
    if credit["provisional"]:
        raise CreditProvisionalError("ask again when it has come")
    check_credit(body.amount_cents, credit["balance_cents"], credit["reserved_cents"])
    source = {
        "side": body.side,
        "charge_id": body.charge_id,
        "claim_id": credit["claim_id"],
        "account": int(account),
        "party_id": credit["party_id"],
        "payer_id": credit["payer_id"] if to_payer else None,
        "guarantor_id": None if to_payer else credit["party_id"],
    }
    if to_payer:
        await check_not_taken(connection, acting.practice_id, {**source, "amount_cents": body.amount_cents})
    return source
