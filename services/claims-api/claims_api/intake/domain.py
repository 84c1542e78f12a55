"""What uploaded claims are for, and how far a file is."""

from typing import Final

from claims_api.phrases import Phrased

ATTEMPTS: Final = 5
"""Tries of a transaction before it is parked, where a setting says nothing else."""


class Purpose(Phrased):
    """What uploaded claims are for. Without one they become drafts that cannot be submitted."""

    SUBMIT = "submit", "to be sent to the payer by us"
    ALREADY_SUBMITTED = "already_submitted", "history: the payer has them"
    TEST = "test", "to be looked at; nothing reaches the ledger"


class FileState(Phrased):
    """How far a file is."""

    RECEIVED = "received", "kept; no worker has begun with it"
    PROCESSING = "processing", "a worker is at it, or will take it up again"
    PROCESSED = "processed", "every transaction was met; each says what it became"
    PARKED = "parked", "going on failed each time it was tried; a person may have it tried again"
    CANCELLED = "cancelled", "a person stopped it between transactions; what was done stays"


UNFINISHED: Final = frozenset({FileState.RECEIVED, FileState.PROCESSING})
