from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from portal.bootstrap import build_console
from shared.auth.embedded import create_issuer
from support.portal_builders import a_console, settings, silence

ISSUER, PORTAL = "http://127.0.0.1:7709", "http://127.0.0.1:7700"


class Network(httpx.AsyncBaseTransport):
    """The issuer in this process; everything else is down."""

    def __init__(self, issuer: httpx.AsyncBaseTransport) -> None:
        self._issuer = issuer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.port == 7709:
            return await self._issuer.handle_async_request(request)
        return silence(request)


@pytest.fixture
async def browser(tmp_path: Path, repository: Path) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser that reaches the console and the development issuer, both real."""
    users = repository / "deploy" / "demo" / "users.yaml"
    network = Network(httpx.ASGITransport(create_issuer(url=ISSUER, key_dir=tmp_path, users_file=users)))
    app = build_console(settings(ISSUER), http=httpx.AsyncClient(transport=network))
    both = {PORTAL: httpx.ASGITransport(app), ISSUER: network}
    async with app.router.lifespan_context(app), httpx.AsyncClient(mounts=both) as client:
        yield client


async def choose(browser: httpx.AsyncClient, address: str, user: str) -> httpx.Response:
    """Pick a user on the issuer's page and go back to the console."""
    page = await browser.get(address)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    form = {**{name: unescape(value) for name, value in hidden.items()}, "subject": user}
    answer = await browser.post(f"{ISSUER}/authorize", data=form)
    return await browser.get(answer.headers["location"])


async def test_somebody_signs_in_with_pkce_lands_where_they_wanted_to_go_and_signs_out(browser: httpx.AsyncClient):
    wanted = await browser.get(f"{PORTAL}/queue?state=all")
    assert wanted.headers["location"] == "/auth/sign-in?next=/queue%3Fstate%3Dall"
    start = await browser.get(f"{PORTAL}{wanted.headers['location']}")
    query = parse_qs(urlsplit(start.headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    back = await choose(browser, start.headers["location"], "rosa.reviewer")
    assert (back.status_code, back.headers["location"]) == (303, "/queue?state=all")
    cookie = next(each for each in back.headers.get_list("set-cookie") if each.startswith("rapport_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    home = await browser.get(f"{PORTAL}/")
    assert "Rosa Marín" in home.text
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', home.text)
    assert csrf is not None
    await browser.post(f"{PORTAL}/auth/sign-out", data={"csrf_token": csrf.group(1)})
    assert "Sign in" in (await browser.get(f"{PORTAL}/")).text
    assert (await browser.get(f"{PORTAL}/queue")).status_code == 303


async def test_a_code_without_the_sign_in_it_belongs_to_opens_no_session(browser: httpx.AsyncClient):
    start = await browser.get(f"{PORTAL}/auth/sign-in")
    page = await browser.get(start.headers["location"])
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    form = {**{name: unescape(value) for name, value in hidden.items()}, "subject": "rosa.reviewer"}
    answer = await browser.post(f"{ISSUER}/authorize", data=form)
    browser.cookies.clear()
    stolen = await browser.get(answer.headers["location"])
    assert stolen.status_code == 400
    assert "was not started here" in stolen.text
    assert "rapport_session" not in browser.cookies


async def test_a_code_is_good_once(browser: httpx.AsyncClient):
    start = await browser.get(f"{PORTAL}/auth/sign-in")
    attempt = browser.cookies["rapport_sign_in"]
    back = await choose(browser, start.headers["location"], "rosa.reviewer")
    browser.cookies.clear()
    browser.cookies.set("rapport_sign_in", attempt, domain="127.0.0.1")
    again = await browser.get(str(back.request.url))
    assert again.status_code == 400
    assert "used or expired" in again.text


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "evil"])
async def test_signing_in_never_leads_to_another_site(browser: httpx.AsyncClient, elsewhere: str):
    start = await browser.get(f"{PORTAL}/auth/sign-in", params={"next": elsewhere})
    back = await choose(browser, start.headers["location"], "rosa.reviewer")
    assert back.headers["location"] == "/"


async def test_a_forged_cookie_is_nobody():
    async with a_console() as signed_in:
        cookie = signed_in.http.cookies["rapport_session"]
        signed_in.http.cookies.clear()
        signed_in.http.cookies.set("rapport_session", cookie[:-3] + "abc", domain="127.0.0.1")
        assert (await signed_in.get("/queue")).status == 303


async def test_an_issuer_that_is_down_is_said_in_words():
    app = build_console(settings(), http=httpx.AsyncClient(transport=httpx.MockTransport(silence)))
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=PORTAL) as browser:
        answer = await browser.get("/auth/sign-in")
        ready, alive = await browser.get("/readyz"), await browser.get("/healthz")
    assert (answer.status_code, ready.status_code, alive.status_code) == (400, 503, 200)
    assert "The sign-in service does not answer." in answer.text


async def test_signing_asks_the_issuer_for_a_new_proof_even_where_it_remembers_the_person(browser: httpx.AsyncClient):
    start = await browser.get(f"{PORTAL}/auth/sign-in?fresh=true&next=/queue")
    query = parse_qs(urlsplit(start.headers["location"]).query)
    assert (query["prompt"], query["max_age"]) == (["login"], ["0"])
    back = await choose(browser, start.headers["location"], "rosa.reviewer")
    assert back.headers["location"] == "/queue"
