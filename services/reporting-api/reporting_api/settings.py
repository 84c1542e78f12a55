"""Settings of reporting-api: the platform's, and its own."""

from decimal import Decimal

from pydantic import Field

from ar_shared.platform.settings import PlatformSettings


class ReportingSettings(PlatformSettings):
    """`AR_*` variables of reporting-api."""

    service_name: str = "reporting-api"
    port: int = 8003
    event_poll_seconds: float = Field(default=0.25, gt=0)
    snapshot_seconds: float = Field(default=30.0, gt=0)
    kpi_targets: dict[str, Decimal] = Field(default_factory=dict)  # by KPI id; the rest keep their defaults
    run_background: bool = True  # off in tests that fold by themselves
