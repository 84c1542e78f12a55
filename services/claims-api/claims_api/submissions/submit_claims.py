"""Send claims: freeze their images, write the 837, move them to `sent`, all in one transaction.

The file is handed over afterwards by `deliver_submissions`, as often as it takes.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError, NotFoundError, StateConflictError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.x12.claim_model import ClaimImage, to_json
from ar_shared.x12.claim_writer import PlannedTransaction, plan_837, write_837
from ar_shared.x12.writer import InterchangeHeader
from claims_api.acting import Acting
from claims_api.claims.domain import SubmissionEvent, SubmissionState, VersionState, next_submission_state
from claims_api.edi.store_file import store_file
from claims_api.ledger.book_day import book_day
from claims_api.submissions import queries
from claims_api.submissions.hold_claims import Held, hold_claims
from claims_api.submissions.replace_charges import replace_charges
from claims_api.submissions.trading_partner import TradingPartner, trading_partner
from claims_api.submissions.unwritable import Unwritable
from claims_api.submissions.write_image import write_image

CLAIM_TYPES: Final = ("professional", "institutional")


class ClaimNotSubmittableError(StateConflictError):
    """The claim was imported as history, a test or an unconfirmed draft, so it may not be billed."""

    code = "claim_not_submittable"
    title = "This claim is not to be submitted"


@dataclass(frozen=True, slots=True)
class Submitted:
    """One file that went out."""

    submission_id: UUID
    claim_type: str
    claim_count: int
    charge_cents: int


async def submit_claims(
    connection: Connection, acting: Acting, claim_ids: list[UUID] | None, *, port: str
) -> tuple[list[Submitted], list[Held]]:
    """One file a claim type, and the claims that were kept back; the caller commits.

    claim_ids: None takes the oldest ready claims (up to 5,000); of those a claim that cannot be written is held with
    its blockers and keeps nothing from the others. port: name of the way out the files will take.
    Raises NotFoundError, IllegalTransitionError, ClaimNotSubmittableError, ClearinghouseNotSetError, and
    InvalidRequestError for a named claim that cannot be written; then nothing is sent and nothing held.
    """
    locked = await queries.lock_ready(connection, acting.practice_id, claim_ids)
    if claim_ids is not None:
        _check_named(claim_ids, locked)
    partner = await partner_of(connection, acting)
    submitted: list[Submitted] = []
    held: list[Held] = []
    for claim_type in CLAIM_TYPES:
        ids = [row["id"] for row in locked if row["type"] == claim_type]
        batch, unwritable = await _written(connection, acting, ids, partner)
        if claim_ids is not None and unwritable:
            raise _refusal(unwritable[0])
        held += unwritable
        if batch:
            submitted.append(await _submit_file(connection, acting, batch, claim_type, partner, port))
    await hold_claims(connection, acting, held)
    return submitted, held


async def partner_of(connection: Connection, acting: Acting) -> TradingPartner:
    """How the practice and its clearinghouse name each other. Raises ClearinghouseNotSetError."""
    practice = await connection.fetchrow("SELECT name, settings FROM claims.practice WHERE id = $1", acting.practice_id)
    if practice is None:
        raise NotFoundError
    return trading_partner(acting.practice_id, practice["name"], acting.mode, practice["settings"])


async def _written(
    connection: Connection, acting: Acting, ids: list[UUID], partner: TradingPartner
) -> tuple[list[tuple[Row, ClaimImage]], list[Held]]:
    """Claims with their images, and those that cannot be written."""
    batch: list[tuple[Row, ClaimImage]] = []
    held: list[Held] = []
    if ids:
        rows, lines = await queries.submittable_claims(connection, acting.practice_id, ids)
        for row in rows:
            image = write_image(row, lines[row["id"]], partner)
            if isinstance(image, Unwritable):
                held.append(Held(row["id"], row["version"], image.blockers(acting.moment.at)))
            else:
                batch.append((row, image))
    return batch, held


def _refusal(held: Held) -> InvalidRequestError:
    errors = tuple(FieldError("", blocker["code"], blocker["text"]) for blocker in held.blockers)
    return InvalidRequestError(f"claim {held.claim_id} cannot be written", errors=errors)


def _check_named(claim_ids: list[UUID], locked: list[Row]) -> None:
    if len(locked) != len(set(claim_ids)):
        raise NotFoundError("there is no such claim")
    for row in locked:
        if row["pending_version"] is not None:
            _check_pending(row)
            continue
        next_submission_state(SubmissionState(row["submission_state"]), SubmissionEvent.SEND)
        if row["purpose"] != "live":
            raise ClaimNotSubmittableError(f"it was imported with the purpose {row['purpose']}")


def _check_pending(row: Row) -> None:
    if row["pending_state"] != VersionState.READY:
        raise ClaimNotSubmittableError("its new version is held; release it when what is missing is there")


async def _submit_file(
    connection: Connection,
    acting: Acting,
    batch: list[tuple[Row, ClaimImage]],
    claim_type: str,
    partner: TradingPartner,
    port: str,
) -> Submitted:
    rows = [row for row, _ in batch]
    claim_of = {id(image): row for row, image in batch}
    submission_id = uuid7()
    interchange = await queries.next_control(connection, partner.sender_id, partner.receiver_id, "interchange")
    group = await queries.next_control(connection, partner.sender_id, partner.receiver_id, "group")
    transactions = plan_837((image for _, image in batch), first_control=1)
    header = InterchangeHeader(
        sender_qualifier=partner.sender_qualifier,
        sender_id=partner.sender_id,
        receiver_qualifier=partner.receiver_qualifier,
        receiver_id=partner.receiver_id,
        made_at=acting.moment.at.astimezone(acting.moment.zone),
        control=interchange,
        usage=partner.usage,
        acknowledgement_requested=True,
    )
    content = b"".join(
        write_837(
            transactions,
            header,
            sender_code=partner.sender_id,
            receiver_code=partner.receiver_id,
            group_control=group,
            batch_reference=submission_id.hex[:30],
        )
    )
    file_id = await store_file(
        connection,
        acting.practice_id,
        content,
        direction="out",
        state="processed",
        client_id=acting.client_id,
        actor=acting.actor_json,
        now=acting.moment.at,
    )
    total = sum(row["charge_cents"] for row in rows)
    await queries.insert_submission(
        connection,
        acting.practice_id,
        {
            "id": submission_id,
            "sender": partner.sender_id,
            "receiver": partner.receiver_id,
            "port": port,
            "interchange_control": f"{interchange:09d}",
            "group_control": str(group),
            "transaction_control": transactions[0].control,
            "claim_type": claim_type,
            "claim_count": len(rows),
            "charge_cents": total,
            "file_id": file_id,
            "sent_at": acting.moment.at,
        },
    )
    await queries.freeze_versions(
        connection, acting.practice_id, submission_id, _frozen(transactions, claim_of), acting.moment.at
    )
    await replace_charges(connection, acting, [(row["id"], row["version_before"], row["version"]) for row in rows])
    await queries.mark_sent(
        connection,
        acting.practice_id,
        [(row["id"], uuid7(), row["version"]) for row in rows],
        submission_id=submission_id,
        occurred_at=acting.moment.at,
        recorded_at=acting.machine,
        sent_on=await book_day(connection, acting.practice_id, acting.today, today=acting.today),
        client_id=acting.client_id,
        actor_id=acting.actor.id,
        actor_kind=acting.actor.kind,
    )
    return Submitted(submission_id, claim_type, len(rows), total)


def _frozen(
    transactions: list[PlannedTransaction], claim_of: dict[int, Row]
) -> list[tuple[UUID, int, str, dict[str, Any]]]:
    return [
        (claim_of[id(image)]["id"], claim_of[id(image)]["version"], transaction.control, to_json(image))
        for transaction in transactions
        for image in transaction.images
    ]
