"""What a payer decides on a claim, as one CLP of an 835. Cents; every line and the claim balance by construction."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ar_shared.x12.claim_facts import ClaimFacts, Party, ServiceLine
from ar_shared.x12.remittance import RemittanceClaim, RemittanceService
from ar_shared.x12.tokens import Row
from claims_api.simulator.domain.after_other_payer import pay_the_rest
from claims_api.simulator.domain.batch import BatchClaim, follows_other_payer
from claims_api.simulator.domain.chance import Chance
from claims_api.simulator.domain.fate import BUNDLED, OTHER_PAYER, Denial, Fate, FateKind
from claims_api.simulator.domain.lines import (
    COINSURANCE,
    COPAY,
    DEDUCTIBLE,
    DecidedLine,
    PatientShare,
    cut_to_allowed,
    deny,
    pay,
    share_and_cut,
)
from claims_api.simulator.domain.payer_habits import PayerClass
from claims_api.simulator.domain.shapes import SHAPES

CODE_SPREAD_PERCENT: Final = 8
WITHHOLD_PERCENT: Final = 10
NOT_RECOGNISED: Final = "31"
"""CLP02 is 4 only where the payer does not know the patient; every other denial is a processed claim."""

_PENDED, _WITHHELD, _CAPITATED, _ESTIMATED, _WRONG_PAYER = "133", "104", "24", "101", "109"
_CLP06: Final = frozenset(
    ["12", "13", "14", "15", "16", "17", "AM", "CH", "DS", "HM", "LM", "MA", "MB", "MC", "OF", "TV", "VA", "WC"]
)
"""Fewer codes than SBR09 has; a commercial plan (CI, BL) answers as a preferred provider plan."""
_PREFERRED_PROVIDER: Final = "12"
_STATUS_OF_SEQUENCE: Final = {"P": "1", "S": "2", "T": "3"}
_STATUS_OF_KIND: Final = {FateKind.NOT_OURS: "23", FateKind.ESTIMATED: "25"}

_COMMERCIAL_SHARES: Final = ((45, COPAY), (35, COINSURANCE), (20, ""))
_MEDICAID_SHARES: Final = ((25, COPAY), (75, ""))
_COPAY_CENTS: Final = {
    PayerClass.MEDICAID: (300, 400),
    PayerClass.COMMERCIAL: (2_000, 2_500, 3_000, 4_000),
}


def adjudicate(claim: BatchClaim) -> RemittanceClaim:
    """The decision on a claim whose fate gets a remittance."""
    lines = [DecidedLine(line, _allowed_cents(claim, line)) for line in claim.facts.lines]
    _DECIDE.get(claim.fate.kind, _pay_as_usual)(claim, lines)
    decided = _as_claim(claim, lines)
    shape = SHAPES.get(claim.fate.kind)
    if shape is not None:
        shape(decided)
    return decided


def payer_claim_control_number(facts: ClaimFacts, decision: int = 1) -> str:
    """The payer's own number for a claim (277CA REF*1K, 835 CLP07); a correction has another one."""
    purpose = "claim number" if decision == 1 else f"claim number {decision}"
    return "SIM" + Chance(f"{facts.payer.id}\0{facts.patient_control_number}").digits(13, purpose)


def _allowed_cents(claim: BatchClaim, line: ServiceLine) -> int:
    """The payer's price: the same for each claim with this code, whoever the patient is."""
    code = line.procedure.code if line.procedure else line.revenue_code
    prices = Chance(f"{claim.habits.tax_id}\0price\0{code}")
    percent = claim.habits.allowed_percent + prices.between(-CODE_SPREAD_PERCENT, CODE_SPREAD_PERCENT, "percent")
    cents = line.charge_cents * percent // 100
    return cents * (100 - claim.fate.percent) // 100 if claim.fate.kind is FateKind.UNDERPAID else cents


def _pay_as_usual(claim: BatchClaim, lines: Sequence[DecidedLine]) -> None:
    if follows_other_payer(claim.facts):
        pay_the_rest(claim, lines)
    else:
        pay(lines, claim.habits.payer_class, _usual_share(claim))


def _deny_all(claim: BatchClaim, lines: Sequence[DecidedLine]) -> None:
    for line in lines:
        deny(line, _denial(claim.fate))


def _deny_in_part(claim: BatchClaim, lines: Sequence[DecidedLine]) -> None:
    """The last line, or half of the allowed amount of the only line; the rest is paid as usual."""
    denial = _denial(claim.fate)
    if len(lines) > 1:
        deny(lines[-1], denial)
        pay(lines[:-1], claim.habits.payer_class, _usual_share(claim))
        return
    [line] = lines
    denied = line.allowed_cents // 2
    cut_to_allowed(line)
    line.take(denial.group, denial.carc, denied)
    line.allowed_cents -= denied
    line.remarks = denial.rarcs
    share_and_cut(line, _usual_share(claim), is_sequestered=claim.habits.payer_class is PayerClass.MEDICARE)


def _leave_to_deductible(claim: BatchClaim, lines: Sequence[DecidedLine]) -> None:
    share = PatientShare(DEDUCTIBLE, sum(line.allowed_cents for line in lines))
    pay(lines, claim.habits.payer_class, share)


def _withhold(claim: BatchClaim, lines: Sequence[DecidedLine]) -> None:
    """A tenth of the allowed amount is kept, as far as the line pays that much."""
    _pay_as_usual(claim, lines)
    for line in lines:
        line.take("CO", _WITHHELD, min(line.allowed_cents * WITHHOLD_PERCENT // 100, line.paid_cents))


def _cut_by_statute(claim: BatchClaim, lines: Sequence[DecidedLine]) -> None:
    pay(lines, claim.habits.payer_class, _usual_share(claim), cuts=True)


def _bundle(claim: BatchClaim, lines: Sequence[DecidedLine]) -> None:
    """The first line is paid; the others are part of it."""
    for line in lines[1:]:
        deny(line, claim.fate.denial or BUNDLED)
    pay(lines[:1], claim.habits.payer_class, _usual_share(claim))


def _estimate(claim: BatchClaim, lines: Sequence[DecidedLine]) -> None:
    """Priced as usual; what would be paid is only foretold."""
    _pay_as_usual(claim, lines)
    for line in lines:
        line.take("OA", _ESTIMATED, line.paid_cents)


def _all_of_it(group: str, reason: str) -> Callable[[BatchClaim, Sequence[DecidedLine]], None]:
    def decide(_claim: BatchClaim, lines: Sequence[DecidedLine]) -> None:
        for line in lines:
            deny(line, Denial(group, reason))

    return decide


def _name_other_payer(_claim: BatchClaim, lines: Sequence[DecidedLine]) -> None:
    for line in lines:
        deny(line, OTHER_PAYER)


_DECIDE: Final[Mapping[FateKind, Callable[[BatchClaim, Sequence[DecidedLine]], None]]] = {
    FateKind.DENIED: _deny_all,
    FateKind.ASKED: _deny_all,
    FateKind.PENDED: _all_of_it("OA", _PENDED),
    FateKind.PARTIAL: _deny_in_part,
    FateKind.DEDUCTIBLE: _leave_to_deductible,
    FateKind.WITHHELD: _withhold,
    FateKind.CAPITATED: _all_of_it("CO", _CAPITATED),
    FateKind.SEQUESTERED: _cut_by_statute,
    FateKind.BUNDLED: _bundle,
    FateKind.OTHER_PAYER_FIRST: _name_other_payer,
    FateKind.NOT_OURS: _all_of_it("OA", _WRONG_PAYER),
    FateKind.ESTIMATED: _estimate,
}
"""Every other kind pays as usual."""


def _usual_share(claim: BatchClaim) -> PatientShare:
    payer_class = claim.habits.payer_class
    if payer_class is PayerClass.MEDICARE:
        return PatientShare(COINSURANCE)
    shares = _MEDICAID_SHARES if payer_class is PayerClass.MEDICAID else _COMMERCIAL_SHARES
    reason = claim.chance.weighted(shares, "share")
    copays = _COPAY_CENTS[payer_class]
    return PatientShare(reason, copays[claim.chance.below(len(copays), "copay")] if reason == COPAY else 0)


def _denial(fate: Fate) -> Denial:
    assert fate.denial is not None, "a denying fate names its reason"
    return fate.denial


def _as_claim(claim: BatchClaim, lines: Sequence[DecidedLine]) -> RemittanceClaim:
    facts = claim.facts
    days = [line.service.start_on for line in facts.lines if line.service and line.service.start_on]
    return RemittanceClaim(
        patient_control_number=facts.patient_control_number,
        status=_status(claim),
        charge_cents=sum(line.source.charge_cents for line in lines),
        paid_cents=sum(line.paid_cents for line in lines),
        patient_responsibility_cents=sum(line.patient_cents for line in lines),
        filing_indicator=filing_indicator(facts.coverage.filing_code),
        payer_claim_control_number=payer_claim_control_number(facts),
        facility=facts.facility_code,
        frequency=facts.frequency_code,
        names=_names(facts),
        dates=[("232", min(days)), ("233", max(days))] if days else (),
        services=[_as_service(line) for line in lines],
    )


def filing_indicator(filing_code: str) -> str:
    """CLP06 for a claim with this SBR09."""
    return filing_code if filing_code in _CLP06 else _PREFERRED_PROVIDER


def _status(claim: BatchClaim) -> str:
    denial = claim.fate.denial
    if claim.fate.kind is FateKind.DENIED and denial is not None and denial.carc == NOT_RECOGNISED:
        return "4"
    own = _STATUS_OF_KIND.get(claim.fate.kind)
    return own or _STATUS_OF_SEQUENCE.get(claim.facts.coverage.sequence, "1")


def _as_service(line: DecidedLine) -> RemittanceService:
    source, procedure, period = line.source, line.source.procedure, line.source.service
    code = [procedure.qualifier, procedure.code, *procedure.modifiers] if procedure else ["NU", source.revenue_code]
    dates = [("472", period.start_on)] if period and period.start_on else []
    if period and period.start_on and period.end_on and period.end_on != period.start_on:
        dates = [("150", period.start_on), ("151", period.end_on)]
    control = source.control_number
    return RemittanceService(
        procedure=":".join(code),
        charge_cents=source.charge_cents,
        paid_cents=line.paid_cents,
        revenue_code=source.revenue_code if procedure else "",
        paid_units=source.units,
        adjusted_cents=line.adjusted_cents,
        patient_cents=line.patient_cents,
        adjustments=line.adjustments or (),
        dates=dates or (),
        references=[["REF", "6R", control]] if control else (),
        amounts=[("B6", line.allowed_cents)] if line.allowed_cents else (),
        remarks=[["LQ", "HE", code] for code in line.remarks] or (),
    )


def _names(facts: ClaimFacts) -> list[Row]:
    patient = facts.patient or facts.subscriber
    names = [_name("QC", patient, "MI", facts.subscriber.id)]
    if facts.patient is not None:
        names.append(_name("IL", facts.subscriber, "MI", facts.subscriber.id))
    rendering = facts.provider("82")
    return [*names, _name("82", rendering, "XX", rendering.id)] if rendering else names


def _name(role: str, party: Party, id_qualifier: str, number: str) -> Row:
    kind = "1" if party.is_person else "2"
    return ["NM1", role, kind, party.name, party.first_name, party.middle_name, "", party.suffix, id_qualifier, number]
