"""What the planner makes of the audit's answers: a captured post, or a refusal."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from planner.adapters.post_archive import HttpPostArchive
from shared.kernel.errors import InvalidValue, Unavailable
from shared.kernel.ids import new_id


class Tokens:
    """Hands out "token" until it is told to forget it, then "token-1"."""

    def __init__(self) -> None:
        self.forgotten = 0

    async def bearer(self) -> str:
        return f"token-{self.forgotten}" if self.forgotten else "token"

    async def forget(self) -> None:
        self.forgotten += 1


def an_archive(answer: Any) -> HttpPostArchive:
    def respond(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"].startswith("Bearer token")
        if isinstance(answer, Exception):
            raise answer
        return answer

    return HttpPostArchive(
        httpx.AsyncClient(transport=httpx.MockTransport(respond), base_url="http://audit.test"), Tokens()
    )


def a_post(**changes: Any) -> httpx.Response:
    body = {
        "id": new_id(),
        "url": "https://x.com/lena/status/1",
        "author_handle": "lena",
        "author_stakeholder_id": None,
        "text": "Sleep apnoea in five pictures",
        "links": ["https://sleep.example"],
        "captured_at": "2026-11-20T08:00:00Z",
        "state": "captured",
        "a_field_of_tomorrow": 1,
        **changes,
    }
    return httpx.Response(200, json=body)


async def test_a_captured_post_becomes_a_target() -> None:
    post = await an_archive(a_post()).capture("any")

    assert (post.author, post.links) == ("lena", ("https://sleep.example",))


@pytest.mark.parametrize("answer", [httpx.Response(404), httpx.Response(422), a_post(state="deleted")])
async def test_a_post_nobody_has_is_refused_by_field(answer: httpx.Response) -> None:
    with pytest.raises(InvalidValue) as refusal:
        await an_archive(answer).capture("any")

    assert refusal.value.field == "target_post_id"
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "answer",
    [httpx.ConnectError("refused"), httpx.Response(500), httpx.Response(401), httpx.Response(200, text="rubbish")],
)
async def test_a_silent_or_unreadable_audit_is_no_answer(answer: Any) -> None:
    with pytest.raises(Unavailable):
        await an_archive(answer).capture("any")


async def test_a_token_the_audit_no_longer_takes_is_fetched_anew() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        return a_post() if request.headers["Authorization"] == "Bearer token-1" else httpx.Response(401)

    http = httpx.AsyncClient(transport=httpx.MockTransport(respond), base_url="http://audit.test")
    assert (await HttpPostArchive(http, Tokens()).capture("any")).author == "lena"
