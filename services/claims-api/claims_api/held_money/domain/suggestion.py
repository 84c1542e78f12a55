"""How well a claim of ours fits a held claim of a payment, key by key, in words a biller can check.

The order of keys is the order in which matching asks: numbers first, then what numbers are trusted with. A
suggestion never posts by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ar_shared.kernel.money import decimal_from_cents
from claims_api.phrases import Phrased

MAX_SUGGESTIONS: Final = 5


class MatchKey(Phrased):
    """What is compared. The first four are numbers, in the order of trust; a claim needs one or the facts below."""

    PATIENT_CONTROL_NUMBER = "patient_control_number", "our number for the claim"
    PAYER_CONTROL_NUMBER = "payer_control_number", "the payer's number for the claim"
    ORIGINAL_REFERENCE = "original_reference", "the payer's number of the original"
    NORMALISED_NUMBER = "normalised_number", "our number without case, punctuation and leading zeros"
    PAYER = "payer", "the payer"
    MEMBER = "member", "the member id"
    SERVICE_DATES = "service_dates", "the service dates"
    CHARGE = "charge", "the total charge"
    RENDERING = "rendering", "the rendering provider"
    PROCEDURES = "procedures", "the procedures of the lines"


K = MatchKey

_WEIGHTS: Final = {
    K.PATIENT_CONTROL_NUMBER: 40,
    K.PAYER_CONTROL_NUMBER: 30,
    K.ORIGINAL_REFERENCE: 25,
    K.NORMALISED_NUMBER: 20,
    K.PAYER: 10,
    K.MEMBER: 15,
    K.SERVICE_DATES: 15,
    K.CHARGE: 15,
    K.RENDERING: 5,
    K.PROCEDURES: 10,
}


@dataclass(frozen=True, slots=True)
class HeldFacts:
    """What the payer wrote of the claim; None or empty is what it left out."""

    number: str
    normal_number: str
    payer_number: str | None
    original_number: str | None
    payer_ids: frozenset[object]
    member_id: str | None
    service_from: date | None
    service_to: date | None
    charge_cents: int
    rendering_npi: str | None
    procedures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CandidateFacts:
    """The same of a claim of ours. `own_numbers` are the number we sent and the one it came with."""

    own_numbers: frozenset[str]
    normal_number: str
    payer_number: str | None
    payer_ids: frozenset[object]
    member_ids: frozenset[str]
    service_from: date
    service_to: date
    charges_cents: frozenset[int]
    rendering_npi: str | None
    procedures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparedKey:
    """One key: does it agree, and in words what each side says."""

    key: MatchKey
    agrees: bool
    text: str


@dataclass(frozen=True, slots=True)
class Fit:
    """The keys that could be compared and the sum of the weights of those that agree, of 100 at most."""

    score: int
    keys: tuple[ComparedKey, ...]


def compare(held: HeldFacts, ours: CandidateFacts) -> Fit:
    """Key by key. A key that the payer left out is not compared; of numbers the most trusted counts."""
    numbers = _numbers(held, ours)
    keys = (*numbers, *_facts(held, ours))
    best = max((_WEIGHTS[one.key] for one in numbers if one.agrees), default=0)
    total = best + sum(_WEIGHTS[one.key] for one in keys if one.agrees and one not in numbers)
    return Fit(min(total, 100), keys)


def _numbers(held: HeldFacts, ours: CandidateFacts) -> tuple[ComparedKey, ...]:
    known = ours.payer_number
    exact = held.number in ours.own_numbers
    found = [_key(K.PATIENT_CONTROL_NUMBER, exact, "it is ours", "it is not the claim's")]
    if held.payer_number is not None:
        found.append(_key(K.PAYER_CONTROL_NUMBER, held.payer_number == known, "we know it", "we know another or none"))
    if held.original_number is not None:
        found.append(_key(K.ORIGINAL_REFERENCE, held.original_number == known, "we know it", "we know another or none"))
    if not exact and held.normal_number:
        same = held.normal_number == ours.normal_number
        found.append(_key(K.NORMALISED_NUMBER, same, "equal once written alike", "differs however it is written"))
    return tuple(found)


def _facts(held: HeldFacts, ours: CandidateFacts) -> Sequence[ComparedKey]:
    found = [
        _key(K.PAYER, bool(held.payer_ids & ours.payer_ids), "one of the patient's payers", "none of the patient's")
    ]
    if held.member_id is not None:
        found.append(_key(K.MEMBER, held.member_id in ours.member_ids, "equal", "differs"))
    if held.service_from is not None:
        found.append(_dates(held.service_from, held.service_to or held.service_from, ours))
    found.append(_charge(abs(held.charge_cents), ours))
    if held.rendering_npi is not None:
        found.append(_key(K.RENDERING, held.rendering_npi == ours.rendering_npi, "equal", "differs"))
    if held.procedures:
        on_claim = sum(code in ours.procedures for code in held.procedures)
        text = f"{on_claim} of {len(held.procedures)} are on the claim"
        found.append(ComparedKey(K.PROCEDURES, on_claim == len(held.procedures), text))
    return found


def _dates(first: date, last: date, ours: CandidateFacts) -> ComparedKey:
    agrees = (first, last) == (ours.service_from, ours.service_to)
    text = "equal" if agrees else f"the payer says {_span(first, last)}, we {_span(ours.service_from, ours.service_to)}"
    return ComparedKey(K.SERVICE_DATES, agrees, text)


def _charge(cents: int, ours: CandidateFacts) -> ComparedKey:
    agrees = cents in ours.charges_cents
    billed = ", ".join(decimal_from_cents(one) for one in sorted(ours.charges_cents))
    return ComparedKey(
        K.CHARGE, agrees, "equal" if agrees else f"the payer says {decimal_from_cents(cents)}, we billed {billed}"
    )


def _span(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"


def _key(key: MatchKey, agrees: bool, yes: str, no: str) -> ComparedKey:
    return ComparedKey(key, agrees, yes if agrees else no)
