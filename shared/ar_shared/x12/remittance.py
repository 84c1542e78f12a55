"""What an 835 says: one payment, its claims, service lines and adjustments, and the provider's own entries.

The same objects are read by `remittance_reader` and written by `remittance_writer`. Amounts are signed cents
as the payer wrote them: an adjustment lowers the payment when it is positive, and so does a PLB amount.
Segments kept as they are (REF, NM1, PER, MIA, MOA, LQ ...) are rows: elements as text, the segment id at 0.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from ar_shared.x12.findings import Finding, Findings
from ar_shared.x12.tokens import Row

T = TypeVar("T")
Few: TypeAlias = Sequence[T]
"""A list that does not exist while it is empty (`()` stands for it): a claim has a dozen, and most stay so."""

REVERSAL: Final = "22"
_MIA_REMARKS: Final = (5, 20, 21, 22, 23)
_MOA_REMARKS: Final = (3, 4, 5, 6, 7)


def element(row: Row, number: int) -> str:
    """Element `number` of a row, "" when it is absent."""
    return row[number] if number < len(row) else ""


class ExtraSegment(NamedTuple):
    """A segment the reader could not place or read, kept whole with the loop it stood in."""

    loop: str
    row: Row
    segment_index: int


class Adjustment(NamedTuple):
    """One reason of a CAS. `group` is CO, PR, OA or PI (CR in old files), `reason` the CARC."""

    group: str
    reason: str
    amount_cents: int
    quantity: Decimal | None = None


@dataclass(slots=True)
class RemittanceService:
    """One adjudicated service line (loop 2110).

    `procedure` and `submitted_procedure` are composites, split by `component` when asked.
    `adjusted_cents` is the sum of its adjustments, `patient_cents` that of group PR.
    """

    procedure: str
    charge_cents: int
    paid_cents: int
    revenue_code: str = ""
    paid_units: Decimal | None = None
    submitted_procedure: str = ""
    submitted_units: Decimal | None = None
    component: str = ":"
    segment_index: int = 0
    byte_offset: int = 0
    adjusted_cents: int = 0
    patient_cents: int = 0
    adjustments: Few[Adjustment] = ()
    dates: Few[tuple[str, date]] = ()
    references: Few[Row] = ()
    amounts: Few[tuple[str, int]] = ()
    quantities: Few[tuple[str, Decimal | None]] = ()
    remarks: Few[Row] = ()

    @property
    def code_qualifier(self) -> str:
        return self.procedure.split(self.component, 1)[0]

    @property
    def code(self) -> str:
        return element(self.procedure.split(self.component), 1)

    @property
    def modifiers(self) -> list[str]:
        """Up to four, without empty ones."""
        return [modifier for modifier in self.procedure.split(self.component)[2:6] if modifier]

    @property
    def submitted_code(self) -> str:
        """SVC06: the code we sent, when the payer adjudicated another."""
        return element(self.submitted_procedure.split(self.component), 1)

    @property
    def line_control_number(self) -> str:
        """REF*6R."""
        return reference_of(self.references, "6R")

    @property
    def allowed_cents(self) -> int | None:
        """AMT*B6."""
        return amount_of(self.amounts, "B6")

    @property
    def remark_codes(self) -> list[str]:
        """RARCs of the line (LQ*HE)."""
        return [element(row, 2) for row in self.remarks if element(row, 1) == "HE"]

    def service_dates(self) -> tuple[date | None, date | None]:
        """First and last day: DTM*472, or DTM*150 to DTM*151."""
        day = date_of(self.dates, "472")
        return date_of(self.dates, "150") or day, date_of(self.dates, "151") or day


@dataclass(slots=True)
class ClaimGroup:
    """One LX: its number, and the TS3 and TS2 totals that institutional payers give."""

    number: str = ""
    totals: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class RemittanceClaim:
    """One CLP with everything below it.

    Its identity is its place in the transaction (`number`, from 1), never the patient control number: a
    reversal and its correction share that. `usable` is False when an element could not be read; `balanced` is
    False when the lines or the claim do not add up. Only a claim with both may be posted; `findings` say why not.
    `adjusted_cents` and `patient_cents` (group PR) sum the claim level only. The original bytes start at
    `byte_offset`; `byte_length` reaches to the next segment that is not the claim's.
    """

    patient_control_number: str
    status: str
    charge_cents: int
    paid_cents: int
    patient_responsibility_cents: int = 0
    filing_indicator: str = ""
    payer_claim_control_number: str = ""
    facility: str = ""
    frequency: str = ""
    patient_status: str = ""
    drg: str = ""
    drg_weight: str = ""
    discharge_fraction: str = ""
    number: int = 0
    segment_index: int = 0
    byte_offset: int = 0
    byte_length: int = 0
    group: ClaimGroup | None = None
    usable: bool = True
    balanced: bool = True
    adjusted_cents: int = 0
    patient_cents: int = 0
    inpatient: Row | None = None
    outpatient: Row | None = None
    services: Few[RemittanceService] = ()
    adjustments: Few[Adjustment] = ()
    names: Few[Row] = ()
    references: Few[Row] = ()
    dates: Few[tuple[str, date]] = ()
    amounts: Few[tuple[str, int]] = ()
    quantities: Few[tuple[str, Decimal | None]] = ()
    contacts: Few[Row] = ()
    extra: Few[ExtraSegment] = ()
    findings: Few[Finding] = ()

    @property
    def is_reversal(self) -> bool:
        return self.status == REVERSAL

    @property
    def postable(self) -> bool:
        return self.usable and self.balanced

    @property
    def remark_codes(self) -> list[str]:
        """RARCs of the claim, from MIA and MOA."""
        inpatient = [element(self.inpatient, number) for number in _MIA_REMARKS] if self.inpatient else []
        outpatient = [element(self.outpatient, number) for number in _MOA_REMARKS] if self.outpatient else []
        return [code for code in (*inpatient, *outpatient) if code]

    def name(self, qualifier: str) -> "PartyName | None":
        """The first NM1 with this qualifier: QC patient, IL insured, 74 corrected, 82 rendering, TT crossover."""
        row = next((row for row in self.names if element(row, 1) == qualifier), None)
        return None if row is None else PartyName.of(row)

    def tally(self) -> None:
        """Sets the sums of the claim and its lines from their adjustments; for a model made by hand."""
        levels: tuple[RemittanceClaim | RemittanceService, ...] = (self, *self.services)
        for level in levels:
            level.adjusted_cents = sum(one.amount_cents for one in level.adjustments)
            level.patient_cents = sum(one.amount_cents for one in level.adjustments if one.group == "PR")

    def all_adjustments(self) -> Iterator[Adjustment]:
        """Those of the claim, then those of its lines."""
        yield from self.adjustments
        for service in self.services:
            yield from service.adjustments


class PartyName(NamedTuple):
    """An NM1 as its parts."""

    qualifier: str
    is_person: bool
    last: str
    first: str
    middle: str
    suffix: str
    id_qualifier: str
    id: str

    @classmethod
    def of(cls, row: Row) -> "PartyName":
        padded = [*row, *[""] * 10]
        return cls(padded[1], padded[2] == "1", padded[3], padded[4], padded[5], padded[7], padded[8], padded[9])


@dataclass(slots=True)
class Payment:
    """BPR and TRN. `handling` I pays, H only notifies; `method` ACH, CHK, FWT, BOP, NON.

    `financial` is BPR as it came (accounts and format), None when there was none or the model was made by hand.
    """

    amount_cents: int = 0
    trace: str = ""
    payer_trace_id: str = ""
    handling: str = "I"
    credit_or_debit: str = "C"
    method: str = "NON"
    issued_on: date | None = None
    originator: str = ""
    financial: Row | None = None


@dataclass(slots=True)
class RemittanceParty:
    """The payer (1000A) or the payee (1000B)."""

    name: str = ""
    id_qualifier: str = ""
    id: str = ""
    address: list[str] = field(default_factory=list)
    city: str = ""
    state: str = ""
    postal_code: str = ""
    references: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)
    delivery: Row | None = None

    def reference(self, qualifier: str) -> str:
        return reference_of(self.references, qualifier)


@dataclass(slots=True)
class ProviderAdjustment:
    """One pair of a PLB. A positive amount takes money out of the payment, a negative one puts it in."""

    provider_id: str
    fiscal_period_on: date | None
    reason: str
    reference: str
    amount_cents: int


@dataclass(slots=True)
class RemittanceHeader:
    """What stands in front of the claims. `payer` and `payee` are None when their N1 is missing."""

    payment: Payment = field(default_factory=Payment)
    payer: RemittanceParty | None = None
    payee: RemittanceParty | None = None
    references: list[Row] = field(default_factory=list)
    dates: list[tuple[str, date]] = field(default_factory=list)
    currency: Row | None = None

    @property
    def receiver_id(self) -> str:
        """REF*EV: who the file was made for."""
        return reference_of(self.references, "EV")

    @property
    def produced_on(self) -> date | None:
        """DTM*405."""
        return date_of(self.dates, "405")


@dataclass(slots=True)
class RemittanceSummary:
    """What the claims and provider entries came to; whole once the last claim was read.

    `balanced` is the rule sum(CLP04) - sum(PLB) = BPR02; False while it cannot be told.
    `usable` is False when an amount of the payment or a PLB could not be read.
    """

    claim_count: int = 0
    service_count: int = 0
    unusable_count: int = 0
    unbalanced_count: int = 0
    charge_cents: int = 0
    paid_cents: int = 0
    provider_adjustments: list[ProviderAdjustment] = field(default_factory=list)
    extra: list[ExtraSegment] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    usable: bool = True
    balanced: bool = False

    @property
    def provider_adjustment_cents(self) -> int:
        return sum(one.amount_cents for one in self.provider_adjustments)


def one_more(few: Few[T], item: T) -> Few[T]:
    """`few` with the item behind it: the same list, or the first one of a list that did not exist yet."""
    known: Any = few
    if known:
        known.append(item)
        return few
    return [item]


def reference_of(references: Iterable[Row], qualifier: str) -> str:
    """The value of the first REF with this qualifier, or ""."""
    return next((element(row, 2) for row in references if element(row, 1) == qualifier), "")


def date_of(dates: Iterable[tuple[str, date]], qualifier: str) -> date | None:
    return next((day for kind, day in dates if kind == qualifier), None)


def amount_of(amounts: Iterable[tuple[str, int]], qualifier: str) -> int | None:
    return next((cents for kind, cents in amounts if kind == qualifier), None)
