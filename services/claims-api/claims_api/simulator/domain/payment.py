"""One payment of a payer to a payee: all claims that are due on its day, as one 835."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ar_shared.kernel.money import decimal_from_cents
from ar_shared.x12.remittance import ClaimGroup, Payment, RemittanceClaim, RemittanceHeader, RemittanceParty
from ar_shared.x12.tokens import Row
from ar_shared.x12.writer import GroupContent, write_interchange
from claims_api.simulator.domain.envelope import Envelope
from claims_api.simulator.domain.payment_parties import PaymentParties, trace_number
from claims_api.simulator.domain.segments_835 import VERSION, content_835

_PAYER_BANK = ("01", "999999992", "DA", "90001")
_PAYEE_BANK = ("01", "999988880", "DA", "90002")
"""Routing and account numbers that belong to no bank."""


def payment_file(
    parties: PaymentParties, claims: Sequence[RemittanceClaim], pays_on: date, envelope: Envelope
) -> bytes:
    """The 835; its payment is the sum of the claims, which may be nothing (BPR04 NON)."""
    paid_cents = sum(claim.paid_cents for claim in claims)
    header = RemittanceHeader(
        payment=_payment(parties, paid_cents, pays_on),
        payer=_payer(parties),
        payee=RemittanceParty(
            parties.payee_name, "XX", parties.payee_npi, references=[["REF", "TJ", parties.payee_tin]]
        ),
        references=[["REF", "EV", envelope.receiver_id]],
        dates=[("405", pays_on)],
    )
    together = ClaimGroup("1")
    content = content_835(header, [replace(claim, group=together) for claim in claims], control="0001")
    group = GroupContent("HP", envelope.sender_id, envelope.receiver_id, envelope.control, VERSION, [content])
    return write_interchange(envelope.header(), [group])


def _payment(parties: PaymentParties, cents: int, pays_on: date) -> Payment:
    method = "NON" if cents == 0 else "CHK" if parties.pays_by_check else "ACH"
    handling = "H" if cents == 0 else "I"
    originator = f"1{parties.tax_id}"
    accounts = ["CCP", *_PAYER_BANK, originator, "", *_PAYEE_BANK] if method == "ACH" else [""] * 11
    day = f"{pays_on:%Y%m%d}"
    financial: Row = ["BPR", handling, decimal_from_cents(cents), "C", method, *accounts, day]
    return Payment(
        amount_cents=cents,
        trace=trace_number(parties, pays_on),
        payer_trace_id=originator,
        handling=handling,
        method=method,
        issued_on=pays_on,
        originator=originator,
        financial=financial,
    )


def _payer(parties: PaymentParties) -> RemittanceParty:
    return RemittanceParty(
        parties.payer_name,
        address=["1 SIMULATION WAY"],
        city="TESTVILLE",
        state="IA",
        postal_code="520010001",
        references=[["REF", "2U", parties.payer_id]],
        contacts=[["PER", "BL", "SIMULATED PAYER", "TE", "5635550199"]],
    )
