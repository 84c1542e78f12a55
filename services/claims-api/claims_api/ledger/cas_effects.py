"""What one CAS amount does in the ledger: the only place where that is decided.

After a remittance the payer's bucket is: before - paid - every amount that posts. What does not post stays open
in that bucket with a denial case, a review or a watch, so that no cent disappears without a person or a rule.
Set-based posting joins `cas_effect_rows`; nothing else re-decides.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from claims_api.codes.code_lists import GROUP_CODES
from claims_api.codes.domain import Carc, CarcCategory, CarcKind, PostingDefault, WriteoffClass
from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent
from claims_api.phrases import Phrased


class CasAction(Phrased):
    """What happens to the amount."""

    POST = "post", "moves out of the payer's bucket"
    TRANSFER = "transfer", "moves to the next coverage; to the patient only where the rule says so"
    NET_PATIENT_SHARE = "net_patient_share", "lowers the patient share of the same line before it moves"
    MEMO = "memo", "already left the bucket; nothing posts"
    STAY_OPEN = "stay_open", "stays in the payer's bucket"


class FollowUp(Phrased):
    """Who looks at it next."""

    NONE = "none", "nobody needs to"
    DENIAL_CASE = "denial_case", "a denial case is opened"
    REVIEW = "review", "a person decides"
    WATCH = "watch", "a later remittance is expected"


@dataclass(frozen=True, slots=True)
class CasEffect:
    """What a CAS amount does. The moved amount is always its absolute value.

    `debit_account` is None where nothing posts. For a transfer it is the account when no further coverage is
    known, and None there means: without another coverage the amount stays open (never the patient);
    `next_coverage_account` is the debit account when there is one. `follow_up` speaks of the case without
    another coverage.
    """

    action: CasAction
    reason: str
    event: LedgerEvent | None = None
    debit_account: Account | None = None
    credit_account: Account | None = None
    next_coverage_account: Account | None = None
    follow_up: FollowUp = FollowUp.NONE


@dataclass(frozen=True, slots=True)
class CasEffectRow:
    """One line of the reference table: (group, CARC, sign 1 or -1) and what the amount does."""

    group_code: str
    carc: str
    sign: int
    kind: CarcKind
    effect: CasEffect


# More pay than the contract price, for performance or use: income of its own, not pricing.
INCENTIVE_CARCS: Final = frozenset({"144", "161", "259"})
SPENDING_ACCOUNT_CARC: Final = "187"


def _post(event: LedgerEvent, debit: Account, reason: str) -> CasEffect:
    return CasEffect(CasAction.POST, reason, event, debit, Account.AR_INSURANCE)


def _raise(event: LedgerEvent, credit: Account, reason: str) -> CasEffect:
    return CasEffect(CasAction.POST, reason, event, Account.AR_INSURANCE, credit)


def _stay(follow_up: FollowUp, reason: str) -> CasEffect:
    return CasEffect(CasAction.STAY_OPEN, reason, follow_up=follow_up)


UNKNOWN_CARC: Final = _stay(FollowUp.REVIEW, "the reason code is not in our list")
OLD_GROUP: Final = _stay(FollowUp.REVIEW, "group CR or an unknown group outside a reversal")
_CONTRACTUAL: Final = _post(LedgerEvent.CONTRACTUAL, Account.CONTRACTUAL, "contractual adjustment")
_STATUTORY: Final = _post(LedgerEvent.STATUTORY_CUT, Account.STATUTORY_CUTS, "cut required by law")
_EXPENSE: Final = _post(LedgerEvent.PAYMENT_FEE, Account.PAYMENT_FEES, "fee kept by the payer")
_WITHHOLD: Final = _post(LedgerEvent.WITHHOLD, Account.WITHHOLDS, "kept by the payer until a settlement")
_CAPITATED: Final = _post(LedgerEvent.CAPITATED_SERVICE, Account.CONTRACTUAL, "paid by capitation")
_PRICED_ABOVE: Final = _raise(LedgerEvent.CONTRACTUAL, Account.CONTRACTUAL, "priced above the charge")
_CUT_RETURNED: Final = _raise(LedgerEvent.STATUTORY_CUT, Account.STATUTORY_CUTS, "cut given back")
_INCENTIVE: Final = _raise(LedgerEvent.CAPITATION_OR_BONUS, Account.INCENTIVES, "incentive on top of the price")
_PATIENT_SHARE: Final = CasEffect(
    CasAction.TRANSFER,
    "patient share: the next coverage, else the patient",
    LedgerEvent.SHARE_TRANSFER,
    debit_account=Account.AR_PATIENT,
    credit_account=Account.AR_INSURANCE,
    next_coverage_account=Account.AR_INSURANCE,
)
_NEXT_PAYER_ONLY: Final = CasEffect(
    CasAction.TRANSFER,
    "the next coverage owes it; never the patient",
    LedgerEvent.SHARE_TRANSFER,
    credit_account=Account.AR_INSURANCE,
    next_coverage_account=Account.AR_INSURANCE,
    follow_up=FollowUp.REVIEW,
)
_NETS_SHARE: Final = CasEffect(CasAction.NET_PATIENT_SHARE, "paid on the patient's side already")
_MEMO: Final = CasEffect(CasAction.MEMO, "repeats what an earlier payer did")
_MEMO_REVIEW: Final = replace(_MEMO, reason="raises what an earlier payer did; unusual", follow_up=FollowUp.REVIEW)
_DENIAL: Final = _stay(FollowUp.DENIAL_CASE, "denied")
_PATIENT_DENIAL: Final = _stay(
    FollowUp.DENIAL_CASE, "denied to the patient's charge: other coverage, waivers and protections come first"
)
_REDUCTION_CASE: Final = _stay(FollowUp.DENIAL_CASE, "reduced; only a decision writes it off")
_REDUCTION_REVIEW: Final = _stay(FollowUp.REVIEW, "reduced; a person says what it was")
_PATIENT_REDUCTION: Final = _stay(
    FollowUp.DENIAL_CASE, "reduced to the patient's charge: other coverage, waivers and protections come first"
)
_BALANCE_BILLING: Final = _stay(
    FollowUp.REVIEW, "priced to the patient's charge: the contract and balance-billing law decide"
)
_NO_CONTRACT_GROUP: Final = _stay(FollowUp.REVIEW, "contract pricing under a group that does not speak of a contract")
_SHARE_WRONG_GROUP: Final = _stay(FollowUp.REVIEW, "patient share under a group that may not bill the patient")
_WITHHOLD_PATIENT: Final = _stay(FollowUp.REVIEW, "a withhold cannot be the patient's")
_PENDED: Final = _stay(FollowUp.WATCH, "not final; a correction will come")
_MONEY_ELSEWHERE: Final = _stay(FollowUp.REVIEW, "information about money that may be with another party")
_NEGATIVE_REVIEW: Final = _stay(FollowUp.REVIEW, "a negative amount that this reason does not explain")


def cas_effect(group: str, carc: Carc | None, *, negative: bool = False, capitated: bool = False) -> CasEffect:
    """What the amount does. `carc` None is an unknown code; `capitated` is the payer's contract for CARC 24.

    Not for reversals (CLP02 22): those mirror the original's postings, whatever their codes say.
    """
    if carc is None:
        return UNKNOWN_CARC
    if group not in ("CO", "PR", "OA", "PI"):
        return OLD_GROUP
    if negative:
        return _negative(group, carc)
    if capitated and carc.code == "24" and group == "CO":
        return _CAPITATED
    return _POSITIVE[carc.kind](group, carc)


def cas_effect_rows(carcs: Iterable[Carc]) -> list[CasEffectRow]:
    """The whole reference table: every group x every CARC x both signs. A pair not in it is `UNKNOWN_CARC`."""
    return [
        CasEffectRow(group, carc.code, sign, carc.kind, cas_effect(group, carc, negative=sign < 0))
        for carc in carcs
        for group in GROUP_CODES
        for sign in (1, -1)
    ]


def _contractual(group: str, carc: Carc) -> CasEffect:
    if group == "PR":
        return _BALANCE_BILLING
    if group != "CO" and group not in carc.typical_group_codes:
        return _NO_CONTRACT_GROUP
    return _STATUTORY if carc.posting is PostingDefault.STATUTORY else _CONTRACTUAL


def _patient_share(group: str, _carc: Carc) -> CasEffect:
    return _PATIENT_SHARE if group == "PR" else _SHARE_WRONG_GROUP


def _denial(group: str, _carc: Carc) -> CasEffect:
    return _PATIENT_DENIAL if group == "PR" else _DENIAL


def _reduction(group: str, carc: Carc) -> CasEffect:
    if group == "PR":
        return _PATIENT_REDUCTION
    if carc.posting is PostingDefault.EXPENSE:
        return _EXPENSE
    return {
        WriteoffClass.CONTRACTUAL: _CONTRACTUAL,
        WriteoffClass.STATUTORY: _STATUTORY,
        WriteoffClass.ADMINISTRATIVE: _REDUCTION_CASE,
        WriteoffClass.NONE: _REDUCTION_REVIEW,
    }[carc.writeoff_class_if_final]


def _withhold(group: str, _carc: Carc) -> CasEffect:
    return _WITHHOLD_PATIENT if group == "PR" else _WITHHOLD


_POSITIVE: Final[dict[CarcKind, Callable[[str, Carc], CasEffect]]] = {
    CarcKind.CONTRACTUAL: _contractual,
    CarcKind.TRANSFER_NEXT_PAYER: lambda _group, _carc: _NEXT_PAYER_ONLY,
    CarcKind.PATIENT_SHARE: _patient_share,
    CarcKind.PRIOR_PAYER_IMPACT: lambda _group, _carc: _MEMO,
    CarcKind.DENIAL: _denial,
    CarcKind.REDUCTION: _reduction,
    CarcKind.WITHHOLD: _withhold,
    CarcKind.PEND: lambda _group, _carc: _PENDED,
    CarcKind.INFORMATIONAL: lambda _group, _carc: _MONEY_ELSEWHERE,
}


def _negative(group: str, carc: Carc) -> CasEffect:
    """A negative amount raises the payment above the charge; it posts only where the reason explains that."""
    if carc.kind is CarcKind.PRIOR_PAYER_IMPACT:
        return _MEMO_REVIEW
    if group == "PR":
        nets = carc.code == SPENDING_ACCOUNT_CARC or carc.kind is CarcKind.PATIENT_SHARE
        return _NETS_SHARE if nets else _NEGATIVE_REVIEW
    if carc.code in INCENTIVE_CARCS:
        return _INCENTIVE
    if carc.category is CarcCategory.FACILITY_PRICING or carc.posting is PostingDefault.CONTRACTUAL:
        return _PRICED_ABOVE
    return _CUT_RETURNED if carc.posting is PostingDefault.STATUTORY else _NEGATIVE_REVIEW


def net_patient_share_cents(shares: Iterable[tuple[CasEffect, int]]) -> int:
    """The patient share of one line that moves: positive shares less what nets them.

    Takes (effect, signed cents) pairs of the line; other effects are ignored. Below zero nothing moves: the
    difference stays a credit in the payer's bucket and a person looks at it.
    """
    return sum(
        cents for effect, cents in shares if effect == _PATIENT_SHARE or effect.action is CasAction.NET_PATIENT_SHARE
    )
