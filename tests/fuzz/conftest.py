"""The sandbox practice of `tests.support`, called in this process, and the worlds of the security tests."""

from ..security.conftest import module_database, stack, world  # noqa: TID252 (the tests are not on the import path)
from ..support.claims_sandbox import Sandbox, sandbox  # noqa: TID252

__all__ = ["Sandbox", "module_database", "sandbox", "stack", "world"]
