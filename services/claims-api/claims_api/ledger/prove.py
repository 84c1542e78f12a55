"""Show that the books add up: for a claim, a remittance, or the practice on a day."""

from datetime import date
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from claims_api.ledger import queries
from claims_api.ledger.domain import ACCOUNTS, AR_ACCOUNTS, Account, Side
from claims_api.ledger.schemas import AccountBalanceOut, BalancesOut, PostingOut, ProofOut, ProofsOut


async def prove_claim(connection: Connection, practice_id: int, claim_id: UUID) -> ProofsOut:
    """Raises NotFoundError."""
    if not await queries.exists(connection, practice_id, "claim", claim_id):
        raise NotFoundError("there is no such claim")
    rows = await queries.claim_proofs(connection, practice_id, claim_id)
    postings = await queries.postings_of(connection, practice_id, "claim_id", claim_id)
    return _proofs("claim", claim_id, None, rows, postings)


async def prove_remittance(connection: Connection, practice_id: int, remittance_id: UUID) -> ProofsOut:
    """Raises NotFoundError."""
    if not await queries.exists(connection, practice_id, "remittance", remittance_id):
        raise NotFoundError("there is no such remittance")
    rows = await queries.remittance_proofs(connection, practice_id, remittance_id)
    postings = await queries.postings_of(connection, practice_id, "remittance_id", remittance_id)
    return _proofs("remittance", remittance_id, None, rows, postings)


async def prove_practice(connection: Connection, practice_id: int, as_of: date) -> ProofsOut:
    """The ledger of the practice on a day; its postings are too many to list."""
    return _proofs("practice", None, as_of, await queries.practice_proofs(connection, practice_id, as_of), [])


async def read_balances(connection: Connection, practice_id: int, as_of: date) -> BalancesOut:
    """The trial balance on a day; accounts without a posting are left out."""
    accounts = [_account(row) for row in await queries.account_balances(connection, practice_id, as_of)]
    receivable = sum(account.balance_cents for account in accounts if account.receivable)
    return BalancesOut(as_of=as_of, receivable_cents=receivable, accounts=accounts)


def _account(row: Row) -> AccountBalanceOut:
    known = ACCOUNTS[Account(row["account"])]
    return AccountBalanceOut(
        account=known.number,
        name=known.name,
        normal_side=known.normal_side.value,
        receivable=known.number in AR_ACCOUNTS,
        balance_cents=row["cents"] if known.normal_side is Side.DEBIT else -row["cents"],
    )


def _proofs(
    subject: str, subject_id: UUID | None, as_of: date | None, rows: list[Row], postings: list[Row]
) -> ProofsOut:
    proofs = [proof_of(row) for row in rows]
    total = postings[0]["total_count"] if postings else 0
    return ProofsOut(
        subject=subject,
        subject_id=subject_id,
        as_of=as_of,
        holds=all(proof.holds for proof in proofs),
        proofs=proofs,
        postings=[PostingOut(**{name: row[name] for name in PostingOut.model_fields}) for row in postings],
        omitted_count=total - len(postings),
    )


def proof_of(row: Row) -> ProofOut:
    """A row (name, says, left_cents, right_cents) as a proof."""
    difference = row["left_cents"] - row["right_cents"]
    return ProofOut(**dict(row), difference_cents=difference, holds=difference == 0)
