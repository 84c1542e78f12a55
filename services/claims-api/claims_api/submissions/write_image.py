"""The image of a claim as it goes out, or what keeps it from going out."""

from collections.abc import Mapping
from typing import Any, Final

from ar_shared.platform.database import Row
from ar_shared.x12.claim_builder import build_header
from ar_shared.x12.claim_limits import ClaimLimitError
from ar_shared.x12.claim_model import ClaimImage, from_json
from ar_shared.x12.claim_renumber import renumber
from ar_shared.x12.claim_revise import revise
from ar_shared.x12.claim_writer import is_written_version
from claims_api.claims.domain import DECIDED_STATES, AdjudicationState, SubmissionState
from claims_api.claims.frequency import NEW_CLAIM, Original, frequency_blockers
from claims_api.parties.domain import LineOfBusiness
from claims_api.submissions.image_of_claim import image_of_claim
from claims_api.submissions.trading_partner import TradingPartner
from claims_api.submissions.unwritable import Unwritable, missing_codes

_MEDICARE_PROFESSIONAL: Final = "MB"


def original_of(claim: Mapping[str, Any] | Row, *, is_unprocessable: bool = False) -> Original:
    """What a replacement or void of this claim (a row of `queries.submittable_claims`) would have to respect."""
    line_of_business = claim["line_of_business"]
    is_medicare = (
        line_of_business == LineOfBusiness.MEDICARE
        if line_of_business
        else claim["coverage_snapshot"].get("filing_indicator") == _MEDICARE_PROFESSIONAL
    )
    return Original(
        payer_control_number=claim["payer_control_number"],
        submission=SubmissionState(claim["submission_state"]),
        adjudication=AdjudicationState(claim["adjudication_state"]),
        payer_supports_replacement=claim["supports_replacement"],
        is_original_medicare_professional=is_medicare and claim["type"] == "professional",
        is_unprocessable=is_unprocessable,
        newest_frequency=claim["frequency_before"],
    )


def write_image(claim: Row, lines: list[Row], partner: TradingPartner) -> ClaimImage | Unwritable:
    """claim: a row of `queries.submittable_claims`. A claim that came in as an 837 goes out as it came.

    A replacement or void is looked at once more: what the payer said since it was made may forbid it. So is a claim
    to a later payer: the first may have taken its decision back.
    """
    if refused := frequency_blockers(claim["frequency"], original_of(claim)):
        return Unwritable(tuple(blocker.value for blocker in refused))
    if claim["first_payer_state"] is not None and claim["first_payer_state"] not in DECIDED_STATES:
        return Unwritable(("payer_before_undecided",))
    return _image(claim, lines, partner)


def _image(claim: Row, lines: list[Row], partner: TradingPartner) -> ClaimImage | Unwritable:
    if claim["image"] is not None:
        image = from_json(claim["image"])
        if not is_written_version(image.version):
            return Unwritable(("guide_version_not_written",))
        header = build_header(partner.submitter, partner.receiver)
        numbers = [line["line_control_number"] for line in lines]
        named = renumber(image, header, claim["patient_control_number"], numbers)
        if claim["version"] == claim["version_before"]:
            return named
        is_new = claim["frequency"] == NEW_CLAIM
        return revise(named, claim["frequency"], "" if is_new else claim["payer_control_number"])
    if missing := missing_codes(dict(claim)):
        return Unwritable(tuple(missing))
    try:
        return image_of_claim(claim, lines, submitter=partner.submitter, receiver=partner.receiver)
    except ClaimLimitError as error:
        return Unwritable(tuple(error.codes))
