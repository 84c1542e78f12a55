"""A bounded cache whose entries expire."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class ExpiringCache(Generic[Value]):
    """Holds at most `max_entries`, each until its own instant; the oldest entry leaves first."""

    def __init__(self, max_entries: int, now: Callable[[], float]) -> None:
        self._entries: OrderedDict[str, tuple[float, Value]] = OrderedDict()
        self._max_entries = max_entries
        self._now = now

    def get(self, key: str) -> Value | None:
        """The value, or None if there is none or its instant has come."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] <= self._now():
            self._entries.pop(key, None)
            return None
        return entry[1]

    def put(self, key: str, value: Value, expires_at: float) -> None:
        """Keep a value until `expires_at` (seconds of the clock given at construction)."""
        while len(self._entries) >= self._max_entries:
            self._entries.popitem(last=False)
        self._entries[key] = (expires_at, value)
