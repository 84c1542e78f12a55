"""Take in a 277CA: what a payer or a clearinghouse says of each claim."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from ar_shared.platform.database import Connection
from ar_shared.x12.claim_ack import ClaimAnswer, ProviderAnswer, ReceiverAnswer, SourceAnswer, Status, StatusCode
from claims_api.acknowledgements import queries
from claims_api.acknowledgements.batch_trace import submission_ids_of, trace_of
from claims_api.acknowledgements.claim_in_play import ClaimInPlay
from claims_api.acknowledgements.domain import (
    AckVerdict,
    a1_20_is_acceptance,
    ack_verdict,
    hop_of,
    overall,
    submission_event,
)
from claims_api.acknowledgements.matching import claim_meant
from claims_api.acknowledgements.outcome import outcome_of, unmatched
from claims_api.acknowledgements.record_answers import Answer, Effect, record_answers
from claims_api.acting import Acting
from claims_api.codes.code_lists import claim_status_category
from claims_api.edi.outcome import Outcome, TransactionState, remark

KIND: Final = "277CA"


@dataclass(slots=True)
class _Heard:
    """Our claims that the answer may be about, and the files they went out in, newest first."""

    own: dict[str, ClaimInPlay] = field(default_factory=dict)
    submitted: dict[str, list[ClaimInPlay]] = field(default_factory=dict)
    sent: dict[UUID, list[tuple[UUID, int]]] = field(default_factory=dict)
    of_batch: dict[UUID, list[ClaimInPlay]] = field(default_factory=dict)
    batches: dict[str, UUID] = field(default_factory=dict)
    entities: dict[str, set[UUID]] = field(default_factory=dict)

    def file_of(self, claim: ClaimInPlay, batch: UUID | None) -> tuple[UUID | None, int | None]:
        """The file and version answered: those of the batch named, else the newest that was sent."""
        files = self.sent.get(claim.id, [])
        return next((file for file in files if file[0] == batch), files[0] if files else (None, None))


async def apply_claim_ack(
    connection: Connection, acting: Acting, sources: Sequence[SourceAnswer], file_id: UUID | None, key: str | None
) -> Outcome:
    """Moves each claim by what its hop says; a rejected batch or provider rejects every claim below it.

    A batch is one of our files (2200B TRN02 is our BHT03). When it or a provider is rejected without a list of
    claims, all claims of the file, or of that provider in it, are rejected. Claims that are not found leave the
    transaction `queued`. The caller commits.
    """
    heard = await _hear(connection, acting.practice_id, sources)
    answers: list[Answer] = []
    lost = 0
    for source, receiver, provider, claim in _claims(sources):
        meant = claim_meant(claim, heard.own, heard.submitted)
        if meant is None:
            lost += 1
            continue
        above = [("batch", receiver.statuses), ("provider", provider.statuses)]
        answers.append(_answer(acting, heard, source, receiver.trace, above, claim, meant))
    for source, receiver, unlisted in _unlisted(sources):
        above = [("batch", receiver.statuses)]
        if isinstance(unlisted, ProviderAnswer):
            above.append(("provider", unlisted.statuses))
        below = _claims_below(heard, receiver, unlisted)
        lost += not below
        answers += [_answer(acting, heard, source, receiver.trace, above, None, claim) for claim in below]
    if not answers:
        return unmatched("claims_unknown", "None of the claims was sent from here.", lost)
    submissions = list({answer.submission_id for answer in answers if answer.submission_id})
    outcome = outcome_of(await record_answers(connection, acting, answers, file_id, key), submissions)
    if lost:
        outcome.state = TransactionState.QUEUED
        outcome.counts["unmatched"] = lost
        outcome.findings.append(remark("claims_unknown", "Some of the claims were not sent from here, or fit several."))
    return outcome


async def _hear(connection: Connection, practice_id: int, sources: Sequence[SourceAnswer]) -> _Heard:
    heard = _Heard()
    await _find_batches(connection, practice_id, sources, heard)
    claims: dict[UUID, ClaimInPlay] = {}
    files = await queries.lock_claims_of_submissions(connection, practice_id, _unlisted_batches(sources, heard))
    for row in files:
        claim = claims.setdefault(row["id"], ClaimInPlay.of(row))
        heard.of_batch.setdefault(row["submission_id"], []).append(claim)
    numbers = list({claim.patient_control_number for *_, claim in _claims(sources)} - {""})
    for row in await queries.lock_claims_by_number(connection, practice_id, numbers):
        claim = claims.setdefault(row["id"], ClaimInPlay.of(row))
        heard.own[row["patient_control_number"]] = claim
        if row["submitted_pcn"] is not None:
            heard.submitted.setdefault(row["submitted_pcn"], []).append(claim)
    for row in await queries.sent_versions(connection, practice_id, list(claims)):
        heard.sent.setdefault(row["claim_id"], []).append((row["submission_id"], row["version"]))
    return heard


async def _find_batches(
    connection: Connection, practice_id: int, sources: Sequence[SourceAnswer], heard: _Heard
) -> None:
    traces = {receiver.trace.lower() for source in sources for receiver in source.receivers}
    ranges = [ids for trace in traces if (ids := submission_ids_of(trace)) is not None]
    if ranges:
        for submission_id in await queries.submissions_in(connection, practice_id, ranges):
            heard.batches[trace_of(submission_id)] = submission_id
    npis = [provider.party.id for _, _, provider in _unlisted_providers(sources)]
    if npis:
        for row in await queries.billing_entities_by_npi(connection, practice_id, npis):
            for npi in row["npis"]:
                heard.entities.setdefault(npi, set()).add(row["id"])


def _claims(
    sources: Iterable[SourceAnswer],
) -> Iterator[tuple[SourceAnswer, ReceiverAnswer, ProviderAnswer, ClaimAnswer]]:
    for source in sources:
        for receiver in source.receivers:
            for provider in receiver.providers:
                for claim in provider.claims:
                    yield source, receiver, provider, claim


def _unlisted_providers(
    sources: Iterable[SourceAnswer],
) -> Iterator[tuple[SourceAnswer, ReceiverAnswer, ProviderAnswer]]:
    """Rejected providers under which no claim is listed."""
    for source in sources:
        for receiver in source.receivers:
            for provider in receiver.providers:
                if not provider.claims and _rejects(provider.statuses):
                    yield source, receiver, provider


def _unlisted_receivers(sources: Iterable[SourceAnswer]) -> Iterator[tuple[SourceAnswer, ReceiverAnswer]]:
    """Rejected batches under which no claim is listed."""
    for source in sources:
        for receiver in source.receivers:
            if _rejects(receiver.statuses) and not any(provider.claims for provider in receiver.providers):
                yield source, receiver


def _unlisted_batches(sources: Sequence[SourceAnswer], heard: _Heard) -> list[UUID]:
    receivers = [receiver for _, receiver in _unlisted_receivers(sources)]
    receivers += [receiver for _, receiver, _ in _unlisted_providers(sources)]
    return list({heard.batches[trace] for trace in (one.trace.lower() for one in receivers) if trace in heard.batches})


def _unlisted(
    sources: Sequence[SourceAnswer],
) -> Iterator[tuple[SourceAnswer, ReceiverAnswer, ReceiverAnswer | ProviderAnswer]]:
    whole = {id(receiver) for _, receiver in _unlisted_receivers(sources)}
    for source, receiver in _unlisted_receivers(sources):
        yield source, receiver, receiver
    for source, receiver, provider in _unlisted_providers(sources):
        if id(receiver) not in whole:
            yield source, receiver, provider


def _claims_below(
    heard: _Heard, receiver: ReceiverAnswer, unlisted: ReceiverAnswer | ProviderAnswer
) -> list[ClaimInPlay]:
    batch = heard.batches.get(receiver.trace.lower())
    claims = heard.of_batch.get(batch, []) if batch else []
    if isinstance(unlisted, ReceiverAnswer):
        return claims
    entities = heard.entities.get(unlisted.party.id, set())
    return [claim for claim in claims if claim.billing_entity_id in entities]


def _answer(
    acting: Acting,
    heard: _Heard,
    source: SourceAnswer,
    trace: str,
    above: list[tuple[str, list[Status]]],
    answer: ClaimAnswer | None,
    claim: ClaimInPlay,
) -> Answer:
    hop = hop_of(source.party.role, claim.profile)
    own = answer.statuses if answer else []
    rejected_above = [(level, status) for level, statuses in above for status in statuses if _rejects([status])]
    verdict = AckVerdict.REJECTED if rejected_above else _verdict(own, a1_20=a1_20_is_acceptance(claim.profile))
    told = [*rejected_above, *(("claim", status) for status in own)]
    told += [("line", status) for line in (answer.lines if answer else ()) for status in line.statuses]
    submission_id, version = heard.file_of(claim, heard.batches.get(trace.lower()))
    dates = [status.effective_on for _, status in told if status.effective_on]
    return Answer(
        kind=KIND,
        hop=hop,
        verdict=verdict,
        submission_id=submission_id,
        claim_id=claim.id,
        statuses=[_status(level, status) for level, status in told],
        reported_on=max(dates, default=source.processed_on or acting.today),
        payer_control_number=(answer.payer_claim_control_number if answer else "") or None,
        clearinghouse_number=(answer.clearinghouse_number if answer else "") or None,
        effects=[
            Effect(
                claim=claim,
                event=submission_event(verdict, hop),
                sent_version=version,
                codes=[_code(code) for _, status in told for code in status.codes],
            )
        ],
    )


def _rejects(statuses: Iterable[Status]) -> bool:
    return _verdict(statuses, a1_20=False) is AckVerdict.REJECTED


def _verdict(statuses: Iterable[Status], *, a1_20: bool) -> AckVerdict:
    codes = [code for status in statuses for code in status.codes]
    return overall(
        ack_verdict(claim_status_category(code.category), code.code, a1_20_is_acceptance=a1_20) for code in codes
    )


def _status(level: str, status: Status) -> dict[str, Any]:
    """`text` is the sender's own and may hold patient data: it stays in this row."""
    return {
        "level": level,
        "codes": [_code(code) for code in status.codes],
        "effective_on": status.effective_on and status.effective_on.isoformat(),
        "action": status.action,
        "amount_cents": status.amount_cents,
        "text": status.text,
    }


def _code(code: StatusCode) -> str:
    return ":".join(part for part in (code.category, code.code, code.entity) if part)
