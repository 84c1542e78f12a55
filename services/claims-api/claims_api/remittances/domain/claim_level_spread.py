"""Claim-level adjustments brought down to the lines, which are the ledger's unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from ar_shared.kernel.money import spread_cents
from claims_api.remittances.domain.amounts import CasAmount


@dataclass(frozen=True, slots=True)
class DerivedAdjustment:
    """A line's share of a claim-level adjustment; ours, not the payer's. `line` counts from 0."""

    line: int
    adjustment: CasAmount


def spread_claim_level(
    adjustments: Sequence[CasAmount], *, open_cents: Sequence[int], charge_cents: Sequence[int]
) -> list[DerivedAdjustment]:
    """Each adjustment over the lines in proportion to what is open there; shares of zero are left out.

    `open_cents` is each line's balance after its own payment and adjustments; what is spread lowers it for the
    next adjustment. No line is pushed below zero while the amount fits the claim's open balance: odd cents go to
    the largest line that has room. With nothing open (or a negative amount) charges are the weights.
    Raises ValueError without lines.
    """
    room = [max(cents, 0) for cents in open_cents]
    derived = []
    for adjustment in adjustments:
        shares = _shares(adjustment.cents, room, charge_cents)
        room = [max(left - share, 0) for left, share in zip(room, shares, strict=True)]
        derived += [
            DerivedAdjustment(line, CasAmount(adjustment.group, adjustment.carc, share))
            for line, share in enumerate(shares)
            if share
        ]
    return derived


def _shares(total: int, room: Sequence[int], charges: Sequence[int]) -> list[int]:
    whole = sum(room)
    if total < 0 or not whole:
        return spread_cents(total, list(charges))
    if total > whole:
        return spread_cents(total, list(room))
    shares = [total * open_here // whole for open_here in room]
    odd = total - sum(shares)
    for line in sorted(range(len(room)), key=lambda place: room[place], reverse=True):
        taken = min(odd, room[line] - shares[line])
        shares[line] += taken
        odd -= taken
    return shares
