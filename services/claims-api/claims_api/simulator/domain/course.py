"""The course of a claim: every payment that says something of it, from the first decision to the last take-back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from ar_shared.x12.claim_facts import ClaimFacts, Party
from ar_shared.x12.remittance import Adjustment, ProviderAdjustment, RemittanceClaim
from claims_api.simulator.domain.adjudicate import adjudicate, filing_indicator
from claims_api.simulator.domain.after_other_payer import PRIOR_IMPACT
from claims_api.simulator.domain.batch import BatchClaim
from claims_api.simulator.domain.calendar import first_weekday_from
from claims_api.simulator.domain.chance import Chance
from claims_api.simulator.domain.fate import OTHER_PAYER, Course, Delivery, Fate, FateKind, Money
from claims_api.simulator.domain.payer_habits import pays_on
from claims_api.simulator.domain.provider_entries import INTEREST, entry_beside, provider_entry
from claims_api.simulator.domain.reversal import as_correction, reversal_of
from claims_api.simulator.domain.shapes import name_next_payer

USUAL_CUT_PERCENT: Final = 15
"""Off the allowed amount in a correction whose fate names no per cent."""

UNNAMED_CARRIER: Final = Party(role="PR", name="SIMULATED SUPPLEMENT PLAN", id_qualifier="PI", id="SIMSUPP")
_PRICE_CHANGED, _OTHER_PAYER_FOUND = "N689", "N696"
_CROSSED_OVER: Final = "MA18"
_BUSINESS_DAYS: Final = range(5)


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one payment says of the claim. `payer` is another one than the claim's after a crossover.

    `delivery` and `money` are those of the payment; only the first chapter has others than the usual ones, but for
    a payment that must stand alone.
    """

    paid_on: date
    claims: tuple[RemittanceClaim, ...] = ()
    entries: tuple[ProviderAdjustment, ...] = ()
    delivery: Delivery = Delivery.SHARED
    money: Money = Money.USUAL
    payer: Party | None = None


@dataclass(slots=True)
class _Told:
    """The claim, its first decision, and the days on which its payer pays."""

    claim: BatchClaim
    first_on: date
    decided: RemittanceClaim = field(init=False)

    def __post_init__(self) -> None:
        self.decided = adjudicate(self.claim)

    @property
    def facts(self) -> ClaimFacts:
        return self.claim.facts

    @property
    def number(self) -> str:
        return self.decided.payer_claim_control_number

    def run_after(self, least: int, most: int, purpose: str, since: date | None = None) -> date:
        """A payment day of the payer, that many days after the first decision or after `since`."""
        days = self.claim.chance.between(least, most, purpose)
        start = (since or self.first_on) + timedelta(days=days)
        return first_weekday_from(start, self.claim.habits.pays_on_weekdays)

    @property
    def second_on(self) -> date:
        return self.run_after(12, 35, "second decision")

    @property
    def third_on(self) -> date:
        return self.run_after(21, 40, "take-back", since=self.second_on)

    def reversal(self, remark: str = "") -> RemittanceClaim:
        return reversal_of(self.decided, self.facts, remark)

    def lower(self) -> RemittanceClaim:
        """The correction that pays less."""
        percent = self.claim.fate.percent or USUAL_CUT_PERCENT
        return self._again(Fate(FateKind.UNDERPAID, percent=percent))

    def denied(self) -> RemittanceClaim:
        """The correction that pays nothing: another payer was found to come first."""
        return self._again(Fate(FateKind.DENIED, denial=OTHER_PAYER))

    def paid(self) -> RemittanceClaim:
        return self._again(Fate(FateKind.PAID))

    def _again(self, fate: Fate) -> RemittanceClaim:
        return as_correction(adjudicate(replace(self.claim, fate=fate)), self.facts)

    def entry(self, paid_on: date, code: str, cents: int) -> tuple[ProviderAdjustment, ...]:
        """A PLB about this claim; none for no cents."""
        provider = self.facts.billing_provider.id
        return (provider_entry(provider, paid_on, code, self.number, cents),) if cents else ()


def chapters(claim: BatchClaim, sent_on: date) -> Iterator[Chapter]:
    """Every payment about a claim whose fate gets a remittance, in the order of the payer's own books."""
    first_on = pays_on(claim.habits, claim.chance, sent_on)
    told = _Told(claim, first_on)
    decided, carrier = told.decided, None
    if claim.fate.course is Course.CROSSED_OVER:
        carrier = next_payer(claim)
        decided = _passed_on(decided, carrier)
    entry = entry_beside(claim, decided.paid_cents, told.number, first_on)
    if entry is not None and entry.reason == INTEREST and entry.amount_cents < 0:
        decided = replace(decided, amounts=[*decided.amounts, ("I", -entry.amount_cents)])
    yield Chapter(first_on, (decided,), (entry,) if entry else (), delivery=claim.fate.delivery, money=claim.fate.money)
    if carrier is not None:
        yield _paid_by(told, carrier)
    else:
        yield from _FOLLOWS[claim.fate.course](told)


def next_payer(claim: BatchClaim) -> Party:
    """Who a claim crosses over to: the payer the fate names, else the one the claim names, else an invented one."""
    named = [one.payer for one in claim.facts.other_coverages if one.payer is not None]
    if claim.fate.next_payer:
        known = [payer for payer in named if payer.id == claim.fate.next_payer]
        return known[0] if known else replace(UNNAMED_CARRIER, id=claim.fate.next_payer)
    return named[0] if named else UNNAMED_CARRIER


def _passed_on(decided: RemittanceClaim, carrier: Party) -> RemittanceClaim:
    """CLP02 19, 20 or 21, MA18 and NM1*TT."""
    forwarded = replace(decided, status=f"{int(decided.status) + 18}", outpatient=["MOA", "", "", _CROSSED_OVER])
    name_next_payer(forwarded, carrier.name, carrier.id)
    return forwarded


def _paid_by(told: _Told, carrier: Party) -> Chapter:
    """The next payer's own payment under our control number, of what the first one left to the patient."""
    decided = told.decided
    services = []
    for service in decided.services:
        rest = sum(one.amount_cents for one in service.adjustments if one.group == "PR")
        impact = service.charge_cents - rest
        services.append(
            replace(
                service,
                paid_cents=rest,
                adjustments=[Adjustment("OA", PRIOR_IMPACT, impact)] if impact else (),
                amounts=(),
                remarks=(),
            )
        )
    number = "SUP" + Chance(f"{carrier.id}\0{decided.patient_control_number}").digits(13, "claim number")
    answer = replace(
        decided,
        status="2",
        paid_cents=sum(service.paid_cents for service in services),
        patient_responsibility_cents=0,
        filing_indicator=filing_indicator("CI"),
        payer_claim_control_number=number,
        services=services,
        amounts=(),
    )
    day = told.first_on + timedelta(days=told.claim.chance.between(8, 25, "crossover"))
    return Chapter(first_weekday_from(day, _BUSINESS_DAYS), (answer,), payer=carrier)


def _nothing(_told: _Told) -> Iterator[Chapter]:
    return iter(())


def _decided_later(told: _Told) -> Iterator[Chapter]:
    yield Chapter(told.second_on, (told.reversal(), told.paid()))


def _reversed_together(told: _Told) -> Iterator[Chapter]:
    yield Chapter(told.second_on, (told.reversal(_PRICE_CHANGED), told.lower()))


def _reversed_apart(told: _Told) -> Iterator[Chapter]:
    yield Chapter(told.second_on, (told.reversal(_PRICE_CHANGED),))
    yield Chapter(_a_run_later(told), (told.lower(),))


def _corrected_first(told: _Told) -> Iterator[Chapter]:
    yield Chapter(told.second_on, (told.lower(),))
    yield Chapter(_a_run_later(told), (told.reversal(_PRICE_CHANGED),))


def _reversed_only(told: _Told) -> Iterator[Chapter]:
    yield Chapter(told.second_on, (told.reversal(_PRICE_CHANGED),))


def _corrected_only(told: _Told) -> Iterator[Chapter]:
    yield Chapter(told.second_on, (told.lower(),))


def _taken_at_once(told: _Told) -> Iterator[Chapter]:
    yield Chapter(told.second_on, (told.reversal(_OTHER_PAYER_FOUND), told.denied()))


def _carried_forward(told: _Told) -> Iterator[Chapter]:
    yield replace(next(_taken_at_once(told)), delivery=Delivery.APART)


def _announced(told: _Told) -> Chapter:
    """Reversed and denied, and the total restored."""
    reversal, denied = told.reversal(_OTHER_PAYER_FOUND), told.denied()
    owed = -reversal.paid_cents - denied.paid_cents
    return Chapter(told.second_on, (reversal, denied), told.entry(told.second_on, "WO", -owed))


def _taken_later(told: _Told) -> Iterator[Chapter]:
    yield _announced(told)
    yield Chapter(told.third_on, entries=told.entry(told.third_on, "WO", told.decided.paid_cents))


def _taken_by_letter(told: _Told) -> Iterator[Chapter]:
    yield Chapter(told.third_on, entries=told.entry(told.third_on, "WO", told.decided.paid_cents))


def _pair(told: _Told, refund_cents: int) -> Chapter:
    day, owed = told.third_on, told.decided.paid_cents
    return Chapter(day, entries=(*told.entry(day, "72", -refund_cents), *told.entry(day, "WO", owed)))


def _refund_seen(told: _Told) -> Iterator[Chapter]:
    yield _pair(told, told.decided.paid_cents)


def _refund_in_part(told: _Told) -> Iterator[Chapter]:
    yield _pair(told, told.decided.paid_cents // 2)


def _refund_and_reversal(told: _Told) -> Iterator[Chapter]:
    chapter = next(_taken_at_once(told))
    yield replace(chapter, entries=told.entry(told.second_on, "72", -told.decided.paid_cents))


def _refund_of_announced(told: _Told) -> Iterator[Chapter]:
    yield _announced(told)
    yield _pair(told, told.decided.paid_cents)


def _a_run_later(told: _Told) -> date:
    return told.run_after(5, 12, "second file", since=told.second_on)


_FOLLOWS: Final[Mapping[Course, Callable[[_Told], Iterator[Chapter]]]] = {
    Course.ONCE: _nothing,
    Course.DECIDED_LATER: _decided_later,
    Course.REVERSED_TOGETHER: _reversed_together,
    Course.REVERSED_APART: _reversed_apart,
    Course.CORRECTED_FIRST: _corrected_first,
    Course.REVERSED_ONLY: _reversed_only,
    Course.CORRECTED_ONLY: _corrected_only,
    Course.TAKEN_AT_ONCE: _taken_at_once,
    Course.TAKEN_LATER: _taken_later,
    Course.TAKEN_BY_LETTER: _taken_by_letter,
    Course.CARRIED_FORWARD: _carried_forward,
    Course.REFUND_SEEN: _refund_seen,
    Course.REFUND_IN_PART: _refund_in_part,
    Course.REFUND_AND_REVERSAL: _refund_and_reversal,
    Course.REFUND_OF_ANNOUNCED: _refund_of_announced,
}
"""CROSSED_OVER is told by `chapters` itself: its first decision is written otherwise too."""
