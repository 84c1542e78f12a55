"""The practice of the remittance tests, with a bank account whose CSV files and BAI2 files we can read."""

# Relative, because the tests are not on the import path.
from ..remittances.conftest import bill, http, world  # noqa: TID252

__all__ = ["bill", "http", "world"]
