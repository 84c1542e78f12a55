"""The limits of the guides a claim built here must keep (005010X222A1 and X223A2)."""

from collections.abc import Iterator
from typing import Final

from ar_shared.x12 import claim_facts as f

MAX_CONTROL_NUMBER: Final = 38
MAX_CHARGE_CENTS: Final = 10**10 - 1
_REPLACES_ANOTHER: Final = frozenset({"7", "8"})


class ClaimLimitError(ValueError):
    """The facts cannot become a claim the guide allows. `codes` names each reason."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


def check_limits(facts: f.ClaimFacts) -> None:
    """Raises ClaimLimitError with every limit the facts break."""
    codes = sorted({*_broken_by_claim(facts), *_broken_by_lines(facts)})
    if codes:
        raise ClaimLimitError(codes)


def _broken_by_claim(facts: f.ClaimFacts) -> Iterator[str]:
    if not 1 <= len(facts.patient_control_number) <= MAX_CONTROL_NUMBER:
        yield "patient_control_number_length"
    if not 0 <= facts.charge_cents <= MAX_CHARGE_CENTS:
        yield "charge_out_of_range"
    if sum(line.charge_cents for line in facts.lines) != facts.charge_cents:
        yield "charges_do_not_add_up"
    if not 1 <= len(facts.diagnoses) <= f.MAX_DIAGNOSES[facts.claim_type]:
        yield "diagnosis_count"
    if facts.diagnoses and facts.diagnoses[0].qualifier not in f.PRINCIPAL_DIAGNOSIS:
        yield "principal_diagnosis_not_first"
    if facts.frequency_code in _REPLACES_ANOTHER and not facts.reference("F8"):
        yield "payer_claim_control_number_missing"
    if facts.patient is None and facts.coverage.relationship != f.SELF:
        yield "patient_missing"
    if facts.patient is not None and facts.coverage.relationship == f.SELF:
        yield "patient_is_subscriber"
    if facts.submitter is None or facts.receiver is None:
        yield "submitter_or_receiver_missing"


def _broken_by_lines(facts: f.ClaimFacts) -> Iterator[str]:
    if not 1 <= len(facts.lines) <= f.MAX_LINES[facts.claim_type]:
        yield "line_count"
    diagnosis_count = len(facts.diagnoses)
    for line in facts.lines:
        if line.procedure is not None and len(line.procedure.modifiers) > f.MAX_MODIFIERS:
            yield "modifier_count"
        if len(line.pointers) > f.MAX_POINTERS:
            yield "pointer_count"
        if any(not 1 <= pointer <= diagnosis_count for pointer in line.pointers):
            yield "pointer_without_diagnosis"
        if facts.claim_type == "P" and (line.procedure is None or not line.pointers):
            yield "line_without_procedure_or_pointer"
        if facts.claim_type == "I" and not line.revenue_code:
            yield "line_without_revenue_code"
        exponent = line.units.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -f.MAX_UNITS_PLACES or line.units < 0:
            yield "units_out_of_range"
