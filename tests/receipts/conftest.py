"""The practice of the remittance tests; here money comes without a remittance, too."""

# Relative, because the tests are not on the import path.
from ..remittances.conftest import bill, http, world  # noqa: TID252

__all__ = ["bill", "http", "world"]
