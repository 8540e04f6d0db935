from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from portal.adapters.open_id import OpenIdSignIn
from portal.application.sessions import SignInAttempt, SignInFailed
from shared.auth.client import ServiceAuth, ServiceTokens
from shared.kernel.errors import Unavailable

ISSUER = "https://issuer.test"
SECRET = "the-client-secret"


class Issuer:
    """Answers discovery with `document`, gives tokens, and keeps every request but the one for discovery."""

    def __init__(self, **document: object) -> None:
        self.document = {"issuer": ISSUER, "token_endpoint": f"{ISSUER}/token", **document}
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("openid-configuration"):
            return httpx.Response(200, json=self.document)
        self.asked.append(request)
        return httpx.Response(200, json={"access_token": f"token-{len(self.asked)}", "expires_in": 600})

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self))


WRONG: list[dict[str, object]] = [
    {"token_endpoint": "http://issuer.test/token"},
    {"token_endpoint": "http://10.0.0.1/token"},
    {"token_endpoint": 7},
    {"issuer": "https://elsewhere.test"},
]


@pytest.mark.parametrize("document", WRONG)
async def test_a_client_secret_goes_nowhere_in_the_clear_and_to_no_other_issuer(document: dict[str, object]) -> None:
    issuer = Issuer(**document)
    async with issuer.client() as http:
        with pytest.raises(Unavailable):
            await ServiceTokens(ISSUER, "service", SECRET, http).bearer()
        portal = OpenIdSignIn(ISSUER, client_id="portal", client_secret=SECRET, redirect_uri="http://me", http=http)
        with pytest.raises(SignInFailed):
            await portal.token("code", an_attempt(), issuer=None)
    assert issuer.asked == []


def an_attempt() -> SignInAttempt:
    return SignInAttempt(state="state", verifier="v" * 43, came_from="/")


def refusing(*tokens: str) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        refused = request.headers["Authorization"].removeprefix("Bearer ") in tokens
        return httpx.Response(401 if refused else 200, content=request.content)

    return answer


async def test_a_refused_token_is_renewed_once_and_the_request_sent_again_whole() -> None:
    issuer = Issuer()
    async with issuer.client() as http:
        auth = ServiceAuth(ServiceTokens(ISSUER, "service", SECRET, http))
        async with httpx.AsyncClient(transport=httpx.MockTransport(refusing("token-1"))) as peer:
            answer = await peer.post("https://peer.test", json={"a": 1}, auth=auth)
        assert (answer.status_code, answer.json()) == (200, {"a": 1})
        assert len(issuer.asked) == 2
        async with httpx.AsyncClient(transport=httpx.MockTransport(refusing("token-2", "token-3"))) as peer:
            assert (await peer.get("https://peer.test", auth=auth)).status_code == 401
        assert len(issuer.asked) == 3, "no more than one new token for one request"
