"""One line of a bulk request: the claim it holds, or what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from pydantic import ValidationError

from ar_shared.kernel.errors import FieldError
from ar_shared.platform.field_errors import explain
from claims_api.claims.schemas import BulkLineError, BulkLineOut, BulkStatus, ClaimIn

_NO_NAME: Final = FieldError("/external_id", "missing", "In bulk each claim needs the caller's own id.")


@dataclass(slots=True)
class BulkLine:
    """A line of the body, counted from 1: the claim it holds, or what became of it."""

    n: int
    claim: ClaimIn | None = None
    outcome: BulkLineOut | None = None

    def becomes(self, status: BulkStatus, claim_id: UUID | None = None, errors: Sequence[FieldError] = ()) -> None:
        """`errors` point into the line's own JSON."""
        told = [BulkLineError(pointer=one.pointer, code=one.code, message=one.message) for one in errors]
        self.outcome = BulkLineOut.model_construct(line=self.n, status=status, claim_id=claim_id, errors=told)


def read_bulk_line(n: int, text: bytes, field_names: Collection[str]) -> BulkLine:
    """The line with a valid claim, or already `invalid`. field_names: what an error may point at."""
    line = BulkLine(n)
    try:
        line.claim = ClaimIn.model_validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        told = explain([{**one, "loc": ("body", *one["loc"])} for one in found], field_names)
        line.becomes("invalid", errors=[FieldError(one["pointer"], one["code"], one["message"]) for one in told])
        return line
    if line.claim.external_id is None:
        line.becomes("invalid", errors=[_NO_NAME])
    return line
