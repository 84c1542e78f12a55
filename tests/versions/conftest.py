"""The sandbox practice of `tests.support`, for the tests of claim versions."""

# Relative, because the tests are not on the import path.
from ..support.claims_sandbox import Sandbox, a_claim, patient, sandbox  # noqa: TID252

__all__ = ["Sandbox", "a_claim", "patient", "sandbox"]
