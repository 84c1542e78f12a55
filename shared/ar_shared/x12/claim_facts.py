"""The typed facts of a claim, the same for both directions: read from an image, or given to build one.

Codes are X12 codes as text, empty when the claim does not say. Money is cents. What has no field here stays in
the image. Sources: 005010X222A1 and 005010X223A2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ar_shared.x12.claim_model import ClaimType

SELF: Final = "18"
MAX_LINES: Final[dict[ClaimType, int]] = {"P": 50, "I": 999}
MAX_DIAGNOSES: Final[dict[ClaimType, int]] = {"P": 12, "I": 25}
MAX_MODIFIERS: Final = 4
MAX_POINTERS: Final = 4
MAX_UNITS_PLACES: Final = 3
NO_UNITS: Final = Decimal(0)

PRINCIPAL_DIAGNOSIS: Final = frozenset({"ABK", "BK"})
DIAGNOSES: Final = PRINCIPAL_DIAGNOSIS | {"ABF", "BF"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A REF: `G1` authorisation, `F8` the payer's claim number, `6R` line control number, and so on."""

    qualifier: str
    value: str


@dataclass(frozen=True, slots=True)
class Address:
    line1: str
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A PER. `numbers` are pairs of kind (TE telephone, EX extension, FX fax, EM e-mail) and number."""

    name: str
    numbers: tuple[Reference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or an organisation in one role (NM101): 85 billing, IL insured, QC patient, PR payer, 82 rendering.

    `name` is the last name of a person. `id_qualifier` says what `id` is: XX NPI, MI member, PI payer, 46 sender.
    """

    role: str
    name: str
    is_person: bool = False
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    id_qualifier: str = ""
    id: str = ""
    taxonomy: str = ""
    address: Address | None = None
    birth_on: date | None = None
    gender: str = ""
    references: tuple[Reference, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @property
    def tax_id(self) -> str:
        """EIN or SSN of a provider, without hyphens."""
        return (first_value(self.references, "EI") or first_value(self.references, "SY")).replace("-", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """An SBR. `sequence` is P, S, T, A-H or U; `relationship` is the insured's own, `18`, or empty."""

    sequence: str
    relationship: str = ""
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    filing_code: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A day, an inclusive range, an hour of a day (`time` HHMM), or an hour alone."""

    start_on: date | None
    end_on: date | None = None
    time: str = ""


@dataclass(frozen=True, slots=True)
class ClaimDate:
    """A DTP: 431 onset, 439 accident, 434 statement, 435 admission, 096 discharge hour, 472 service, 573 paid."""

    qualifier: str
    period: Period


@dataclass(frozen=True, slots=True)
class Amount:
    """An AMT: F5 paid by the patient, D paid by the payer, EAF still owed."""

    qualifier: str
    cents: int


@dataclass(frozen=True, slots=True)
class HealthCode:
    """One composite of an HI: a diagnosis, procedure, occurrence, condition, value or (qualifier DR) the DRG."""

    qualifier: str
    code: str
    period: Period | None = None
    amount_cents: int | None = None
    present_on_admission: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PWK: what is sent, how, and under which control number."""

    report_type: str
    transmission: str
    control_number: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    qualifier: str
    text: str


@dataclass(frozen=True, slots=True)
class RelatedCause:
    """CLM11: up to three of AA (auto), EM (employment), OA (other); state and country of an auto accident."""

    causes: tuple[str, ...]
    state: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """CL1 of an institutional claim: admission type, source, and patient status at the end."""

    type_code: str
    source_code: str
    patient_status: str


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One reason of a CAS, as another payer gave it."""

    group: str
    reason: str
    amount_cents: int
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure code (qualifier HC or other) with at most four modifiers."""

    code: str
    modifiers: tuple[str, ...] = ()
    description: str = ""
    qualifier: str = "HC"


@dataclass(frozen=True, slots=True)
class Drug:
    """LIN and CTP: the 11-digit NDC, how much was given, and the prescription (REF*XZ) or link number (REF*VY)."""

    ndc: str
    quantity: Decimal | None = None
    unit: str = ""
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAdjudication:
    """Loop 2430: what another payer did with this line. `remaining_cents` is AMT*EAF."""

    payer_id: str
    paid_cents: int
    procedure: Procedure | None = None
    revenue_code: str = ""
    paid_units: Decimal | None = None
    bundled_into: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    paid_on: date | None = None
    remaining_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLine:
    """One procedure (or revenue code) on the claim. Pointers count diagnoses from 1."""

    charge_cents: int
    units: Decimal
    unit_basis: str = "UN"
    procedure: Procedure | None = None
    revenue_code: str = ""
    place_of_service: str = ""
    pointers: tuple[int, ...] = ()
    emergency: str = ""
    epsdt: str = ""
    family_planning: str = ""
    noncovered_cents: int | None = None
    dates: tuple[ClaimDate, ...] = ()
    references: tuple[Reference, ...] = ()
    amounts: tuple[Amount, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    notes: tuple[Note, ...] = ()
    drugs: tuple[Drug, ...] = ()
    providers: tuple[Party, ...] = ()
    adjudications: tuple[LineAdjudication, ...] = ()

    @property
    def control_number(self) -> str:
        return first_value(self.references, "6R")

    @property
    def service(self) -> Period | None:
        return period_of(self.dates, "472")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCoverage:
    """Loop 2320: another payer of this claim and, when it has answered, what it did."""

    coverage: Coverage
    subscriber: Party | None
    payer: Party | None
    benefits_assigned: str = ""
    patient_signature: str = ""
    release: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    amounts: tuple[Amount, ...] = ()
    dates: tuple[ClaimDate, ...] = ()
    providers: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """Everything the product needs to know of one claim. `patient` is None when the patient is the subscriber.

    `facility_code` is the place of service (professional) or the first two digits of the type of bill.
    """

    claim_type: ClaimType
    submitter: Party | None
    receiver: Party | None
    billing_provider: Party
    pay_to: Party | None = None
    coverage: Coverage
    subscriber: Party
    payer: Party
    patient: Party | None = None
    relationship: str = SELF
    patient_control_number: str
    charge_cents: int
    facility_code: str
    frequency_code: str = "1"
    provider_signature: str = ""
    assignment: str = ""
    benefits_assigned: str = ""
    release: str = ""
    patient_signature: str = ""
    related_cause: RelatedCause | None = None
    special_program: str = ""
    delay_reason: str = ""
    dates: tuple[ClaimDate, ...] = ()
    admission: Admission | None = None
    attachments: tuple[Attachment, ...] = ()
    amounts: tuple[Amount, ...] = ()
    references: tuple[Reference, ...] = ()
    notes: tuple[Note, ...] = ()
    codes: tuple[HealthCode, ...] = ()
    providers: tuple[Party, ...] = ()
    other_coverages: tuple[OtherCoverage, ...] = ()
    lines: tuple[ServiceLine, ...]

    @property
    def diagnoses(self) -> tuple[HealthCode, ...]:
        """Principal and other diagnoses in the order the pointers count them."""
        return tuple(code for code in self.codes if code.qualifier in DIAGNOSES)

    @property
    def drg(self) -> str:
        return next((code.code for code in self.codes if code.qualifier == "DR"), "")

    @property
    def type_of_bill(self) -> str:
        """Three digits, institutional claims only."""
        return self.facility_code + self.frequency_code if self.claim_type == "I" else ""

    @property
    def patient_paid_cents(self) -> int:
        """AMT*F5: what the patient is said to have paid. A statement, never a receipt."""
        return sum(amount.cents for amount in self.amounts if amount.qualifier == "F5")

    def reference(self, qualifier: str) -> str:
        return first_value(self.references, qualifier)

    def provider(self, role: str) -> Party | None:
        """The claim's provider in this role (NM101), such as `82` rendering or `71` attending."""
        return next((party for party in self.providers if party.role == role), None)


def first_value(references: Iterable[Reference], qualifier: str) -> str:
    return next((reference.value for reference in references if reference.qualifier == qualifier), "")


def period_of(dates: Iterable[ClaimDate], qualifier: str) -> Period | None:
    return next((dated.period for dated in dates if dated.qualifier == qualifier), None)
