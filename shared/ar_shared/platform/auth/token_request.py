"""Reads the form of a token request (RFC 6749 sections 2.3.1 and 4.4.2, RFC 7523 section 2.2)."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

from ar_shared.platform.auth.errors import TokenInvalidError
from ar_shared.platform.auth.verifier import unverified_claims

FORM_TYPE: Final = "application/x-www-form-urlencoded"
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_MAX_FIELDS: Final = 20
OAUTH_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: {
        "description": description,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["error"],
                    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
                }
            }
        },
    }
    for status, description in ((400, "The request is refused (RFC 6749)."), (401, "The client is not known."))
}


class OAuthError(Exception):
    """An error of RFC 6749 section 5.2; the token endpoint answers with `status`, `body` and `headers`."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status

    @classmethod
    def invalid_client(cls) -> "OAuthError":
        """One answer for an unknown client, a wrong secret and a bad assertion."""
        return cls("invalid_client", "client authentication failed", 401)

    @property
    def body(self) -> dict[str, str]:
        return {"error": self.error, "error_description": self.description}

    @property
    def headers(self) -> dict[str, str]:
        challenge = {"WWW-Authenticate": 'Basic realm="token"'} if self.status == 401 else {}
        return {"Cache-Control": "no-store", **challenge}


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A readable token request: who claims to ask, and the one proof that came with it."""

    client_id: str
    secret: str | None = field(default=None, repr=False)
    assertion: str | None = field(default=None, repr=False)
    scopes: frozenset[str] = frozenset()


def read_token_request(body: bytes, content_type: str, authorization: str | None) -> TokenRequest:
    """The request in a form body and an optional Basic header. Raises OAuthError."""
    form = _form(body, content_type)
    if form.get("grant_type") != "client_credentials":
        raise OAuthError("unsupported_grant_type", "only client_credentials is offered")
    scopes = frozenset(form.get("scope", "").split())
    basic = _basic(authorization) if authorization else None
    if (basic is not None) + ("client_secret" in form) + ("client_assertion" in form) > 1:
        raise OAuthError("invalid_request", "use one way of client authentication")
    if "client_assertion" in form:
        return TokenRequest(_assertion_client(form), assertion=form["client_assertion"], scopes=scopes)
    if basic is not None:
        return TokenRequest(basic[0], secret=basic[1], scopes=scopes)
    if form.get("client_id") and form.get("client_secret"):
        return TokenRequest(form["client_id"], secret=form["client_secret"], scopes=scopes)
    raise OAuthError.invalid_client()


def _form(body: bytes, content_type: str) -> dict[str, str]:
    if content_type.split(";", 1)[0].strip().lower() != FORM_TYPE:
        raise OAuthError("invalid_request", "the body must be a form")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise OAuthError("invalid_request", "the form cannot be read") from None
    if len({name for name, _ in pairs}) != len(pairs):
        raise OAuthError("invalid_request", "a parameter appears twice")
    return {name: value for name, value in pairs if value}


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise OAuthError.invalid_client() from None
    client_id, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise OAuthError.invalid_client()
    return unquote_plus(client_id), unquote_plus(secret)


def _assertion_client(form: dict[str, str]) -> str:
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise OAuthError("invalid_request", "client_assertion_type is missing or not known")
    client_id = _issuer_of(form["client_assertion"])
    if form.get("client_id", client_id) != client_id:
        raise OAuthError.invalid_client()
    return client_id


def _issuer_of(assertion: str) -> str:
    """Who the assertion claims to be from; the issuer then checks its signature with that client's key."""
    try:
        client_id: Any = unverified_claims(assertion).get("iss")
    except TokenInvalidError:
        raise OAuthError.invalid_client() from None
    if not isinstance(client_id, str):
        raise OAuthError.invalid_client()
    return client_id
