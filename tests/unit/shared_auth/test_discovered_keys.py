from __future__ import annotations

from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from shared.auth import TokenVerifier, Unauthenticated
from shared.auth.discovery import is_loopback
from shared.auth.keys import DiscoveredKeys, public_keys
from shared.kernel.errors import Unavailable
from shared.testing import TestIssuer

ISSUER = "http://127.0.0.1:7709"


class PublishingIssuer:
    """Answers discovery and JWKS in-process and counts how often it is asked."""

    def __init__(self) -> None:
        self.issuer = TestIssuer(url=ISSUER)
        self.published: list[dict[str, Any]] = [dict(self.issuer.key.as_dict(private=False))]
        self.fetches = 0
        self.answers = True
        self.document = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"}

    def http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if not self.answers:
            raise httpx.ConnectError("refused", request=request)
        if request.url.path == "/jwks":
            self.fetches += 1
            return httpx.Response(200, json={"keys": self.published})
        return httpx.Response(200, json=self.document)


class Elapsed:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


async def test_keys_are_found_by_discovery_and_fetched_once() -> None:
    published = PublishingIssuer()
    verifier = TokenVerifier(ISSUER, "rapport", published.http())
    for _ in range(3):
        await verifier.verify(published.issuer.token())
    assert published.fetches == 1


async def test_unknown_keys_cannot_be_used_to_hammer_the_issuer() -> None:
    published, elapsed = PublishingIssuer(), Elapsed()
    keys = DiscoveredKeys(ISSUER, published.http(), monotonic=elapsed)
    assert await keys.find("test")
    elapsed.seconds += 60
    for number in range(50):
        assert await keys.find(f"unknown-{number}") is None
    assert published.fetches == 2


async def test_a_new_key_is_learned_and_an_old_one_forgotten() -> None:
    published, elapsed = PublishingIssuer(), Elapsed()
    keys = DiscoveredKeys(ISSUER, published.http(), monotonic=elapsed)
    assert await keys.find("test")
    generation = keys.generation
    published.published = [dict(ECKey.generate_key("P-256", {"kid": "next"}).as_dict(private=False))]
    elapsed.seconds += 60
    assert await keys.find("next")
    assert await keys.find("test") is None
    assert keys.generation > generation


async def test_known_keys_outlive_a_short_silence_but_not_a_long_one() -> None:
    published, elapsed = PublishingIssuer(), Elapsed()
    keys = DiscoveredKeys(ISSUER, published.http(), monotonic=elapsed)
    assert await keys.find("test")
    published.answers = False
    elapsed.seconds += 1800
    assert await keys.find("test")
    elapsed.seconds += 3600
    with pytest.raises(Unavailable, match="does not answer"):
        await keys.find("test")


async def test_without_an_issuer_nothing_is_verified() -> None:
    published = PublishingIssuer()
    published.answers = False
    with pytest.raises(Unavailable):
        await TokenVerifier(ISSUER, "rapport", published.http()).verify(published.issuer.token())


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "http://other.test", "jwks_uri": f"{ISSUER}/jwks"},
        {"issuer": ISSUER, "jwks_uri": "http://keys.example/jwks"},
        {"issuer": ISSUER, "jwks_uri": "file:///etc/passwd"},
        {"issuer": ISSUER},
    ],
)
async def test_a_discovery_document_that_is_not_the_issuers_is_not_used(document: dict[str, str]) -> None:
    published = PublishingIssuer()
    published.document = document
    with pytest.raises(Unavailable):
        await DiscoveredKeys(ISSUER, published.http()).find("test")
    assert published.fetches == 0


def test_secrets_weak_and_private_keys_are_never_used() -> None:
    weak = RSAKey.generate_key(2048, {"kid": "strong"})
    entries: list[Any] = [
        OctKey.generate_key(256, {"kid": "secret"}).as_dict(),
        ECKey.generate_key("P-256", {"kid": "private"}).as_dict(private=True),
        {**ECKey.generate_key("P-256", {"kid": "enc"}).as_dict(private=False), "use": "enc"},
        {"kty": "RSA", "kid": "broken", "n": "AA", "e": "AQAB"},
        {"kty": "EC", "kid": 7},
        "rubbish",
        weak.as_dict(private=False),
    ]
    assert set(public_keys({"keys": entries})) == {"strong"}
    assert public_keys({}) == {}


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("127.1.2.3", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("127.0.0.1.evil.test", False),
        (None, False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(host: str | None, *, expected: bool) -> None:
    assert is_loopback(host) is expected


async def test_an_unauthenticated_caller_learns_what_to_do() -> None:
    published = PublishingIssuer()
    with pytest.raises(Unauthenticated) as refusal:
        await TokenVerifier(ISSUER, "rapport", published.http()).verify("x")
    assert "sign in" in str(refusal.value.remedy)
