"""Send claims: freeze their images, write the 837, move them to `sent`, all in one transaction.

The file is handed over afterwards by `deliver_submissions`, as often as it takes.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import FieldError, InvalidRequestError, NotFoundError, StateConflictError
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Row
from ar_shared.x12.claim_builder import build_header
from ar_shared.x12.claim_limits import ClaimLimitError
from ar_shared.x12.claim_model import ClaimImage, from_json, to_json
from ar_shared.x12.claim_renumber import renumber
from ar_shared.x12.claim_writer import PlannedTransaction, plan_837, write_837, written_version
from ar_shared.x12.writer import InterchangeHeader
from claims_api.acting import Acting
from claims_api.claims.domain import SubmissionEvent, SubmissionState, next_submission_state
from claims_api.edi.store_file import store_file
from claims_api.submissions import queries
from claims_api.submissions.image_of_claim import image_of_claim
from claims_api.submissions.trading_partner import TradingPartner, trading_partner

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
) -> list[Submitted]:
    """One file a claim type and guide version; the caller commits.

    claim_ids: None takes the oldest ready claims (up to 5,000).
    port: name of the way out the files will take. Raises NotFoundError, IllegalTransitionError,
    ClaimNotSubmittableError and InvalidRequestError (naming a claim the guide cannot hold); then nothing is sent.
    """
    locked = await queries.lock_ready(connection, acting.practice_id, claim_ids)
    if claim_ids is not None:
        _check_named(claim_ids, locked)
    practice = await connection.fetchrow("SELECT name, settings FROM claims.practice WHERE id = $1", acting.practice_id)
    if practice is None:
        raise NotFoundError
    partner = trading_partner(acting.practice_id, practice["name"], acting.mode, practice["settings"])
    submitted = []
    for claim_type in CLAIM_TYPES:
        ids = [row["id"] for row in locked if row["type"] == claim_type]
        submitted += [
            await _submit_file(connection, acting, batch, claim_type, partner, port)
            for batch in await _batches(connection, acting, ids, partner)
        ]
    return submitted


async def _batches(
    connection: Connection, acting: Acting, ids: list[UUID], partner: TradingPartner
) -> list[list[tuple[Row, ClaimImage]]]:
    """Claims with their images, apart by the guide they are written under: a file follows one guide."""
    batches: dict[str, list[tuple[Row, ClaimImage]]] = {}
    if ids:
        rows, lines = await queries.submittable_claims(connection, acting.practice_id, ids)
        for row in rows:
            image = _image(row, lines[row["id"]], partner)
            batches.setdefault(written_version(image.claim_type, image.version), []).append((row, image))
    return list(batches.values())


def _check_named(claim_ids: list[UUID], locked: list[Row]) -> None:
    if len(locked) != len(set(claim_ids)):
        raise NotFoundError("there is no such claim")
    for row in locked:
        next_submission_state(SubmissionState(row["submission_state"]), SubmissionEvent.SEND)
        if row["purpose"] != "live":
            raise ClaimNotSubmittableError(f"it was imported with the purpose {row['purpose']}")


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
    await queries.mark_sent(
        connection,
        acting.practice_id,
        [(row["id"], uuid7(), row["version"]) for row in rows],
        submission_id=submission_id,
        occurred_at=acting.moment.at,
        recorded_at=acting.machine,
        sent_on=acting.today,
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


def _image(row: Row, lines: list[Row], partner: TradingPartner) -> ClaimImage:
    if row["image"] is not None:
        header = build_header(partner.submitter, partner.receiver)
        numbers = [line["line_control_number"] for line in lines]
        return renumber(from_json(row["image"]), header, row["patient_control_number"], numbers)
    try:
        return image_of_claim(row, lines, submitter=partner.submitter, receiver=partner.receiver)
    except ClaimLimitError as error:
        findings = tuple(FieldError("", code, "The claim holds what the 837 cannot carry.") for code in error.codes)
        raise InvalidRequestError(f"claim {row['id']} cannot be written", errors=findings) from error
