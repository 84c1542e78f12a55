"""HTTP of proofs."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path

from ar_shared.kernel.errors import FieldError, InvalidRequestError, NotFoundError
from ar_shared.platform.access_log import access_by, record_access
from ar_shared.platform.auth import Principal, require
from ar_shared.platform.cursors import DEFAULT_PAGE_SIZE, CursorInvalidError, CursorParameter, Page, PageSize
from ar_shared.platform.database import Connection
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import SaneDate
from claims_api.ledger.prove import prove_claim, prove_remittance
from claims_api.ledger.schemas import PostingOut, ProofsOut
from claims_api.practices.queries import practice_time
from claims_api.proofs.domain import NAMES, Subject
from claims_api.proofs.list_postings import list_postings
from claims_api.proofs.prove_books import prove_books
from claims_api.reads import Filters, Listing, Place
from claims_api.wiring import Wired

router = APIRouter(prefix="/v1/ledger/proofs", tags=["ledger"])

Reader = Annotated[Principal, require("ledger:read")]
ProofName = Annotated[
    str,
    Path(pattern="^[a-z][a-z0-9_]{2,59}$", examples=["charges_are_posted"], json_schema_extra={"enum": list(NAMES)}),
]
_BY_POSTING = Place(lambda posting: [str(posting.journal_id), posting.n], lambda keys: (UUID(str(keys[0])), keys[1]))


@router.get("", operation_id="readProofs", summary="Prove the books", responses=problem_responses(NotFoundError))
async def get_proofs(
    principal: Reader,
    wired: Wired,
    claim_id: UUID | None = None,
    remittance_id: UUID | None = None,
    as_of: SaneDate | None = None,
) -> ProofsOut:
    """Sums that must be equal, for one claim, one remittance, or the whole practice on a day (default: today).

    The practice's are claims against their lines, remittances against BPR02, receivables against the ledger, and
    deposits against payments; balances and the bank are proved as they are now. The postings behind each proof come in
    pages at `/v1/ledger/proofs/{name}/postings`.
    """
    subject, value = _subject(claim_id, remittance_id, as_of)
    practice = principal.practice_id
    async with wired.database.tenant_tx(practice, one_snapshot=True) as connection:
        if subject is Subject.CLAIM:
            proofs = await prove_claim(connection, practice, value)
        elif subject is Subject.REMITTANCE:
            proofs = await prove_remittance(connection, practice, value)
        else:
            proofs = await prove_books(connection, practice, value or await _today(connection, principal, wired))
        of = subject.value if proofs.subject_id else None
        access = access_by(principal, wired.clock.now(), "readProofs", "view", of, proofs.subject_id)
        await record_access(connection, "claims", practice, access)
    return proofs


@router.get(
    "/{name}/postings",
    operation_id="listProofPostings",
    summary="List the postings behind a proof",
    responses=problem_responses(NotFoundError, CursorInvalidError),
)
async def get_postings(
    name: ProofName,
    principal: Reader,
    wired: Wired,
    claim_id: UUID | None = None,
    remittance_id: UUID | None = None,
    as_of: SaneDate | None = None,
    limit: PageSize = DEFAULT_PAGE_SIZE,
    cursor: CursorParameter = None,
) -> Page[PostingOut]:
    """Of the same subject as the proof: one claim, one remittance, or the practice through a day; in their order."""
    subject, value = _subject(claim_id, remittance_id, as_of)

    async def read(connection: Connection, practice_id: int, _: Filters, after: Any, limit: int) -> list[PostingOut]:
        of = value or await _today(connection, principal, wired)
        return await list_postings(connection, practice_id, name, subject, of, after, limit)

    given = {"name": name, "subject": subject, "of": value and str(value)}
    return await Listing(principal, wired, "listProofPostings", given, limit, cursor).page(read, _BY_POSTING)


def _subject(claim_id: UUID | None, remittance_id: UUID | None, as_of: date | None) -> tuple[Subject, Any]:
    """What is asked about; for the practice its day, None for today. Raises InvalidRequestError."""
    if sum(given is not None for given in (claim_id, remittance_id, as_of)) > 1:
        wrong = FieldError("/claim_id", "one_subject", "Give one of claim_id, remittance_id and as_of.")
        raise InvalidRequestError("a proof has one subject", errors=(wrong,))
    if claim_id is not None:
        return Subject.CLAIM, claim_id
    return (Subject.REMITTANCE, remittance_id) if remittance_id is not None else (Subject.PRACTICE, as_of)


async def _today(connection: Connection, principal: Principal, wired: Wired) -> date:
    return (await practice_time(connection, principal, wired.clock)).today
