"""Why a claim of a remittance is not posted: its money is held, and it waits with this reason."""

from claims_api.phrases import Phrased


class HoldReason(Phrased):
    """The closed list. Everything else about the remittance posts."""

    UNREADABLE = "unreadable", "a part of the claim that its money depends on could not be read"
    UNBALANCED = "unbalanced", "its charges, adjustments and payments do not add up"
    NEGATIVE_PAYMENT = "negative_payment", "a line pays less than nothing and the claim is no reversal"
    STATUS_NOT_SUPPORTED = "status_not_supported", "its claim status is not one of this version"
    GROUP_NOT_SUPPORTED = "group_not_supported", "it adjusts under group CR of the older version, and is no reversal"
    MONEY_WITHOUT_DECISION = "money_without_decision", "an estimate or a forwarded claim that carries money"
    PAYER_UNKNOWN = "payer_unknown", "the payer is none of the practice's payers, by number or name"
    NO_MATCH = "no_match", "no claim of ours fits"
    AMBIGUOUS = "ambiguous", "more than one claim of ours fits"
    FACTS_DIFFER = "facts_differ", "the number is one of ours, but payer, total charge or service dates differ"
    LINE_UNMATCHED = "line_unmatched", "the claim fits, and a line of it does not"
    LOOK_ALIKE = "look_alike", "the same decision was posted with another payment"
    REVERSAL_UNMATCHED = "reversal_unmatched", "no posted decision is the exact opposite of this reversal"
    UNMATCHED = "unmatched", "a person took it off the claim it was posted to"
    TOO_MANY_FOR_ONE_CLAIM = "too_many_for_one_claim", "more decisions on one claim than a payer makes in one payment"
