"""Enter a paper remittance (EOB, lockbox check) by hand: the same checks, the same posting as an 835."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from ar_shared.kernel.errors import FieldError
from ar_shared.kernel.money import decimal_from_cents
from ar_shared.platform.database import Connection, Row
from ar_shared.x12.remittance import Adjustment, RemittanceClaim, RemittanceService
from claims_api.acting import Acting
from claims_api.paper import queries
from claims_api.paper.domain import BalanceFinding, BalanceRule, claim_findings, transaction_findings
from claims_api.paper.errors import EobDiffersError
from claims_api.paper.schemas import EobAdjustmentIn, EobClaimIn, EobIn, EobLineIn
from claims_api.remittances.domain.amounts import CasAmount, ClaimAmounts, LineAmounts
from claims_api.remittances.domain.payment_identity import ContentHash
from claims_api.remittances.errors import MatchRefusedError
from claims_api.remittances.keep_action import keep_action
from claims_api.remittances.post_remittance import RemittanceOutcome, post_in_transaction
from claims_api.remittances.source import ProviderEntry, RemittanceHeaderFacts, RemittanceTotals, StagedChunk
from claims_api.remittances.stage_835 import ClaimStaging, claim_content

ENTERED: Final = "entered by hand"
_COMPONENT: Final = ":"


class EnteredEob(ClaimStaging):
    """A `RemittanceSource` over what a person typed in; small enough to be one chunk."""

    def __init__(self, header: RemittanceHeaderFacts, eob: EobIn, claims: Sequence[RemittanceClaim]) -> None:
        super().__init__(header)
        self._eob = eob
        self._claims = claims
        self._hash = ContentHash(_COMPONENT)

    async def chunks(self) -> AsyncIterator[StagedChunk]:
        """All claims at once."""
        chunk = StagedChunk()
        for claim in self._claims:
            self._hash.add(claim_content(claim))
            self.stage(chunk, claim)
        for entry in self._entries():
            day = entry.fiscal_on.isoformat() if entry.fiscal_on else ""
            parts = ("PLB", entry.provider_identifier, day, entry.code, entry.reference, str(entry.amount_cents))
            self._hash.add([parts])
        yield chunk

    def totals(self) -> RemittanceTotals:
        """What was entered adds up: it is refused before otherwise."""
        return RemittanceTotals(
            claim_count=len(self._claims),
            claims_paid_cents=sum(claim.paid_cents for claim in self._claims),
            content_hash=self._hash.digest(),
            postable=True,
            has_reversals=self.has_reversals,
            has_unsplit_claims=self.has_unsplit,
            provider_entries=self._entries(),
        )

    def _entries(self) -> tuple[ProviderEntry, ...]:
        return tuple(
            ProviderEntry(self.header.payee_key, one.fiscal_on, one.code, one.reference or "", one.amount_cents)
            for one in self._eob.provider_adjustments
        )


async def enter_eob(connection: Connection, acting: Acting, eob: EobIn) -> RemittanceOutcome:
    """Post what was entered, or say what it repeats (`duplicate`) or resembles (`queued`); the caller commits.

    Raises EobDiffersError (it does not add up; nothing is written) and MatchRefusedError (unknown payer, billing
    entity or claim).
    """
    differences = eob_differences(eob)
    if differences:
        raise EobDiffersError(errors=tuple(differences))
    header = await _header(connection, acting.practice_id, eob)
    numbers = await _numbers(connection, acting.practice_id, eob)
    claims = [_claim(claim, n, numbers[n - 1]) for n, claim in enumerate(eob.claims, start=1)]
    outcome = await post_in_transaction(connection, acting, EnteredEob(header, eob, claims))
    await keep_action(connection, acting, outcome.remittance_id, "enter", eob.note or ENTERED)
    return outcome


def eob_differences(eob: EobIn) -> list[FieldError]:
    """Every sum that does not hold, at the field that states it; the rules of an 835."""
    found = [
        FieldError(f"/claims/{n}{_pointer(finding)}", f"{finding.rule.value}_differs", _sentence(finding))
        for n, claim in enumerate(eob.claims)
        for finding in claim_findings(_amounts(claim))
    ]
    found += [
        FieldError("/amount_cents", f"{finding.rule.value}_differs", _sentence(finding))
        for finding in transaction_findings(
            claims_paid_cents=sum(claim.paid_cents for claim in eob.claims),
            provider_adjustment_cents=sum(one.amount_cents for one in eob.provider_adjustments),
            payment_cents=eob.amount_cents,
        )
    ]
    return found


_FIELDS: Final = {
    BalanceRule.LINE: "paid_cents",
    BalanceRule.CLAIM: "paid_cents",
    BalanceRule.CLAIM_CHARGE: "charge_cents",
    BalanceRule.CLAIM_PAID: "paid_cents",
    BalanceRule.PATIENT_PART: "patient_cents",
}


def _pointer(finding: BalanceFinding) -> str:
    line = f"/lines/{finding.line - 1}" if finding.line is not None else ""
    return f"{line}/{_FIELDS[finding.rule]}"


def _sentence(finding: BalanceFinding) -> str:
    expected, stated = decimal_from_cents(finding.expected_cents), decimal_from_cents(finding.stated_cents)
    return f"{finding.rule.phrase}: {expected} by the sums, {stated} as entered"


def _amounts(claim: EobClaimIn) -> ClaimAmounts:
    return ClaimAmounts(
        claim.status,
        claim.charge_cents,
        claim.paid_cents,
        claim.patient_cents,
        _cas(claim.adjustments),
        tuple(LineAmounts(line.charge_cents, line.paid_cents, _cas(line.adjustments)) for line in claim.lines),
    )


def _cas(adjustments: Sequence[EobAdjustmentIn]) -> tuple[CasAmount, ...]:
    return tuple(CasAmount(one.group_code, one.carc, one.amount_cents) for one in adjustments)


async def _header(connection: Connection, practice_id: int, eob: EobIn) -> RemittanceHeaderFacts:
    payer = await queries.payer_named(connection, practice_id, eob.payer.id, eob.payer.external_id)
    entity = await queries.billing_entity_named(
        connection, practice_id, eob.billing_entity.id, eob.billing_entity.external_id
    )
    found = {"/payer": payer, "/billing_entity": entity}
    if eob.document_id is not None:
        found["/document_id"] = await queries.document_named(connection, practice_id, eob.document_id)
    _refuse_unknown(found)
    if payer is None or entity is None:
        raise AssertionError("refused above")
    npi = entity["npis"][0] if entity["npis"] else ""
    return RemittanceHeaderFacts(
        payer_key=payer["payer_identifier"],
        payer_numbers=(payer["payer_identifier"],),
        payer_name=payer["name"],
        payee_key=npi or entity["tin"],
        payee_npi=npi,
        payee_tin=entity["tin"],
        trace_number=eob.trace_number,
        method=eob.method,
        handling="I",
        payment_cents=eob.amount_cents,
        paid_on=eob.paid_on,
        produced_on=eob.decided_on,
        facts={
            "document_id": str(eob.document_id) if eob.document_id else None,
            "document_reference": eob.document_reference,
            "note": eob.note,
        },
        entry="manual",
    )


def _refuse_unknown(found: dict[str, Row | None]) -> None:
    errors = [
        FieldError(pointer, "unknown_reference", "there is no such resource")
        for pointer, row in found.items()
        if row is None
    ]
    if errors:
        raise MatchRefusedError(errors=tuple(errors))


async def _numbers(connection: Connection, practice_id: int, eob: EobIn) -> list[str]:
    """The control number of each claim: as printed, or that of the claim the person named."""
    named = [claim.claim_id for claim in eob.claims if claim.claim_id is not None]
    known = await queries.control_numbers_of(connection, practice_id, named)
    wrong = [n for n, claim in enumerate(eob.claims) if claim.claim_id is not None and claim.claim_id not in known]
    if wrong:
        errors = (FieldError(f"/claims/{n}/claim_id", "unknown_claim", "there is no such claim") for n in wrong)
        raise MatchRefusedError(errors=tuple(errors))
    return [
        known[claim.claim_id] if claim.claim_id is not None else claim.patient_control_number or ""
        for claim in eob.claims
    ]


def _claim(claim: EobClaimIn, n: int, number: str) -> RemittanceClaim:
    member = [["NM1", "IL", "1", "", "", "", "", "", "MI", claim.member_id]] if claim.member_id else []
    days = (("232", claim.service_from), ("233", claim.service_to or claim.service_from))
    made = RemittanceClaim(
        patient_control_number=number,
        status=claim.status,
        charge_cents=claim.charge_cents,
        paid_cents=claim.paid_cents,
        patient_responsibility_cents=claim.patient_cents or 0,
        payer_claim_control_number=claim.payer_control_number or "",
        number=n,
        services=[_service(line) for line in claim.lines],
        adjustments=_adjustments(claim.adjustments),
        names=member,
        dates=[(kind, day) for kind, day in days if day is not None],
        outpatient=["MOA", "", "", *claim.remark_codes] if claim.remark_codes else None,
    )
    made.tally()
    return made


def _service(line: EobLineIn) -> RemittanceService:
    return RemittanceService(
        procedure=_COMPONENT.join([line.qualifier, line.procedure_code, *line.modifiers]),
        charge_cents=line.charge_cents,
        paid_cents=line.paid_cents,
        component=_COMPONENT,
        adjustments=_adjustments(line.adjustments),
        dates=[("150", line.service_from), ("151", line.service_to or line.service_from)],
        references=[["REF", "6R", line.line_control_number]] if line.line_control_number else [],
        amounts=[("B6", line.allowed_cents)] if line.allowed_cents is not None else [],
        remarks=[["LQ", "HE", code] for code in line.remark_codes],
    )


def _adjustments(adjustments: Sequence[EobAdjustmentIn]) -> list[Adjustment]:
    return [Adjustment(one.group_code, one.carc, one.amount_cents) for one in adjustments]
