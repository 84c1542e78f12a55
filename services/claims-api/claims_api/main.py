"""claims-api: the only wiring."""

import contextlib
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI

from ar_shared.kernel.clock import SystemClock
from ar_shared.platform.app import create_service_app
from ar_shared.platform.auth.issuer import TokenIssuer
from ar_shared.platform.auth.keys import JwksFetch
from ar_shared.platform.cursors import Cursors
from ar_shared.platform.database import Database, open_database
from ar_shared.platform.http_client import jwks_from_url, new_http_client
from ar_shared.platform.logs import configure_logging
from ar_shared.platform.metrics import Metrics
from claims_api.access.issuer_store import DatabaseIssuerStore
from claims_api.access.routes import router as access_router
from claims_api.agencies.routes import router as agencies_router
from claims_api.background import background
from claims_api.bank.routes import router as bank_router
from claims_api.charges.routes import router as charges_router
from claims_api.claims.routes import router as claims_router
from claims_api.clearinghouse import ClearinghousePort, DropFolder
from claims_api.coordination.routes import router as coordination_router
from claims_api.corrections.routes import router as corrections_router
from claims_api.credits.overpayment_routes import router as overpayments_router
from claims_api.credits.routes import router as credits_router
from claims_api.denials.routes import router as denials_router
from claims_api.document_storage import DatabaseStorage, FolderStorage
from claims_api.documents.routes import router as documents_router
from claims_api.events.routes import router as events_router
from claims_api.file_worker import FileWorker
from claims_api.held_money.routes import router as held_money_router
from claims_api.intake.routes import operations_router
from claims_api.intake.routes import router as intake_router
from claims_api.ledger.routes import router as ledger_router
from claims_api.paper.routes import router as paper_router
from claims_api.parties.routes import router as parties_router
from claims_api.payables.routes import router as payables_router
from claims_api.periods.routes import router as periods_router
from claims_api.practices.queries import DatabaseClientDirectory
from claims_api.progress.routes import router as progress_router
from claims_api.proofs.routes import router as proofs_router
from claims_api.receipts.routes import router as receipts_router
from claims_api.refunds.routes import router as refunds_router
from claims_api.remittances.routes import router as remittances_router
from claims_api.resolutions.routes import router as resolutions_router
from claims_api.settings import ClaimsSettings
from claims_api.simulator.routes import router as simulator_router
from claims_api.simulator.simulator_port import SimulatorPort
from claims_api.submissions.routes import router as submissions_router
from claims_api.take_backs.routes import router as take_backs_router
from claims_api.test_clock.routes import router as test_clock_router
from claims_api.timeline.routes import router as timeline_router
from claims_api.transfers.routes import router as transfers_router
from claims_api.unclaimed_property.routes import router as unclaimed_property_router
from claims_api.versions.routes import router as versions_router
from claims_api.wiring import Wiring
from claims_api.write_offs.routes import router as write_offs_router

ROUTERS = (
    access_router,
    parties_router,
    claims_router,
    charges_router,
    documents_router,
    submissions_router,
    intake_router,
    operations_router,
    take_backs_router,  # it and the next have fixed paths where a remittance has its id
    corrections_router,
    remittances_router,
    held_money_router,
    paper_router,
    resolutions_router,
    receipts_router,
    bank_router,
    write_offs_router,
    refunds_router,
    payables_router,
    credits_router,
    overpayments_router,
    unclaimed_property_router,
    denials_router,
    ledger_router,
    proofs_router,
    periods_router,
    events_router,
    progress_router,
    simulator_router,
    test_clock_router,
    timeline_router,
    versions_router,
    coordination_router,
    transfers_router,
    agencies_router,
)


def create_app(settings: ClaimsSettings | None = None, *, more_routers: Sequence[APIRouter] = ()) -> FastAPI:
    """The service; opens no connection before the first request. more_routers: what a benchmark compares with."""
    settings = settings or ClaimsSettings()
    configure_logging(settings.service_name, settings.log_level)
    metrics = Metrics(settings.service_name)
    database = open_database(settings, metrics)
    clock = SystemClock()
    issuer = _issuer(settings, database, clock)
    directory = DatabaseClientDirectory(database)
    file_worker = FileWorker(_worker_environment(settings))
    app = create_service_app(
        settings,
        title="Ledgerwell claims-api",
        summary="Claims, remittances, denials and the ledger of a practice.",
        version="1",
        routers=[*ROUTERS, *more_routers],
        directory=directory,
        fetch_jwks=_keys(settings, issuer),
        probes={"database": database.is_ready},
        lifespan=[_closing(database, file_worker), background],
        metrics=metrics,
    )
    cursors = Cursors(settings.cursor_secret.get_secret_value())
    app.state.wiring = Wiring(
        settings=settings,
        database=database,
        clock=clock,
        cursors=cursors,
        issuer=issuer,
        ports=_ports(settings, clock),
        directory=directory,
        file_worker=file_worker,
        documents=FolderStorage(settings.document_folder) if settings.document_folder else DatabaseStorage(),
    )
    return app


def _worker_environment(settings: ClaimsSettings) -> dict[str, str]:
    """The service's own, and what settings that were made otherwise say."""
    return {
        **os.environ,
        "AR_DATABASE_URL": settings.database_url.get_secret_value(),
        "AR_EDI_ATTEMPTS": str(settings.edi_attempts),
    }


def _issuer(settings: ClaimsSettings, database: Database, clock: SystemClock) -> TokenIssuer | None:
    if settings.issuer_mode == "external":
        return None
    return TokenIssuer(settings, DatabaseIssuerStore(database, clock))


def _keys(settings: ClaimsSettings, issuer: TokenIssuer | None) -> JwksFetch:
    if issuer is None:
        return jwks_from_url(new_http_client(), settings.jwks_url)

    async def own_keys() -> Mapping[str, Any]:
        return await issuer.jwks()

    return own_keys


def _ports(settings: ClaimsSettings, clock: SystemClock) -> dict[str, ClearinghousePort]:
    ports: dict[str, ClearinghousePort] = {"simulator": SimulatorPort(clock)}
    if settings.drop_folder is not None:
        ports["drop_folder"] = DropFolder(settings.drop_folder)
    return ports


def _closing(database: Database, file_worker: FileWorker) -> Any:
    @contextlib.asynccontextmanager
    async def close(_app: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await file_worker.close()
            await database.close()

    return close
