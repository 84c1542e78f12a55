"""What the claim status of an 835 (CLP02) lets us do."""

from collections.abc import Mapping
from typing import Final

from claims_api.phrases import Phrased


class ClaimHandling(Phrased):
    """How a CLP is treated by its status."""

    ADJUDICATED = "adjudicated", "a decision; posts, and says nothing about paid or denied by itself"
    REVERSAL = "reversal", "undoes a posted decision; posts as its mirror, never a new denial"
    NOT_OURS = "not_ours", "not this payer's claim; passed on"
    ESTIMATE = "estimate", "pricing before the service; never posts"
    UNSUPPORTED = "unsupported", "not a status of this version; held for a person"


_HANDLING: Final[Mapping[str, ClaimHandling]] = {
    "1": ClaimHandling.ADJUDICATED,
    "2": ClaimHandling.ADJUDICATED,
    "3": ClaimHandling.ADJUDICATED,
    "4": ClaimHandling.ADJUDICATED,
    "19": ClaimHandling.ADJUDICATED,
    "20": ClaimHandling.ADJUDICATED,
    "21": ClaimHandling.ADJUDICATED,
    "22": ClaimHandling.REVERSAL,
    "23": ClaimHandling.NOT_OURS,
    "25": ClaimHandling.ESTIMATE,
}
_SEQUENCE: Final[Mapping[str, int]] = {"1": 1, "19": 1, "2": 2, "20": 2, "3": 3, "21": 3}
PATIENT_NOT_RECOGNISED: Final = "4"


def claim_handling(status: str) -> ClaimHandling:
    return _HANDLING.get(status, ClaimHandling.UNSUPPORTED)


def payer_sequence(status: str) -> int | None:
    """1, 2 or 3 when the status says in which place the payer decided; None otherwise."""
    return _SEQUENCE.get(status)


def is_forwarded(status: str) -> bool:
    """True when the payer has passed the claim on: our own claim to the next payer waits for the crossover."""
    return status in ("19", "20", "21", "23")
