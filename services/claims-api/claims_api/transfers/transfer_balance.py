"""Change by hand who owes an open amount: the total stays, the parties change."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.auth import Principal
from ar_shared.platform.database import Connection, Row
from ar_shared.platform.outbox import NewEvent
from claims_api.access.limits import decider, require_amount
from claims_api.acting import Acting
from claims_api.claims.dimensions import dimensions_of_claim
from claims_api.codes.code_lists import carc
from claims_api.denials.conclude_denials import conclude_denials
from claims_api.denials.domain import DenialEvent
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.ledger.post_entries import Entry, NewJournal, tell_and_post
from claims_api.transfers import queries
from claims_api.transfers.domain import (
    WAYS,
    AboveTransferableError,
    Stated,
    TransferReason,
    TransferState,
    Way,
    patients_cents,
)
from claims_api.transfers.require_allowed import Owed, require_allowed
from claims_api.transfers.schemas import TransferIn

SOURCE = "transfer"
_NEEDS_A_DECISION = frozenset({TransferReason.PATIENT_RESPONSIBILITY})


async def transfer_balance(connection: Connection, principal: Principal, acting: Acting, body: TransferIn) -> UUID:
    """Returns the transfer's id. Denial cases of what moved whole follow (billed to the patient, or to a payer).

    Raises the errors of `transfers.domain`, AuthorityMissingError, AboveAuthorityError and InvalidRequestError.
    """
    practice_id, way = acting.practice_id, WAYS[body.reason]
    asked = await _asked(connection, practice_id, body)
    accounts = [int(account) for account in way.credits]
    buckets = await queries.open_buckets(connection, practice_id, list(asked), accounts, body.from_party_id)
    if not buckets or (body.lines and {bucket["charge_id"] for bucket in buckets} != set(asked)):
        raise AboveTransferableError("nothing is open there")
    owed = await Owed.read(connection, practice_id, buckets)
    await require_allowed(connection, practice_id, body, owed)
    may = await _transferable(connection, practice_id, body.reason, way, owed, buckets)
    parts = [(bucket, cents) for bucket in buckets if (cents := _amount(asked, may, bucket["charge_id"]))]
    total = sum(cents for _, cents in parts)
    if not total:
        raise AboveTransferableError("the payer called none of it the patient's")
    require_amount(await decider(connection, principal), way.decision, total)
    return await _post(connection, acting, body, owed, parts)


async def _asked(connection: Connection, practice_id: int, body: TransferIn) -> dict[UUID, int | None]:
    """Cents by charge; None is all that may move."""
    if body.claim_id is None:
        asked = {line.charge_id: line.amount_cents for line in body.lines}
        if len(asked) < len(body.lines):
            raise InvalidRequestError(errors=(FieldError("/lines", "named_twice", "A charge is named twice."),))
        return asked
    charges = await queries.charges_of(connection, practice_id, body.claim_id)
    if not charges:
        missing = FieldError("/claim_id", "unknown_reference", "There is no such resource.")
        raise InvalidRequestError(errors=(missing,))
    return dict.fromkeys(charges)


async def _transferable(
    connection: Connection, practice_id: int, reason: TransferReason, way: Way, owed: Owed, buckets: Sequence[Row]
) -> dict[UUID, int]:
    """Cents that may move, by charge."""
    if way.to_payer:
        return {bucket["charge_id"]: bucket["balance_cents"] for bucket in buckets}
    decided: dict[UUID, list[Stated]] = {}
    for row in await queries.stated(connection, practice_id, owed.claim_ids, owed.charges, owed.party_id):
        known = carc(row["carc"]) if row["carc"] else None
        decided.setdefault(row["charge_id"], []).append(Stated(row["group_code"] or "", known, row["amount_cents"]))
    moved = await queries.moved(connection, practice_id, owed.charges, owed.party_id)
    source = owed.coverage(owed.party_id)
    undecided: list[Stated] | None = [] if reason in _NEEDS_A_DECISION else None
    return {
        charge: patients_cents(
            bucket["balance_cents"],
            decided.get(charge, undecided),
            moved.get(charge, 0),
            out_of_network=source is not None and source["network_status"] == "out",
        )
        for bucket in buckets
        for charge in [bucket["charge_id"]]
    }


def _amount(asked: Mapping[UUID, int | None], may: Mapping[UUID, int], charge_id: UUID) -> int:
    """Raises AboveTransferableError."""
    cents = asked[charge_id]
    if cents is not None and cents > may[charge_id]:
        raise AboveTransferableError(f"{may[charge_id]} cents may move")
    return may[charge_id] if cents is None else cents


async def _post(
    connection: Connection, acting: Acting, body: TransferIn, owed: Owed, parts: Sequence[tuple[Row, int]]
) -> UUID:
    way, transfer_id = WAYS[body.reason], uuid7()
    target = owed.coverage(body.coverage_id)
    to_party, sequence = (target["id"], target["rank"]) if target else (owed.guarantor_id, 0)
    entries = [_entry(way, bucket, cents, to_party, sequence) for bucket, cents in parts]
    dimensions = await dimensions_of_claim(connection, acting.practice_id, owed.claim_id)
    journal = NewJournal(SOURCE, SOURCE, transfer_id, entries, f"{body.reason}: {body.note}", dimensions=dimensions)
    row: dict[str, Any] = {
        "practice_id": acting.practice_id,
        "id": transfer_id,
        "reason": body.reason.value,
        "note": body.note,
        "patient_id": owed.patient_id,
        "claim_id": owed.claim_id,
        "from_account": owed.account,
        "from_party_id": owed.party_id,
        "to_account": int(way.debit),
        "to_party_id": to_party,
        "amount_cents": sum(cents for _, cents in parts),
        "document_id": body.document_id,
        "journal_id": journal.id,
        "actor": acting.actor_json,
        "created_at": acting.moment.at,
    }
    await queries.insert_transfer(connection, row, [(bucket["charge_id"], cents) for bucket, cents in parts])
    cases = await _conclude(connection, acting, way, [b for b, cents in parts if cents == b["balance_cents"]])
    made = {**row, "state": TransferState.POSTED.value, "version": 1}
    told = NewEvent("transfer.posted", "transfer", transfer_id, told_of(made))
    await tell_and_post(connection, acting, [journal], [*cases, told], source_on=acting.today)
    return transfer_id


def _entry(way: Way, bucket: Row, cents: int, to_party: UUID, sequence: int) -> Entry:
    return Entry(
        event=LedgerEvent.RESPONSIBILITY_CHANGE,
        debit=way.debit,
        credit=Account(bucket["account"]),
        amount_cents=cents,
        debit_party=to_party,
        credit_party=bucket["party_id"],
        charge_id=bucket["charge_id"],
        claim_id=bucket["claim_id"],
        sequence=sequence,
        credit_sequence=bucket["sequence"],
    )


async def _conclude(connection: Connection, acting: Acting, way: Way, whole: Sequence[Row]) -> list[NewEvent]:
    """Denials of what a payer owed and no longer does."""
    event = denial_event(way)
    return [
        told
        for bucket in whole
        if bucket["claim_id"] is not None and event is not None
        for told in await conclude_denials(
            connection, acting.practice_id, bucket["claim_id"], bucket["charge_id"], event, now=acting.moment.at
        )
    ]


def denial_event(way: Way) -> DenialEvent | None:
    """What a transfer does to the denials of what moved; None where it was not a payer's."""
    if way.credits != (Account.AR_INSURANCE,):
        return None
    return DenialEvent.BILL_PAYER if way.to_payer else DenialEvent.BILL_PATIENT


def told_of(row: Mapping[str, Any] | Row) -> dict[str, Any]:
    """The data of a transfer's events, from its row."""
    names = ("claim_id", "patient_id", "reason", "from_account", "to_account", "amount_cents", "state", "version")
    return {name: row[name] for name in names}
