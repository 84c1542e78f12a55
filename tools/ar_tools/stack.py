"""The three services over a private PostgreSQL: one per test run, or one in the background (`make up`)."""

import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ar_tools.postgres import HOST, Postgres, Profile, free_port, running_postgres
from ar_tools.processes import kill, last_lines, spawn, stop, wait_until
from ar_tools.programs import ROLES, bring_up_to_date, run_program
from ar_tools.sql import execute, fetch_names

DATABASE: Final = "ledgerwell"
READY_SECONDS: Final = 60
GRACE_SECONDS: Final = 10


@dataclass(frozen=True)
class Service:
    """`package` is also its name in `stack.json`; `port` is where `make up` puts it when that is free."""

    package: str
    role: str
    port: int

    @property
    def name(self) -> str:
        return self.package.replace("_", "-")


SERVICES: Final = (
    Service("claims_api", "claims", 8001),
    Service("followup_worker", "followup", 8002),
    Service("reporting_api", "reporting", 8003),
)


class StackError(RuntimeError):
    """A service does not get ready; the message ends with its log."""


class Stack:
    """A running stack; `start`, `stop` and `kill` take a package name and keep the service's port."""

    def __init__(self, folder: Path, pg: Postgres, ports: Mapping[str, int], extra: Mapping[str, str]) -> None:
        self.folder = folder
        self.pg = pg
        self.ports = ports
        self.sandbox: Mapping[str, Any] = {}
        self._passwords = {role: secrets.token_hex(16) for role in ROLES}
        self._client_secrets = {service.package: secrets.token_hex(32) for service in SERVICES}
        self._cursor_secret = secrets.token_hex(32)
        self._extra = extra
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def database_url(self) -> str:
        """As the superuser, for tests and people; services log in with their own roles."""
        return self.pg.url(DATABASE)

    def url(self, package: str) -> str:
        return f"http://{HOST}:{self.ports[package]}"

    def facts(self) -> dict[str, Any]:
        """What `stack.json` holds."""
        claims_api = self.url("claims_api")
        return {
            **{service.package: self.url(service.package) for service in SERVICES},
            "token_url": f"{claims_api}/oauth2/token",
            **{name: self.sandbox[name] for name in ("client_id", "client_secret", "practice")},
            "database_url": self.database_url,
        }

    def prepare(self) -> None:
        """Database, roles, schemas and the sandbox practice; does only what is not done yet."""
        if DATABASE not in fetch_names(self.pg.url(), "SELECT datname FROM pg_database"):
            execute(self.pg.url(), f"CREATE DATABASE {DATABASE}")
        bring_up_to_date(self.database_url, self._passwords)
        settings = {
            **self._settings(SERVICES[0]),
            **{f"AR_{package.upper()}_CLIENT_SECRET": secret for package, secret in self._client_secrets.items()},
        }
        self.sandbox = json.loads(run_program("claims_api.sandbox", settings=settings))

    def start(self, *packages: str) -> None:
        """Start these services (all, when none is named) and wait for their `/readyz`. Raises StackError."""
        chosen = [service for service in SERVICES if not packages or service.package in packages]
        for service in chosen:
            self._processes[service.package] = spawn(
                [
                    *(sys.executable, "-m", "uvicorn", f"{service.package}.main:create_app", "--factory"),
                    *("--host", HOST, "--port", str(self.ports[service.package]), "--no-access-log"),
                ],
                env={**os.environ, **self._settings(service)},
                log=self.log(service.package),
            )
        for service in chosen:
            self._wait_ready(service.package)

    def stop(self, *packages: str) -> None:
        """SIGTERM to these services (all, when none is named), all at once, then wait for each."""
        processes = [self._processes.pop(package) for package in packages or list(self._processes)]
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_SECONDS)
            stop(process)

    def kill(self, package: str) -> None:
        """kill -9 for the service and its helpers."""
        kill(self._processes.pop(package))

    def pid(self, package: str) -> int:
        return self._processes[package].pid

    def restart(self, package: str) -> None:
        self.stop(package)
        self.start(package)

    def log(self, package: str) -> Path:
        return self.folder / "logs" / f"{package}.log"

    def _settings(self, service: Service) -> dict[str, str]:
        own_url = self.pg.url(DATABASE, user=f"ar_{service.role}", password=self._passwords[service.role])
        claims_api = self.url("claims_api")
        return {
            "AR_ENVIRONMENT": "development",
            "AR_HOST": HOST,
            "AR_PORT": str(self.ports[service.package]),
            "AR_DATABASE_URL": own_url,
            "AR_DATABASE_DIRECT_URL": own_url,
            **{f"AR_{other.package.upper()}_URL": self.url(other.package) for other in SERVICES},
            "AR_ISSUER_URL": claims_api,
            "AR_JWKS_URL": f"{claims_api}/.well-known/jwks.json",
            "AR_TOKEN_URL": f"{claims_api}/oauth2/token",
            "AR_SERVICE_CLIENT_ID": service.name,
            "AR_SERVICE_CLIENT_SECRET": self._client_secrets[service.package],
            "AR_CURSOR_SECRET": self._cursor_secret,
            **self._extra,
        }

    def _wait_ready(self, package: str) -> None:
        process = self._processes[package]
        wait_until(lambda: process.poll() is not None or is_ready(self.url(package)), READY_SECONDS)
        if process.poll() is not None or not is_ready(self.url(package)):
            log = self.log(package)
            raise StackError(f"{package} is not ready; {log} ends with:\n{last_lines(log)}")


def is_ready(url: str) -> bool:
    """Whether the service says it can do its work."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def running_stack(
    folder: Path,
    *,
    profile: Profile = "durable",
    usual_ports: bool = False,
    extra: Mapping[str, str] | None = None,
) -> Iterator[Stack]:
    """A ready stack with its data and logs in `folder`, stopped at the end however that comes.

    `extra` are settings (`AR_*`) for all three services.
    """
    ports = {service.package: _port_for(service, usual=usual_ports) for service in SERVICES}
    with running_postgres(folder / "postgres", profile=profile) as pg:
        stack = Stack(folder, pg, ports, extra or {})
        try:
            stack.prepare()
            stack.start()
            yield stack
        finally:
            stack.stop()


def _port_for(service: Service, *, usual: bool) -> int:
    if usual:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, service.port))
            return service.port
    return free_port()
