"""Writes an 835 (005010X221A1) from the remittance model: what the payer simulator sends.

Only what balances is written, by the same rules the reader checks. `ExtraSegment`s are not written. Rows kept as
they are (REF, NM1, MIA ...) are written as simple elements.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Final, TypeVar

from ar_shared.kernel.money import decimal_from_cents
from ar_shared.x12.remittance import (
    Adjustment,
    ClaimGroup,
    Payment,
    ProviderAdjustment,
    RemittanceClaim,
    RemittanceHeader,
    RemittanceParty,
    RemittanceService,
)
from ar_shared.x12.remittance_balance import header_gaps, imbalances, is_payment_balanced
from ar_shared.x12.writer import (
    Element,
    GroupContent,
    InterchangeHeader,
    SegmentWriter,
    TransactionContent,
    write_interchange,
)

VERSION: Final = "005010X221A1"
_MOST_REASONS: Final = 6  # in one CAS, and pairs in one PLB

Elements = Sequence[Element]
T = TypeVar("T")


class RemittanceRefusedError(ValueError):
    """The remittance is incomplete or does not add up, so it is not written. `codes` are those of the reader."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(f"the remittance cannot be written: {', '.join(codes)}")
        self.codes = codes


@dataclass(slots=True)
class OutgoingRemittance:
    """One payment to write; `control` is its ST02."""

    control: str
    header: RemittanceHeader
    claims: list[RemittanceClaim] = field(default_factory=list)
    provider_adjustments: list[ProviderAdjustment] = field(default_factory=list)


def write_835(
    remittances: Iterable[OutgoingRemittance],
    interchange: InterchangeHeader,
    *,
    group_control: int = 1,
    writer: SegmentWriter | None = None,
) -> bytes:
    """One interchange with one group of these payments. Raises RemittanceRefusedError for the first that is refused."""
    transactions = [TransactionContent("835", one.control, list(remittance_segments(one))) for one in remittances]
    sender, receiver = interchange.sender_id, interchange.receiver_id
    group = GroupContent("HP", sender, receiver, group_control, VERSION, transactions)
    return write_interchange(interchange, [group], writer=writer)


def remittance_segments(remittance: OutgoingRemittance) -> Iterator[Elements]:
    """The segments between ST and SE. Raises RemittanceRefusedError before the first."""
    _refuse_what_does_not_add_up(remittance)
    yield from _header(remittance.header)
    group: ClaimGroup | None = None
    for number, claim in enumerate(remittance.claims):
        if number == 0 or claim.group is not group:
            group = claim.group
            yield ["LX", (group and group.number) or "1"]
            yield from group.totals if group else ()
        yield from _claim(claim)
    yield from _provider_adjustments(remittance.provider_adjustments)


def _refuse_what_does_not_add_up(remittance: OutgoingRemittance) -> None:
    codes = [gap.code for gap in header_gaps(remittance.header) if gap.code != "payment_missing"]
    for claim in remittance.claims:
        claim.tally()
        codes += [imbalance.code for imbalance in imbalances(claim)]
    paid = sum(claim.paid_cents for claim in remittance.claims)
    taken = sum(one.amount_cents for one in remittance.provider_adjustments)
    if not is_payment_balanced(remittance.header.payment, paid, taken):
        codes.append("payment_unbalanced")
    if codes:
        raise RemittanceRefusedError(codes)


def _header(header: RemittanceHeader) -> Iterator[Elements]:
    assert header.payer is not None
    assert header.payee is not None
    payment = header.payment
    yield _payment(payment)
    yield ["TRN", "1", payment.trace, payment.payer_trace_id]
    if header.currency:
        yield header.currency
    yield from header.references
    yield from _dates(header.dates)
    yield from _party("PR", header.payer)
    yield from _party("PE", header.payee)


def _payment(payment: Payment) -> list[str]:
    row = [*(payment.financial or ["BPR"]), *[""] * 17][:17]
    row[1], row[2] = payment.handling, decimal_from_cents(payment.amount_cents)
    row[3], row[4] = payment.credit_or_debit, payment.method
    row[10] = payment.originator
    row[16] = _day(payment.issued_on)
    return row


def _party(kind: str, party: RemittanceParty) -> Iterator[Elements]:
    yield ["N1", kind, party.name, party.id_qualifier, party.id]
    if party.address:
        yield ["N3", *party.address]
    if party.city or party.state or party.postal_code:
        yield ["N4", party.city, party.state, party.postal_code]
    yield from party.references
    yield from party.contacts
    if party.delivery:
        yield party.delivery


def _claim(claim: RemittanceClaim) -> Iterator[Elements]:
    amounts = (claim.charge_cents, claim.paid_cents, claim.patient_responsibility_cents)
    yield [
        "CLP",
        claim.patient_control_number,
        claim.status,
        *map(decimal_from_cents, amounts),
        claim.filing_indicator,
        claim.payer_claim_control_number,
        claim.facility,
        claim.frequency,
        claim.patient_status,
        claim.drg,
        claim.drg_weight,
        claim.discharge_fraction,
    ]
    yield from _adjustments(claim.adjustments)
    yield from claim.names
    yield from [row for row in (claim.inpatient, claim.outpatient) if row]
    yield from claim.references
    yield from _dates(claim.dates)
    yield from claim.contacts
    yield from _amounts(claim.amounts)
    yield from _quantities(claim.quantities)
    for service in claim.services:
        yield from _service(service)


def _service(service: RemittanceService) -> Iterator[Elements]:
    yield [
        "SVC",
        service.procedure.split(service.component),
        decimal_from_cents(service.charge_cents),
        decimal_from_cents(service.paid_cents),
        service.revenue_code,
        _number(service.paid_units),
        service.submitted_procedure.split(service.component),
        _number(service.submitted_units),
    ]
    yield from _dates(service.dates)
    yield from _adjustments(service.adjustments)
    yield from service.references
    yield from _amounts(service.amounts)
    yield from _quantities(service.quantities)
    yield from service.remarks


def _adjustments(adjustments: Iterable[Adjustment]) -> Iterator[list[str]]:
    for group, reasons in groupby(adjustments, lambda one: one.group):
        for part in _parts(list(reasons)):
            triples = [(one.reason, decimal_from_cents(one.amount_cents), _number(one.quantity)) for one in part]
            yield ["CAS", group, *(text for triple in triples for text in triple)]


def _provider_adjustments(adjustments: Iterable[ProviderAdjustment]) -> Iterator[Elements]:
    for (provider_id, fiscal_on), pairs in groupby(adjustments, lambda one: (one.provider_id, one.fiscal_period_on)):
        for part in _parts(list(pairs)):
            segment: list[Element] = ["PLB", provider_id, _day(fiscal_on)]
            for one in part:
                segment += [[one.reason, one.reference], decimal_from_cents(one.amount_cents)]
            yield segment


def _parts(items: list[T]) -> Iterator[list[T]]:
    return (items[at : at + _MOST_REASONS] for at in range(0, len(items), _MOST_REASONS))


def _dates(dates: Iterable[tuple[str, date]]) -> Iterator[list[str]]:
    return (["DTM", qualifier, _day(day)] for qualifier, day in dates)


def _amounts(amounts: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    return (["AMT", qualifier, decimal_from_cents(cents)] for qualifier, cents in amounts)


def _quantities(quantities: Iterable[tuple[str, Decimal | None]]) -> Iterator[list[str]]:
    return (["QTY", qualifier, _number(quantity)] for qualifier, quantity in quantities)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%Y%m%d}"


def _number(quantity: Decimal | None) -> str:
    return "" if quantity is None else format(quantity, "f")
