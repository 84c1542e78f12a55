"""One payment of a payer to a payee: all claims that are due on its day, as one 835."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ar_shared.x12.remittance import ClaimGroup, Payment, RemittanceClaim, RemittanceHeader, RemittanceParty
from ar_shared.x12.remittance_writer import OutgoingRemittance, write_835
from ar_shared.x12.tokens import Row
from claims_api.simulator.domain.envelope import Envelope
from claims_api.simulator.domain.payment_parties import PaymentParties, trace_number

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
    payment = OutgoingRemittance("0001", header, [replace(claim, group=together) for claim in claims])
    return write_835([payment], envelope.header(), group_control=envelope.control)


def _payment(parties: PaymentParties, cents: int, pays_on: date) -> Payment:
    method = "NON" if cents == 0 else "CHK" if parties.pays_by_check else "ACH"
    handling = "H" if cents == 0 else "I"
    payer_trace_id = f"1{parties.tax_id}"
    is_transfer = method == "ACH"
    accounts: Row = ["BPR", *[""] * 4, "CCP", *_PAYER_BANK, "", "", *_PAYEE_BANK]
    return Payment(
        amount_cents=cents,
        trace=trace_number(parties, pays_on),
        payer_trace_id=payer_trace_id,
        handling=handling,
        method=method,
        issued_on=pays_on,
        originator=payer_trace_id if is_transfer else "",
        financial=accounts if is_transfer else None,
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
