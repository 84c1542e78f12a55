"""The segments of an 835 from its model, until `ar_shared.x12.remittance_writer` writes them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ar_shared.kernel.money import decimal_from_cents
from ar_shared.x12.claim_values import number_text
from ar_shared.x12.remittance import RemittanceClaim, RemittanceHeader, RemittanceParty, RemittanceService
from ar_shared.x12.writer import Element, TransactionContent

VERSION = "005010X221A1"
Rows = Iterator[Sequence[Element]]


def content_835(header: RemittanceHeader, claims: Iterable[RemittanceClaim], *, control: str) -> TransactionContent:
    return TransactionContent("835", control, _segments(header, claims))


def _segments(header: RemittanceHeader, claims: Iterable[RemittanceClaim]) -> Rows:
    payment = header.payment
    yield payment.financial or ["BPR"]
    yield ["TRN", "1", payment.trace, payment.payer_trace_id]
    yield from header.references
    yield from (["DTM", qualifier, _day(day)] for qualifier, day in header.dates)
    for role, party in (("PR", header.payer), ("PE", header.payee)):
        if party is not None:
            yield from _party(role, party)
    group = None
    for claim in claims:
        if claim.group is not group and claim.group is not None:
            yield ["LX", claim.group.number]
            group = claim.group
        yield from _claim(claim)


def _party(role: str, party: RemittanceParty) -> Rows:
    yield ["N1", role, party.name, party.id_qualifier, party.id]
    if party.address:
        yield ["N3", *party.address]
        yield ["N4", party.city, party.state, party.postal_code]
    yield from party.references
    yield from party.contacts


def _claim(claim: RemittanceClaim) -> Rows:
    money = decimal_from_cents
    amounts = [money(claim.charge_cents), money(claim.paid_cents), money(claim.patient_responsibility_cents)]
    head = ["CLP", claim.patient_control_number, claim.status, *amounts, claim.filing_indicator]
    yield [*head, claim.payer_claim_control_number, claim.facility, claim.frequency]
    yield from claim.names
    yield from claim.references
    yield from (["DTM", qualifier, _day(day)] for qualifier, day in claim.dates)
    yield from (["AMT", qualifier, money(cents)] for qualifier, cents in claim.amounts)
    for service in claim.services:
        yield from _service(service)


def _service(service: RemittanceService) -> Rows:
    money = decimal_from_cents
    amounts = [money(service.charge_cents), money(service.paid_cents)]
    yield ["SVC", service.procedure.split(":"), *amounts, service.revenue_code, number_text(service.paid_units)]
    yield from (["DTM", qualifier, _day(day)] for qualifier, day in service.dates)
    for one in service.adjustments:
        yield ["CAS", one.group, one.reason, money(one.amount_cents)]
    yield from service.references
    yield from (["AMT", qualifier, money(cents)] for qualifier, cents in service.amounts)
    yield from service.remarks


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
