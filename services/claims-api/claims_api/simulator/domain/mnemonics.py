"""Member ids that choose the fate of a claim. Case does not matter. The list for people is `docs/simulator.md`.

Any other id that begins with `TEST-` is refused in the 277CA, so that a misspelling shows.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from ar_shared.x12.claim_ack import StatusCode
from claims_api.simulator.domain.fate import (
    ASKED_IN_VAIN,
    BUNDLED,
    Course,
    Delivery,
    Denial,
    Fate,
    FateKind,
    Money,
)
from claims_api.simulator.domain.mix import usual_remarks

PREFIX: Final = "TEST-"
_UNKNOWN_MEMBER: Final = StatusCode("A7", "164", "IL")


class Mnemonic(NamedTuple):
    """One member id, what the payer does in our own words, and the fate it chooses."""

    member_id: str
    text: str
    fate: Fate


class Pattern(NamedTuple):
    """Member ids of one form: an example for people, the form, and the fate of what it captured."""

    example: str
    text: str
    form: re.Pattern[str]
    fate: Callable[[tuple[str, ...]], Fate]


def _paid(course: Course) -> Fate:
    return Fate(FateKind.PAID, course=course)


def _arrives(delivery: Delivery) -> Fate:
    return Fate(FateKind.PAID, delivery=delivery)


def _money(money: Money) -> Fate:
    return Fate(FateKind.PAID, delivery=Delivery.APART, money=money)


_REFUSED: Final = Fate(FateKind.CLAIM_REJECTED, status=StatusCode("A3", "21"), text="REFUSED ON REQUEST")
_BUNDLED_234: Final = Denial("CO", "234", ("M15",))

MNEMONICS: Final = tuple(
    Mnemonic(f"{PREFIX}{name}", text, fate)
    for name, text, fate in (
        ("PAID", "pays by its fee schedule, less the patient's share", Fate(FateKind.PAID)),
        ("PARTIAL", "pays, but denies the last line (of a single line: half)", Fate(FateKind.PARTIAL, denial=BUNDLED)),
        ("DEDUCTIBLE", "pays nothing: the allowed amount is deductible", Fate(FateKind.DEDUCTIBLE)),
        ("PEND", "has not decided: OA-133, and an unsolicited 277", Fate(FateKind.PENDED)),
        (
            "PEND-PAID",
            "has not decided; later reverses the pend and pays",
            Fate(FateKind.PENDED, course=Course.DECIDED_LATER),
        ),
        (
            "DOCUMENTS",
            "asks for documents by an unsolicited 277, then denies with CO-252",
            Fate(FateKind.ASKED, denial=ASKED_IN_VAIN),
        ),
        ("NO-ANSWER", "accepts the claim and never pays or denies it", Fate(FateKind.SILENT)),
        (
            "NO-ACK",
            "never says anything of it; no 999 either if all claims of the file do so",
            Fate(FateKind.UNACKNOWLEDGED),
        ),
        ("999-REJECT", "refuses the whole transaction (ST) in which the claim stands", Fate(FateKind.FILE_REJECTED)),
        ("277CA-REJECT", "refuses the claim before adjudication", _REFUSED),
        ("WITHHOLD", "pays, less CO-104 of a tenth of the allowed amount", Fate(FateKind.WITHHELD)),
        ("CAPITATED", "pays nothing: CO-24", Fate(FateKind.CAPITATED)),
        ("SEQUESTRATION", "pays, less CO-253 of two per cent", Fate(FateKind.SEQUESTERED)),
        ("NO-LINES", "pays; adjustments on the claim, no service lines", Fate(FateKind.WITHOUT_LINES)),
        ("SPLIT", "pays the first line as two with the same REF*6R", Fate(FateKind.SPLIT)),
        ("BUNDLED-97", "pays the first line; the others are CO-97", Fate(FateKind.BUNDLED, denial=BUNDLED)),
        ("BUNDLED-234", "pays the first line; the others are CO-234", Fate(FateKind.BUNDLED, denial=_BUNDLED_234)),
        ("RECODED", "pays another code for the first line (SVC06 has ours)", Fate(FateKind.RECODED)),
        ("MEMBER", "pays; NM1*74 corrects name and member id", Fate(FateKind.MEMBER_CORRECTED)),
        ("OTHER-PAYER", "denies with CO-22; NM1*PR names who comes first", Fate(FateKind.OTHER_PAYER_FIRST)),
        ("NOT-OURS", "passes the claim on as not its own (status 23)", Fate(FateKind.NOT_OURS)),
        ("ESTIMATE", "prices the claim without deciding (status 25, OA-101)", Fate(FateKind.ESTIMATED)),
        ("PRICED-TWICE", "as secondary payer repeats the first one's CO-45", Fate(FateKind.PRICED_TWICE)),
        ("CROSSOVER", "pays and passes on (19, NM1*TT); the next payer pays the rest", _paid(Course.CROSSED_OVER)),
        ("REVERSE", "pays; later reversal and lower payment in one file", _paid(Course.REVERSED_TOGETHER)),
        ("REVERSE-TWO-FILES", "the same, reversal and correction in two files", _paid(Course.REVERSED_APART)),
        ("REVERSE-WRONG-ORDER", "the same, the correction's file first", _paid(Course.CORRECTED_FIRST)),
        ("REVERSE-ONLY", "the same without a correction", _paid(Course.REVERSED_ONLY)),
        ("CORRECT-ONLY", "the same without a reversal", _paid(Course.CORRECTED_ONLY)),
        ("TAKEBACK", "pattern A: pays; later reverses and denies, and the total drops", _paid(Course.TAKEN_AT_ONCE)),
        ("TAKEBACK-A", "the same", _paid(Course.TAKEN_AT_ONCE)),
        ("TAKEBACK-B", "pattern B: reverses and denies with WO negative; WO positive later", _paid(Course.TAKEN_LATER)),
        ("TAKEBACK-C", "pattern C: a letter, no refund of ours, WO positive later", _paid(Course.TAKEN_BY_LETTER)),
        ("REFUND", "pattern C: a letter, our refund; 72 and WO as a pair", _paid(Course.REFUND_SEEN)),
        ("REFUND-PART", "the same; 72 for half of it, WO for all", _paid(Course.REFUND_IN_PART)),
        ("REFUND-REVERSED", "our refund; reversed and denied, with 72 alone", _paid(Course.REFUND_AND_REVERSAL)),
        ("REFUND-ANNOUNCED", "pattern B, then our refund; 72 and WO as a pair", _paid(Course.REFUND_OF_ANNOUNCED)),
        ("FORWARD", "pattern A in a payment of its own, which goes below zero: FB", _paid(Course.CARRIED_FORWARD)),
        ("OWN-PAYMENT", "pays in a payment (ST) of its own in the file of the day", _arrives(Delivery.APART)),
        ("OWN-FILE", "pays in a file of its own", _arrives(Delivery.OWN_FILE)),
        ("SAME-FILE-TWICE", "pays; the file comes again, byte for byte", _arrives(Delivery.REPEATED)),
        ("RENUMBERED", "pays; the file comes again under other numbers", _arrives(Delivery.RENUMBERED)),
        ("LOOK-ALIKE", "pays; same trace and amount come again for another claim", _arrives(Delivery.LOOK_ALIKE)),
        ("AMOUNT-CHANGED", "pays; the same trace comes again with another amount", _arrives(Delivery.AMOUNT_CHANGED)),
        ("LATE-FILE", "pays; the file comes days after its date", _arrives(Delivery.LATE)),
        ("WRONG-TOTAL", "pays; the total of the payment is a cent too much", _arrives(Delivery.WRONG_TOTAL)),
        ("WRONG-CLAIM", "pays; the claim does not add up by a cent", _arrives(Delivery.WRONG_CLAIM)),
        ("NO-ERA", "pays; the money comes, the remittance never does", _arrives(Delivery.LOST)),
        ("EFT-MISSING", "pays; the money never comes", _money(Money.MISSING)),
        ("EFT-RETURNED", "pays; the money comes and goes back", _money(Money.RETURNED)),
        ("EFT-SHORT", "pays; the money is a dollar short", _money(Money.SHORT)),
        ("CARD", "pays by virtual card; the bank gets it less the fee", _money(Money.CARD)),
    )
)

PATTERNS: Final = (
    Pattern(
        f"{PREFIX}DENY-CO-16, {PREFIX}DENY-CO-16-M76",
        "denies every line with this group and CARC (and RARC); with 31 in status 4",
        re.compile(r"TEST-DENY-(CO|PR|OA|PI)-([A-Z]?[0-9]{1,3}|[A-Z][0-9A-Z])(?:-([A-Z]{1,2}[0-9]{1,4}))?"),
        lambda found: _denied(*found),
    ),
    Pattern(
        f"{PREFIX}UNDERPAY-10",
        "pays 10 % below its own fee schedule (1 to 99)",
        re.compile(r"TEST-UNDERPAY-([1-9][0-9]?)"),
        lambda found: Fate(FateKind.UNDERPAID, percent=int(found[0])),
    ),
    Pattern(
        f"{PREFIX}CROSSOVER-TBC02",
        "the same as TEST-CROSSOVER, to the payer with this id",
        re.compile(r"TEST-CROSSOVER-([A-Z0-9]{2,20})"),
        lambda found: Fate(FateKind.PAID, course=Course.CROSSED_OVER, next_payer=found[0]),
    ),
    Pattern(
        f"{PREFIX}PLB-L6, {PREFIX}PLB-CS-CREDIT, {PREFIX}PLB-ZZ",
        "pays, with this PLB code beside (any two characters but FB); -CREDIT or -CHARGE choose the sign",
        re.compile(r"TEST-PLB-(?!FB)([A-Z0-9]{2})(?:-(CREDIT|CHARGE))?"),
        lambda found: Fate(
            FateKind.PAID,
            entry=found[0],
            raises={"CREDIT": True, "CHARGE": False}.get(found[1] or ""),
            delivery=Delivery.APART,
        ),
    ),
)
_FIXED: Final[Mapping[str, Fate]] = {one.member_id: one.fate for one in MNEMONICS}


def chosen_fate(member_id: str) -> Fate | None:
    """The fate that the member id names; None for an id that is no mnemonic."""
    name = member_id.strip().upper()
    if not name.startswith(PREFIX):
        return None
    if name in _FIXED:
        return _FIXED[name]
    for pattern in PATTERNS:
        if found := pattern.form.fullmatch(name):
            return pattern.fate(found.groups())
    return Fate(FateKind.CLAIM_REJECTED, status=_UNKNOWN_MEMBER, text="UNKNOWN TEST MEMBER ID")


def _denied(group: str, carc: str, rarc: str | None) -> Fate:
    return Fate(FateKind.DENIED, denial=Denial(group, carc, (rarc,) if rarc else usual_remarks(group, carc)))
