"""Post one 835 payment: everything of one ST in one transaction, or nothing."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection, Database
from ar_shared.platform.outbox import NewEvent
from claims_api.acting import Acting
from claims_api.claims.record_decisions import UNEXPECTED_STATES
from claims_api.ledger.moves import Books, write_moves
from claims_api.remittances import write_remittance as write
from claims_api.remittances.books import books_for
from claims_api.remittances.capitated import apply_capitation
from claims_api.remittances.conclude_claims import conclude_claims, open_cases
from claims_api.remittances.domain.payment_identity import PaymentVerdict
from claims_api.remittances.end_voided import end_voided
from claims_api.remittances.match_claims import find_claims, find_lines
from claims_api.remittances.pair_reversals import Completions, complete_corrections
from claims_api.remittances.post_claims import hold_money, post_claims
from claims_api.remittances.provider_entries import (
    PaymentEntries,
    keep_entries,
    keep_items,
    move_entries,
    plan_payment,
    read_entries,
    review_entries,
)
from claims_api.remittances.recognise import (
    Parties,
    Recognition,
    entered_otherwise,
    find_parties,
    identity_of,
    recognise,
)
from claims_api.remittances.replace_assignments import replace_assignments
from claims_api.remittances.source import RemittanceHeaderFacts, RemittanceSource, RemittanceTotals
from claims_api.remittances.spread_unsplit import spread_unsplit
from claims_api.remittances.staging import stage
from claims_api.remittances.undo_passed_on import undo_passed_on
from claims_api.telling import tell

LOOKS_LIKE_POSTED: Final = "payment_looks_like_a_posted_one"
_STORED: Final = """
SELECT id, state, findings, claim_count, held_cents, duplicate_of, counts FROM claims.remittance
WHERE practice_id = $1 AND file_id = $2 AND transaction_n = $3
"""


@dataclass(frozen=True, slots=True)
class RemittanceOutcome:
    """What became of the payment: `posted`, `posted_with_held`, `queued` (nothing posted) or `duplicate`."""

    state: str
    remittance_id: UUID
    findings: list[dict[str, Any]]
    counts: dict[str, int]
    duplicate_of: UUID | None = None
    links: dict[str, str] = field(default_factory=dict)


async def post_remittance(
    database: Database,
    acting: Acting,
    source: RemittanceSource,
    *,
    file_id: UUID | None = None,
    transaction_n: int | None = None,
) -> RemittanceOutcome:
    """Stage, recognise, match and post one payment, and commit.

    Safe to repeat, also after an unknown commit: the same (file, transaction) answers as it did, the same content
    under another file is a `duplicate`. Raises ServiceUnavailableError when PostgreSQL goes away.
    """
    async with database.tenant_tx(acting.practice_id, period_open=True, bulk=True) as connection:
        stored = await _stored(connection, acting.practice_id, file_id, transaction_n)
        if stored is not None:
            return stored
        await stage(connection, source)
        return await _Posting(connection, acting, source.header, source.totals(), file_id, transaction_n).run()


async def post_in_transaction(connection: Connection, acting: Acting, source: RemittanceSource) -> RemittanceOutcome:
    """The same inside the caller's transaction (begun with `period_open`), for what did not come in a file."""
    await stage(connection, source)
    return await _Posting(connection, acting, source.header, source.totals(), None, None).run()


class _Posting:
    """The steps of one payment, and what each leaves for the next."""

    def __init__(
        self,
        connection: Connection,
        acting: Acting,
        header: RemittanceHeaderFacts,
        totals: RemittanceTotals,
        file_id: UUID | None,
        transaction_n: int | None,
    ) -> None:
        self._connection = connection
        self._acting = acting
        self._practice = acting.practice_id
        self._header = header
        self._totals = totals
        self._place = (file_id, transaction_n)
        self._id = uuid7()
        self._parties = Parties([], None)

    async def run(self) -> RemittanceOutcome:
        identity = identity_of(self._header, self._totals.content_hash, self._place[0])
        recognition = await recognise(self._connection, self._practice, identity)
        stored = await _stored(self._connection, self._practice, *self._place)
        if stored is not None:  # by a worker that holds the same file and was faster; visible since `recognise` waited
            return stored
        self._parties = await find_parties(self._connection, self._practice, self._header)
        if recognition.verdict is PaymentVerdict.NEW:
            other = await entered_otherwise(self._connection, self._practice, self._header, self._parties.payer_ids)
            recognition = Recognition(PaymentVerdict.LOOK_ALIKE, other) if other else recognition
        if recognition.verdict is PaymentVerdict.DUPLICATE:
            return await self._keep_duplicate(recognition)
        if recognition.verdict is PaymentVerdict.LOOK_ALIKE or not self._totals.postable:
            return await self._queue(recognition)
        return await self._post()

    async def _keep_duplicate(self, recognition: Recognition) -> RemittanceOutcome:
        data = {"duplicate_of": str(recognition.other)}
        await self._announce([NewEvent("remittance.duplicate", "remittance", self._id, data)])
        return await self._keep("duplicate", [], {}, duplicate_of=recognition.other)

    async def _queue(self, recognition: Recognition) -> RemittanceOutcome:
        """Nothing posts; all of it is kept, with the findings, for a person."""
        findings = list(self._totals.findings)
        payment = {"payment_cents": self._header.payment_cents}
        if recognition.verdict is PaymentVerdict.LOOK_ALIKE:
            findings.insert(0, _looks_like_posted())
            event = NewEvent(
                "remittance.review", "remittance", self._id, payment | {"looks_like": str(recognition.other)}
            )
        else:
            codes = sorted({finding["code"] for finding in findings})
            event = NewEvent("remittance.queued", "remittance", self._id, payment | {"finding_codes": codes})
        await write.write_staged(self._connection, self._practice, self._id, waiting=True)
        await keep_entries(self._connection, self._practice, self._entries())
        await self._announce([event])
        counts = {"claims": self._totals.claim_count}
        return await self._keep("queued", findings, counts, duplicate_of=recognition.other)

    async def _post(self) -> RemittanceOutcome:
        connection, practice, acting = self._connection, self._practice, self._acting
        totals = self._totals
        books = await books_for(connection, acting, paid_on=self._header.paid_on)
        payers, reverses = self._parties.payer_ids, totals.has_reversals
        await find_claims(connection, practice, payers, self._header.payee_npi, has_reversals=reverses)
        await find_lines(connection, practice, self._id, payers, has_reversals=reverses)
        if totals.has_unsplit_claims:
            await spread_unsplit(connection, practice)
        capitated = bool(totals.claim_count) and await apply_capitation(connection, practice, payers)
        entries = self._entries()
        payee = frozenset({self._header.payee_npi, self._header.payee_tin, self._header.payee_key})
        await read_entries(connection, practice, entries, payee)
        await undo_passed_on(connection, acting, payers)
        rounds = await post_claims(
            connection,
            books,
            self._id,
            payers,
            UNEXPECTED_STATES,
            has_reversals=reverses,
            more_claims=entries.relieved_claims,
            capitated=capitated,
        )
        completions = Completions([], [])
        if reverses:
            completions = await complete_corrections(connection, books, self._id, rounds + 1)
            await replace_assignments(connection, acting, books, self._header.payer_key, payers, rounds + 2)
        counted = await write.count_claims(connection)
        await plan_payment(connection, practice, entries, has_reversals=reverses)
        journal_id = await self._move_the_rest(books, counted.held > 0, entries, rounds + 3)
        await write.write_staged(connection, practice, self._id, waiting=False)
        await keep_entries(connection, practice, entries)
        denied = await open_cases(
            connection,
            acting,
            self._id,
            remitted_on=self._header.paid_on,
            has_corrections=totals.has_corrections,
        )
        counts = {
            "claims": totals.claim_count,
            "posted": counted.posted,
            "held": counted.held,
            "memo": counted.memo,
            "denials": denied,
        }
        state = "posted_with_held" if counted.held else "posted"
        outbox_id = await self._announce_posted(state, counted.held_cents, denied)
        await write_moves(connection, books, outbox_id)
        counts["reviews"] = await conclude_claims(
            connection,
            books,
            self._id,
            completions,
            has_reversals=reverses,
            said_on=self._header.produced_on or self._header.paid_on,
            today=acting.today,
        )
        await keep_items(connection, books, entries, acting.today)
        counts["reviews"] += await review_entries(connection, books, entries, acting.today)
        if reverses:
            await end_voided(connection, acting)
        return await self._keep(
            state,
            list(totals.findings),
            counts,
            held_cents=counted.held_cents,
            journal_id=journal_id,
            effective=books.effective_on,
        )

    def _entries(self) -> PaymentEntries:
        return PaymentEntries(self._id, self._header.payer_key, self._parties.payer_ids, self._totals.provider_entries)

    async def _move_the_rest(self, books: Books, holds: bool, entries: PaymentEntries, round_n: int) -> UUID | None:
        """Held money and provider entries, in one journal of the payment itself; None when there is neither."""
        if not (holds or entries.written):
            return None
        journal_id = uuid7()
        payer_id = self._parties.payer_ids[0] if self._parties.payer_ids else None
        await self._connection.execute(
            "INSERT INTO ledger_journal (journal_id, kind, source_type, source_id, billing_entity_id, payer_id, "
            "remittance_id) VALUES ($1, 'remittance_rest', 'remittance', $2, $3, $4, $2)",
            journal_id,
            self._id,
            self._parties.billing_entity_id,
            payer_id,
        )
        await hold_money(self._connection, self._id, journal_id)
        await move_entries(self._connection, books, entries, journal_id, round_n)
        return journal_id

    async def _announce_posted(self, state: str, held_cents: int, denied: int) -> int:
        data = {
            "state": state,
            "payment_cents": self._header.payment_cents,
            "held_cents": held_cents,
            "claim_count": self._totals.claim_count,
            "denied_count": denied,
        }
        [outbox_id] = await self._announce([NewEvent("remittance.posted", "remittance", self._id, data)])
        return outbox_id

    async def _announce(self, events: list[NewEvent]) -> list[int]:
        return await tell(self._connection, self._acting, events)

    async def _keep(
        self,
        state: str,
        findings: list[dict[str, Any]],
        counts: dict[str, int],
        *,
        duplicate_of: UUID | None = None,
        held_cents: int = 0,
        journal_id: UUID | None = None,
        effective: date | None = None,
    ) -> RemittanceOutcome:
        header, totals = self._header, self._totals
        file_id, transaction_n = self._place
        row = {
            "practice_id": self._practice,
            "id": self._id,
            "file_id": file_id,
            "transaction_n": transaction_n,
            "payer_id": self._parties.payer_ids[0] if self._parties.payer_ids else None,
            "payer_key": header.payer_key,
            "payer_name": header.payer_name or None,
            "payee_key": header.payee_key,
            "billing_entity_id": self._parties.billing_entity_id,
            "trace_number": header.trace_number,
            "method": header.method,
            "handling": header.handling,
            "payment_cents": header.payment_cents,
            "claims_paid_cents": totals.claims_paid_cents,
            "provider_adjustment_cents": totals.provider_adjustment_cents,
            "held_cents": held_cents,
            "paid_on": header.paid_on,
            "produced_on": header.produced_on,
            "content_hash": totals.content_hash,
            "state": state,
            "findings": findings,
            "claim_count": totals.claim_count,
            "counts": counts,
            "header": header.facts | {"payer_numbers": list(header.payer_numbers)},
            "entry": header.entry,
            "difference_cents": 0,
            "difference_resolved_cents": 0,
            "row_version": 1,
            "duplicate_of": duplicate_of,
            "journal_id": journal_id,
            "effective_on": effective,
            "received_at": self._acting.moment.at,
        }
        await write.insert_remittance(self._connection, row)
        return _outcome(self._id, state, findings, counts, duplicate_of)


async def _stored(
    connection: Connection, practice_id: int, file_id: UUID | None, transaction_n: int | None
) -> RemittanceOutcome | None:
    if file_id is None or transaction_n is None:
        return None
    row = await connection.fetchrow(_STORED, practice_id, file_id, transaction_n)
    if row is None:
        return None
    return _outcome(row["id"], row["state"], row["findings"], row["counts"], row["duplicate_of"])


def _outcome(
    remittance_id: UUID,
    state: str,
    findings: list[dict[str, Any]],
    counts: dict[str, int],
    duplicate_of: UUID | None,
) -> RemittanceOutcome:
    links = {"remittance": f"/v1/remittances/{remittance_id}"}
    if duplicate_of is not None:
        links["duplicate_of"] = f"/v1/remittances/{duplicate_of}"
    return RemittanceOutcome(state, remittance_id, findings, counts, duplicate_of, links)


def _looks_like_posted() -> dict[str, Any]:
    return {
        "code": LOOKS_LIKE_POSTED,
        "text": "Payer, payee, trace and date are those of a posted payment; the claims or the amount differ.",
        "severity": "error",
    }
