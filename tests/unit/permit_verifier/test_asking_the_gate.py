"""Never act unless the answer says so: what the client makes of every other answer, over real HTTP."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permit_vectors import forging
from rapport_permit import Allowed, NotAllowed, UnusableKeys, content_sha256, fetch_jwks, redeem, verify_permit
from shared.contracts.hashing import sha256_of

CONTENT = {"type": "share", "platform": "x", "text": "Sieben gute Fragen.", "hashtags": ["#睡眠", "#🫁"]}
PERMIT = verify_permit(
    forging.signed(claims={**forging.CLAIMS, "content_sha256": content_sha256(CONTENT)}),
    {"keys": [forging.jwk()]},
    audience=forging.AUDIENCE,
    now=datetime.fromtimestamp(forging.NOW, UTC),
)
YES = {"permit_id": PERMIT.permit_id, "redeemed_at": "2026-11-23T10:40:00Z", "content": CONTENT}


@dataclass
class Answering:
    """A gate that answers every request in one way, and keeps what it was asked."""

    status: int = 200
    body: bytes = field(default_factory=lambda: json.dumps(YES).encode())
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""

    def says(self, status: int, body: Any, **headers: str) -> Answering:
        self.status, self.headers = status, headers
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self


@pytest.fixture
def gate() -> Generator[Answering]:
    answering = Answering()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answering.asked.append({"path": self.path, "body": body, "headers": dict(self.headers)})
            self.send_response(answering.status)
            for name, value in answering.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answering.body)))
            self.end_headers()
            self.wfile.write(answering.body)

        do_GET = do_POST  # noqa: N815 - the name http.server looks for

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        answering.address = f"http://127.0.0.1:{server.server_port}"
        yield answering
        server.shutdown()
        thread.join()


def ask(gate: Answering, content: Any = CONTENT, **given: Any) -> Allowed:
    return redeem(gate.address, PERMIT, content, access_token="secret-token", **given)


def refusal(gate: Answering, **given: Any) -> NotAllowed:
    with pytest.raises(NotAllowed) as refused:
        ask(gate, **given)
    assert "secret-token" not in str(refused.value) + repr(refused.value)
    return refused.value


def test_a_yes_is_a_yes(gate: Answering) -> None:
    allowed = ask(gate)
    assert (allowed.permit_id, allowed.content) == (PERMIT.permit_id, CONTENT)
    (question,) = gate.asked
    assert question["path"] == f"/v1/permits/{PERMIT.permit_id}/redemption"
    assert json.loads(question["body"]) == {"content_sha256": content_sha256(CONTENT)}
    assert question["headers"]["Authorization"] == "Bearer secret-token"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        None,
        True,
        {**YES, "permit_id": "another"},
        {**YES, "content": None},
        {**YES, "content": {**CONTENT, "text": "Sieben gute Fragen"}},
        {**YES, "content": {**CONTENT, "extra": 1.5}},
        {**YES, "redeemed_at": None},
        {"allowed": True},
        b"",
        b"yes",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"permit_id": "' + b"a" * 1_100_000 + b'"}',
    ],
)
def test_a_200_that_is_not_the_answer_allows_nothing(gate: Answering, answer: Any) -> None:
    assert refusal(gate.says(200, answer)).code in {"unreadable_answer", "content_changed"}


@pytest.mark.parametrize("status", [201, 202, 204])
def test_another_success_allows_nothing(gate: Answering, status: int) -> None:
    refusal(gate.says(status, b"" if status == 204 else json.dumps(YES).encode()))


@pytest.mark.parametrize(
    ("status", "code", "again"),
    [
        (403, "wrong_audience", False),
        (404, "not_found", False),
        (409, "permit_not_redeemable", False),
        (401, "unauthenticated", True),
        (429, "too_many_requests", True),
        (500, "internal", True),
        (503, "unavailable", True),
    ],
)
def test_a_refusal_is_told_with_its_code(gate: Answering, status: int, code: str, again: bool) -> None:
    told = refusal(gate.says(status, {"code": code, "detail": "because", "remedy": "do this"}))
    assert (told.code, told.remedy, told.again) == (code, "do this", again)
    assert str(told) == f"{status} because"
    bare = refusal(gate.says(status, b"<html>"))
    assert (bare.code, bare.remedy, bare.again) == ("refused", "do not act", again)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_token_is_not_carried_elsewhere(gate: Answering, status: int) -> None:
    assert not refusal(gate.says(status, b"", Location=f"{gate.address}/elsewhere")).again
    assert len(gate.asked) == 1


def test_other_content_is_not_even_asked_for(gate: Answering) -> None:
    for changes in ({"text": "Sieben gute Fragen. "}, {"text": "SIEBEN"}, {"amount": 1.5}, {"text": "\ud800"}):
        assert refusal(gate, content={**CONTENT, **changes}).code == "content_changed"
    assert gate.asked == []


@pytest.mark.parametrize("address", ["http://gate.example", "ftp://127.0.0.1", "file:///etc", "gate.example", ""])
def test_a_token_goes_out_encrypted_or_not_at_all(address: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        redeem(address, PERMIT, CONTENT, access_token="secret-token")
    assert refused.value.code == "unsafe_address"


def test_silence_allows_nothing(gate: Answering) -> None:
    with pytest.raises(NotAllowed) as refused:
        redeem("http://127.0.0.1:1", PERMIT, CONTENT, access_token="secret-token")
    assert (refused.value.code, refused.value.again) == ("no_answer", True)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        gate.address = f"http://127.0.0.1:{mute.getsockname()[1]}"
        assert refusal(gate, timeout=0.3).again


def test_published_keys_are_fetched_or_said_to_be_missing(gate: Answering) -> None:
    assert fetch_jwks(gate.says(200, {"keys": [forging.jwk()]}).address) == {"keys": [forging.jwk()]}
    for status, body in ((404, {}), (200, b"no"), (200, [])):
        with pytest.raises(UnusableKeys):
            fetch_jwks(gate.says(status, body).address)
    with pytest.raises(UnusableKeys):
        fetch_jwks("http://gate.example/jwks.json")


TEXTS = st.text(max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXTS | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(st.characters(max_codepoint=127)), VALUES, max_size=6))
def test_content_is_hashed_as_the_gate_hashes_it(content: dict[str, Any]) -> None:
    assert content_sha256(content) == sha256_of(content)


@pytest.mark.parametrize(
    "content", [{"a": 1.0}, {"a": 2**53}, {"ä": 1}, {"a": b""}, {"a": (1,)}, {1: "a"}, {"a": "\ud800"}]
)
def test_what_published_content_cannot_hold_is_refused(content: Any) -> None:
    with pytest.raises(ValueError, match=r"content|surrogates"):
        content_sha256(content)
