"""Which of our claims an answer in a 277CA is about: pure, over the claims that share its number."""

from collections.abc import Mapping, Sequence
from datetime import date

from ar_shared.x12.claim_ack import ClaimAnswer
from claims_api.acknowledgements.claim_in_play import ClaimInPlay


def claim_meant(
    answer: ClaimAnswer, own: Mapping[str, ClaimInPlay], submitted: Mapping[str, Sequence[ClaimInPlay]]
) -> ClaimInPlay | None:
    """The claim of our own control number; else the one whose submitted number it is, when dates and charge agree.

    A number that came from outside is often the patient's account number: the same number with other service dates
    or another charge is another claim, and two that fit are none.
    """
    number = answer.patient_control_number
    if number in own:
        return own[number]
    fitting = [claim for claim in submitted.get(number, ()) if _fits(claim, answer)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(claim: ClaimInPlay, answer: ClaimAnswer) -> bool:
    stated = {status.amount_cents for status in answer.statuses if status.amount_cents is not None}
    return (not stated or claim.charge_cents in stated) and _days_agree(claim, answer)


def _days_agree(claim: ClaimInPlay, answer: ClaimAnswer) -> bool:
    first: date | None = answer.service.start_on if answer.service else None
    if first is None:
        return True
    last = (answer.service.end_on if answer.service else None) or first
    return claim.service_from <= last and first <= claim.service_to
