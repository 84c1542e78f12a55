"""How a 277CA names one of our files: 2200B TRN02 repeats the BHT03 that we sent."""

from typing import Final
from uuid import UUID

TRACE_DIGITS: Final = 30


def trace_of(submission_id: UUID) -> str:
    """BHT03 of a file of ours: the first 30 digits of the submission's id."""
    return submission_id.hex[:TRACE_DIGITS]


def submission_ids_of(trace: str) -> tuple[UUID, UUID] | None:
    """The lowest and the highest id that a submission of this trace can have; None for a trace that is not ours."""
    trace = trace.lower()
    if len(trace) != TRACE_DIGITS or not set(trace) <= set("0123456789abcdef"):
        return None
    return UUID(hex=trace + "00"), UUID(hex=trace + "ff")
