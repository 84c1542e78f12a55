"""Settings of claims-api: the platform's, and its own."""

from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator

from ar_shared.platform.settings import PlatformSettings


class ClaimsSettings(PlatformSettings):
    """`AR_*` variables of claims-api."""

    service_name: str = "claims-api"
    port: int = 8001
    clearinghouse: Literal["simulator", "drop_folder"] = "simulator"  # of production practices; simulator: none
    drop_folder: Path | None = None
    event_poll_seconds: float = 0.1

    @model_validator(mode="after")
    def drop_folder_has_a_place(self) -> Self:
        if self.clearinghouse == "drop_folder" and self.drop_folder is None:
            raise ValueError("AR_CLEARINGHOUSE=drop_folder needs AR_DROP_FOLDER")
        return self
