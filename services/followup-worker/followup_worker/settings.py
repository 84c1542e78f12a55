"""Settings of followup-worker: the platform's, and its own."""

from pathlib import Path
from typing import Final

from pydantic import Field

from ar_shared.platform.settings import PlatformSettings

OWN_RULEBOOK: Final = Path(__file__).parent / "rules" / "rulebook.toml"


class FollowupSettings(PlatformSettings):
    """`AR_*` variables of followup-worker."""

    service_name: str = "followup-worker"
    port: int = 8002
    rulebook: Path = OWN_RULEBOOK
    event_poll_seconds: float = Field(default=0.25, gt=0)
    sweep_every_minutes: int = Field(default=60, ge=1, le=24 * 60)
    sweep_attempts: int = Field(default=5, ge=1, le=100)  # starts without an end before a practice is parked
    run_background: bool = True  # off in tests that drive each step themselves
