"""What every request and background step of followup-worker may use, made once in `main`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from ar_shared.kernel.clock import Clock
from ar_shared.platform.cursors import Cursors
from ar_shared.platform.database import Database
from ar_shared.platform.http_client import ServiceClient
from followup_worker.metrics import FollowupMetrics
from followup_worker.rules.rulebook import Rulebook
from followup_worker.settings import FollowupSettings


@dataclass(frozen=True, slots=True)
class Wiring:
    """The service's parts. `claims_api` is called with this service's own token."""

    settings: FollowupSettings
    database: Database
    clock: Clock
    cursors: Cursors
    rulebook: Rulebook
    claims_api: ServiceClient
    metrics: FollowupMetrics


async def _wiring(request: Request) -> Wiring:
    wiring: Wiring = request.app.state.wiring
    return wiring


Wired = Annotated[Wiring, Depends(_wiring)]
