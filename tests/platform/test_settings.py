"""Production does not start on what suits a developer's machine."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from ar_shared.platform.settings import PlatformSettings

SAFE: dict[str, Any] = {
    "environment": "production",
    "issuer_mode": "builtin",
    "issuer_url": "https://ar.example",
    "cursor_secret": SecretStr("x" * 32),
    "database_url": SecretStr("postgresql://db/ledgerwell"),
}


def test_safe_production_settings_start() -> None:
    assert PlatformSettings(**SAFE).environment == "production"


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("issuer_mode", "dev", "AR_ISSUER_MODE"),
        ("issuer_url", "http://ar.example", "AR_ISSUER_URL"),
        ("cursor_secret", SecretStr("x" * 31), "AR_CURSOR_SECRET"),
        ("cursor_secret", None, "AR_CURSOR_SECRET"),
        ("database_url", None, "AR_DATABASE_URL"),
    ],
)
def test_one_development_default_stops_production(name: str, value: Any, named: str) -> None:
    settings = {**SAFE, name: value}
    if value is None:
        del settings[name]
    with pytest.raises(ValidationError, match=named):
        PlatformSettings(**settings)


def test_development_starts_on_its_defaults() -> None:
    assert PlatformSettings().issuer_mode == "dev"


def test_the_environment_is_read_and_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AR_DATABASE_URL", "postgresql://user:s3cret@db/x")
    monkeypatch.setenv("AR_PORT", "9000")
    settings = PlatformSettings()
    assert (settings.port, settings.database_url.get_secret_value()) == (9000, "postgresql://user:s3cret@db/x")
    assert "s3cret" not in repr(settings)


def test_a_refused_value_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AR_PORT", "s3cret")
    with pytest.raises(ValidationError) as caught:
        PlatformSettings()
    assert "s3cret" not in str(caught.value)
