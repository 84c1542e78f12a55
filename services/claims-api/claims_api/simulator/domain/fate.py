"""The ways a claim can go at a simulated payer: what is decided, what follows, how it arrives, how the money comes."""

from dataclasses import dataclass
from typing import Final

from ar_shared.x12.claim_ack import StatusCode
from claims_api.phrases import Phrased


class FateKind(Phrased):
    """What the payer decides first."""

    FILE_REJECTED = "file_rejected", "its transaction is refused in the 999, with every claim beside it"
    UNACKNOWLEDGED = "unacknowledged", "nobody ever answers for it"
    CLAIM_REJECTED = "claim_rejected", "refused in the 277CA"
    SILENT = "silent", "accepted, and no remittance ever comes"
    PENDED = "pended", "the remittance says that the payer has not decided"
    ASKED = "asked", "a 277 asks for documents; without them the claim is denied"
    DENIED = "denied", "nothing paid, every line denied for one reason"
    PARTIAL = "partial", "one line denied, or a part of the only line"
    DEDUCTIBLE = "deductible", "all of the allowed amount is the patient's deductible"
    UNDERPAID = "underpaid", "priced below the payer's own fee schedule"
    PAID = "paid", "paid by the payer's fee schedule, less the patient's share"
    WITHHELD = "withheld", "paid, less a tenth of the allowed amount that is kept until a settlement"
    CAPITATED = "capitated", "nothing paid: the charge is covered by capitation"
    SEQUESTERED = "sequestered", "paid, less the statutory cut of Medicare, by any payer"
    WITHOUT_LINES = "without_lines", "paid, with its adjustments on the claim and no service lines"
    SPLIT = "split", "paid, the first line as two with the same line control number"
    BUNDLED = "bundled", "the first line paid, the others included in it"
    RECODED = "recoded", "paid under another procedure code for the first line"
    MEMBER_CORRECTED = "member_corrected", "paid, with another member id and name spelling"
    OTHER_PAYER_FIRST = "other_payer_first", "denied: another payer, which is named, comes first"
    NOT_OURS = "not_ours", "not this payer's claim, passed on"
    ESTIMATED = "estimated", "an estimate, no decision"
    PRICED_TWICE = "priced_twice", "a secondary payer repeats the contractual cut of the first one"


class Course(Phrased):
    """What follows the first decision."""

    ONCE = "once", "nothing"
    DECIDED_LATER = "decided_later", "the pend is reversed, and the claim paid"
    REVERSED_TOGETHER = "reversed_together", "a reversal and a lower payment, in one file"
    REVERSED_APART = "reversed_apart", "a reversal, and a lower payment in a later file"
    CORRECTED_FIRST = "corrected_first", "a lower payment, and the reversal in a later file"
    REVERSED_ONLY = "reversed_only", "a reversal that no correction follows"
    CORRECTED_ONLY = "corrected_only", "a lower payment without a reversal"
    TAKEN_AT_ONCE = "taken_at_once", "reversed and denied in one file; the total drops (pattern A)"
    TAKEN_LATER = "taken_later", "reversed and denied, the total restored by a negative WO; taken later (pattern B)"
    TAKEN_BY_LETTER = "taken_by_letter", "no reversal: after a letter a positive WO takes the money (pattern C)"
    CARRIED_FORWARD = "carried_forward", "reversed and denied in a payment of its own, which goes below zero (FB)"
    REFUND_SEEN = "refund_seen", "after a letter our refund arrived: 72 and WO, a pair (pattern C)"
    REFUND_IN_PART = "refund_in_part", "after a letter half of our refund arrived: 72 for half, WO for all"
    REFUND_AND_REVERSAL = "refund_and_reversal", "our refund arrived: reversed and denied, with 72 alone"
    REFUND_OF_ANNOUNCED = "refund_of_announced", "as pattern B, but our refund arrived: 72 and WO, a pair"
    CROSSED_OVER = "crossed_over", "passed on to the next payer, which pays the rest without a claim of ours"


class Delivery(Phrased):
    """How the file arrives in which the claim is first decided."""

    SHARED = "shared", "in the payment of all claims of the payer, payee and day"
    APART = "apart", "as a payment (ST) of its own in the file of the day"
    OWN_FILE = "own_file", "in a file of its own"
    REPEATED = "repeated", "twice, byte for byte"
    RENUMBERED = "renumbered", "twice, under other control numbers"
    LOOK_ALIKE = "look_alike", "again with another claim content, under the same trace and amount"
    AMOUNT_CHANGED = "amount_changed", "again with another amount, under the same trace"
    LATE = "late", "days after its date, behind younger files"
    LOST = "lost", "never; only the money comes"
    WRONG_TOTAL = "wrong_total", "with a total that is a cent more than its claims"
    WRONG_CLAIM = "wrong_claim", "with a claim whose adjustments are a cent more than they should be"


class Money(Phrased):
    """How the money of the first payment reaches the bank."""

    USUAL = "usual", "by transfer or check, in full"
    MISSING = "missing", "never"
    RETURNED = "returned", "and is returned two days later"
    SHORT = "short", "one dollar less than the remittance says"
    CARD = "card", "by virtual card, less the fee"


REFUSED: Final = frozenset({FateKind.FILE_REJECTED, FateKind.CLAIM_REJECTED})
UNPAID: Final = REFUSED | {FateKind.UNACKNOWLEDGED, FateKind.SILENT}
"""No remittance comes for these."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A CAS group, a CARC and the RARCs that go with it."""

    group: str
    carc: str
    rarcs: tuple[str, ...] = ()


BUNDLED: Final = Denial("CO", "97", ("M15",))
OTHER_PAYER: Final = Denial("CO", "22", ("MA92",))
ASKED_IN_VAIN: Final = Denial("CO", "252", ("M127",))


@dataclass(frozen=True, slots=True)
class Fate:
    """`denial` belongs to DENIED, ASKED and PARTIAL, `percent` (1 to 99, off the allowed amount) to UNDERPAID.

    `status` and `text` (the free message of an STC) belong to CLAIM_REJECTED. `entry` is a provider adjustment
    (PLB code) beside the claim, `raises` whether it adds money to the payment (None: as it usually does).
    `next_payer` is the id of the payer that a crossover goes to; empty when the claim itself must name it.
    """

    kind: FateKind
    denial: Denial | None = None
    percent: int = 0
    status: StatusCode | None = None
    text: str = ""
    course: Course = Course.ONCE
    entry: str = ""
    raises: bool | None = None
    delivery: Delivery = Delivery.SHARED
    money: Money = Money.USUAL
    next_payer: str = ""
