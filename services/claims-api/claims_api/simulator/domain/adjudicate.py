"""What a payer pays for a claim, as one CLP of an 835. Cents; every line and the claim balance by construction."""

from dataclasses import dataclass, field
from typing import Final

from ar_shared.x12.claim_facts import ClaimFacts, Party, ServiceLine
from ar_shared.x12.remittance import Adjustment, RemittanceClaim, RemittanceService
from ar_shared.x12.tokens import Row
from claims_api.simulator.domain.batch import BatchClaim
from claims_api.simulator.domain.chance import Chance
from claims_api.simulator.domain.fate import Denial, Fate, FateKind
from claims_api.simulator.domain.payer_habits import PayerClass, PayerHabits

CODE_SPREAD_PERCENT: Final = 8
SEQUESTER_PERCENT: Final = 2
_COINSURANCE_PERCENT: Final = 20
_DEDUCTIBLE, _COINSURANCE, _COPAY = "1", "2", "3"
_CONTRACTUAL, _SEQUESTERED, _PENDED = "45", "253", "133"
_CLP06: Final = frozenset(
    ["12", "13", "14", "15", "16", "17", "AM", "CH", "DS", "HM", "LM", "MA", "MB", "MC", "OF", "TV", "VA", "WC"]
)
"""Fewer codes than SBR09 has; a commercial plan (CI, BL) answers as a preferred provider plan."""
_PREFERRED_PROVIDER: Final = "12"
_STATUS_OF_SEQUENCE: Final = {"P": "1", "S": "2", "T": "3"}
_NOT_RECOGNISED: Final = ("31", "4")
"""CLP02 is 4 only where the payer does not know the patient; every other denial is a processed claim."""

_COMMERCIAL_SHARES: Final = ((45, _COPAY), (35, _COINSURANCE), (20, ""))
_MEDICAID_SHARES: Final = ((25, _COPAY), (75, ""))
_COPAY_CENTS: Final = {
    PayerClass.MEDICAID: (300, 400),
    PayerClass.COMMERCIAL: (2_000, 2_500, 3_000, 4_000),
}


@dataclass(slots=True)
class PatientShare:
    """The reason of the share (a PR CARC, "" for none) and, of a copay or a deductible, what is left to take."""

    reason: str
    left_cents: int = 0

    def take(self, allowed_cents: int) -> int:
        """The share of a line with this allowed amount; lowers what is left."""
        if self.reason == _COINSURANCE:
            return allowed_cents * _COINSURANCE_PERCENT // 100
        taken = min(self.left_cents, allowed_cents)
        self.left_cents -= taken
        return taken


@dataclass(slots=True)
class _Line:
    """One line while it is decided: what it is worth and what is taken off."""

    source: ServiceLine
    allowed_cents: int
    adjustments: list[Adjustment] = field(default_factory=list)
    remarks: tuple[str, ...] = ()

    def take(self, group: str, reason: str, cents: int) -> None:
        if cents:
            self.adjustments.append(Adjustment(group, reason, cents))

    @property
    def adjusted_cents(self) -> int:
        return sum(one.amount_cents for one in self.adjustments)

    @property
    def patient_cents(self) -> int:
        return sum(one.amount_cents for one in self.adjustments if one.group == "PR")


def adjudicate(claim: BatchClaim) -> RemittanceClaim:
    """The decision on a claim whose fate gets a remittance."""
    lines = [_Line(line, _allowed_cents(claim, line)) for line in claim.facts.lines]
    _decide(claim, lines)
    return _as_claim(claim, lines)


def payer_claim_control_number(facts: ClaimFacts) -> str:
    """The payer's own number for a claim (277CA REF*1K, 835 CLP07)."""
    return "SIM" + Chance(f"{facts.payer.id}\0{facts.patient_control_number}").digits(13, "claim number")


def _allowed_cents(claim: BatchClaim, line: ServiceLine) -> int:
    """The payer's price: the same for each claim with this code, whoever the patient is."""
    code = line.procedure.code if line.procedure else line.revenue_code
    prices = Chance(f"{claim.habits.tax_id}\0price\0{code}")
    percent = claim.habits.allowed_percent + prices.between(-CODE_SPREAD_PERCENT, CODE_SPREAD_PERCENT, "percent")
    cents = line.charge_cents * percent // 100
    return cents * (100 - claim.fate.percent) // 100 if claim.fate.kind is FateKind.UNDERPAID else cents


def _decide(claim: BatchClaim, lines: list[_Line]) -> None:
    match claim.fate.kind:
        case FateKind.DENIED:
            for line in lines:
                _deny(line, _denial(claim.fate))
        case FateKind.PENDED:
            for line in lines:
                line.take("OA", _PENDED, line.source.charge_cents)
        case FateKind.PARTIAL if len(lines) > 1:
            _deny(lines[-1], _denial(claim.fate))
            _pay(lines[:-1], claim.habits, _usual_share(claim))
        case FateKind.PARTIAL:
            _pay_half(lines[0], claim)
        case FateKind.DEDUCTIBLE:
            _pay(lines, claim.habits, PatientShare(_DEDUCTIBLE, sum(line.allowed_cents for line in lines)))
        case _:
            _pay(lines, claim.habits, _usual_share(claim))


def _deny(line: _Line, denial: Denial) -> None:
    line.take(denial.group, denial.carc, line.source.charge_cents)
    line.remarks = denial.rarcs
    line.allowed_cents = 0


def _pay(lines: list[_Line], habits: PayerHabits, share: PatientShare) -> None:
    for line in lines:
        line.take("CO", _CONTRACTUAL, line.source.charge_cents - line.allowed_cents)
        _share_and_cut(line, habits, share)


def _pay_half(line: _Line, claim: BatchClaim) -> None:
    """Half of the allowed amount is denied, the rest is paid as usual."""
    denial = _denial(claim.fate)
    denied = line.allowed_cents // 2
    line.take("CO", _CONTRACTUAL, line.source.charge_cents - line.allowed_cents)
    line.take(denial.group, denial.carc, denied)
    line.allowed_cents -= denied
    line.remarks = denial.rarcs
    _share_and_cut(line, claim.habits, _usual_share(claim))


def _share_and_cut(line: _Line, habits: PayerHabits, share: PatientShare) -> None:
    """The patient's share, then the statutory cut of what Original Medicare would pay."""
    taken = share.take(line.allowed_cents)
    if habits.payer_class is PayerClass.MEDICARE:
        line.take("CO", _SEQUESTERED, (line.allowed_cents - taken) * SEQUESTER_PERCENT // 100)
    line.take("PR", share.reason, taken)


def _usual_share(claim: BatchClaim) -> PatientShare:
    payer_class = claim.habits.payer_class
    if payer_class is PayerClass.MEDICARE:
        return PatientShare(_COINSURANCE)
    shares = _MEDICAID_SHARES if payer_class is PayerClass.MEDICAID else _COMMERCIAL_SHARES
    reason = claim.chance.weighted(shares, "share")
    copays = _COPAY_CENTS[payer_class]
    return PatientShare(reason, copays[claim.chance.below(len(copays), "copay")] if reason == _COPAY else 0)


def _denial(fate: Fate) -> Denial:
    assert fate.denial is not None, "a denying fate names its reason"
    return fate.denial


def _as_claim(claim: BatchClaim, lines: list[_Line]) -> RemittanceClaim:
    facts = claim.facts
    charge = sum(line.source.charge_cents for line in lines)
    days = [line.service.start_on for line in facts.lines if line.service and line.service.start_on]
    return RemittanceClaim(
        patient_control_number=facts.patient_control_number,
        status=_status(claim),
        charge_cents=charge,
        paid_cents=charge - sum(line.adjusted_cents for line in lines),
        patient_responsibility_cents=sum(line.patient_cents for line in lines),
        filing_indicator=_filing_indicator(facts.coverage.filing_code),
        payer_claim_control_number=payer_claim_control_number(facts),
        facility=facts.facility_code,
        frequency=facts.frequency_code,
        names=_names(facts),
        dates=[("232", min(days)), ("233", max(days))] if days else (),
        services=[_as_service(line) for line in lines],
    )


def _filing_indicator(filing_code: str) -> str:
    return filing_code if filing_code in _CLP06 else _PREFERRED_PROVIDER


def _status(claim: BatchClaim) -> str:
    denial, (not_recognised, status) = claim.fate.denial, _NOT_RECOGNISED
    if claim.fate.kind is FateKind.DENIED and denial is not None and denial.carc == not_recognised:
        return status
    return _STATUS_OF_SEQUENCE.get(claim.facts.coverage.sequence, "1")


def _as_service(line: _Line) -> RemittanceService:
    source, procedure, period = line.source, line.source.procedure, line.source.service
    code = [procedure.qualifier, procedure.code, *procedure.modifiers] if procedure else ["NU", source.revenue_code]
    dates = [("472", period.start_on)] if period and period.start_on else []
    if period and period.start_on and period.end_on and period.end_on != period.start_on:
        dates = [("150", period.start_on), ("151", period.end_on)]
    control = source.control_number
    return RemittanceService(
        procedure=":".join(code),
        charge_cents=source.charge_cents,
        paid_cents=source.charge_cents - line.adjusted_cents,
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
