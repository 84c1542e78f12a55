"""The practice of the remittance tests, for rules of the ledger that no operation posts yet."""

# Relative, because the tests are not on the import path.
from ..remittances.conftest import bill, http, world  # noqa: TID252

__all__ = ["bill", "http", "world"]
