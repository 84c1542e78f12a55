"""What to do about a credit: the order of tests, and why."""

from claims_api.phrases import Phrased


class Resolution(Phrased):
    """The first test that holds decides."""

    AWAIT_PAYER = "await_payer", "the payer's reversal or correction is awaited: the credit may go away by itself"
    FINISH_REFUND = "finish_refund", "a refund of all of it is under way"
    TRANSFER_TO_OPEN = (
        "transfer_to_open",
        "the same party owes on another service: look for a payment on the wrong line",
    )
    REFUND = "refund", "nothing of the same party is open: it was overpaid, and is owed back"


def suggested(*, provisional: bool, credit_cents: int, reserved_cents: int, same_party_open_cents: int) -> Resolution:
    """Never another party's balance: a payer's money does not pay a patient's share."""
    if provisional:
        return Resolution.AWAIT_PAYER
    if reserved_cents >= credit_cents:
        return Resolution.FINISH_REFUND
    if same_party_open_cents > 0:
        return Resolution.TRANSFER_TO_OPEN
    return Resolution.REFUND
