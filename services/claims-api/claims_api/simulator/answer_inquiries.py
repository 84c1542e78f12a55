"""Answer a 276 with a 277, by what the payers have decided so far."""

from datetime import date
from typing import Final

from ar_shared.kernel.clock import PracticeTime
from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.x12.claim_status import StatusInquiry
from ar_shared.x12.claim_status_reader import read_276
from ar_shared.x12.envelope import EnvelopeReader
from claims_api.clearinghouse import OutgoingFile
from claims_api.simulator import queries
from claims_api.simulator.domain.calendar import file_answer_at
from claims_api.simulator.domain.envelope import Addresses, Envelope
from claims_api.simulator.domain.fate import FateKind
from claims_api.simulator.domain.notices import KnownClaim, answer_to, status_file
from claims_api.simulator.stored import part_from_json

INQUIRY: Final = "276"
_PART: Final = "status"


async def answer_inquiries(connection: Connection, file: OutgoingFile, sent: PracticeTime) -> None:
    """Lay the 277 ready for half an hour later; nothing for a file that asks nothing."""
    reader = EnvelopeReader([file.content])
    inquiries = [one for transaction in reader.transactions() for one in read_276(transaction)]
    if not inquiries:
        return
    answers = [
        answer_to(one, await _known(connection, file.practice_id, one), sent.today) for one in _by_party(inquiries)
    ]
    addresses = Addresses.back_from(reader.interchanges[0])
    control = await queries.next_control(connection, addresses.sender_id, addresses.receiver_id)
    due_at = file_answer_at(sent)
    content = status_file(answers, Envelope(addresses, due_at.astimezone(sent.zone), control))
    await queries.insert_answer(
        connection, file.practice_id, uuid7(), file.submission_id, "277", _PART, due_at, content
    )


async def _known(connection: Connection, practice_id: int, inquiry: StatusInquiry) -> KnownClaim | None:
    row = await queries.known_claim(
        connection,
        practice_id,
        payer_id=inquiry.parties.source.id,
        patient_control_number=inquiry.patient_control_number,
        payer_claim_number=inquiry.payer_claim_control_number,
        member_id=inquiry.parties.subscriber.id,
        charge_cents=inquiry.charge_cents,
    )
    if row is None:
        return None
    part = part_from_json(row["part"]) if row["part"] is not None else None
    paid_on: date | None = part.paid_on if part else None
    return KnownClaim(
        patient_control_number=row["patient_control_number"],
        payer_claim_number=row["payer_claim_number"],
        charge_cents=row["charge_cents"],
        wants_documents=row["fate"] == FateKind.ASKED,
        decision=part.claims[-1] if part else None,
        paid_on=paid_on,
        trace=row["trace"] or "",
    )


def _by_party(inquiries: list[StatusInquiry]) -> list[StatusInquiry]:
    """Those of one payer, asker and provider together, as a 277 is nested."""
    return sorted(
        inquiries,
        key=lambda one: (one.parties.source.id, one.parties.receiver.id, one.parties.provider.id),
    )
