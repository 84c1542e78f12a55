"""Client secrets, stored as scrypt hashes (RFC 7914)."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from typing import Final

_COST: Final = {"n": 2**14, "r": 8, "p": 1}
_FORMAT: Final = "scrypt-16384-8-1"


def new_secret() -> str:
    """A secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What to store: format, salt and hash. Takes about 50 ms of CPU."""
    salt = secrets.token_bytes(16)
    return "$".join((_FORMAT, _text(salt), _text(_derive(secret, salt))))


async def verify_secret(secret: str, stored: str | None) -> bool:
    """Whether `secret` is the one behind `stored`; takes as long for None, so that timing names no client."""
    return await asyncio.to_thread(_verify, secret, stored or _NEVER)


def _verify(secret: str, stored: str) -> bool:
    kind, salt, expected = stored.split("$")
    derived = _text(_derive(secret, base64.b64decode(salt)))
    return kind == _FORMAT and hmac.compare_digest(derived, expected)


def _derive(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, dklen=32, **_COST)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


_NEVER: Final = "$".join((_FORMAT, _text(b"\x00" * 16), ""))
