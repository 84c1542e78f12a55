"""What may be placed with an agency, and how its remittance must add up. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ar_shared.kernel.errors import InvalidRequestError, StateConflictError
from claims_api.phrases import Phrased

MIN_DAYS: Final = 120
"""Days since the guarantor owed the newest part. Dunning ends with review at 120 days; 26 CFR 1.501(r)-6 gives
non-profit hospitals the same time."""


class PlacementKind(Phrased):
    """What the agency works on."""

    OWED = "owed", "still owed: moved to a receivable of its own (E34); what is collected lowers it"
    BAD_DEBT = "bad_debt", "given up before (E25): nothing is open, what is collected is a recovery (4170)"


class PlacementState(Phrased):
    """Where a placement is."""

    PLACED = "placed", "the agency works on what is left of it"
    RECALLED = "recalled", "taken back; the practice collects again"


class AgencyRemittanceState(Phrased):
    """Where an agency's remittance is."""

    POSTED = "posted", "in the books; its money waits for the bank"
    REVERSED = "reversed", "taken back by linked journals"


class Assurance(Phrased):
    """What a person has looked at because nothing here records it. All are asked for."""

    FINAL_NOTICE_SENT = "final_notice_sent", "statements and a final notice went to a verified address"
    NO_PAYMENT_PLAN = "no_payment_plan", "no payment plan is being kept"
    NO_ASSISTANCE_PENDING = "no_assistance_pending", "assistance was offered, and no application is open"
    NO_DISPUTE = "no_dispute", "no dispute is open, under the No Surprises Act or otherwise"
    NO_BANKRUPTCY = "no_bankruptcy", "no bankruptcy is known (11 USC 362)"


class Obstacle(Phrased):
    """Why a balance may not be placed, as far as the books and records tell."""

    PAYER_OPEN = "payer_open", "a payer still owes a part of the charge"
    PAYER_AWAITED = "payer_awaited", "a payer's decision is awaited, or a claim is about to go out"
    DENIAL_OPEN = "denial_open", "a denial of the charge is being worked or appealed"
    PATIENT_PROTECTED = "patient_protected", "the patient may not be billed"
    CREDIT_OPEN = "credit_open", "we hold money of the guarantor: apply or refund it first"
    DECEASED = "deceased", "the patient has died: the estate is asked, not an agency"
    TOO_YOUNG = "too_young", f"the guarantor has owed a part for less than {MIN_DAYS} days"
    PLACED_BEFORE = "placed_before", "it is with an agency"


class NotPlaceableError(StateConflictError):
    """A protection of the patient stands against it; `errors` name each."""

    code = "not_placeable"
    title = "The balance may not be placed with an agency"


class NothingToPlaceError(StateConflictError):
    """The guarantor owes nothing there, or nothing was given up."""

    code = "nothing_to_place"
    title = "There is nothing to place"


class AbovePlacedError(StateConflictError):
    """More than what is left with the agency."""

    code = "above_placed"
    title = "Less than that is left with the agency"


class AgencySumError(InvalidRequestError):
    """What was collected less the fees is not what the agency paid."""

    code = "agency_sum"
    title = "The remittance does not add up"


@dataclass(frozen=True, slots=True)
class Collected:
    """What an agency says of one charge."""

    collected_cents: int
    fee_cents: int

    @property
    def net_cents(self) -> int:
        return self.collected_cents - self.fee_cents


def is_too_young(since: Iterable[date], today: date) -> bool:
    """The day from which it was owed is day 0."""
    return any((today - day).days < MIN_DAYS for day in since)


def check_sum(lines: Sequence[Collected], paid_cents: int) -> None:
    """Raises AgencySumError."""
    net = sum(line.net_cents for line in lines)
    if net != paid_cents:
        raise AgencySumError(f"the lines come to {net} cents", pointer="/amount_cents")
