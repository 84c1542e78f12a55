"""The token endpoint, the keys that verify its tokens, and the access log."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from ar_shared.kernel.errors import NotFoundError
from ar_shared.platform.access_log import Access, record_access
from ar_shared.platform.access_routes import access_log_router
from ar_shared.platform.auth import public
from ar_shared.platform.auth.issuer import TokenIssuer
from ar_shared.platform.auth.token_request import FORM_TYPE, OAUTH_ERRORS, OAuthError, read_token_request
from ar_shared.platform.database import Connection
from ar_shared.platform.problems import problem_responses
from ar_shared.platform.types import WireModel
from claims_api.access.queries import subjects_of_patient
from claims_api.wiring import Wired, Wiring

router = APIRouter(tags=["access"])


class TokenOut(WireModel):
    """RFC 6749 section 5.1."""

    access_token: str
    token_type: str = Field(examples=["Bearer"])
    expires_in: int = Field(description="Seconds.", examples=[600])
    scope: str


class JwksOut(WireModel):
    """RFC 7517."""

    keys: list[dict[str, str]]


_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            FORM_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials"]},
                        "scope": {"type": "string"},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string"},
                        "client_assertion_type": {"type": "string"},
                        "client_assertion": {"type": "string"},
                    },
                }
            }
        },
    }
}


@router.post(
    "/oauth2/token",
    operation_id="issueToken",
    summary="Get an access token by client credentials",
    response_model=TokenOut,
    dependencies=[public()],
    responses=OAUTH_ERRORS | problem_responses(NotFoundError),
    openapi_extra=_FORM,
)
async def issue_token(request: Request, wired: Wired) -> JSONResponse:
    """`private_key_jwt`, or a client secret in a sandbox. Errors are those of RFC 6749 section 5.2."""
    issuer = _issuer(wired)
    try:
        asked = read_token_request(
            await request.body(), request.headers.get("content-type", ""), request.headers.get("authorization")
        )
        return JSONResponse(await issuer.issue(asked), headers={"Cache-Control": "no-store"})
    except OAuthError as error:
        return JSONResponse(error.body, status_code=error.status, headers=error.headers)


@router.get(
    "/.well-known/jwks.json",
    operation_id="readSigningKeys",
    summary="Public keys of the token issuer",
    dependencies=[public()],
    responses=problem_responses(NotFoundError),
)
async def read_signing_keys(wired: Wired) -> JwksOut:
    """Cache for up to ten minutes; fetch again when an unknown key id turns up."""
    return JwksOut(**await _issuer(wired).jwks())


def _issuer(wired: Wiring) -> TokenIssuer:
    if wired.issuer is None:
        raise NotFoundError("tokens come from the configured external issuer")
    return wired.issuer


async def _record(connection: Connection, practice_id: int, access: Access) -> None:
    await record_access(connection, "claims", practice_id, access)


router.include_router(access_log_router("claims", _record, subjects_of_patient))
