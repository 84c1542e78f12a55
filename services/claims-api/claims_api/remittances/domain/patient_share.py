"""How much of each adjustment of a line moves, before anybody looks at what is open."""

from collections.abc import Sequence

from claims_api.ledger.cas_effects import CasAction, CasEffect, cas_effect, net_patient_share_cents
from claims_api.ledger.domain import Account
from claims_api.remittances.domain.amounts import CarcLookup, CasAmount


def moving_cents(adjustments: Sequence[CasAmount], carcs: CarcLookup) -> tuple[list[int], int]:
    """Cents that each adjustment moves if its effect moves anything, and what nets more than the share (or 0).

    What nets the patient share (187, a negative deductible) lowers the shares of its line, first share first.
    """
    moved = [abs(adjustment.cents) for adjustment in adjustments]
    if not any(adjustment.group == "PR" and adjustment.cents < 0 for adjustment in adjustments):
        return moved, 0
    effects = [_effect(adjustment, carcs) for adjustment in adjustments]
    netting = sum(
        -adjustment.cents
        for adjustment, effect in zip(adjustments, effects, strict=True)
        if effect.action is CasAction.NET_PATIENT_SHARE
    )
    for place, effect in enumerate(effects):
        if effect.action is CasAction.TRANSFER and effect.debit_account is Account.AR_PATIENT:
            taken = min(netting, moved[place])
            moved[place] -= taken
            netting -= taken
    share = net_patient_share_cents(
        (effect, adjustment.cents) for adjustment, effect in zip(adjustments, effects, strict=True)
    )
    return moved, max(-share, 0)


def _effect(adjustment: CasAmount, carcs: CarcLookup) -> CasEffect:
    return cas_effect(adjustment.group, carcs(adjustment.carc), negative=adjustment.cents < 0)
