"""Who pays whom, and the number of the payment."""

from dataclasses import dataclass, replace

from ar_shared.x12.claim_facts import Party
from claims_api.simulator.domain.batch import BatchClaim
from claims_api.simulator.domain.chance import Chance
from claims_api.simulator.domain.envelope import Addresses


@dataclass(frozen=True, slots=True)
class PaymentParties:
    """Who pays whom. `tax_id` is the payer's, 9 digits; the payee is paid under its NPI."""

    payer_name: str
    payer_id: str
    tax_id: str
    pays_by_check: bool
    payee_name: str
    payee_npi: str
    payee_tin: str
    addresses: Addresses

    @property
    def account(self) -> str:
        """Who pays whom: what is owed is carried from one payment to the next inside it."""
        return f"{self.payer_id}/{self.payee_npi}/{self.addresses.receiver_id}"

    @classmethod
    def of(cls, claim: BatchClaim, addresses: Addresses) -> "PaymentParties":
        """Those of a claim."""
        billing, payer = claim.facts.billing_provider, claim.facts.payer
        return cls(
            payer_name=payer.name,
            payer_id=payer.id,
            tax_id=claim.habits.tax_id,
            pays_by_check=claim.habits.pays_by_check,
            payee_name=billing.name,
            payee_npi=billing.id,
            payee_tin=billing.tax_id,
            addresses=addresses,
        )

    def paid_by(self, payer: Party) -> "PaymentParties":
        """The same payee, paid by another payer after a crossover."""
        tax_id = Chance(f"payer\0{payer.id}").digits(9, "tax id")
        return replace(self, payer_name=payer.name, payer_id=payer.id, tax_id=tax_id, pays_by_check=False)


def trace_number(parties: PaymentParties, file: str, payment: str) -> str:
    """The number of the check or transfer (TRN02): one for each payment of a file."""
    return Chance(f"{parties.tax_id}\0{file}\0{payment}").digits(10, "trace")
