"""Who pays whom, and the number of the payment."""

from dataclasses import dataclass
from datetime import date

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


def trace_number(parties: PaymentParties, pays_on: date) -> str:
    """The number of the check or transfer (TRN02): one for each payer, payee and day."""
    return Chance(f"{parties.tax_id}\0{parties.payee_npi}\0{pays_on}").digits(10, "trace")
