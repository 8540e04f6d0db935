"""The planner's view of captured posts: the audit itself over HTTP, and the fake of the planner's tests."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Protocol

import pytest
import pytest_asyncio

from planner.adapters.post_archive import HttpPostArchive
from planner.application.ports import PostArchive
from planner.domain.facts import CapturedPost
from shared.kernel.errors import DomainError, InvalidValue, Unavailable
from shared.kernel.ids import new_id
from support.audit_builders import NOON, Audit, an_audit, an_x_response
from support.peers import GivenTokens, silent
from support.planner_stage import FakePostArchive

LINK = "https://sleep.example/pictures"
TEXT = f"How sleep apnoea is found {LINK}"


class Side(Protocol):
    archive: PostArchive

    async def store(self) -> str:
        """Lena, who is registered, wrote it on X; the id of the post."""
        ...

    async def delete(self, post_id: str) -> None: ...
    def fall_silent(self) -> None: ...


class Faked:
    def __init__(self) -> None:
        self.archive = FakePostArchive()

    async def store(self) -> str:
        post = CapturedPost(
            id=new_id(),
            url="https://x.com/lena_b/status/1",
            author="lena_b",
            author_stakeholder_id="lena",
            text=TEXT,
            media_text=None,
            links=(LINK,),
            captured_at=NOON,
        )
        self.archive.posts[post.id] = post
        return post.id

    async def delete(self, post_id: str) -> None:
        self.archive.deleted.add(post_id)

    def fall_silent(self) -> None:
        self.archive.silent = True


class Real:
    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self.tokens = GivenTokens.of(audit.http)
        self.archive = HttpPostArchive(audit.http, self.tokens)

    async def store(self) -> str:
        await self.audit.announce("lena", "Lena Brandt", "x:lena_b")
        post: dict[str, Any] = {
            "id": "1",
            "author_id": "7",
            "text": TEXT,
            "created_at": "2026-11-20T08:00:00Z",
            "entities": {"urls": [{"url": LINK, "expanded_url": LINK}]},
        }
        await self.audit.load(an_x_response(post, users=(("7", "lena_b", "Lena Brandt"),)), shape="x_v2")
        return str((await self.audit.http.get("/v1/posts")).json()["items"][0]["id"])

    async def delete(self, post_id: str) -> None:
        seen = (await self.audit.http.get(f"/v1/posts/{post_id}")).json()["text_sha256"]
        gone = {"unchanged": False, "deleted": True, "text_sha256": seen}
        answer = await self.audit.http.post(f"/v1/posts/{post_id}/confirmations", json=gone)
        assert answer.status_code == 201, answer.text

    def fall_silent(self) -> None:
        self.archive = HttpPostArchive(silent(), self.tokens)


@pytest_asyncio.fixture(params=["fake", pytest.param("real", marks=pytest.mark.platform)])
async def side(request: pytest.FixtureRequest) -> AsyncGenerator[Side]:
    if request.param == "fake":
        yield Faked()
    else:
        async with an_audit(request.getfixturevalue("fresh_database")) as audit:
            yield Real(audit)


async def refused(side: Side, post_id: str, error: type[DomainError]) -> None:
    with pytest.raises(error) as refusal:
        await side.archive.capture(post_id)
    assert refusal.value.field == "target_post_id"
    assert refusal.value.remedy


async def test_a_captured_post_comes_with_its_author_words_and_links(side: Side):
    post_id = await side.store()
    assert await side.archive.capture(post_id) == CapturedPost(
        id=post_id,
        url="https://x.com/lena_b/status/1",
        author="lena_b",
        author_stakeholder_id="lena",
        text=TEXT,
        media_text=None,
        links=(LINK,),
        captured_at=NOON,
    )


@pytest.mark.parametrize("post_id", ["0192f8f0-0000-7000-8000-000000000000", "p-1"])
async def test_a_post_nobody_captured_is_refused(side: Side, post_id: str):
    await side.store()
    await refused(side, post_id, InvalidValue)


async def test_a_post_that_is_gone_is_refused(side: Side):
    post_id = await side.store()
    await side.delete(post_id)
    await refused(side, post_id, InvalidValue)


async def test_silence_is_no_answer(side: Side):
    post_id = await side.store()
    side.fall_silent()
    await refused(side, post_id, Unavailable)


@pytest.mark.platform
async def test_a_caller_the_audit_does_not_permit_gets_no_answer(request: pytest.FixtureRequest):
    async with an_audit(request.getfixturevalue("fresh_database")) as audit:
        real = Real(audit)
        post_id = await real.store()
        other = audit.issuer.authorization("registry:read")["Authorization"].removeprefix("Bearer ")
        real.archive = HttpPostArchive(audit.http, GivenTokens(other))
        await refused(real, post_id, Unavailable)
