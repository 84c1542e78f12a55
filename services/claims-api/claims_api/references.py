"""How a request names another resource: by our id or by the caller's own."""

from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from ar_shared.platform.types import ExternalId, Rule, StrictModel

ONE_OF_ID = Rule("reference_ambiguous", "Give either id or external_id.")


class Reference(StrictModel):
    """Another resource, by our id or by the caller's own."""

    id: UUID | None = None
    external_id: ExternalId | None = Field(default=None, examples=["PAT-1001"])

    @model_validator(mode="after")
    def names_one(self) -> Self:
        if (self.id is None) == (self.external_id is None):
            raise ONE_OF_ID.broken()
        return self
