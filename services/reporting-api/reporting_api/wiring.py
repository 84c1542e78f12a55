"""What every request of reporting-api may use, made once in `main`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from ar_shared.kernel.clock import Clock
from ar_shared.platform.cursors import Cursors
from ar_shared.platform.database import Database
from ar_shared.platform.http_client import ServiceClient
from reporting_api.metrics import ReportingMetrics
from reporting_api.settings import ReportingSettings


@dataclass(frozen=True, slots=True)
class Wiring:
    """The service's parts. `reports` is a read replica when one is configured, else `database`."""

    settings: ReportingSettings
    database: Database
    reports: Database
    clock: Clock
    claims_api: ServiceClient
    metrics: ReportingMetrics
    cursors: Cursors


async def _wiring(request: Request) -> Wiring:
    wiring: Wiring = request.app.state.wiring
    return wiring


Wired = Annotated[Wiring, Depends(_wiring)]
