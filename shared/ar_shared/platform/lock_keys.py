"""The numbers of advisory locks, one list for all services: two locks of one number would wait for each other."""

from enum import IntEnum, unique


@unique
class LockKey(IntEnum):
    """The first half of a lock's key; the other half is the practice. `MIGRATIONS` and `SIGNING_KEYS` stand alone.

    Locks of one thing (an idempotency key, a payment's identity) are 64-bit hashes of what they name.
    """

    MIGRATIONS = 7_700
    PERIOD = 7_701
    SIGNING_KEYS = 7_702
    CLAIM_IMPORT = 7_703
    SIMULATED_DELIVERY = 7_704
    TEST_CLOCK = 7_705
