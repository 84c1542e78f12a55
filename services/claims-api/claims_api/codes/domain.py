"""Rows of the code lists and the closed sets their columns are made of.

The codes and their active or retired status are public lists; descriptions, categories, owners and actions are
ours and are defaults that a practice may override per payer. Retired codes stay: reversals and secondary
claims repeat them for years.
"""

from dataclasses import dataclass
from enum import StrEnum


class CarcKind(StrEnum):
    """What an adjustment reason does to the money, whatever its group code."""

    DENIAL = "denial"
    REDUCTION = "reduction"
    CONTRACTUAL = "contractual"
    PATIENT_SHARE = "patient_share"
    PRIOR_PAYER_IMPACT = "prior_payer_impact"
    INFORMATIONAL = "informational"
    PEND = "pend"
    WITHHOLD = "withhold"
    TRANSFER_NEXT_PAYER = "transfer_next_payer"


class PostingDefault(StrEnum):
    """What a positive amount does in the ledger unless the group code says otherwise."""

    CONTRACTUAL = "contractual_4100"
    STATUTORY = "statutory_4105"
    WITHHOLD = "withhold_1215"
    EXPENSE = "expense_6210"
    TRANSFER_PATIENT_SHARE = "transfer_patient_share"
    TRANSFER_NEXT_PAYER = "transfer_next_payer"
    MEMO = "memo"
    OPEN_CASE = "none_open_case"
    OPEN_REVIEW = "none_open_review"
    OPEN_WATCH = "none_open_watch"


class WriteoffClass(StrEnum):
    """Which class a write-off belongs to if the loss becomes final; the classes never mix in reports."""

    NONE = "none"
    CONTRACTUAL = "contractual"
    ADMINISTRATIVE = "administrative"
    STATUTORY = "statutory"


class CarcCategory(StrEnum):
    """The cause a denial is counted under."""

    APPEAL_PROCESS = "appeal_process"
    AUTHORIZATION = "authorization"
    BENEFIT_MAX = "benefit_max"
    BUNDLING = "bundling"
    CLAIM_FORMAT = "claim_format"
    COB = "cob"
    CODING = "coding"
    COMPLIANCE = "compliance"
    CONTRACTUAL = "contractual"
    CREDENTIALING = "credentialing"
    DOCUMENTATION = "documentation"
    DUPLICATE = "duplicate"
    ELIGIBILITY = "eligibility"
    FACILITY_PRICING = "facility_pricing"
    MEDICAL_NECESSITY = "medical_necessity"
    NETWORK = "network"
    NON_COVERED = "non_covered"
    OTHER_PAYER = "other_payer"
    PATIENT_RESPONSIBILITY = "patient_responsibility"
    PAYER_HOLD = "payer_hold"
    REGISTRATION = "registration"
    STATUTORY_REDUCTION = "statutory_reduction"
    TIMELY_FILING = "timely_filing"
    WORKERS_COMP_LIABILITY = "workers_comp_liability"


class RarcCategory(StrEnum):
    """What a remark is about; shares its words with the CARC categories where the cause is the same."""

    APPEAL_PROCESS = "appeal_process"
    AUTHORIZATION = "authorization"
    BENEFIT_MAX = "benefit_max"
    BUNDLING = "bundling"
    CLAIM_FORMAT = "claim_format"
    CLAIM_SPLIT = "claim_split"
    COB = "cob"
    CODING = "coding"
    CONTRACTUAL = "contractual"
    CREDENTIALING = "credentialing"
    DOCUMENTATION = "documentation"
    DUPLICATE = "duplicate"
    ELIGIBILITY = "eligibility"
    MEDICAL_NECESSITY = "medical_necessity"
    NETWORK = "network"
    NO_SURPRISES = "no_surprises"
    NON_COVERED = "non_covered"
    OTHER_PAYER = "other_payer"
    PATIENT_REFUND = "patient_refund"
    PATIENT_RESPONSIBILITY = "patient_responsibility"
    PAYER_HOLD = "payer_hold"
    POLICY_REFERENCE = "policy_reference"
    REGISTRATION = "registration"
    REVERSAL = "reversal"


class Hardness(StrEnum):
    """Soft: paid after correcting or supplying something. Hard: appeal, other payer, patient or loss."""

    SOFT = "soft"
    HARD = "hard"
    NOT_APPLICABLE = "n/a"


class Preventable(StrEnum):
    """Could our own process have avoided it?"""

    YES = "y"
    PARTLY = "partly"
    NO = "n"


class Owner(StrEnum):
    """Who works it first."""

    BILLER = "biller"
    CODER = "coder"
    CREDENTIALING = "credentialing"
    FRONT_DESK = "front_desk"
    PATIENT = "patient"
    PROVIDER = "provider"


class Action(StrEnum):
    """The recommended next move."""

    NONE = "none"
    APPEAL = "appeal"
    BILL_OTHER_PAYER = "bill_other_payer"
    BILL_PATIENT = "bill_patient"
    CALL_PAYER = "call_payer"
    CORRECT_AND_RESUBMIT = "correct_and_resubmit"
    RECONSIDERATION = "reconsideration"
    SEND_RECORDS = "send_records"
    WRITE_OFF_CONTRACTUAL = "write_off_contractual"


class AppealRights(StrEnum):
    """What a remark says about the right to appeal."""

    STANDARD = "standard"
    NONE_STATED = "none_stated"
    NONE = "none"


class RarcType(StrEnum):
    """Supplemental remarks explain a CARC; alerts stand alone and never explain an amount."""

    SUPPLEMENTAL = "supplemental"
    ALERT = "alert"


class ListStatus(StrEnum):
    ACTIVE = "active"
    DEACTIVATED = "deactivated"


class StatusGroup(StrEnum):
    """The family of a claim status category code (STC01-1)."""

    SUPPLEMENTAL = "supplemental"
    ACKNOWLEDGEMENT = "acknowledgement"
    PENDING = "pending"
    FINALIZED = "finalized"
    REQUEST_FOR_INFO = "request_for_info"
    ERROR = "error"
    SEARCH = "search"


class StatusEvent(StrEnum):
    """What a claim status category means for the claim's life."""

    NONE = "none"
    ACK_FORWARDED = "ack_forwarded"
    ACK_RECEIVED = "ack_received"
    ACK_ACCEPTED = "ack_accepted"
    ACK_REJECTED = "ack_rejected"
    ACK_NOT_FOUND = "ack_not_found"
    ACK_SPLIT = "ack_split"
    PENDED = "pended"
    INFO_REQUESTED = "info_requested"
    FINALIZED = "finalized"
    FINALIZED_PAID = "finalized_paid"
    FINALIZED_DENIED = "finalized_denied"
    FINALIZED_CHANGED = "finalized_changed"
    FINALIZED_FORWARDED = "finalized_forwarded"
    FINALIZED_ZERO = "finalized_zero"
    INQUIRY_ERROR = "inquiry_error"
    NOT_FOUND = "not_found"


class StatusAction(StrEnum):
    """The recommended next move after a claim status answer."""

    NONE = "none"
    CONTACT_PATIENT = "contact_patient"
    CORRECT_AND_RESUBMIT = "correct_and_resubmit"
    CORRECT_OR_SUPPLY = "correct_or_supply"
    EXPECT_MULTIPLE_CLAIMS = "expect_multiple_claims"
    FIND_REMITTANCE = "find_remittance"
    FIX_INQUIRY = "fix_inquiry"
    FOLLOW_NEXT_PAYER = "follow_next_payer"
    OPEN_DENIAL = "open_denial"
    RECHECK_14_DAYS = "recheck_14_days"
    RETRY_LATER = "retry_later"
    SEND_RECORDS = "send_records"
    START_FOLLOW_UP_CLOCK = "start_follow_up_clock"
    VERIFY_THEN_RESUBMIT = "verify_then_resubmit"
    WAIT_FOR_NEXT_ACK = "wait_for_next_ack"


@dataclass(frozen=True, slots=True)
class Carc:
    """A claim adjustment reason code: why a payer did not pay an amount as billed."""

    code: str
    short_description: str
    category: CarcCategory
    hard_or_soft: Hardness
    preventable: Preventable
    owner: Owner
    recommended_action: Action
    appealable: bool
    typical_group_codes: frozenset[str]
    kind: CarcKind
    rarc_required: bool
    posting: PostingDefault
    writeoff_class_if_final: WriteoffClass
    list_status: ListStatus
    notes: str


@dataclass(frozen=True, slots=True)
class Rarc:
    """A remittance advice remark code. An empty `typical_carcs` means that it goes with any CARC."""

    code: str
    short_description: str
    rarc_type: RarcType
    category: RarcCategory
    typical_carcs: frozenset[str]
    owner: Owner
    recommended_action: Action
    appeal_rights: AppealRights
    list_status: ListStatus
    software_effect_or_note: str


@dataclass(frozen=True, slots=True)
class ClaimStatusCategory:
    """The first part of a 277 or 277CA status: where the claim is."""

    code: str
    group: StatusGroup
    meaning: str
    terminal: bool
    in_adjudication: bool
    lifecycle_event: StatusEvent
    recommended_action: StatusAction
    notes: str
