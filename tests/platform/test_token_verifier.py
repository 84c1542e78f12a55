"""Keys of the issuer are fetched when needed, and a verified token is not verified twice."""

import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from ar_shared.kernel.errors import ServiceUnavailableError
from ar_shared.platform.auth.cache import ExpiringCache
from ar_shared.platform.auth.errors import TokenInvalidError
from ar_shared.platform.auth.keys import IssuerKeys
from ar_shared.platform.auth.verifier import TokenVerifier

OLD = ECKey.generate_key("P-256", {"kid": "old"})
NEW = ECKey.generate_key("P-256", {"kid": "new"})


class Issuer:
    """Publishes `keys`, counts fetches, and may be away."""

    def __init__(self, *keys: ECKey) -> None:
        self.keys = keys
        self.fetches = 0
        self.is_away = False
        self.now = 1_000_000.0

    async def fetch(self) -> dict[str, Any]:
        self.fetches += 1
        if self.is_away:
            raise ServiceUnavailableError("away")
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def verifier(self) -> TokenVerifier:
        keys = IssuerKeys(self.fetch, monotonic=lambda: self.now)
        return TokenVerifier(issuer="https://issuer", audience="api", keys=keys, now=lambda: self.now)

    def token(self, key: ECKey = OLD, lifetime: int = 600) -> str:
        claims = {"iss": "https://issuer", "aud": "api", "sub": "c", "client_id": "c", "scope": "a b"}
        claims |= {"exp": int(self.now) + lifetime}  # type: ignore[dict-item]
        return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256"])


async def test_one_fetch_serves_many_tokens() -> None:
    issuer = Issuer(OLD)
    verifier = issuer.verifier()
    for lifetime in (100, 200, 300):
        assert (await verifier.verify(issuer.token(lifetime=lifetime))).scopes == {"a", "b"}
    assert issuer.fetches == 1


async def test_an_unknown_key_id_is_a_reason_to_fetch_again_but_not_at_any_rate() -> None:
    issuer = Issuer(OLD)
    verifier = issuer.verifier()
    await verifier.verify(issuer.token())
    issuer.keys = (OLD, NEW)
    for _ in range(5):
        issuer.now += 2
        with pytest.raises(TokenInvalidError):
            await verifier.verify(issuer.token(NEW))
    assert issuer.fetches == 1
    issuer.now += 1
    await verifier.verify(issuer.token(NEW))
    assert issuer.fetches == 2


async def test_a_withdrawn_key_stops_counting_after_ten_minutes() -> None:
    issuer = Issuer(OLD)
    verifier = issuer.verifier()
    await verifier.verify(issuer.token())
    issuer.keys = (NEW,)
    issuer.now += 599
    await verifier.verify(issuer.token())
    issuer.now += 2
    with pytest.raises(TokenInvalidError):
        await verifier.verify(issuer.token(lifetime=601))


async def test_without_any_key_the_service_is_unavailable_and_with_known_keys_it_goes_on() -> None:
    issuer = Issuer(OLD)
    issuer.is_away = True
    verifier = issuer.verifier()
    with pytest.raises(ServiceUnavailableError):
        await verifier.verify(issuer.token())
    issuer.is_away = False
    await verifier.verify(issuer.token())
    issuer.is_away = True
    issuer.now += 700
    await verifier.verify(issuer.token())


async def test_a_verified_token_is_remembered_until_it_expires() -> None:
    issuer = Issuer(OLD)
    verifier = issuer.verifier()
    token = issuer.token(lifetime=60)
    first = await verifier.verify(token)
    issuer.now += 59
    assert await verifier.verify(token) is first
    issuer.now += 6  # past the leeway of five seconds
    with pytest.raises(TokenInvalidError):
        await verifier.verify(token)


async def test_no_algorithm_and_a_shared_secret_do_not_pass() -> None:
    issuer = Issuer(OLD)
    claims = {"iss": "https://issuer", "aud": "api", "sub": "c", "client_id": "c", "exp": int(issuer.now) + 60}
    public_pem = OLD.as_pem(private=False)
    confused = OctKey.import_key(OLD.as_dict(private=False)["x"], {"kid": "old"})  # type: ignore[arg-type]
    assert public_pem
    for token in (
        jwt.encode({"alg": "HS256", "kid": "old"}, claims, confused, algorithms=["HS256"]),
        issuer.token().rsplit(".", 1)[0] + ".",
    ):
        with pytest.raises(TokenInvalidError):
            await issuer.verifier().verify(token)


async def test_an_oversized_token_is_not_even_read() -> None:
    with pytest.raises(TokenInvalidError):
        await Issuer(OLD).verifier().verify("a" * 8193)


def test_the_cache_is_bounded_and_forgets_the_oldest() -> None:
    cache: ExpiringCache[int] = ExpiringCache(2, lambda: 0.0)
    for number in range(3):
        cache.put(str(number), number, 10.0)
    assert [cache.get(str(number)) for number in range(3)] == [None, 1, 2]


def test_a_real_clock_is_the_default() -> None:
    keys = IssuerKeys(Issuer(OLD).fetch)
    assert TokenVerifier(issuer="i", audience="a", keys=keys)._claims.now == pytest.approx(time.time(), abs=5)
