"""Identifiers made in Python: time-ordered, so that indexes grow at one end."""

import os
import time
from uuid import UUID

_VERSION_AND_VARIANT = (0x7 << 76) | (0x2 << 62)


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562): 48 bits of Unix milliseconds, 74 random bits."""
    random = int.from_bytes(os.urandom(10), "big")
    high = (random >> 68) & 0xFFF
    low = random & ((1 << 62) - 1)
    return UUID(int=(time.time_ns() // 1_000_000 << 80) | _VERSION_AND_VARIANT | (high << 64) | low)
