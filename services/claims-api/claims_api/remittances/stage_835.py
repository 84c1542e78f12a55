"""The one place where an 835, as `ar_shared.x12` reads it, becomes the rows that posting works on."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ar_shared.x12.findings import Finding
from ar_shared.x12.remittance import (
    Adjustment,
    PartyName,
    RemittanceClaim,
    RemittanceHeader,
    RemittanceParty,
    RemittanceService,
    amount_of,
    date_of,
    element,
    reference_of,
)
from ar_shared.x12.remittance_reader import Remittance
from claims_api.claims.control_numbers import normalise_control_number
from claims_api.remittances.adjudicated import JudgedClaim, JudgedLine, appeal_path, is_preventable, judge_claim
from claims_api.remittances.domain.amounts import CasAmount, ClaimAmounts, LineAmounts
from claims_api.remittances.domain.claim_status import ClaimHandling, claim_handling, payer_sequence
from claims_api.remittances.domain.holds import HoldReason
from claims_api.remittances.domain.payment_identity import ContentHash, claim_look_alike_key
from claims_api.remittances.source import ProviderEntry, RemittanceHeaderFacts, RemittanceTotals, StagedChunk
from claims_api.remittances.staging import FIRST_DERIVED, MAX_LINES, PLACES, derived_adjustment

CHUNK: Final = 2_000
FINDINGS_KEPT: Final = 1_000
_MAX_QUANTITY: Final = Decimal(10**9)
_CORRECTING: Final = ("74", "PR")
_OLD_GROUP: Final = "CR"
_CLAIM_COLUMNS: Final = frozenset({"I", "F8", "232", "233"})
_LINE_COLUMNS: Final = frozenset({"B6", "6R"})


class ClaimStaging:
    """Claims of one payment become rows, whatever they were read from; remembers what posting must know of them."""

    def __init__(self, header: RemittanceHeaderFacts) -> None:
        self.header = header
        self.findings: list[dict[str, Any]] = []
        self.has_reversals = False
        self.has_unsplit = False
        self.has_corrections = False

    def stage(self, chunk: StagedChunk, claim: RemittanceClaim) -> None:
        """Judge the claim by the rules and add its rows to the chunk."""
        handling = claim_handling(claim.status)
        judged = _judged(claim) if handling is ClaimHandling.ADJUDICATED else None
        problem = _problem(claim, handling, judged)
        for finding in claim.findings:
            if len(self.findings) < FINDINGS_KEPT:
                self.findings.append(shown(finding) | {"claim": claim.number})
        self.has_reversals |= handling is ClaimHandling.REVERSAL
        unsplit = handling is ClaimHandling.ADJUDICATED and not claim.services
        self.has_unsplit |= unsplit
        self.has_corrections |= handling is ClaimHandling.ADJUDICATED and any(
            element(row, 1) in _CORRECTING for row in claim.names
        )
        chunk.claims.append(self._claim_row(claim, handling, judged, problem, unsplit))
        _stage_adjustments(chunk, claim.number, 0, claim.adjustments, None)
        for n, service in enumerate(claim.services, start=1):
            line = judged.lines[n - 1] if judged else None
            chunk.lines.append(_line_row(claim, n, service, line))
            _stage_adjustments(chunk, claim.number, n, service.adjustments, line)
        if judged is not None and problem is None:
            _stage_findings(chunk, claim.number, judged)

    def _claim_row(
        self,
        claim: RemittanceClaim,
        handling: ClaimHandling,
        judged: JudgedClaim | None,
        problem: HoldReason | None,
        unsplit: bool,
    ) -> tuple[Any, ...]:
        adjusted = claim.adjusted_cents + sum(service.adjusted_cents for service in claim.services)
        first, last = _claim_dates(claim)
        patient = claim.name("QC")
        insured = claim.name("IL")
        rendering = claim.name("82")
        member = next((name.id for name in (insured, patient) if name is not None and name.id), None)
        return (
            claim.number,
            claim.patient_control_number,
            normalise_control_number(claim.patient_control_number),
            claim.payer_claim_control_number or None,
            reference_of(claim.references, "F8") or None,
            claim.status,
            handling.value,
            payer_sequence(claim.status),
            claim.charge_cents,
            claim.paid_cents,
            claim.patient_responsibility_cents,
            adjusted,
            claim.frequency or None,
            first,
            last,
            member,
            rendering.id if rendering is not None and rendering.id_qualifier == "XX" else None,
            _look_alike(claim, adjusted, self.header),
            claim.remark_codes,
            judged.outcome.value if judged else None,
            _event(handling, judged),
            unsplit,
            problem.value if problem else None,
            _facts(claim),
            claim.byte_offset,
            claim.byte_length,
        )


class Source835(ClaimStaging):
    """A `RemittanceSource` over one ST that is being read."""

    def __init__(self, remittance: Remittance) -> None:
        super().__init__(header_facts(remittance.header))
        self._remittance = remittance
        self._hash = ContentHash(remittance.transaction.delimiters.component)
        self._ended = False

    async def chunks(self) -> AsyncIterator[StagedChunk]:
        """`CHUNK` claims at a time."""
        for chunk in self.chunks_in_order():
            yield chunk

    def chunks_in_order(self) -> Iterator[StagedChunk]:
        """The same, for a reader that is no coroutine (a process of its own)."""
        chunk = StagedChunk()
        for claim in self._remittance.claims():
            self._hash.add(claim_content(claim))
            self.stage(chunk, claim)
            if len(chunk.claims) == CHUNK:
                yield chunk
                chunk = StagedChunk()
        for entry in self._remittance.summary.provider_adjustments:
            fiscal_on = entry.fiscal_period_on.isoformat() if entry.fiscal_period_on else ""
            amount = str(entry.amount_cents)
            self._hash.add([("PLB", entry.provider_id, fiscal_on, entry.reason, entry.reference, amount)])
        self._ended = True
        yield chunk

    def totals(self) -> RemittanceTotals:
        """Raises RuntimeError before `chunks` has ended."""
        if not self._ended:
            raise RuntimeError("the claims have not been read to the end")
        summary = self._remittance.summary
        transaction = self._remittance.transaction
        own = [shown(finding) for finding in (*transaction.findings.kept, *summary.findings.kept)]
        return RemittanceTotals(
            claim_count=summary.claim_count,
            claims_paid_cents=summary.paid_cents,
            content_hash=self._hash.digest(),
            postable=transaction.complete and summary.usable and summary.balanced and not summary.findings.has_errors(),
            has_reversals=self.has_reversals,
            has_unsplit_claims=self.has_unsplit,
            has_corrections=self.has_corrections,
            provider_entries=tuple(
                ProviderEntry(one.provider_id, one.fiscal_period_on, one.reason, one.reference, one.amount_cents)
                for one in summary.provider_adjustments
            ),
            findings=tuple((own + self.findings)[:FINDINGS_KEPT]),
        )


def header_facts(header: RemittanceHeader) -> RemittanceHeaderFacts:
    """Who pays whom: TRN03 (else the id or name of 1000A) names the payer, NPI or tax id the payee."""
    payment = header.payment
    payer = header.payer or RemittanceParty()
    payee = header.payee or RemittanceParty()
    trace_id = payment.payer_trace_id.strip()
    numbers = (payer.id, payer.reference("2U"), trace_id, trace_id[1:] if trace_id[:1] == "1" else "")
    npi = payee.id if payee.id_qualifier == "XX" else ""
    tin = payee.id if payee.id_qualifier == "FI" else payee.reference("TJ")
    return RemittanceHeaderFacts(
        payer_key=trace_id or payer.id or payer.name,
        payer_numbers=tuple(number for number in numbers if number),
        payer_name=payer.name,
        payee_key=npi or tin or payee.name,
        payee_npi=npi,
        payee_tin=tin,
        trace_number=payment.trace,
        method=payment.method,
        handling=payment.handling,
        payment_cents=payment.amount_cents,
        paid_on=payment.issued_on,
        produced_on=header.produced_on,
        facts={"receiver": header.receiver_id, "payee_name": payee.name},
    )


def shown(finding: Finding) -> dict[str, Any]:
    """A finding as it is stored and answered; holds no content of the file."""
    return {name: value for name, value in asdict(finding).items() if value not in (None, "")}


def _judged(claim: RemittanceClaim) -> JudgedClaim:
    amounts = ClaimAmounts(
        claim.status,
        claim.charge_cents,
        claim.paid_cents,
        claim.patient_responsibility_cents,
        _cas(claim.adjustments),
        tuple(LineAmounts(s.charge_cents, s.paid_cents, _cas(s.adjustments)) for s in claim.services),
    )
    return judge_claim(
        amounts,
        claim_remarks=claim.remark_codes,
        line_remarks=[service.remark_codes for service in claim.services],
        stated_allowed=[service.allowed_cents for service in claim.services],
    )


def _cas(adjustments: Sequence[Adjustment]) -> tuple[CasAmount, ...]:
    return tuple(CasAmount(one.group, one.reason, one.amount_cents) for one in adjustments)


def _problem(claim: RemittanceClaim, handling: ClaimHandling, judged: JudgedClaim | None) -> HoldReason | None:
    if not claim.usable or _is_too_large(claim):
        return HoldReason.UNREADABLE
    if not claim.balanced:
        return HoldReason.UNBALANCED
    if _is_older_version(claim, handling):
        unsupported = handling is ClaimHandling.UNSUPPORTED
        return HoldReason.STATUS_NOT_SUPPORTED if unsupported else HoldReason.GROUP_NOT_SUPPORTED
    if handling in (ClaimHandling.ESTIMATE, ClaimHandling.NOT_OURS):
        return HoldReason.MONEY_WITHOUT_DECISION if claim.paid_cents else None
    if judged is not None and (claim.paid_cents < 0 or judged.pays_negative):
        return HoldReason.NEGATIVE_PAYMENT
    return None


def _is_older_version(claim: RemittanceClaim, handling: ClaimHandling) -> bool:
    """A status of 4010, or a decision under its group CR; a reversal under CR is matched by its amounts."""
    if handling is ClaimHandling.ADJUDICATED:
        return any(one.group == _OLD_GROUP for one in claim.all_adjustments())
    return handling is ClaimHandling.UNSUPPORTED


def _is_too_large(claim: RemittanceClaim) -> bool:
    """More lines, or reasons on a line, than any payer means; their postings could not be numbered."""
    return (
        len(claim.services) > MAX_LINES
        or len(claim.adjustments) >= PLACES - FIRST_DERIVED
        or any(len(service.adjustments) >= FIRST_DERIVED for service in claim.services)
    )


def _event(handling: ClaimHandling, judged: JudgedClaim | None) -> str | None:
    """The adjudication event of `claims.domain` that the CLP is."""
    if judged is not None:
        return f"remit_{judged.outcome.value}"
    return {ClaimHandling.REVERSAL: "remit_reversed", ClaimHandling.NOT_OURS: "remit_forwarded"}.get(handling)


def _claim_dates(claim: RemittanceClaim) -> tuple[date | None, date | None]:
    """The days of the lines, else the statement period."""
    days = [day for service in claim.services for day in service.service_dates() if day is not None]
    if days:
        return min(days), max(days)
    first = date_of(claim.dates, "232")
    return first, date_of(claim.dates, "233") or first


def _look_alike(claim: RemittanceClaim, adjusted: int, header: RemittanceHeaderFacts) -> str | None:
    if not claim.payer_claim_control_number:
        return None
    return claim_look_alike_key(
        payer_control_number=claim.payer_claim_control_number,
        status=claim.status,
        charge_cents=claim.charge_cents,
        paid_cents=claim.paid_cents,
        adjustments=(CasAmount("", "", adjusted),),
        adjudicated_on=header.produced_on or header.paid_on,
    )


def _facts(claim: RemittanceClaim) -> dict[str, Any] | None:
    """What has no column: corrections of member and payers, interest, MIA and MOA, other AMT, QTY, REF and DTM."""
    facts: dict[str, Any] = {}
    for qualifier, key in (("74", "corrected_insured"), ("TT", "crossover"), ("PR", "corrected_payer")):
        name = claim.name(qualifier)
        if name is not None:
            facts[key] = _named(name)
    interest = amount_of(claim.amounts, "I")
    if interest is not None:
        facts["interest_cents"] = interest
    if claim.drg:
        facts["drg"] = claim.drg
    if claim.inpatient is not None:
        facts["inpatient"] = list(claim.inpatient[1:])
    if claim.outpatient is not None:
        facts["outpatient"] = list(claim.outpatient[1:])
    if claim.dates:
        facts["dates"] = [[kind, day.isoformat()] for kind, day in claim.dates if kind not in _CLAIM_COLUMNS]
    facts |= _level_facts(claim, _CLAIM_COLUMNS)
    return {name: value for name, value in facts.items() if value not in ([], None)} or None


def _level_facts(level: RemittanceClaim | RemittanceService, known: frozenset[str]) -> dict[str, Any]:
    """AMT, QTY and REF of a claim or line that have no column of their own (`known` qualifiers), by qualifier."""
    facts: dict[str, Any] = {}
    if level.amounts:
        facts["amounts"] = [[kind, cents] for kind, cents in level.amounts if kind not in known]
    if level.quantities:
        facts["quantities"] = [[kind, str(quantity or "")] for kind, quantity in level.quantities]
    if level.references:
        facts["references"] = [list(row[1:3]) for row in level.references if element(row, 1) not in known]
    return {name: value for name, value in facts.items() if value}


def _line_facts(service: RemittanceService) -> dict[str, Any] | None:
    facts = _level_facts(service, _LINE_COLUMNS) if service.amounts or service.quantities or service.references else {}
    other = [list(row[1:3]) for row in service.remarks if element(row, 1) != "HE"] if service.remarks else None
    if other:
        facts["other_remarks"] = other
    return facts or None


def _named(name: PartyName) -> dict[str, str]:
    return {"last": name.last, "first": name.first, "id": name.id}


def _line_row(claim: RemittanceClaim, n: int, service: RemittanceService, line: JudgedLine | None) -> tuple[Any, ...]:
    first, last = service.service_dates()
    parts = service.submitted_procedure.split(service.component)
    submitted = parts[1] if len(parts) > 1 else ""
    modifiers = [part for part in parts[2:6] if part] if submitted else service.modifiers
    return (
        claim.number,
        n,
        service.line_control_number or None,
        service.procedure,
        service.submitted_procedure or None,
        submitted or service.code or service.revenue_code,
        modifiers,
        service.charge_cents,
        service.paid_cents,
        line.cash_cents if line else service.paid_cents,
        line.allowed.cents if line else None,
        line.allowed.stated_cents if line else service.allowed_cents,
        _quantity(service.paid_units),
        first,
        last,
        service.remark_codes,
        line.outcome.value if line else None,
        line.denied_cents if line else 0,
        False,
        _line_facts(service),
    )


def _stage_adjustments(
    chunk: StagedChunk, claim_n: int, line_n: int, adjustments: Sequence[Adjustment], line: JudgedLine | None
) -> None:
    moves = line.moves if line else [0] * len(adjustments)
    for n, (one, moved) in enumerate(zip(adjustments, moves, strict=True), start=1):
        chunk.adjustments.append(
            (claim_n, line_n, n, one.group, one.reason, one.amount_cents, moved, _quantity(one.quantity), False)
        )
    if line is None:
        return
    for n, share in enumerate(line.derived, start=FIRST_DERIVED):
        chunk.adjustments.append(derived_adjustment(claim_n, line_n, n, share))


def _stage_findings(chunk: StagedChunk, claim_n: int, judged: JudgedClaim) -> None:
    for found in judged.denials:
        route = found.route
        chunk.denials.append(
            (
                claim_n,
                found.line,
                found.group,
                found.carc,
                list(found.remarks),
                route.category.value,
                route.owner,
                route.action.value,
                route.because,
                is_preventable(route),
                appeal_path(route),
                found.cents,
            )
        )
    for review in judged.reviews:
        chunk.reviews.append((claim_n, review.line, "review", review.reason, None, None, review.cents))


def _quantity(quantity: Decimal | None) -> Decimal | None:
    """What fits the column; a larger one is kept only in the file."""
    return quantity if quantity is None or abs(quantity) < _MAX_QUANTITY else None


def claim_content(claim: RemittanceClaim) -> Iterator[Sequence[str]]:
    """The claim as the segments its identity is hashed from: the same whatever delimiters and spacing it came with."""
    yield (
        "CLP",
        claim.patient_control_number,
        claim.status,
        str(claim.charge_cents),
        str(claim.paid_cents),
        str(claim.patient_responsibility_cents),
        claim.filing_indicator,
        claim.payer_claim_control_number,
        claim.facility,
        claim.frequency,
        claim.drg,
    )
    yield from _content_of(claim)
    yield from claim.names
    yield from claim.contacts
    if claim.inpatient is not None:
        yield claim.inpatient
    if claim.outpatient is not None:
        yield claim.outpatient
    for service in claim.services:
        yield (
            "SVC",
            service.procedure,
            str(service.charge_cents),
            str(service.paid_cents),
            service.revenue_code,
            str(service.paid_units or ""),
            service.submitted_procedure,
        )
        yield from _content_of(service)
        yield from service.remarks
    for extra in claim.extra:
        yield extra.row


def _content_of(level: RemittanceClaim | RemittanceService) -> Iterator[Sequence[str]]:
    for one in level.adjustments:
        yield ("CAS", one.group, one.reason, str(one.amount_cents), str(one.quantity or ""))
    yield from level.references
    for kind, day in level.dates:
        yield ("DTM", kind, day.isoformat())
    for kind, cents in level.amounts:
        yield ("AMT", kind, str(cents))
    for kind, quantity in level.quantities:
        yield ("QTY", kind, str(quantity or ""))
