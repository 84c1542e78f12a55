"""The ways a claim can go at a simulated payer."""

from dataclasses import dataclass
from typing import Final

from ar_shared.x12.claim_ack import StatusCode
from claims_api.phrases import Phrased


class FateKind(Phrased):
    """What becomes of a claim."""

    FILE_REJECTED = "file_rejected", "its transaction is refused in the 999, with every claim beside it"
    UNACKNOWLEDGED = "unacknowledged", "nobody ever answers for it"
    CLAIM_REJECTED = "claim_rejected", "refused in the 277CA"
    SILENT = "silent", "accepted, and no remittance ever comes"
    PENDED = "pended", "the remittance says that the payer has not decided"
    DENIED = "denied", "nothing paid, every line denied for one reason"
    PARTIAL = "partial", "one line denied, or a part of the only line"
    DEDUCTIBLE = "deductible", "all of the allowed amount is the patient's deductible"
    UNDERPAID = "underpaid", "priced below the payer's own fee schedule"
    PAID = "paid", "paid by the payer's fee schedule, less the patient's share"


REFUSED: Final = frozenset({FateKind.FILE_REJECTED, FateKind.CLAIM_REJECTED})
UNPAID: Final = REFUSED | {FateKind.UNACKNOWLEDGED, FateKind.SILENT}
"""No remittance comes for these."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A CAS group, a CARC and the RARCs that go with it."""

    group: str
    carc: str
    rarcs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fate:
    """`denial` belongs to DENIED and PARTIAL, `percent` (1 to 99, off the allowed amount) to UNDERPAID.

    `status` and `text` (the free message of an STC) belong to CLAIM_REJECTED.
    """

    kind: FateKind
    denial: Denial | None = None
    percent: int = 0
    status: StatusCode | None = None
    text: str = ""
