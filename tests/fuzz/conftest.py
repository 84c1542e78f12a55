"""The sandbox practice of `tests.support`, called in this process."""

from ..support.claims_sandbox import Sandbox, sandbox  # noqa: TID252 (the tests are not on the import path)

__all__ = ["Sandbox", "sandbox"]
