"""Rules of the order of payers: crossover, what may be billed to the patient, and what to tell a person. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from claims_api.parties.domain import LineOfBusiness, PatientBillingBlock
from claims_api.phrases import Phrased

CROSSOVER_DAYS: Final = 30
CROSSOVER_STATUSES: Final = frozenset({"19", "20", "21"})
CROSSOVER_REMARKS: Final = frozenset({"MA07", "MA18", "N89"})
NO_PATIENT_REMARKS: Final = {
    **dict.fromkeys(("N192", "N781", "N782", "N783"), PatientBillingBlock.QMB),
    **dict.fromkeys(("N830", "N859", "N860", "N861", "N862"), PatientBillingBlock.NO_SURPRISES_ACT),
}
NO_PATIENT_CARCS: Final = {"209": PatientBillingBlock.QMB, "303": PatientBillingBlock.QMB}
_BLOCKED_LINES: Final = {
    LineOfBusiness.MEDICAID: PatientBillingBlock.MEDICAID,
    LineOfBusiness.MEDICAID_MCO: PatientBillingBlock.MEDICAID,
    LineOfBusiness.WORKERS_COMP: PatientBillingBlock.WORKERS_COMP,
}


class NextStep(Phrased):
    """What follows a payer's decision."""

    BILLED = "billed", "a claim to the next payer was made"
    CROSSOVER_AWAITED = "crossover_awaited", "the payer passed the claim on; no claim of our own meanwhile"
    CROSSOVER_OVERDUE = "crossover_overdue", "the next payer has not answered what was passed on; bill it ourselves"
    CROSSOVER_ANSWERED = "crossover_answered", "the next payer answered what was passed on"
    CORRECTED = "corrected", "the payer decided again; a replacement of the claim to the next payer waits to be sent"
    OUTDATED = "outdated", "the payer decided again after the next payer was billed; a person must correct that claim"
    NOTHING_LEFT = "nothing_left", "the payer decided again and nothing is left for the next payer"
    BLOCKED = "blocked", "the decision does not add up to what was charged; a person must look"


@dataclass(frozen=True, slots=True)
class Decision:
    """A payer's decision as far as the next step depends on it; `crossover_payer` is NM1*TT."""

    status: str
    remarks: frozenset[str]
    crossover_payer: str | None
    remitted_on: date


def crossover_until(decision: Decision, days: int = CROSSOVER_DAYS) -> date | None:
    """The last day on which the next payer is awaited without a claim of ours; None when nothing was passed on.

    Counted from the remittance: with 30 days, a remittance of the 1st is awaited through the 31st.
    """
    passed_on = (
        decision.status in CROSSOVER_STATUSES
        or decision.crossover_payer is not None
        or not CROSSOVER_REMARKS.isdisjoint(decision.remarks)
    )
    return decision.remitted_on + timedelta(days=days) if passed_on else None


def patient_blocks(
    *,
    lines_of_business: Iterable[str | None],
    stated: Iterable[str | None],
    remarks: Iterable[str],
    carcs: Iterable[str],
) -> list[PatientBillingBlock]:
    """Why the patient may not be billed, by the coverages of the patient and what the payers said; empty: may be.

    Only group PR makes a patient owe; each of these overrides it.
    """
    found = {
        *(PatientBillingBlock(block) for block in stated if block),
        *(_BLOCKED_LINES[line] for line in map(_line_of_business, lines_of_business) if line in _BLOCKED_LINES),
        *(NO_PATIENT_REMARKS[code] for code in remarks if code in NO_PATIENT_REMARKS),
        *(NO_PATIENT_CARCS[code] for code in carcs if code in NO_PATIENT_CARCS),
    }
    return [block for block in PatientBillingBlock if block in found]


def _line_of_business(text: str | None) -> LineOfBusiness | None:
    return LineOfBusiness(text) if text else None


def billable_cents(*, patient_cents: int, insurance_cents: int, blocks: Sequence[PatientBillingBlock]) -> int:
    """What the patient may be billed now: nothing before the last payer is done, nothing where a law forbids it."""
    return 0 if insurance_cents > 0 or blocks else patient_cents


def blocker(code: str, text: str, since: str, cleared_by: str) -> dict[str, Any]:
    """As rows and answers hold it."""
    return {"code": code, "text": text, "since": since, "cleared_by": cleared_by}
