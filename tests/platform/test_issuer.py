"""The built-in issuer: who gets a token, and how a refusal looks."""

import base64
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jwt import JWTClaimsRegistry

from ar_shared.platform.auth.issuer import RegisteredClient, TokenIssuer, new_signing_key
from ar_shared.platform.auth.keys import IssuerKeys
from ar_shared.platform.auth.secrets import hash_secret, new_secret, verify_secret
from ar_shared.platform.auth.token_request import ASSERTION_TYPE, FORM_TYPE, OAuthError, read_token_request
from ar_shared.platform.auth.verifier import TokenVerifier
from ar_shared.platform.settings import PlatformSettings

NOW = 1_800_000_000.0
SETTINGS = PlatformSettings(environment="test", issuer_mode="builtin")
SECRET = new_secret()
HASH = hash_secret(SECRET)
EC = ECKey.generate_key("P-384", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
SCOPES = frozenset({"claims:read", "claims:write"})


class Store:
    def __init__(self) -> None:
        self.key = new_signing_key()
        self.seen: set[tuple[str, str]] = set()
        jwks = {"keys": [EC.as_dict(private=False), RSA.as_dict(private=False)]}
        self.clients = {
            "sandbox": RegisteredClient("sandbox", SCOPES, is_sandbox=True, secret_hash=HASH),
            "live": RegisteredClient("live", SCOPES, is_sandbox=False, secret_hash=HASH, jwks=jwks),
        }

    async def find_registered_client(self, client_id: str) -> RegisteredClient | None:
        return self.clients.get(client_id)

    async def remember_assertion(self, client_id: str, jti: str, expires_at: int) -> bool:
        assert expires_at > NOW
        is_new = (client_id, jti) not in self.seen
        self.seen.add((client_id, jti))
        return is_new

    async def signing_keys(self) -> list[ECKey]:
        return [self.key]


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def issuer(store: Store) -> TokenIssuer:
    return TokenIssuer(SETTINGS, store, now=lambda: NOW)


async def ask(issuer: TokenIssuer, authorization: str | None = None, **form: str) -> dict[str, Any]:
    body = urlencode({"grant_type": "client_credentials", **form}).encode()
    return await issuer.issue(read_token_request(body, FORM_TYPE, authorization))


async def refusal(issuer: TokenIssuer, authorization: str | None = None, **form: str) -> tuple[str, int]:
    with pytest.raises(OAuthError) as caught:
        await ask(issuer, authorization, **form)
    return caught.value.error, caught.value.status


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def assertion(key: ECKey | RSAKey = EC, alg: str = "ES384", **claims: Any) -> dict[str, str]:
    genuine = {"iss": "live", "sub": "live", "aud": SETTINGS.token_url, "exp": int(NOW) + 300, "jti": "1"}
    body = {name: value for name, value in {**genuine, **claims}.items() if value is not None}
    token = jwt.encode({"alg": alg, "kid": key.kid}, body, key, algorithms=[alg])
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": token}


async def test_a_secret_in_the_header_or_the_form_gets_a_token(issuer: TokenIssuer) -> None:
    by_header = await ask(issuer, basic("sandbox", SECRET))
    by_form = await ask(issuer, client_id="sandbox", client_secret=SECRET)
    assert by_header["token_type"] == by_form["token_type"] == "Bearer"
    assert by_header["expires_in"] == 600
    assert by_header["scope"] == "claims:read claims:write"


@pytest.mark.parametrize(("key", "alg"), [(EC, "ES384"), (RSA, "RS384")])
async def test_a_signed_assertion_gets_a_token(issuer: TokenIssuer, key: ECKey, alg: str) -> None:
    assert (await ask(issuer, **assertion(key, alg)))["scope"] == "claims:read claims:write"


async def test_the_token_passes_the_verifier(issuer: TokenIssuer) -> None:
    token = (await ask(issuer, scope="claims:read", **assertion()))["access_token"]
    verifier = TokenVerifier(
        issuer=SETTINGS.issuer_url, audience=SETTINGS.audience, keys=IssuerKeys(issuer.jwks), now=lambda: NOW
    )
    verified = await verifier.verify(token)
    assert (verified.client_id, verified.scopes, verified.user) == ("live", frozenset({"claims:read"}), None)
    assert verified.expires_at == NOW + 600


async def test_the_published_keys_are_public_only(issuer: TokenIssuer) -> None:
    (key,) = (await issuer.jwks())["keys"]
    assert {"kty", "crv", "x", "y", "kid", "use", "alg"} == key.keys()


@pytest.mark.parametrize(
    ("client_id", "secret"),
    [("sandbox", "wrong"), ("sandbox", SECRET + "x"), ("nobody", SECRET), ("live", SECRET)],
    ids=["wrong", "longer", "unknown", "live"],
)
async def test_a_wrong_secret_an_unknown_client_and_a_live_client_with_a_secret_look_the_same(
    issuer: TokenIssuer, client_id: str, secret: str
) -> None:
    assert await refusal(issuer, basic(client_id, secret)) == ("invalid_client", 401)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "sandbox"},
        {"sub": "sandbox"},
        {"aud": "https://elsewhere/token"},
        {"exp": int(NOW) - 6},
        {"exp": int(NOW) + 306},
        {"exp": None},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 256},
        {"nbf": int(NOW) + 60},
    ],
)
async def test_an_assertion_with_one_wrong_claim_is_refused(issuer: TokenIssuer, claims: dict[str, Any]) -> None:
    assert await refusal(issuer, **assertion(**claims)) == ("invalid_client", 401)


async def test_an_assertion_is_good_once(issuer: TokenIssuer) -> None:
    proof = assertion()
    await ask(issuer, **proof)
    assert await refusal(issuer, **proof) == ("invalid_client", 401)
    await ask(issuer, **assertion(jti="2"))


async def test_a_forged_assertion_does_not_use_up_the_id_of_a_genuine_one(issuer: TokenIssuer) -> None:
    stranger = ECKey.generate_key("P-384", {"kid": "ec"})
    assert await refusal(issuer, **assertion(stranger)) == ("invalid_client", 401)
    await ask(issuer, **assertion())


async def test_another_algorithm_is_refused(issuer: TokenIssuer) -> None:
    assert await refusal(issuer, **assertion(RSA, "RS256")) == ("invalid_client", 401)


async def test_a_scope_outside_the_grant_is_refused_and_a_part_of_it_given(issuer: TokenIssuer) -> None:
    assert await refusal(issuer, scope="claims:read ledger:read", **assertion()) == ("invalid_scope", 400)
    assert (await ask(issuer, scope="claims:read", **assertion(jti="2")))["scope"] == "claims:read"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "sandbox"}, "invalid_client"),
        ({"client_assertion": "x"}, "invalid_request"),
        ({"client_assertion": "x", "client_assertion_type": ASSERTION_TYPE}, "invalid_client"),
        ({"client_id": "sandbox", "client_secret": SECRET, "client_assertion": "x"}, "invalid_request"),
        ({"client_id": "other", **assertion()}, "invalid_client"),
    ],
)
async def test_a_request_that_proves_nothing_is_refused(issuer: TokenIssuer, form: dict[str, str], error: str) -> None:
    assert (await refusal(issuer, **form))[0] == error


@pytest.mark.parametrize("authorization", ["Basic", "Basic !!", "Basic " + base64.b64encode(b"x").decode(), "Bearer x"])
async def test_an_unreadable_header_is_refused(issuer: TokenIssuer, authorization: str) -> None:
    assert await refusal(issuer, authorization) == ("invalid_client", 401)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"grant_type": "client_credentials"}', "application/json"),
        (b"grant_type=client_credentials&grant_type=password", FORM_TYPE),
        (b"grant_type=\xff", FORM_TYPE),
        (b"&".join(b"a%d=1" % number for number in range(30)), FORM_TYPE),
    ],
)
def test_a_body_that_is_not_one_form_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(OAuthError) as caught:
        read_token_request(body, content_type, None)
    assert (caught.value.body["error"], caught.value.status) == ("invalid_request", 400)


def test_a_refusal_has_the_form_of_the_standard() -> None:
    error = OAuthError.invalid_client()
    assert error.body == {"error": "invalid_client", "error_description": "client authentication failed"}
    assert error.headers == {"Cache-Control": "no-store", "WWW-Authenticate": 'Basic realm="token"'}


async def test_in_production_no_client_gets_a_token_for_a_secret(store: Store, issuer: TokenIssuer) -> None:
    """Neither a sandbox's client nor one of our own services."""
    production = TokenIssuer(SETTINGS.model_copy(update={"environment": "production"}), store, now=lambda: NOW)

    assert (await ask(issuer, basic("sandbox", SECRET)))["token_type"] == "Bearer"
    assert await refusal(production, basic("sandbox", SECRET)) == ("invalid_client", 401)


def test_a_request_does_not_show_its_secret() -> None:
    body = urlencode({"grant_type": "client_credentials", "client_id": "a", "client_secret": "s3cret"}).encode()
    assert "s3cret" not in repr(read_token_request(body, FORM_TYPE, None))


async def test_a_secret_is_stored_as_a_salted_hash() -> None:
    assert SECRET not in HASH
    assert hash_secret(SECRET) != HASH
    assert await verify_secret(SECRET, HASH)
    assert not await verify_secret(SECRET, None)
    assert not await verify_secret("", None)


def test_the_development_issuer_does_not_start_in_production(store: Store) -> None:
    production = SETTINGS.model_copy(update={"environment": "production"})
    TokenIssuer(production, store)
    with pytest.raises(ValueError, match="development issuer"):
        TokenIssuer(production.model_copy(update={"issuer_mode": "dev"}), store)
    with pytest.raises(ValueError, match="external issuer"):
        TokenIssuer(SETTINGS.model_copy(update={"issuer_mode": "external"}), store)


async def test_a_token_says_what_rfc_9068_asks(issuer: TokenIssuer, store: Store) -> None:
    token = jwt.decode((await ask(issuer, **assertion()))["access_token"], store.key)
    assert token.header["typ"] == "at+jwt"
    assert {"iss", "aud", "sub", "client_id", "scope", "iat", "exp", "jti"} == token.claims.keys()
    JWTClaimsRegistry(now=int(NOW)).validate(token.claims)
