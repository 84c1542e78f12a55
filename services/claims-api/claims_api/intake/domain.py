"""What uploaded claims are for."""

from claims_api.phrases import Phrased


class Purpose(Phrased):
    """What uploaded claims are for. Without one they become drafts that cannot be submitted."""

    SUBMIT = "submit", "to be sent to the payer by us"
    ALREADY_SUBMITTED = "already_submitted", "history: the payer has them"
    TEST = "test", "to be looked at; nothing reaches the ledger"
