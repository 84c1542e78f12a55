"""The image of a claim as it goes out, or what keeps it from going out."""

from ar_shared.platform.database import Row
from ar_shared.x12.claim_builder import build_header
from ar_shared.x12.claim_limits import ClaimLimitError
from ar_shared.x12.claim_model import ClaimImage, from_json
from ar_shared.x12.claim_renumber import renumber
from ar_shared.x12.claim_writer import is_written_version
from claims_api.submissions.image_of_claim import image_of_claim
from claims_api.submissions.trading_partner import TradingPartner
from claims_api.submissions.unwritable import Unwritable, missing_codes


def write_image(claim: Row, lines: list[Row], partner: TradingPartner) -> ClaimImage | Unwritable:
    """claim: a row of `queries.submittable_claims`. A claim that came in as an 837 goes out as it came."""
    if claim["image"] is not None:
        image = from_json(claim["image"])
        if not is_written_version(image.version):
            return Unwritable(("guide_version_not_written",))
        header = build_header(partner.submitter, partner.receiver)
        numbers = [line["line_control_number"] for line in lines]
        return renumber(image, header, claim["patient_control_number"], numbers)
    if missing := missing_codes(dict(claim)):
        return Unwritable(tuple(missing))
    try:
        return image_of_claim(claim, lines, submitter=partner.submitter, receiver=partner.receiver)
    except ClaimLimitError as error:
        return Unwritable(tuple(error.codes))
