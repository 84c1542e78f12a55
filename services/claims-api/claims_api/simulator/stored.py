"""Decisions as rows hold them between adjudication and payment day."""

from typing import Any, Final

from pydantic import TypeAdapter

from ar_shared.x12.remittance import RemittanceClaim
from claims_api.simulator.domain.payment_parties import PaymentParties

_CLAIM: Final = TypeAdapter(RemittanceClaim)
_PARTIES: Final = TypeAdapter(PaymentParties)


def decision_to_json(claim: RemittanceClaim) -> dict[str, Any]:
    """Plain JSON without what is empty."""
    stored: dict[str, Any] = _CLAIM.dump_python(claim, mode="json", exclude_defaults=True)
    return stored


def decision_from_json(stored: dict[str, Any]) -> RemittanceClaim:
    """The inverse; the stored object is trusted."""
    return _CLAIM.validate_python(stored)


def parties_to_json(parties: PaymentParties) -> dict[str, Any]:
    stored: dict[str, Any] = _PARTIES.dump_python(parties, mode="json")
    return stored


def parties_from_json(stored: dict[str, Any]) -> PaymentParties:
    return _PARTIES.validate_python(stored)
