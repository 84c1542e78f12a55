"""Settings of every service, read from `AR_*` environment variables."""

from typing import Final, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Environment = Literal["production", "development", "test"]
IssuerMode = Literal["external", "builtin", "dev"]

DEVELOPMENT_KEY: Final = "development-only-secret"
_MIN_SECRET_LENGTH: Final = 32


class PlatformSettings(BaseSettings):
    """What all services share; each service extends it and sets its own `service_name` and `port`.

    The defaults suit one developer's machine. In production the development defaults are refused at start-up,
    so that a forgotten variable stops the service instead of opening it.
    """

    model_config = SettingsConfigDict(env_prefix="AR_", extra="ignore", frozen=True, hide_input_in_errors=True)

    environment: Environment = "development"
    service_name: str = "ledgerwell"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    database_url: SecretStr = SecretStr("postgresql://127.0.0.1:5432/ledgerwell")
    database_direct_url: SecretStr | None = None  # for LISTEN and migrations, past any pgbouncer
    database_read_url: SecretStr | None = None  # a replica for reports
    db_pool_min_size: int = Field(default=2, ge=0, le=500)
    db_pool_max_size: int = Field(default=10, ge=1, le=500)
    db_acquire_timeout_seconds: float = Field(default=5.0, gt=0)
    db_command_timeout_seconds: float = Field(default=30.0, gt=0)
    db_statement_cache_size: int = Field(default=200, ge=0)  # 0 behind pgbouncer older than 1.21

    issuer_mode: IssuerMode = "dev"
    issuer_url: str = "http://127.0.0.1:8001"
    audience: str = "ledgerwell"
    jwks_url: str = "http://127.0.0.1:8001/.well-known/jwks.json"
    token_url: str = "http://127.0.0.1:8001/oauth2/token"  # noqa: S105 - an address
    token_lifetime_seconds: int = Field(default=600, ge=300, le=900)
    client_cache_seconds: float = Field(default=30.0, ge=0, le=300)

    claims_api_url: str = "http://127.0.0.1:8001"
    followup_worker_url: str = "http://127.0.0.1:8002"
    reporting_api_url: str = "http://127.0.0.1:8003"
    service_client_id: str = ""  # this service's own client, for calls to its siblings
    service_client_key: SecretStr = SecretStr("")  # its private P-384 key as a JWK
    service_client_secret: SecretStr = SecretStr("")  # in a sandbox, instead of the key

    cursor_secret: SecretStr = SecretStr(DEVELOPMENT_KEY)
    max_body_bytes: int = Field(default=1024 * 1024, ge=1024)
    rate_limit_per_minute: int = Field(default=60_000, ge=0)  # per client and replica; 0 switches it off

    @model_validator(mode="after")
    def refuse_development_defaults_in_production(self) -> Self:
        if self.environment != "production":
            return self
        unsafe = [name for name, is_unsafe in self._development_defaults().items() if is_unsafe]
        if unsafe:
            raise ValueError(f"not allowed in production: {', '.join(unsafe)}")
        return self

    def _development_defaults(self) -> dict[str, bool]:
        return {
            "AR_ISSUER_MODE=dev": self.issuer_mode == "dev",
            "AR_CURSOR_SECRET shorter than 32 characters": len(self.cursor_secret.get_secret_value())
            < _MIN_SECRET_LENGTH
            or self.cursor_secret.get_secret_value() == DEVELOPMENT_KEY,
            "AR_ISSUER_URL without https": not self.issuer_url.startswith("https://"),
            "AR_DATABASE_URL left at its default": "database_url" not in self.model_fields_set,
        }
