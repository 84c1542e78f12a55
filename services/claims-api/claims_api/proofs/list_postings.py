"""The postings behind one proof, page by page."""

from datetime import date
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection
from claims_api.ledger.queries import exists
from claims_api.ledger.schemas import PostingOut
from claims_api.proofs.domain import BEHIND, Subject
from claims_api.proofs.queries import postings_behind


async def list_postings(
    connection: Connection,
    practice_id: int,
    name: str,
    subject: Subject,
    value: UUID | date,
    after: tuple[UUID, int] | None,
    limit: int,
) -> list[PostingOut]:
    """value: the claim, the remittance, or the practice's day. Raises NotFoundError: no such subject or proof."""
    behind = BEHIND[subject].get(name)
    if behind is None:
        raise NotFoundError(f"a {subject} has no such proof")
    if isinstance(value, UUID) and not await exists(connection, practice_id, subject.value, value):
        raise NotFoundError(f"there is no such {subject}")
    rows = await postings_behind(connection, practice_id, subject, value, behind, after, limit)
    return [PostingOut(**dict(row)) for row in rows]
