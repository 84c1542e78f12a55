"""The practice of the remittance tests."""

from ..remittances.conftest import bill, http, world  # noqa: TID252

__all__ = ["bill", "http", "world"]
