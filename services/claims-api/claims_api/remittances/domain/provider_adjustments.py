"""What a provider-level adjustment (PLB) does: positive lowers the deposit, negative raises it.

Its money always leaves remittance clearing, so that the trace adds up from the first second. A code whose meaning
we know goes to its account; everything else waits in suspense with a work item.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from claims_api.ledger.domain import Account
from claims_api.ledger.events import LedgerEvent


@dataclass(frozen=True, slots=True)
class PlbSide:
    """The account against remittance clearing for one sign, where nothing earlier explains the amount.

    WO, FB, 72 and their like are first matched with earlier items, see `provider_history`.
    """

    event: LedgerEvent
    account: Account
    work_item: bool = False


@dataclass(frozen=True, slots=True)
class PlbCode:
    """One adjustment code in our own words, and what each sign does."""

    code: str
    meaning: str
    lowers: PlbSide
    raises: PlbSide


@dataclass(frozen=True, slots=True)
class PlbPosting:
    """What one PLB amount does: a movement of its absolute value."""

    event: LedgerEvent
    debit_account: Account
    credit_account: Account
    amount_cents: int
    work_item: bool


E, A = LedgerEvent, Account

_TAKEN: Final = PlbSide(E.PROVIDER_ADJUSTMENT, A.TAKE_BACKS_UNIDENTIFIED, work_item=True)
_GIVEN: Final = PlbSide(E.PROVIDER_ADJUSTMENT, A.UNAPPLIED_INSURANCE, work_item=True)
_TAKE_BACK: Final = PlbSide(E.TAKE_BACK_UNIDENTIFIED, A.TAKE_BACKS_UNIDENTIFIED, work_item=True)
_REVERSED_FIRST: Final = PlbSide(E.TAKE_BACK_ANNOUNCED, A.OWED_TO_PAYER)
_FORWARD: Final = PlbSide(E.BALANCE_FORWARD, A.OWED_TO_PAYER)
_REFUND_SEEN: Final = PlbSide(E.REFUND_ACKNOWLEDGED, A.TAKE_BACKS_UNIDENTIFIED, work_item=True)
_INTEREST_IN: Final = PlbSide(E.INTEREST, A.INTEREST_RECEIVED)
_INTEREST_OUT: Final = PlbSide(E.INTEREST, A.INTEREST_PAID)
_PENALTY: Final = PlbSide(E.PENALTY_OR_TAX, A.INTEREST_PAID)
_LATE_FILING: Final = PlbSide(E.PENALTY_OR_TAX, A.ADMINISTRATIVE)
_LEVY: Final = PlbSide(E.PENALTY_OR_TAX, A.TAKE_BACKS_UNIDENTIFIED, work_item=True)
_TAX: Final = PlbSide(E.PENALTY_OR_TAX, A.TAX_WITHHELD)
_WITHHELD: Final = PlbSide(E.PENALTY_OR_TAX, A.WITHHOLDS)
_CAPITATION: Final = PlbSide(E.CAPITATION_OR_BONUS, A.CAPITATION)
_BONUS: Final = PlbSide(E.CAPITATION_OR_BONUS, A.INCENTIVES)

_TABLE: Final = (
    #       code  meaning                                                    lowers         raises
    PlbCode("50", "penalty for late filing"                                , _LATE_FILING , _GIVEN),
    PlbCode("51", "penalty interest charged to us"                         , _PENALTY     , _GIVEN),
    PlbCode("72", "our refund reached the payer"                           , _TAKEN       , _REFUND_SEEN),
    PlbCode("AH", "fee for starting a loan or claim service"               , _TAKEN       , _GIVEN),
    PlbCode("AM", "applied to a borrower's account"                        , _TAKEN       , _GIVEN),
    PlbCode("AP", "benefits paid ahead of time, or their return"           , _TAKEN       , _GIVEN),
    PlbCode("B2", "rebate, or a check that the payer received"             , _TAKEN       , _REFUND_SEEN),
    PlbCode("B3", "allowance for recovery"                                 , _TAKEN       , _GIVEN),
    PlbCode("BD", "settlement of a facility's bad debt"                    , _TAKEN       , _GIVEN),
    PlbCode("BN", "bonus"                                                  , _TAKEN       , _BONUS),
    PlbCode("C5", "temporary allowance"                                    , _TAKEN       , _GIVEN),
    PlbCode("CR", "interest on capitation"                                 , _INTEREST_OUT, _INTEREST_IN),
    PlbCode("CS", "adjustment; its reference says for what"                , _TAKEN       , _GIVEN),
    PlbCode("CT", "capitation"                                             , _TAKEN       , _CAPITATION),
    PlbCode("CV", "settlement of a facility's capital costs"               , _TAKEN       , _GIVEN),
    PlbCode("CW", "settlement of nurse anesthetist costs"                  , _TAKEN       , _GIVEN),
    PlbCode("DM", "settlement of direct medical education"                 , _TAKEN       , _GIVEN),
    PlbCode("E3", "kept back by the payer until a settlement"              , _WITHHELD    , _GIVEN),
    PlbCode("FB", "negative total carried to a later payment, or coming back", _FORWARD   , _FORWARD),
    PlbCode("FC", "share of a fund"                                        , _TAKEN       , _GIVEN),
    PlbCode("GO", "settlement of graduate medical education"               , _TAKEN       , _GIVEN),
    PlbCode("HM", "settlement of blood clotting products"                  , _TAKEN       , _GIVEN),
    PlbCode("IP", "incentive"                                              , _TAKEN       , _BONUS),
    PlbCode("IR", "tax withheld for the revenue service"                   , _TAX         , _GIVEN),
    PlbCode("IS", "interim settlement"                                     , _TAKEN       , _GIVEN),
    PlbCode("J1", "amount that is not paid back"                           , _TAKEN       , _GIVEN),
    PlbCode("L3", "penalty"                                                , _PENALTY     , _GIVEN),
    PlbCode("L6", "interest"                                               , _INTEREST_OUT, _INTEREST_IN),
    PlbCode("LE", "levy for a creditor of ours"                            , _LEVY        , _GIVEN),
    PlbCode("LS", "lump sum"                                               , _TAKEN       , _BONUS),
    PlbCode("OA", "settlement of organ acquisition"                        , _TAKEN       , _GIVEN),
    PlbCode("OB", "taken for another provider of the group"                , _TAKEN       , _GIVEN),
    PlbCode("PI", "periodic interim payment"                               , _TAKEN       , _GIVEN),
    PlbCode("PL", "final payment of a settlement"                          , _TAKEN       , _GIVEN),
    PlbCode("RA", "adjustment of a retroactive settlement"                 , _TAKEN       , _GIVEN),
    PlbCode("RE", "return on equity"                                       , _TAKEN       , _GIVEN),
    PlbCode("SL", "repayment of a student loan"                            , _TAKEN       , _GIVEN),
    PlbCode("TL", "a third party is liable"                                , _TAKEN       , _GIVEN),
    PlbCode("WO", "overpayment taken back, or reversed here and taken later", _TAKE_BACK  , _REVERSED_FIRST),
    PlbCode("WU", "recovery without a stated reason"                       , _TAKEN       , _GIVEN),
)  # fmt: skip

PLB_CODES: Final[Mapping[str, PlbCode]] = MappingProxyType({row.code: row for row in _TABLE})


def provider_adjustment_posting(code: str, amount_cents: int) -> PlbPosting | None:
    """What the amount does, or None for zero. An unknown code goes to suspense with a work item."""
    if amount_cents == 0:
        return None
    row = PLB_CODES.get(code)
    if amount_cents > 0:
        side = row.lowers if row else _TAKEN
        return PlbPosting(side.event, side.account, A.REMITTANCE_CLEARING, amount_cents, side.work_item)
    side = row.raises if row else _GIVEN
    return PlbPosting(side.event, A.REMITTANCE_CLEARING, side.account, -amount_cents, side.work_item)
