"""Settings of claims-api: the platform's, and its own."""

from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from ar_shared.platform.settings import PlatformSettings

MIB: Final = 1024 * 1024
MAX_FILE_BYTES: Final = 256 * MIB


class ClaimsSettings(PlatformSettings):
    """`AR_*` variables of claims-api."""

    service_name: str = "claims-api"
    port: int = 8001
    clearinghouse: Literal["simulator", "drop_folder"] = "simulator"  # of production practices; simulator: none
    drop_folder: Path | None = None
    document_folder: Path | None = None  # bytes of documents, shared by all replicas; without it: the database
    event_poll_seconds: float = 0.1
    edi_max_file_bytes: int = Field(default=MAX_FILE_BYTES, ge=1024, le=MAX_FILE_BYTES)  # beyond: 413
    edi_inline_bytes: int = Field(default=MIB, ge=0)  # beyond: read in a process of its own
    edi_async_bytes: int = Field(default=16 * MIB, ge=0)  # beyond: answered 202 before it is read
    edi_attempts: int = Field(default=5, ge=1, le=1000)  # tries of a transaction before it is parked

    @model_validator(mode="after")
    def drop_folder_has_a_place(self) -> Self:
        if self.clearinghouse == "drop_folder" and self.drop_folder is None:
            raise ValueError("AR_CLEARINGHOUSE=drop_folder needs AR_DROP_FOLDER")
        return self
