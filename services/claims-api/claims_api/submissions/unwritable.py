"""What keeps a claim out of an 837: facts the guide demands and the claim does not have, each as a blocker."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from claims_api.claims.frequency import FrequencyBlocker


class Want(NamedTuple):
    """What is missing, and what a person does about it."""

    text: str
    cleared_by: str


_CLAIM: Final = "Correct the claim."
_BILLING: Final = "Complete the billing entity."

# The codes of `claim_limits`, and those of `missing_codes`.
WANTS: Final[Mapping[str, Want]] = {
    "billing_npi_missing": Want("The billing entity has no NPI.", _BILLING),
    "billing_tax_id_missing": Want("The billing entity has no tax id.", _BILLING),
    "billing_address_missing": Want("The billing entity has no complete address.", _BILLING),
    "member_id_missing": Want("The coverage has no member id.", "Add the member id to the coverage."),
    "payer_id_missing": Want("The payer has no id at the clearinghouse.", "Add the payer's id."),
    "patient_name_missing": Want("The patient has no last name.", "Complete the patient."),
    "guide_version_not_written": Want(
        "The claim came in under an older guide (4010); claims go out under 5010 only.",
        "Take the claim in again as a 5010 file or as data.",
    ),
    "patient_control_number_length": Want("The claim's control number does not fit the file.", _CLAIM),
    "charge_out_of_range": Want("The charge is more than the file can say.", _CLAIM),
    "charges_do_not_add_up": Want("The lines do not add up to the claim's charge.", _CLAIM),
    "diagnosis_count": Want("The claim has no diagnosis, or more than its form holds.", _CLAIM),
    "principal_diagnosis_not_first": Want("The first diagnosis is not the principal one.", _CLAIM),
    "payer_claim_control_number_missing": Want(
        "A replacement or void names the payer's claim control number, which is not known.",
        "Wait for the payer's number, or ask the payer.",
    ),
    "patient_missing": Want("The patient is not the subscriber and is not named.", _CLAIM),
    "patient_is_subscriber": Want("The patient is the subscriber and named a second time.", _CLAIM),
    "submitter_or_receiver_missing": Want("The file would not say who sends it or to whom.", "Set the clearinghouse."),
    "line_count": Want("The claim has no line, or more than its form holds.", _CLAIM),
    "modifier_count": Want("A line has more than four modifiers.", _CLAIM),
    "pointer_count": Want("A line points at more than four diagnoses.", _CLAIM),
    "pointer_without_diagnosis": Want("A line points at a diagnosis that the claim does not have.", _CLAIM),
    "line_without_procedure_or_pointer": Want("A line has no procedure code or points at no diagnosis.", _CLAIM),
    "line_without_revenue_code": Want("A line has no revenue code.", _CLAIM),
    "cob_unbalanced": Want(
        "What the payer before decided does not add up to what was charged.",
        "Look at that payer's remittance; correct what was posted or ask the payer.",
    ),
    "payer_before_undecided": Want(
        "The first payer took its decision back; a later payer is billed after it.",
        "Wait for the first payer's new decision.",
    ),
    "units_out_of_range": Want("A line's units cannot be written.", _CLAIM),
    **{
        blocker.value: Want(f"Replacement or void: {blocker.phrase}.", "Withdraw the version, or do what is asked.")
        for blocker in FrequencyBlocker
    },
}

_ADDRESS: Final = ("line1", "city", "state", "postal_code")


@dataclass(frozen=True, slots=True)
class Unwritable:
    """The codes, keys of `WANTS`, for which a claim cannot be written."""

    codes: tuple[str, ...]

    def blockers(self, since: datetime) -> list[dict[str, Any]]:
        """As a claim stores them."""
        return [
            {
                "code": code,
                "text": WANTS[code].text,
                "since": since.isoformat(),
                "cleared_by": WANTS[code].cleared_by,
            }
            for code in self.codes
        ]


def missing_codes(claim: Mapping[str, Any]) -> Sequence[str]:
    """What a claim of `queries.submittable_claims` lacks before its facts can be put together."""
    return tuple(_missing(claim))


def _missing(claim: Mapping[str, Any]) -> Iterator[str]:
    cover: Mapping[str, Any] = claim["coverage_snapshot"]
    if not claim["billing_npi"]:
        yield "billing_npi_missing"
    if not claim["billing_tin"]:
        yield "billing_tax_id_missing"
    if not all((claim["billing_address"] or {}).get(part) for part in _ADDRESS):
        yield "billing_address_missing"
    if not cover.get("member_id"):
        yield "member_id_missing"
    if not cover.get("payer_identifier"):
        yield "payer_id_missing"
    if not claim["patient_last_name"]:
        yield "patient_name_missing"
