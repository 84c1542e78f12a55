"""Take the claims of an 837 in: a thousand at a time, each recognised by its content, none of them twice."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final
from uuid import UUID

import orjson

from ar_shared.kernel.ids import uuid7
from ar_shared.platform.database import Connection
from ar_shared.x12.claim_facts import ClaimFacts
from ar_shared.x12.claim_reader import ReadClaim
from ar_shared.x12.claim_writer import is_written_version
from ar_shared.x12.findings import FINDINGS_KEPT, Finding, Severity
from claims_api.acting import Acting
from claims_api.claims.control_numbers import (
    RANDOM_BITS,
    line_control_number,
    mint_patient_control_number,
    normalise_control_number,
)
from claims_api.claims.create_claim import coverage_snapshot
from claims_api.claims.domain import SubmissionState
from claims_api.claims.frequency import NEW_CLAIM, REPLACEMENT, VOID
from claims_api.claims.make_drafts_live import LiveDraft, make_drafts_live
from claims_api.claims.take_in_staged import CHUNK, take_in_staged
from claims_api.edi.outcome import Outcome, TransactionState, findings_json
from claims_api.intake import claim_queries as queries
from claims_api.intake.domain import Purpose
from claims_api.intake.read_claim_facts import (
    ImportedClaim,
    ImportedLine,
    UnusableClaimError,
    claim_facts_json,
    line_number_sent,
    read_claim_facts,
)
from claims_api.parties.claim_parties import CoverageNamed, MatchedParties
from claims_api.parties.match_parties import PartyMatch, match_parties, person_json
from claims_api.reviews.open_reviews import NewReview, open_reviews
from claims_api.submissions.unwritable import Unwritable

# purpose of the upload -> (purpose of the claim, its first state)
_PURPOSES: Final = {
    Purpose.SUBMIT: ("live", SubmissionState.READY),
    Purpose.ALREADY_SUBMITTED: ("already_submitted", SubmissionState.SENT),
    Purpose.TEST: ("test", SubmissionState.DRAFT),
    None: ("draft_import", SubmissionState.DRAFT),
}

_GOES_OUT: Final = frozenset({Purpose.SUBMIT, Purpose.ALREADY_SUBMITTED})


@dataclass(slots=True)
class _Import:
    """One transaction on its way in. `entities` are the practice's billing entities by NPI and by tax id."""

    acting: Acting
    purpose: Purpose | None
    file_id: UUID
    billing_entity_id: UUID
    entities: dict[str, UUID]
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("claims", "created", "duplicates", "refused"), 0)
    )

    def count(self, name: str, number: int = 1) -> None:
        if number:
            self.counts[name] = self.counts.get(name, 0) + number

    def note(self, read: ReadClaim, code: str, text: str, severity: Severity = Severity.ERROR) -> None:
        """A finding at the claim's CLM."""
        found = Finding(
            code,
            text,
            severity,
            segment_index=read.segment_index,
            loop="2300",
            segment="CLM",
            byte_offset=read.byte_offset,
        )
        self.add([found])

    def add(self, findings: Sequence[Finding]) -> None:
        self.findings += findings[: max(0, FINDINGS_KEPT - len(self.findings))]

    def refuse(self, read: ReadClaim, code: str, text: str) -> None:
        self.count("refused")
        self.note(read, code, text)


@dataclass(slots=True)
class _Taken:
    """A claim that goes in."""

    read: ReadClaim
    claim: ImportedClaim
    billing_entity_id: UUID


async def import_claims(
    connection: Connection,
    acting: Acting,
    claims: Iterator[ReadClaim],
    *,
    billing_entity_id: UUID,
    purpose: Purpose | None,
    file_id: UUID,
) -> Outcome:
    """What became of one ST; the caller commits all of it or nothing.

    A claim that cannot be used is refused by itself, with its findings. A claim whose content was taken in before is
    a duplicate, in whatever file it comes again; a draft becomes live by coming again to be submitted, or as history.
    billing_entity_id: who bills where a claim names neither NPI nor tax id.
    """
    await queries.wait_for_other_imports(connection, acting.practice_id)
    entities = await queries.billing_entities(connection, acting.practice_id)
    run = _Import(acting, purpose, file_id, billing_entity_id, entities)
    # Identities of claims that were seen in this transaction; those of earlier ones are in the table.
    seen: set[bytes] = set()
    while chunk := list(islice(claims, CHUNK)):
        run.count("claims", len(chunk))
        usable = [taken for read in chunk if (taken := _usable(run, read)) is not None]
        hashes = [taken.claim.content_hash for taken in usable]
        stored = await queries.known_contents(connection, acting.practice_id, hashes)
        fresh: list[_Taken] = []
        drafts: list[LiveDraft] = []
        for taken in usable:
            draft_id = stored.get(taken.claim.content_hash) if purpose in _GOES_OUT else None
            if draft_id is not None and taken.claim.content_hash not in seen:
                seen.add(taken.claim.content_hash)
                drafts.append(_live_draft(run, draft_id, taken))
                continue
            if taken.claim.content_hash in seen or taken.claim.content_hash in stored:
                run.count("duplicates")
                run.note(taken.read, "claim_known", "The claim was taken in before.", Severity.WARNING)
                continue
            seen.add(taken.claim.content_hash)
            fresh.append(taken)
        if fresh:
            await _take_in(connection, run, fresh)
        if drafts:
            await make_drafts_live(connection, acting, drafts)
            run.count("made_live", len(drafts))
    return _outcome(run)


def _usable(run: _Import, read: ReadClaim) -> _Taken | None:
    run.add(read.findings)
    if read.facts is None:
        run.count("refused")
        return None
    try:
        entity = _billing_entity(run, read.facts)
        return _Taken(read, read_claim_facts(read, read.facts, is_test=run.purpose is Purpose.TEST), entity)
    except UnusableClaimError as error:
        run.refuse(read, error.code, error.text)
        return None


def _billing_entity(run: _Import, facts: ClaimFacts) -> UUID:
    """By NPI, else by tax id, among the practice's own."""
    provider = facts.billing_provider
    named = {"XX": provider.id, "24": provider.id.replace("-", ""), "34": provider.id.replace("-", "")}
    numbers = [named.get(provider.id_qualifier, ""), provider.tax_id]
    if not any(numbers):
        return run.billing_entity_id
    found = next((run.entities[number] for number in numbers if number in run.entities), None)
    if found is None:
        raise UnusableClaimError("billing_provider_unknown", "The practice does not bill under this provider.")
    return found


async def _take_in(connection: Connection, run: _Import, fresh: list[_Taken]) -> None:
    acting = run.acting
    match = await match_parties(
        connection, acting.practice_id, [taken.claim.parties for taken in fresh], acting.moment.at
    )
    claims: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    reviews: list[NewReview] = []
    alike = await queries.look_alikes(connection, acting.practice_id, [_look(taken.claim) for taken in fresh])
    ids = sorted(uuid7() for _ in fresh)  # claims are listed by id: in the order of the file
    for claim_id, taken, parties in zip(ids, fresh, match.claims, strict=True):
        record, its_lines = _records(run, claim_id, taken, parties, match)
        claims.append(record)
        lines += its_lines
        reviews += _reviews(run, record, taken, parties, is_alike=_look(taken.claim) in alike)
    await take_in_staged(connection, acting, claims, lines)
    await open_reviews(
        connection,
        acting.practice_id,
        reviews,
        opened_on=acting.today,
        occurred_at=acting.moment.at,
        recorded_at=acting.machine,
    )
    run.count("created", len(fresh))
    for name, number in match.made.items():
        run.count(f"{name}_created", number)


def _look(claim: ImportedClaim) -> queries.Look:
    return claim.facts.patient_control_number, claim.service_from, claim.service_to, claim.charge_cents


def _reviews(
    run: _Import, record: dict[str, Any], taken: _Taken, parties: MatchedParties, *, is_alike: bool
) -> Iterator[NewReview]:
    """What a person must look at; tests open nothing."""
    if run.purpose is Purpose.TEST:
        return
    claim_id, cents = record["id"], record["charge_cents"]
    if parties.is_new_patient and parties.resembles is not None:
        reason = "the patient resembles another one: two of member id, birth date and name agree"
        yield NewReview("possible_duplicate", reason, claim_id)
    if is_alike:
        text = "Another claim has the same number, service dates and charge, and differs otherwise."
        run.note(taken.read, "claim_resembles", text, Severity.WARNING)
        reason = "another claim has the same submitted number, service dates and charge"
        yield NewReview("possible_duplicate", reason, claim_id, cents)
    if not record["posts"]:
        text = "A replacement or void of an earlier claim is kept as a draft; its charges are not posted."
        run.note(taken.read, "replacement_kept_as_draft", text, Severity.WARNING)
        yield NewReview("review", "a replacement or void came in; its charges are not posted", claim_id, cents)


def _records(
    run: _Import, claim_id: UUID, taken: _Taken, parties: MatchedParties, match: PartyMatch
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    claim, facts = taken.claim, taken.claim.facts
    purpose, state = _PURPOSES[run.purpose]
    replaces = facts.frequency_code in (REPLACEMENT, VOID)
    if replaces and run.purpose is not Purpose.TEST:
        purpose, state = _PURPOSES[None]
    state, blockers = _kept_back(run, taken, state)
    number = mint_patient_control_number(secrets.randbits(RANDOM_BITS))
    is_history = purpose == "already_submitted"
    submitted = facts.patient_control_number
    cover = claim.parties.coverages[0]
    record = {
        "id": claim_id,
        "journal_id": uuid7(),
        "type": "professional" if facts.claim_type == "P" else "institutional",
        "purpose": purpose,
        "patient_control_number": number,
        "normalised_pcn": normalise_control_number(submitted if is_history else number),
        "submitted_pcn": submitted,
        "patient_id": parties.patient_id,
        "guarantor_id": parties.guarantor_id,
        "coverage_id": parties.coverage_id,
        "coverage_snapshot": coverage_snapshot(_snapshot(cover)),
        "sequence": cover.rank,
        "payer_id": parties.payer_id,
        "financial_class": parties.financial_class,
        "billing_entity_id": taken.billing_entity_id,
        "rendering_provider_id": match.providers.get(claim.rendering_npi or ""),
        "place_of_service": facts.facility_code if facts.claim_type == "P" else None,
        "charge_cents": claim.charge_cents,
        "service_from": claim.service_from,
        "service_to": claim.service_to,
        "diagnoses": [code.code for code in facts.diagnoses],
        "facts": claim_facts_json(facts),
        "submission_state": state.value,
        "line_count": len(claim.lines),
        "frequency": facts.frequency_code if replaces else NEW_CLAIM,
        "posts": run.purpose is not Purpose.TEST and not replaces,
        "first_billed_on": _billed_on(run, claim) if is_history else None,
        "blockers": blockers,
        "source_file_id": run.file_id,
        "image": orjson.Fragment(claim.image_json),
        "content_hash": claim.content_hash,
    }
    lines = [
        _line_record(claim_id, n, line, _line_number(number, n, line, is_history=is_history), match)
        for n, line in enumerate(claim.lines, start=1)
    ]
    return record, lines


def _kept_back(run: _Import, taken: _Taken, state: SubmissionState) -> tuple[SubmissionState, list[dict[str, Any]]]:
    """The state it has and why: what cannot be written is held."""
    if state is not SubmissionState.READY or is_written_version(taken.read.image.version):
        return state, []
    blockers = Unwritable(("guide_version_not_written",)).blockers(run.acting.moment.at)
    run.note(taken.read, "guide_version_not_written", blockers[0]["text"], Severity.WARNING)
    return SubmissionState.HELD, blockers


def _billed_on(run: _Import, claim: ImportedClaim) -> date:
    """The day the file was made, today at the latest."""
    return min(claim.made_on or run.acting.today, run.acting.today)


def _live_draft(run: _Import, claim_id: UUID, taken: _Taken) -> LiveDraft:
    """What an imported draft becomes by this purpose: what it would have become the first time."""
    purpose, state = _PURPOSES[run.purpose]
    state, blockers = _kept_back(run, taken, state)
    claim = taken.claim
    if run.purpose is not Purpose.ALREADY_SUBMITTED:
        return LiveDraft(claim_id, purpose, state.value, blockers)
    numbers = {n: line_number_sent(line.facts.references) for n, line in enumerate(claim.lines, start=1)}
    return LiveDraft(
        claim_id,
        purpose,
        state.value,
        blockers,
        normalised_pcn=normalise_control_number(claim.facts.patient_control_number),
        billed_on=_billed_on(run, claim),
        line_numbers={n: number for n, number in numbers.items() if number},
    )


def _snapshot(cover: CoverageNamed) -> dict[str, Any]:
    return {
        "member_id": cover.member_id,
        "group_number": cover.group_number or None,
        "relation": cover.relation,
        "rank": cover.rank,
        "filing_indicator": cover.filing_indicator or None,
        "group_name": cover.group_name or None,
        "subscriber": person_json(cover.subscriber) if cover.subscriber else None,
        "accepts_assignment": cover.accepts_assignment,
        "release_of_information": cover.release_of_information,
        "payer_id_qualifier": cover.payer.id_qualifier,
        "payer_identifier": cover.payer.identifier,
        "payer_name": cover.payer.name,
    }


def _line_number(number: str, n: int, line: ImportedLine, *, is_history: bool) -> str:
    """The payer answers by the number it was sent: the other system's for history, ours for what we will send."""
    sent = line_number_sent(line.facts.references) if is_history else None
    return sent or line_control_number(number, n)


def _line_record(claim_id: UUID, n: int, line: ImportedLine, number: str, match: PartyMatch) -> dict[str, Any]:
    facts = line.facts
    drug = facts.drugs[0] if facts.drugs else None
    return {
        "claim_id": claim_id,
        "n": n,
        "charge_id": uuid7(),
        "line_control_number": number,
        "procedure_qualifier": facts.procedure.qualifier if facts.procedure else None,
        "procedure_code": facts.procedure.code if facts.procedure else None,
        "modifiers": list(facts.procedure.modifiers) if facts.procedure else [],
        "revenue_code": facts.revenue_code or None,
        "charge_cents": facts.charge_cents,
        "non_covered_cents": facts.noncovered_cents,
        "units": facts.units,
        "unit_basis": facts.unit_basis or "UN",
        "place_of_service": facts.place_of_service or None,
        "service_from": line.service_from,
        "service_to": line.service_to,
        "diagnosis_pointers": [str(pointer) for pointer in facts.pointers],
        "ndc": drug.ndc if drug else None,
        "ndc_units": drug.quantity if drug else None,
        "ndc_unit_basis": (drug.unit or None) if drug else None,
        "rendering_provider_id": match.providers.get(line.rendering_npi or ""),
    }


def _outcome(run: _Import) -> Outcome:
    counts = run.counts
    state = TransactionState.PROCESSED
    if not counts["created"] and not counts.get("made_live"):
        state = TransactionState.DUPLICATE if counts["duplicates"] else TransactionState.REJECTED
    links = {"claims": f"/v1/claims?source_file_id={run.file_id}"} if counts["created"] else {}
    return Outcome(state, findings_json(run.findings), counts, links)
