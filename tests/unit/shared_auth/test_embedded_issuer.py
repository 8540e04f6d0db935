from __future__ import annotations

import base64
import hashlib
import re
import stat
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from shared.auth import TokenVerifier
from shared.auth.client import ServiceTokens
from shared.auth.embedded import create_issuer
from shared.auth.embedded.directory import DirectoryError, read_directory
from shared.auth.embedded.signing import KEY_FILE
from shared.kernel.errors import Unavailable

URL = "http://127.0.0.1:7709"
USERS = Path(__file__).parents[3] / "deploy/demo/users.yaml"
CALLBACK = "http://127.0.0.1:7703/auth/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REQUEST = {
    "response_type": "code",
    "client_id": "portal",
    "redirect_uri": CALLBACK,
    "scope": "openid",
    "state": "s t&te",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
PORTAL = ("portal", "demo-portal")


class Time:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def the_issuer(
    key_dir: Path, *, time: Time | None = None, bound_to: str = "127.0.0.1", url: str = URL
) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_issuer(url=url, key_dir=key_dir, users_file=USERS, now=time or Time())

    async def served(scope, receive, send):  # the test transport names the server after the URL: put the socket back
        await app({**scope, "server": (bound_to, 7709)}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url=URL) as client:
        yield client


async def signed_in(issuer: httpx.AsyncClient, subject: str = "amira.medical") -> str:
    answer = await issuer.post("/authorize", data={**REQUEST, "subject": subject})
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(CALLBACK + "?")
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["state"] == ["s t&te"]
    assert query["iss"] == [URL]
    return query["code"][0]


def exchange(code: str) -> dict[str, str]:
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}


async def test_a_person_signs_in_with_the_code_flow_and_gets_exactly_their_scopes(tmp_path: Path) -> None:
    time = Time()
    async with the_issuer(tmp_path, time=time) as issuer:
        page = await issuer.get("/authorize", params=REQUEST)
        assert page.status_code == 200
        assert "Rosa Marín" in page.text
        answer = await issuer.post("/token", data=exchange(await signed_in(issuer)), auth=PORTAL)
        assert answer.headers["cache-control"] == "no-store"
        principal = await TokenVerifier(URL, "rapport", issuer, now=time).verify(answer.json()["access_token"])
    assert (principal.subject, principal.name, principal.kind) == ("amira.medical", "Dr Amira Sharma", "person")
    assert principal.client_id == "portal"
    assert "planner:write" in principal.scopes
    assert "compliance:review" not in principal.scopes
    assert principal.roles == {"author", "medical"}


async def test_the_sign_in_page_is_usable_without_a_mouse_and_escapes_what_it_is_given(tmp_path: Path) -> None:
    async with the_issuer(tmp_path) as issuer:
        page = await issuer.get("/authorize", params={**REQUEST, "state": '"><script>alert(1)</script>'})
    assert "<script" not in page.text
    assert '<html lang="en">' in page.text
    assert page.text.count("<h1>") == 1
    assert len(re.findall("<button", page.text)) == len(read_directory(USERS).users)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_a_browser_that_asks_for_an_icon_is_not_told_of_an_error(tmp_path: Path) -> None:
    async with the_issuer(tmp_path) as issuer:
        assert (await issuer.get("/favicon.ico")).status_code == 204


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://evil.test/auth/callback"},
        {"redirect_uri": "http://127.0.0.1:7700/other"},
        {"redirect_uri": "http://127.0.0.1:x/auth/callback"},
        {"redirect_uri": "http://evil@127.0.0.1:7700/auth/callback"},
        {"redirect_uri": "http://127.0.0.1.evil.test:80/auth/callback"},
        {"client_id": "cli"},
        {"client_id": "nobody"},
        {"response_type": "token"},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
    ],
)
async def test_a_request_that_cannot_be_trusted_never_redirects(tmp_path: Path, changes: dict[str, str]) -> None:
    async with the_issuer(tmp_path) as issuer:
        for answer in (
            await issuer.get("/authorize", params={**REQUEST, **changes}),
            await issuer.post("/authorize", data={**REQUEST, **changes, "subject": "amira.medical"}),
        ):
            assert answer.status_code == 400
            assert "location" not in answer.headers


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"code": "made-up"},
        {"redirect_uri": "http://127.0.0.1:9/auth/callback"},
    ],
)
async def test_a_code_is_worth_nothing_without_its_verifier_and_redirect(
    tmp_path: Path, changes: dict[str, str]
) -> None:
    async with the_issuer(tmp_path) as issuer:
        answer = await issuer.post("/token", data={**exchange(await signed_in(issuer)), **changes}, auth=PORTAL)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_a_code_works_once_and_for_a_minute(tmp_path: Path) -> None:
    time = Time()
    async with the_issuer(tmp_path, time=time) as issuer:
        code = await signed_in(issuer)
        assert (await issuer.post("/token", data=exchange(code), auth=PORTAL)).status_code == 200
        assert (await issuer.post("/token", data=exchange(code), auth=PORTAL)).json()["error"] == "invalid_grant"
        late = await signed_in(issuer)
        time.now += 61
        assert (await issuer.post("/token", data=exchange(late), auth=PORTAL)).json()["error"] == "invalid_grant"


async def test_a_code_belongs_to_the_client_it_was_issued_to(tmp_path: Path) -> None:
    async with the_issuer(tmp_path) as issuer:
        form = exchange(await signed_in(issuer))
        other = await issuer.post("/token", data=form, auth=("executor-x", "demo-executor-x"))
        assert other.json()["error"] == "invalid_grant"
        wrong = await issuer.post("/token", data=form, auth=("portal", "guess"))
        assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")


async def test_a_service_gets_a_token_for_itself_and_can_ask_for_less(tmp_path: Path) -> None:
    time = Time()
    async with the_issuer(tmp_path, time=time) as issuer:
        verifier = TokenVerifier(URL, "rapport", issuer, now=time)
        tokens = ServiceTokens(URL, "executor-x", "demo-executor-x", issuer, now=time)
        principal = await verifier.verify(await tokens.bearer())
        assert (principal.kind, principal.subject) == ("service", "executor-x")
        assert principal.scopes == {"permits:redeem", "compliance:read", "planner:outcome"}
        less = ServiceTokens(URL, "executor-x", "demo-executor-x", issuer, scope="permits:redeem ledger:read", now=time)
        assert (await verifier.verify(await less.bearer())).scopes == {"permits:redeem"}
        first = await tokens.bearer()
        assert await tokens.bearer() == first
        time.now += 3590
        assert await tokens.bearer() != first
        with pytest.raises(Unavailable, match="executor-x"):
            await ServiceTokens(URL, "executor-x", "wrong", issuer).bearer()


async def test_only_the_terminal_may_send_a_password(tmp_path: Path) -> None:
    form = {"grant_type": "password", "username": "rosa.reviewer", "password": "demo"}
    async with the_issuer(tmp_path) as issuer:
        terminal = await issuer.post("/token", data={**form, "client_id": "cli"})
        assert "compliance:review" in terminal.json()["scope"]
        portal = await issuer.post("/token", data=form, auth=PORTAL)
        assert portal.json()["error"] == "unauthorized_client"
        for wrong in ({"password": "guess"}, {"username": "nobody"}, {"password": ""}):
            refusal = await issuer.post("/token", data={**form, "client_id": "cli", **wrong})
            assert refusal.json()["error"] == "invalid_grant"
        unknown = await issuer.post("/token", data={"grant_type": "magic", "client_id": "cli"})
        assert unknown.json()["error"] == "unsupported_grant_type"


async def test_the_signing_key_survives_a_restart_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    async with the_issuer(tmp_path / "keys") as issuer:
        first = (await issuer.get("/jwks")).json()
    (tmp_path / "keys" / KEY_FILE).chmod(0o644)
    async with the_issuer(tmp_path / "keys") as issuer:
        second = (await issuer.get("/jwks")).json()
    assert first == second
    assert "d" not in first["keys"][0]
    assert stat.S_IMODE((tmp_path / "keys" / KEY_FILE).stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "keys").iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("url", ["http://0.0.0.0:7709", "http://issuer.example", "http://10.0.0.1", "nonsense"])
def test_it_refuses_an_address_beyond_this_machine(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="this machine only"):
        create_issuer(url=url, key_dir=tmp_path, users_file=USERS)


async def test_it_answers_only_over_loopback_and_under_its_own_name(tmp_path: Path) -> None:
    async with the_issuer(tmp_path, bound_to="10.1.2.3") as issuer:
        assert (await issuer.get("/jwks")).status_code == 403
    async with the_issuer(tmp_path) as issuer:
        assert (await issuer.get("/jwks", headers={"Host": "evil.test:7709"})).status_code == 403
        assert (await issuer.get("/jwks")).status_code == 200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("users: [", "not YAML"),
        ("clients: []", "audience"),
        ("audience: rapport\nusers: [{subject: a}]", "users.0.name"),
        ("audience: rapport\nusers: [{subject: a, name: A, password: p, scopes: nothing}]", "scope set"),
        ("audience: rapport\nclients: [{id: portal, grants: [password]}]", "cli only"),
        ("audience: rapport\nclients: [{id: x, grants: [service]}]", "needs a secret"),
        ("audience: rapport\nsurprise: 1", "surprise"),
    ],
)
def test_a_wrong_users_file_is_refused_with_the_place(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "users.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(DirectoryError, match=expected) as refusal:
        read_directory(file)
    assert str(file) in str(refusal.value)


def test_in_the_demo_directory_one_lead_both_writes_and_reviews_and_no_person_redeems() -> None:
    directory = read_directory(USERS)
    scopes = {user.subject: set(directory.scopes_of(user)) for user in directory.users}
    assert [name for name, held in scopes.items() if {"planner:write", "compliance:review"} <= held] == ["noor.lead"]
    assert not [name for name, held in scopes.items() if "permits:redeem" in held]
    redeemers = {client.id for client in directory.clients if "permits:redeem" in directory.scopes_of(client)}
    assert redeemers
    assert all(client_id.startswith("executor-") for client_id in redeemers)
