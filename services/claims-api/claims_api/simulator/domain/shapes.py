"""How a payer may write a decision it has made: without lines, lines split or recoded, other data of the member."""

from collections import Counter
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Final

from ar_shared.x12.remittance import Adjustment, RemittanceClaim, RemittanceService
from ar_shared.x12.tokens import Row
from claims_api.simulator.domain.fate import FateKind

OTHER_CODE: Final = "S9999"
"""A code of HCPCS level II that no demo bills."""

OTHER_PAYER_NAME, OTHER_PAYER_ID = "SIMULATED OTHER HEALTH PLAN", "SIMOTHER"
_RECODED_REMARK: Final = "N22"


def drop_lines(claim: RemittanceClaim) -> None:
    """The adjustments of the lines become the claim's, summed by group and reason."""
    sums: Counter[tuple[str, str]] = Counter()
    for one in claim.all_adjustments():
        sums[one.group, one.reason] += one.amount_cents
    claim.services = ()
    claim.adjustments = [Adjustment(group, reason, cents) for (group, reason), cents in sorted(sums.items())]


def split_first_line(claim: RemittanceClaim) -> None:
    """Two thirds and the rest, each with its part of every amount, under the same REF*6R."""
    first, *others = claim.services
    part, rest = deepcopy(first), deepcopy(first)
    part.paid_units = rest.paid_units = None
    part.charge_cents = first.charge_cents * 2 // 3
    part.adjustments = [Adjustment(one.group, one.reason, one.amount_cents * 2 // 3) for one in first.adjustments]
    part.amounts = [(kind, cents * 2 // 3) for kind, cents in first.amounts]
    rest.charge_cents -= part.charge_cents
    rest.adjustments = [
        one._replace(amount_cents=one.amount_cents - taken.amount_cents)
        for one, taken in zip(first.adjustments, part.adjustments, strict=True)
    ]
    rest.amounts = [
        (kind, cents - taken) for (kind, cents), (_, taken) in zip(first.amounts, part.amounts, strict=True)
    ]
    for service in (part, rest):
        service.adjustments = [one for one in service.adjustments if one.amount_cents]
        service.paid_cents = service.charge_cents - sum(one.amount_cents for one in service.adjustments)
    claim.services = [part, rest, *others]


def recode_first_line(claim: RemittanceClaim) -> None:
    """Another code in SVC01, ours in SVC06, and N22."""
    first: RemittanceService = claim.services[0]
    first.submitted_procedure = first.procedure
    qualifier, _, modifiers = [*first.procedure.split(first.component, 2), ""][:3]
    first.procedure = first.component.join(part for part in (qualifier, OTHER_CODE, modifiers) if part)
    first.remarks = [*first.remarks, ["LQ", "HE", _RECODED_REMARK]]


def correct_member(claim: RemittanceClaim) -> None:
    """NM1*74: the last name with a hyphenated second one, and the member id with another suffix."""
    [insured] = [row for row in claim.names if row[1] == "QC"]
    corrected: Row = ["NM1", "74", "1", f"{insured[3]}-SIM", "", "", "", "", "C", f"{insured[9]}A"]
    people = [row for row in claim.names if row[1] in ("QC", "IL")]
    claim.names = [*people, corrected, *(row for row in claim.names if row not in people)]


def name_other_payer(claim: RemittanceClaim) -> None:
    """NM1*PR: who comes first."""
    other: Row = ["NM1", "PR", "2", OTHER_PAYER_NAME, "", "", "", "", "PI", OTHER_PAYER_ID]
    claim.names = [*claim.names, other]


def name_next_payer(claim: RemittanceClaim, name: str, number: str) -> None:
    """NM1*TT: who the claim was passed on to."""
    carrier: Row = ["NM1", "TT", "2", name, "", "", "", "", "PI", number]
    claim.names = [*claim.names, carrier]


def _pass_on(claim: RemittanceClaim) -> None:
    name_next_payer(claim, OTHER_PAYER_NAME, OTHER_PAYER_ID)


SHAPES: Final[Mapping[FateKind, Callable[[RemittanceClaim], None]]] = {
    FateKind.WITHOUT_LINES: drop_lines,
    FateKind.SPLIT: split_first_line,
    FateKind.RECODED: recode_first_line,
    FateKind.MEMBER_CORRECTED: correct_member,
    FateKind.OTHER_PAYER_FIRST: name_other_payer,
    FateKind.NOT_OURS: _pass_on,
}
