"""What we know of lines and statements, what does not agree yet, and the proof that nothing else is open."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.database import Connection, Row
from claims_api.bank import queries
from claims_api.bank.domain.matching import LineFacts, OpenPayment, Suggestion, by_amount, by_trace
from claims_api.bank.pay_refunds import refunds_of_lines
from claims_api.bank.schemas import (
    BankLineDetailOut,
    BankLineOut,
    BankProofOut,
    MatchOut,
    OpenItemOut,
    OpenItemsOut,
    StatementOut,
    SuggestionOut,
)
from claims_api.ledger.schemas import PostingOut, ProofOut

POSTINGS_SHOWN: Final = 200


async def read_line(connection: Connection, practice_id: int, line_id: UUID) -> BankLineDetailOut:
    """Raises NotFoundError."""
    row = await queries.line_row(connection, practice_id, line_id)
    if row is None:
        raise NotFoundError("there is no such bank line")
    matches = [MatchOut(**dict(match)) for match in await queries.match_rows(connection, practice_id, line_id)]
    suggestions: list[Suggestion] = []
    if row["state"] == "open" and row["amount_cents"] > 0:
        rows = await queries.open_payment_rows(connection, practice_id)
        suggestions = suggested(queries.line_facts(row), [queries.open_payment(payment) for payment in rows])
    shown = [_suggestion(one) for one in suggestions]
    if row["state"] == "open" and row["amount_cents"] < 0:
        paid = [pair["refund_id"] for pair in await refunds_of_lines(connection, practice_id, line_id)]
        shown += [_of_refund(refund_id) for refund_id in paid]
    return BankLineDetailOut(**dict(row), matches=matches, suggestions=shown)


def suggested(line: LineFacts, payments: list[OpenPayment]) -> list[Suggestion]:
    """By trace if the line names one that is open, else by amount and date."""
    traced = by_trace(line, payments)
    return [traced] if traced is not None else by_amount(line, payments)


async def list_lines(
    connection: Connection, practice_id: int, filters: dict[str, Any], before: UUID | None, limit: int
) -> list[BankLineOut]:
    return [
        BankLineOut(**dict(row)) for row in await queries.line_page(connection, practice_id, filters, before, limit)
    ]


async def read_statement(connection: Connection, practice_id: int, statement_id: UUID) -> StatementOut:
    """Raises NotFoundError."""
    row = await queries.statement_row(connection, practice_id, statement_id)
    if row is None:
        raise NotFoundError("there is no such bank statement")
    return StatementOut(**dict(row))


async def read_content(connection: Connection, practice_id: int, statement_id: UUID) -> bytes:
    """The file as it came. Raises NotFoundError."""
    content = await queries.statement_content(connection, practice_id, statement_id)
    if content is None:
        raise NotFoundError("there is no such bank statement")
    return content


async def open_items(connection: Connection, practice_id: int, today: date) -> OpenItemsOut:
    """Every line, remittance and receipt that does not agree with the other side, oldest first."""
    classes = await queries.day_classes(connection, practice_id)
    shown = [_aged(row, classes, today) for row in await queries.open_item_rows(connection, practice_id)]
    return OpenItemsOut(day_classes=classes, total_cents=sum(item.amount_cents for item in shown), items=shown)


async def prove_deposits(connection: Connection, practice_id: int, line_id: UUID | None) -> BankProofOut:
    """Deposits against payments, tables against ledger; line_id chooses the postings shown, not the sums."""
    s = await queries.sums(connection, practice_id)
    paid = s["payment_cents"] + s["receipt_cents"] - s["both_cents"] - s["refund_cents"] + s["refund_by_hand_cents"]
    unseen = s["refund_out_cents"] + s["refund_by_hand_cents"]
    proofs = [
        _proof(
            "deposits_less_payments_are_open_items",
            "Bank lines, with fees kept and what was resolved, less payments in and refunds out are the open items.",
            s["line_cents"] + s["fee_cents"] + s["resolved_cents"] - paid,
            s["line_cents"] - s["matched_cents"] - s["waiting_cents"] - s["undeposited_cents"] + s["refund_out_cents"],
        ),
        _proof(
            "cash_is_the_bank",
            "Cash (1000) is what of the bank's lines is matched or held, less refunds that no line has paid yet.",
            s["cash_cents"],
            s["matched_cents"] + s["held_cents"] - unseen,
        ),
        _proof(
            "clearing_is_what_waits",
            "What stands on remittance clearing (1040) is what remittances wait for.",
            s["clearing_cents"],
            s["waiting_cents"],
        ),
        _proof(
            "each_trace_returns_to_zero_or_waits",
            "Remittances whose clearing is not what the bank still owes of them: none.",
            s["traces_off_count"],
            0,
        ),
        _proof(
            "receipts_wait_in_clearing",
            "What stands on card and lockbox clearing (1030) is what receipts wait for.",
            s["card_clearing_cents"],
            s["undeposited_cents"],
        ),
        _proof(
            "refunds_out_are_posted",
            "What refunds took from cash (1000) is what of them is out, cleared or with the state.",
            s["refund_posted_cents"],
            s["refund_cents"],
        ),
        _proof(
            "fees_are_posted",
            "Fees kept from deposits are what was posted as such (6210).",
            s["fee_posted_cents"],
            s["fee_cents"],
        ),
    ]
    rows = await queries.bank_postings(connection, practice_id, line_id, POSTINGS_SHOWN)
    return BankProofOut(
        holds=all(proof.holds for proof in proofs),
        proofs=proofs,
        postings=[PostingOut(**{name: row[name] for name in PostingOut.model_fields}) for row in rows],
        omitted_count=(rows[0]["total_count"] if rows else 0) - len(rows),
    )


def _proof(name: str, says: str, left: int, right: int) -> ProofOut:
    return ProofOut(
        name=name,
        says=says,
        left_cents=left,
        right_cents=right,
        difference_cents=left - right,
        holds=left == right,
    )


def _suggestion(suggestion: Suggestion) -> SuggestionOut:
    return SuggestionOut.model_validate(
        {
            "by": suggestion.by,
            "remittance_ids": [payment.id for payment in suggestion.payments],
            "refund_ids": [],
            "difference_cents": suggestion.difference_cents,
        }
    )


def _of_refund(refund_id: UUID) -> SuggestionOut:
    return SuggestionOut(by="trace", remittance_ids=[], refund_ids=[refund_id], difference_cents=0)


def _aged(row: Row, classes: list[int], today: date) -> OpenItemOut:
    age = queries.age_days(row["since"], today)
    return OpenItemOut(**dict(row), age_days=age, age_class=sum(age >= day for day in classes))
