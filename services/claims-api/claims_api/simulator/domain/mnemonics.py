"""Member ids that choose the fate of a claim. Case does not matter.

| Member id                             | What the payer does                                                      |
|---------------------------------------|--------------------------------------------------------------------------|
| `TEST-PAID`                           | pays by its fee schedule, less the patient's share                       |
| `TEST-DENY-CO-16`, `TEST-DENY-PR-204` | denies every line with this group and CARC                               |
| `TEST-DENY-CO-16-M76`                 | the same with this RARC; any code of any list will do                    |
| `TEST-UNDERPAY-10`                    | pays 10 % below its own fee schedule (1 to 99)                           |
| `TEST-PARTIAL`                        | pays, but denies the last line (of a single line: half)                  |
| `TEST-DEDUCTIBLE`                     | pays nothing: the allowed amount is deductible                           |
| `TEST-PEND`                           | has not decided (OA-133)                                                 |
| `TEST-NO-ANSWER`                      | accepts the claim and never pays or denies it                            |
| `TEST-NO-ACK`                         | never says anything of it; no 999 either if all claims of the file do so |
| `TEST-999-REJECT`                     | refuses the whole transaction (ST) in which the claim stands             |
| `TEST-277CA-REJECT`                   | refuses the claim before adjudication                                    |
| `TEST-REVERSE`, `TEST-TAKEBACK`       | reserved; until they are offered, refused in the 277CA with that message |

Any other id that begins with `TEST-` is refused in the 277CA, so that a misspelling shows.
"""

import re
from collections.abc import Mapping
from typing import Final

from ar_shared.x12.claim_ack import StatusCode
from claims_api.simulator.domain.fate import Denial, Fate, FateKind
from claims_api.simulator.domain.mix import usual_remarks

PREFIX: Final = "TEST-"
RESERVED: Final = frozenset({"TEST-REVERSE", "TEST-TAKEBACK"})
_DENY: Final = re.compile(r"TEST-DENY-(CO|PR|OA|PI)-([A-Z]?[0-9]{1,3}|[A-Z][0-9A-Z])(?:-([A-Z]{1,2}[0-9]{1,4}))?")
_UNDERPAY: Final = re.compile(r"TEST-UNDERPAY-([1-9][0-9]?)")
_UNKNOWN_MEMBER: Final = StatusCode("A7", "164", "IL")
_FIXED: Final[Mapping[str, Fate]] = {
    "TEST-PAID": Fate(FateKind.PAID),
    "TEST-PARTIAL": Fate(FateKind.PARTIAL, denial=Denial("CO", "97", ("M15",))),
    "TEST-DEDUCTIBLE": Fate(FateKind.DEDUCTIBLE),
    "TEST-PEND": Fate(FateKind.PENDED),
    "TEST-NO-ANSWER": Fate(FateKind.SILENT),
    "TEST-NO-ACK": Fate(FateKind.UNACKNOWLEDGED),
    "TEST-999-REJECT": Fate(FateKind.FILE_REJECTED),
    "TEST-277CA-REJECT": Fate(FateKind.CLAIM_REJECTED, status=StatusCode("A3", "21"), text="REFUSED ON REQUEST"),
}


def chosen_fate(member_id: str) -> Fate | None:
    """The fate that the member id names; None for an id that is no mnemonic."""
    name = member_id.strip().upper()
    if not name.startswith(PREFIX):
        return None
    if name in _FIXED:
        return _FIXED[name]
    if denied := _DENY.fullmatch(name):
        group, carc, rarc = denied.groups()
        return Fate(FateKind.DENIED, denial=Denial(group, carc, (rarc,) if rarc else usual_remarks(group, carc)))
    if underpaid := _UNDERPAY.fullmatch(name):
        return Fate(FateKind.UNDERPAID, percent=int(underpaid[1]))
    message = "RESERVED FOR A LATER RELEASE" if name in RESERVED else "UNKNOWN TEST MEMBER ID"
    return Fate(FateKind.CLAIM_REJECTED, status=_UNKNOWN_MEMBER, text=message)
