"""The payments of one file: each with its claims and its entries, as one ST of an 835.

A total below zero pays nothing and is carried forward (PLB FB, negative, under this payment's trace); a later payment
with money takes it back (FB, positive, under the same trace).
"""

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ar_shared.kernel.money import cents_from_decimal, decimal_from_cents
from ar_shared.x12.remittance import (
    Adjustment,
    ClaimGroup,
    Payment,
    ProviderAdjustment,
    RemittanceClaim,
    RemittanceHeader,
    RemittanceParty,
)
from ar_shared.x12.remittance_writer import OutgoingRemittance, write_835
from ar_shared.x12.tokens import Row
from claims_api.simulator.domain.envelope import Envelope
from claims_api.simulator.domain.lines import CONTRACTUAL
from claims_api.simulator.domain.payment_parties import PaymentParties
from claims_api.simulator.domain.provider_entries import provider_entry

FORWARD: Final = "FB"
_CHANGED_CENTS: Final = 100
_A_TOTAL: Final = re.compile(rb"(\nBPR\*[IH]\*)([0-9.]+)")
_AN_ADJUSTMENT: Final = re.compile(rb"(\nCAS\*[A-Z]{2}\*[A-Z0-9]+\*)([0-9.]+)")
_PAYER_BANK = ("01", "999999992", "DA", "90001")
PAYEE_BANK = ("01", "999988880", "DA", "90002")
"""Routing and account numbers that belong to no bank."""


@dataclass(frozen=True, slots=True)
class Debt:
    """What a payment below zero left owing to the payer: its trace, and cents above zero."""

    trace: str
    cents: int


@dataclass(frozen=True, slots=True)
class PaymentToWrite:
    """One payment. Its total is the sum of its claims less its entries, which may be nothing (BPR04 NON)."""

    parties: PaymentParties
    paid_on: date
    trace: str
    claims: tuple[RemittanceClaim, ...]
    entries: tuple[ProviderAdjustment, ...] = ()

    @property
    def total_cents(self) -> int:
        return sum(claim.paid_cents for claim in self.claims) - sum(one.amount_cents for one in self.entries)

    def settled(self, debts: Iterable[Debt]) -> tuple["PaymentToWrite", list[Debt], Debt | None]:
        """The payment as it is written, the debts it takes back, and the one it leaves.

        Only a payment with money takes debts back, the oldest first, until there is none left.
        """
        taken: list[Debt] = []
        left = self.total_cents
        for debt in debts:
            if left <= 0:
                break
            taken.append(debt)
            left -= debt.cents
        entries = [*self.entries, *(self._forward(debt.trace, debt.cents) for debt in taken)]
        carried = Debt(self.trace, -left) if left < 0 else None
        if carried:
            entries.append(self._forward(carried.trace, -carried.cents))
        return replace(self, entries=tuple(entries)), taken, carried

    def _forward(self, trace: str, cents: int) -> ProviderAdjustment:
        return provider_entry(self.parties.payee_npi, self.paid_on, FORWARD, trace, cents)


def payment_file(payments: Sequence[PaymentToWrite], envelope: Envelope) -> bytes:
    """One 835 with an ST for each payment. Raises RemittanceRefusedError for one that does not add up."""
    written = [_written(number, payment, envelope) for number, payment in enumerate(payments, start=1)]
    return write_835(written, envelope.header(), group_control=envelope.control)


def with_other_content(payment: PaymentToWrite) -> PaymentToWrite:
    """The same payment with another payer claim number: same identity, other content."""
    changed = [replace(one, payer_claim_control_number=f"{one.payer_claim_control_number}X") for one in payment.claims]
    return replace(payment, claims=tuple(changed))


def with_other_amount(payment: PaymentToWrite) -> PaymentToWrite:
    """The same trace with a dollar less (or the cents there are) on the first line that pays."""
    claims = deepcopy(payment.claims)
    for claim in claims:
        for service in claim.services:
            cents = min(_CHANGED_CENTS, service.paid_cents)
            if cents > 0:
                service.adjustments = [*service.adjustments, Adjustment("CO", CONTRACTUAL, cents)]
                service.paid_cents -= cents
                claim.paid_cents -= cents
                return replace(payment, claims=claims)
    return payment


def with_wrong_total(content: bytes) -> bytes:
    """The file with a cent more in the first BPR02."""
    return _A_TOTAL.sub(_a_cent_more, content, count=1)


def with_wrong_claim(content: bytes) -> bytes:
    """The file with a cent more in the first amount of its first CAS."""
    return _AN_ADJUSTMENT.sub(_a_cent_more, content, count=1)


def _a_cent_more(found: re.Match[bytes]) -> bytes:
    return found[1] + decimal_from_cents(cents_from_decimal(found[2].decode()) + 1).encode()


def _written(number: int, payment: PaymentToWrite, envelope: Envelope) -> OutgoingRemittance:
    parties = payment.parties
    header = RemittanceHeader(
        payment=_payment(payment),
        payer=_payer(parties),
        payee=RemittanceParty(
            parties.payee_name, "XX", parties.payee_npi, references=[["REF", "TJ", parties.payee_tin]]
        ),
        references=[["REF", "EV", envelope.receiver_id]],
        dates=[("405", payment.paid_on)],
    )
    together = ClaimGroup("1")
    claims = [replace(claim, group=together) for claim in payment.claims]
    return OutgoingRemittance(f"{number:04d}", header, claims, list(payment.entries))


def _payment(payment: PaymentToWrite) -> Payment:
    parties, cents = payment.parties, payment.total_cents
    method = "NON" if cents == 0 else "CHK" if parties.pays_by_check else "ACH"
    payer_trace_id = f"1{parties.tax_id}"
    is_transfer = method == "ACH"
    accounts: Row = ["BPR", *[""] * 4, "CCP", *_PAYER_BANK, "", "", *PAYEE_BANK]
    return Payment(
        amount_cents=cents,
        trace=payment.trace,
        payer_trace_id=payer_trace_id,
        handling="H" if cents == 0 else "I",
        method=method,
        issued_on=payment.paid_on,
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
