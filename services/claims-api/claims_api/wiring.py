"""What every request of claims-api may use, made once in `main`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from ar_shared.kernel.clock import Clock
from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.auth import ClientDirectory
from ar_shared.platform.auth.issuer import TokenIssuer
from ar_shared.platform.auth.principal import PracticeMode
from ar_shared.platform.cursors import Cursors
from ar_shared.platform.database import Database
from claims_api.clearinghouse import ClearinghousePort
from claims_api.document_storage import DocumentStorage
from claims_api.file_worker import FileWorker
from claims_api.settings import ClaimsSettings


@dataclass(frozen=True, slots=True)
class Wiring:
    """The service's parts. `issuer` is None when an external issuer is configured."""

    settings: ClaimsSettings
    database: Database
    clock: Clock
    cursors: Cursors
    issuer: TokenIssuer | None
    ports: Mapping[str, ClearinghousePort]
    directory: ClientDirectory
    documents: DocumentStorage
    file_worker: FileWorker

    def port_of(self, mode: PracticeMode) -> str:
        """A sandbox practice always talks to the payer simulator, whatever the installation uses.

        Raises ServiceUnavailableError for a production practice when the installation has nothing else.
        """
        if mode == "sandbox":
            return "simulator"
        if self.settings.clearinghouse == "simulator":
            raise ServiceUnavailableError("no clearinghouse is configured for production practices")
        return self.settings.clearinghouse


async def _wiring(request: Request) -> Wiring:
    wiring: Wiring = request.app.state.wiring
    return wiring


Wired = Annotated[Wiring, Depends(_wiring)]
