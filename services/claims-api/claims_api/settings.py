"""Settings of claims-api: the platform's, and its own."""

from pathlib import Path
from typing import Literal

from ar_shared.platform.settings import PlatformSettings


class ClaimsSettings(PlatformSettings):
    """`AR_*` variables of claims-api."""

    service_name: str = "claims-api"
    port: int = 8001
    clearinghouse: Literal["simulator", "drop_folder"] = "simulator"  # where a production practice's files go
    drop_folder: Path | None = None
    max_edi_bytes: int = 256 * 1024 * 1024
    event_poll_seconds: float = 0.1
