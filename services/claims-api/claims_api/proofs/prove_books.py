"""Prove all books of a practice: ledger, claims, remittances, and the bank."""

from datetime import date

from ar_shared.platform.database import Connection
from claims_api.bank.read_bank import prove_deposits
from claims_api.ledger.prove import proof_of, prove_practice
from claims_api.ledger.schemas import ProofsOut
from claims_api.proofs import queries


async def prove_books(connection: Connection, practice_id: int, as_of: date) -> ProofsOut:
    """Sums through the day where the books know them, else as they are now; the postings come in pages."""
    ledger = await prove_practice(connection, practice_id, as_of)
    single = [proof_of(row) for row in await queries.one_by_one(connection, practice_id)]
    bank = await prove_deposits(connection, practice_id, None)
    proofs = [*ledger.proofs, *single, *bank.proofs]
    return ledger.model_copy(update={"proofs": proofs, "holds": all(proof.holds for proof in proofs)})
