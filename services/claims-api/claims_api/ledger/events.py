"""The ledger events E01..E48 and the accounts that each may move; a posting outside this table is refused."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from claims_api.ledger.domain import CREDIT_ACCOUNT_OF, Account
from claims_api.phrases import Phrased

Movement = tuple[Account, Account]
"""(debit account, credit account)"""


class LedgerEvent(Phrased):
    """What happened to the money. E45 to E47 are the system's own: credits kept apart, money held, first bill."""

    CHARGE_INSURED = "E01", "charge posted, insured"
    CHARGE_SELF_PAY = "E02", "charge posted, self-pay or client"
    CHARGE_VOIDED = "E03", "charge voided: mirror of the charge"
    INSURANCE_PAYMENT = "E04", "payer's payment from a remittance"
    CONTRACTUAL = "E05", "contractual adjustment, or pricing above the charge"
    STATUTORY_CUT = "E06", "cut required by law"
    SHARE_TRANSFER = "E07", "patient share to the next coverage or the patient"
    DEPOSIT = "E08", "transfer or check reaches the bank"
    SECONDARY_PAYMENT = "E09", "a later payer pays, the rest goes on"
    PRIOR_PAYER_MEMO = "E10", "effect of an earlier payer: no posting"
    PATIENT_PAYMENT = "E11", "patient pays"
    PREPAYMENT = "E12", "patient money before or without a balance"
    PREPAYMENT_APPLIED = "E13", "prepayment applied"
    PATIENT_REFUND = "E14", "patient overpaid: refund due and paid"
    PAYER_REFUND = "E15", "payer overpaid: credit found and refund sent"
    TAKE_BACK = "E16", "PLB WO positive, its reversal was posted before"
    TAKE_BACK_UNIDENTIFIED = "E16B", "PLB WO positive, no reversal known; moved to the claim when it is"
    TAKE_BACK_ANNOUNCED = "E17", "PLB WO negative: reversed now, money taken later"
    BALANCE_FORWARD = "E18", "PLB FB: a negative total carried forward, or coming back"
    REFUND_ACKNOWLEDGED = "E19", "PLB 72: the payer acknowledges our refund"
    INTEREST = "E20", "PLB L6: interest from or to the payer"
    PROVIDER_ADJUSTMENT = "E21", "any other PLB: held until its reference is known"
    PENALTY_OR_TAX = "E22", "PLB penalty, tax, withhold or fee"
    CAPITATION_OR_BONUS = "E23", "capitation, bonus or incentive"
    SMALL_BALANCE = "E24", "small balance written off"
    BAD_DEBT = "E25", "bad debt given up"
    AGENCY_RECOVERY = "E26", "agency collects and keeps its fee"
    CHARITY = "E27", "charity"
    DENIAL_WRITTEN_OFF = "E28", "denial written off (administrative)"
    REVERSAL = "E29", "payer reverses an adjudication: mirror of its postings"
    CORRECTION = "E30", "payer's corrected adjudication after a reversal"
    PAYMENT_RETURNED = "E31", "patient payment came back unpaid"
    RETURNED_PAYMENT_FEE = "E32", "fee for a returned payment"
    POSTED_WRONG = "E33", "posted to the wrong line or claim: mirror, then the right posting"
    AGENCY_PLACEMENT = "E34", "placed with an agency before bad debt, or recalled"
    CAPITATED_SERVICE = "E35", "service covered by capitation"
    WITHHOLD = "E36", "payer keeps a part until a settlement"
    UNCLAIMED_PROPERTY = "E37", "stale refund becomes unclaimed property and is paid to the state"
    PAYMENT_FEE = "E38", "fee kept from a payment (virtual card, claim fee)"
    INTEREST_CLAIMED = "E39", "interest claimed and not received: no posting"
    RESPONSIBILITY_CHANGE = "E40", "another party owes, without a remittance"
    BAD_DEBT_REINSTATED = "E41", "bad debt taken back into receivables"
    OPENING_BALANCE = "E42", "opening balance from another system"
    UNIDENTIFIED_CASH = "E43", "payer money without a remittance, and its application"
    MONTH_END_ALLOWANCE = "E44", "optional allowance, reverses itself"
    CREDIT_RECLASS = "E45", "receivable below zero kept as a liability, or drawn back"
    REMITTANCE_HELD = "E46", "money of a payment that cannot be posted yet: held, released, or found to be another's"
    FIRST_BILL = "E47", "first bill sent: what was unbilled is billed from that day; only the date moves"
    DISCOUNT = "E48", "self-pay, prompt-pay or courtesy discount"


E, A = LedgerEvent, Account

# From the row of the handbook, extended by what pricing above the charge, fees and held money need.
_TABLE: Final = (
    # event                    , debit                        , credit
    (E.CHARGE_INSURED          , A.AR_INSURANCE               , A.REVENUE),
    (E.CHARGE_SELF_PAY         , A.AR_SELF_PAY                , A.REVENUE),
    (E.CHARGE_SELF_PAY         , A.AR_CLIENT                  , A.REVENUE),
    (E.INSURANCE_PAYMENT       , A.REMITTANCE_CLEARING        , A.AR_INSURANCE),
    (E.CONTRACTUAL             , A.CONTRACTUAL                , A.AR_INSURANCE),
    (E.CONTRACTUAL             , A.AR_INSURANCE               , A.CONTRACTUAL),
    (E.STATUTORY_CUT           , A.STATUTORY_CUTS             , A.AR_INSURANCE),
    (E.STATUTORY_CUT           , A.AR_INSURANCE               , A.STATUTORY_CUTS),
    (E.SHARE_TRANSFER          , A.AR_PATIENT                 , A.AR_INSURANCE),
    (E.SHARE_TRANSFER          , A.AR_INSURANCE               , A.AR_INSURANCE),
    (E.DEPOSIT                 , A.CASH                       , A.REMITTANCE_CLEARING),
    (E.DEPOSIT                 , A.CASH                       , A.CARD_CLEARING),
    (E.DEPOSIT                 , A.REMITTANCE_CLEARING        , A.CASH),
    (E.SECONDARY_PAYMENT       , A.REMITTANCE_CLEARING        , A.AR_INSURANCE),
    (E.SECONDARY_PAYMENT       , A.AR_PATIENT                 , A.AR_INSURANCE),
    (E.PATIENT_PAYMENT         , A.CARD_CLEARING              , A.AR_PATIENT),
    (E.PATIENT_PAYMENT         , A.CARD_CLEARING              , A.AR_SELF_PAY),
    (E.PATIENT_PAYMENT         , A.CASH                       , A.CARD_CLEARING),
    (E.PREPAYMENT              , A.CARD_CLEARING              , A.UNAPPLIED_PATIENT),
    (E.PREPAYMENT_APPLIED      , A.UNAPPLIED_PATIENT          , A.AR_PATIENT),
    (E.PREPAYMENT_APPLIED      , A.UNAPPLIED_PATIENT          , A.AR_SELF_PAY),
    (E.PATIENT_REFUND          , A.UNAPPLIED_PATIENT          , A.REFUNDS_PAYABLE_PATIENT),
    (E.PATIENT_REFUND          , A.REFUNDS_PAYABLE_PATIENT    , A.CASH),
    (E.PAYER_REFUND            , A.AR_INSURANCE               , A.REFUNDS_PAYABLE_PAYER),
    (E.PAYER_REFUND            , A.REFUNDS_PAYABLE_PAYER      , A.CASH),
    (E.PAYER_REFUND            , A.OWED_TO_PAYER              , A.CASH),
    (E.PAYER_REFUND            , A.UNAPPLIED_INSURANCE        , A.REFUNDS_PAYABLE_PAYER),
    (E.TAKE_BACK               , A.OWED_TO_PAYER              , A.REMITTANCE_CLEARING),
    (E.TAKE_BACK_UNIDENTIFIED  , A.TAKE_BACKS_UNIDENTIFIED    , A.REMITTANCE_CLEARING),
    (E.TAKE_BACK_UNIDENTIFIED  , A.AR_INSURANCE               , A.TAKE_BACKS_UNIDENTIFIED),
    (E.TAKE_BACK_UNIDENTIFIED  , A.OWED_TO_PAYER              , A.TAKE_BACKS_UNIDENTIFIED),
    (E.TAKE_BACK_ANNOUNCED     , A.REMITTANCE_CLEARING        , A.OWED_TO_PAYER),
    (E.TAKE_BACK_ANNOUNCED     , A.REMITTANCE_CLEARING        , A.TAKE_BACKS_UNIDENTIFIED),
    (E.BALANCE_FORWARD         , A.REMITTANCE_CLEARING        , A.OWED_TO_PAYER),
    (E.BALANCE_FORWARD         , A.OWED_TO_PAYER              , A.REMITTANCE_CLEARING),
    (E.BALANCE_FORWARD         , A.TAKE_BACKS_UNIDENTIFIED    , A.REMITTANCE_CLEARING),
    (E.REFUND_ACKNOWLEDGED     , A.REMITTANCE_CLEARING        , A.AR_INSURANCE),
    (E.REFUND_ACKNOWLEDGED     , A.REMITTANCE_CLEARING        , A.TAKE_BACKS_UNIDENTIFIED),
    (E.REFUND_ACKNOWLEDGED     , A.TAKE_BACKS_UNIDENTIFIED    , A.REMITTANCE_CLEARING),
    (E.INTEREST                , A.REMITTANCE_CLEARING        , A.INTEREST_RECEIVED),
    (E.INTEREST                , A.INTEREST_PAID              , A.REMITTANCE_CLEARING),
    (E.PROVIDER_ADJUSTMENT     , A.TAKE_BACKS_UNIDENTIFIED    , A.REMITTANCE_CLEARING),
    (E.PROVIDER_ADJUSTMENT     , A.REMITTANCE_CLEARING        , A.UNAPPLIED_INSURANCE),
    (E.PROVIDER_ADJUSTMENT     , A.REMITTANCE_CLEARING        , A.TAKE_BACKS_UNIDENTIFIED),
    (E.PENALTY_OR_TAX          , A.ADMINISTRATIVE             , A.REMITTANCE_CLEARING),
    (E.PENALTY_OR_TAX          , A.TAX_WITHHELD               , A.REMITTANCE_CLEARING),
    (E.PENALTY_OR_TAX          , A.WITHHOLDS                  , A.REMITTANCE_CLEARING),
    (E.PENALTY_OR_TAX          , A.INTEREST_PAID              , A.REMITTANCE_CLEARING),
    (E.PENALTY_OR_TAX          , A.TAKE_BACKS_UNIDENTIFIED    , A.REMITTANCE_CLEARING),
    (E.CAPITATION_OR_BONUS     , A.REMITTANCE_CLEARING        , A.CAPITATION),
    (E.CAPITATION_OR_BONUS     , A.REMITTANCE_CLEARING        , A.INCENTIVES),
    (E.CAPITATION_OR_BONUS     , A.AR_INSURANCE               , A.INCENTIVES),
    (E.SMALL_BALANCE           , A.SMALL_BALANCE              , A.AR_PATIENT),
    (E.SMALL_BALANCE           , A.SMALL_BALANCE              , A.AR_SELF_PAY),
    (E.BAD_DEBT                , A.BAD_DEBT                   , A.AR_PATIENT),
    (E.BAD_DEBT                , A.BAD_DEBT                   , A.AR_SELF_PAY),
    (E.BAD_DEBT                , A.BAD_DEBT                   , A.AR_AGENCY),
    (E.BAD_DEBT                , A.CREDIT_LOSS_ALLOWANCE      , A.AR_PATIENT),
    (E.BAD_DEBT                , A.BAD_DEBT_MEMO              , A.BAD_DEBT_MEMO_CONTRA),
    (E.AGENCY_RECOVERY         , A.CASH                       , A.BAD_DEBT_RECOVERIES),
    (E.AGENCY_RECOVERY         , A.CARD_CLEARING              , A.BAD_DEBT_RECOVERIES),
    (E.AGENCY_RECOVERY         , A.CARD_CLEARING              , A.AR_AGENCY),
    (E.AGENCY_RECOVERY         , A.AGENCY_FEES                , A.BAD_DEBT_RECOVERIES),
    (E.AGENCY_RECOVERY         , A.AGENCY_FEES                , A.AR_AGENCY),
    (E.AGENCY_RECOVERY         , A.BAD_DEBT_MEMO_CONTRA       , A.BAD_DEBT_MEMO),
    (E.CHARITY                 , A.CHARITY                    , A.AR_PATIENT),
    (E.CHARITY                 , A.CHARITY                    , A.AR_SELF_PAY),
    (E.DENIAL_WRITTEN_OFF      , A.ADMINISTRATIVE             , A.AR_INSURANCE),
    (E.DISCOUNT                , A.DISCOUNTS                  , A.AR_PATIENT),
    (E.DISCOUNT                , A.DISCOUNTS                  , A.AR_SELF_PAY),
    (E.PAYMENT_RETURNED        , A.AR_PATIENT                 , A.CASH),
    (E.PAYMENT_RETURNED        , A.AR_PATIENT                 , A.CARD_CLEARING),
    (E.PAYMENT_RETURNED        , A.AR_SELF_PAY                , A.CARD_CLEARING),
    (E.PAYMENT_RETURNED        , A.UNAPPLIED_PATIENT          , A.CARD_CLEARING),
    (E.PAYMENT_RETURNED        , A.UNAPPLIED_INSURANCE        , A.CARD_CLEARING),
    (E.PAYMENT_RETURNED        , A.REMITTANCE_CLEARING        , A.CARD_CLEARING),
    (E.PAYMENT_RETURNED        , A.CARD_CLEARING              , A.CASH),
    (E.RETURNED_PAYMENT_FEE    , A.AR_PATIENT                 , A.RETURNED_PAYMENT_FEES),
    (E.RETURNED_PAYMENT_FEE    , A.AR_SELF_PAY                , A.RETURNED_PAYMENT_FEES),
    (E.AGENCY_PLACEMENT        , A.AR_AGENCY                  , A.AR_PATIENT),
    (E.AGENCY_PLACEMENT        , A.AR_AGENCY                  , A.AR_SELF_PAY),
    (E.AGENCY_PLACEMENT        , A.AR_PATIENT                 , A.AR_AGENCY),
    (E.AGENCY_PLACEMENT        , A.AR_SELF_PAY                , A.AR_AGENCY),
    (E.CAPITATED_SERVICE       , A.CONTRACTUAL                , A.AR_INSURANCE),
    (E.WITHHOLD                , A.WITHHOLDS                  , A.AR_INSURANCE),
    (E.UNCLAIMED_PROPERTY      , A.REFUNDS_PAYABLE_PATIENT    , A.UNCLAIMED_PROPERTY),
    (E.UNCLAIMED_PROPERTY      , A.REFUNDS_PAYABLE_PAYER      , A.UNCLAIMED_PROPERTY),
    (E.UNCLAIMED_PROPERTY      , A.UNCLAIMED_PROPERTY         , A.CASH),
    (E.PAYMENT_FEE             , A.CARD_CLEARING              , A.REMITTANCE_CLEARING),
    (E.PAYMENT_FEE             , A.PAYMENT_FEES               , A.REMITTANCE_CLEARING),
    (E.PAYMENT_FEE             , A.PAYMENT_FEES               , A.CARD_CLEARING),
    (E.PAYMENT_FEE             , A.PAYMENT_FEES               , A.AR_INSURANCE),
    (E.RESPONSIBILITY_CHANGE   , A.AR_PATIENT                 , A.AR_INSURANCE),
    (E.RESPONSIBILITY_CHANGE   , A.AR_SELF_PAY                , A.AR_INSURANCE),
    (E.RESPONSIBILITY_CHANGE   , A.AR_INSURANCE               , A.AR_INSURANCE),
    (E.RESPONSIBILITY_CHANGE   , A.AR_INSURANCE               , A.AR_PATIENT),
    (E.RESPONSIBILITY_CHANGE   , A.AR_INSURANCE               , A.AR_SELF_PAY),
    (E.RESPONSIBILITY_CHANGE   , A.AR_PATIENT                 , A.AR_AGENCY),
    (E.BAD_DEBT_REINSTATED     , A.AR_PATIENT                 , A.BAD_DEBT),
    (E.BAD_DEBT_REINSTATED     , A.AR_SELF_PAY                , A.BAD_DEBT),
    (E.BAD_DEBT_REINSTATED     , A.AR_AGENCY                  , A.BAD_DEBT),
    (E.BAD_DEBT_REINSTATED     , A.AR_PATIENT                 , A.CREDIT_LOSS_ALLOWANCE),
    (E.BAD_DEBT_REINSTATED     , A.BAD_DEBT_MEMO_CONTRA       , A.BAD_DEBT_MEMO),
    (E.OPENING_BALANCE         , A.AR_INSURANCE               , A.CONVERSION_CLEARING),
    (E.OPENING_BALANCE         , A.AR_PATIENT                 , A.CONVERSION_CLEARING),
    (E.UNIDENTIFIED_CASH       , A.CASH                       , A.UNAPPLIED_INSURANCE),
    (E.UNIDENTIFIED_CASH       , A.CARD_CLEARING              , A.UNAPPLIED_INSURANCE),
    (E.UNIDENTIFIED_CASH       , A.UNAPPLIED_INSURANCE        , A.REMITTANCE_CLEARING),
    (E.UNIDENTIFIED_CASH       , A.UNAPPLIED_INSURANCE        , A.CARD_CLEARING),
    (E.UNIDENTIFIED_CASH       , A.UNAPPLIED_INSURANCE        , A.AR_INSURANCE),
    (E.MONTH_END_ALLOWANCE     , A.CONTRACTUAL                , A.CONTRACTUAL_ALLOWANCE),
    (E.MONTH_END_ALLOWANCE     , A.CONTRACTUAL_ALLOWANCE      , A.CONTRACTUAL),
    (E.MONTH_END_ALLOWANCE     , A.BAD_DEBT                   , A.CREDIT_LOSS_ALLOWANCE),
    (E.MONTH_END_ALLOWANCE     , A.CREDIT_LOSS_ALLOWANCE      , A.BAD_DEBT),
    (E.REMITTANCE_HELD         , A.REMITTANCE_CLEARING        , A.UNAPPLIED_INSURANCE),
    (E.REMITTANCE_HELD         , A.TAKE_BACKS_UNIDENTIFIED    , A.REMITTANCE_CLEARING),
    (E.REMITTANCE_HELD         , A.UNAPPLIED_INSURANCE        , A.REMITTANCE_CLEARING),
    (E.REMITTANCE_HELD         , A.REMITTANCE_CLEARING        , A.TAKE_BACKS_UNIDENTIFIED),
    (E.REMITTANCE_HELD         , A.UNAPPLIED_INSURANCE        , A.OWED_TO_PAYER),
    (E.REMITTANCE_HELD         , A.OWED_TO_PAYER              , A.UNAPPLIED_INSURANCE),
    (E.REMITTANCE_HELD         , A.TAKE_BACKS_UNIDENTIFIED    , A.TAKE_BACKS_UNIDENTIFIED),
    (E.REMITTANCE_HELD         , A.PAYMENT_FEES               , A.TAKE_BACKS_UNIDENTIFIED),
    (E.REMITTANCE_HELD         , A.TAKE_BACKS_UNIDENTIFIED    , A.PAYMENT_FEES),
    (E.FIRST_BILL              , A.AR_INSURANCE               , A.AR_INSURANCE),
)  # fmt: skip

MEMO_ONLY: Final = frozenset({E.PRIOR_PAYER_MEMO, E.INTEREST_CLAIMED})
_OF_A_CHARGE: Final = (E.CHARGE_INSURED, E.CHARGE_SELF_PAY)
_OF_AN_ADJUDICATION: Final = (
    E.INSURANCE_PAYMENT,
    E.CONTRACTUAL,
    E.STATUTORY_CUT,
    E.SHARE_TRANSFER,
    E.CAPITATED_SERVICE,
    E.CAPITATION_OR_BONUS,
    E.WITHHOLD,
    E.PAYMENT_FEE,
)
_OF_A_PAYMENT: Final = (
    E.INSURANCE_PAYMENT,
    E.PATIENT_PAYMENT,
    E.PREPAYMENT,
    E.PREPAYMENT_APPLIED,
    E.PAYMENT_RETURNED,
    E.DEPOSIT,
    E.PAYMENT_FEE,
    E.UNIDENTIFIED_CASH,
)
_OF_A_DECISION: Final = (
    E.RESPONSIBILITY_CHANGE,
    E.SMALL_BALANCE,
    E.CHARITY,
    E.DENIAL_WRITTEN_OFF,
    E.DISCOUNT,
    E.AGENCY_PLACEMENT,
    E.AGENCY_RECOVERY,
    E.PATIENT_REFUND,
    E.PAYER_REFUND,
    E.UNCLAIMED_PROPERTY,
    E.TAKE_BACK_UNIDENTIFIED,
    E.RESPONSIBILITY_CHANGE,
)


def _listed(*events: LedgerEvent) -> frozenset[Movement]:
    return frozenset((debit, credit) for event, debit, credit in _TABLE if event in events)


def mirrored(movements: frozenset[Movement]) -> frozenset[Movement]:
    """The same movements backwards."""
    return frozenset((credit, debit) for debit, credit in movements)


_CREDITS: Final = frozenset(CREDIT_ACCOUNT_OF.items())
_CORRECTABLE: Final = _listed(*_OF_A_PAYMENT, *_OF_AN_ADJUDICATION)

MOVEMENTS: Final[Mapping[LedgerEvent, frozenset[Movement]]] = MappingProxyType(
    {
        **{event: _listed(event) for event in LedgerEvent},
        E.CHARGE_VOIDED: mirrored(_listed(*_OF_A_CHARGE)),
        E.REVERSAL: mirrored(_listed(*_OF_AN_ADJUDICATION)),
        E.CORRECTION: _listed(*_OF_AN_ADJUDICATION),
        E.POSTED_WRONG: _CORRECTABLE | mirrored(_CORRECTABLE) | mirrored(_listed(*_OF_A_DECISION)),
        E.CREDIT_RECLASS: _CREDITS | mirrored(_CREDITS),
    }
)
