"""The gate's view of the audit: the audit itself over HTTP, and the fake the gate's tests put in its place."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any, Literal, Protocol

import pytest
import pytest_asyncio

from compliance.adapters.peers import HttpAudit
from compliance.application.ports.peers import AuditGateway, Recapture
from shared.kernel.errors import Unavailable
from support.audit_builders import Audit, an_audit, pipe_file
from support.compliance_peers import UNKNOWN, FakeAudit
from support.peers import GivenTokens, silent

URL = "https://x.com/healthdesk/status/1"
ROSA = "rosa.reviewer"
DAY = "Fri Nov 20 08:00:00 +0000 2026"
Seen = Literal["confirmed", "changed", "deleted"]


class Side(Protocol):
    gateway: AuditGateway

    async def capture(self, text: str) -> None: ...
    async def see(self, seen: Seen) -> None: ...
    async def wait_a_day(self) -> None: ...
    def fall_silent(self) -> None: ...


class Faked:
    def __init__(self) -> None:
        self.gateway = FakeAudit()

    async def capture(self, text: str) -> None:
        self.gateway.capture(URL, text)

    async def see(self, seen: Seen) -> None:
        self.gateway.see(URL, seen, ROSA)

    async def wait_a_day(self) -> None:
        self.gateway.expire()

    def fall_silent(self) -> None:
        self.gateway.down = True


class Real:
    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self.tokens = GivenTokens.of(audit.http)
        self.gateway = HttpAudit(audit.http, self.tokens)

    async def capture(self, text: str) -> None:
        self.audit.clock.advance(timedelta(seconds=1))
        await self.audit.load(pipe_file((1, DAY, text)), shape="pipe", author="healthdesk")

    async def see(self, seen: Seen) -> None:
        (post,) = (await self.audit.http.get("/v1/posts")).json()["items"]
        said: dict[str, Any] = {"unchanged": seen == "confirmed", "deleted": seen == "deleted"}
        answer = await self.audit.http.post(
            f"/v1/posts/{post['id']}/confirmations",
            json={**said, "text_sha256": post["text_sha256"]},
            headers=self.audit.issuer.authorization("audit:write", subject=ROSA),
        )
        assert answer.status_code == 201, answer.text

    async def wait_a_day(self) -> None:
        self.audit.clock.advance(timedelta(hours=24))

    def fall_silent(self) -> None:
        self.gateway = HttpAudit(silent(), self.tokens)


@pytest_asyncio.fixture(params=["fake", pytest.param("real", marks=pytest.mark.platform)])
async def side(request: pytest.FixtureRequest) -> AsyncGenerator[Side]:
    if request.param == "fake":
        yield Faked()
    else:
        async with an_audit(request.getfixturevalue("fresh_database")) as audit:
            yield Real(audit)


async def now(side: Side) -> Recapture:
    return await side.gateway.recapture(URL)


async def test_what_nobody_captured_is_unknown(side: Side):
    assert await now(side) == UNKNOWN


async def test_what_nobody_looked_at_is_unconfirmed(side: Side):
    await side.capture("A law passed")
    assert await now(side) == Recapture(state="unconfirmed", text="A law passed")


async def test_a_confirmation_names_who_looked_and_ends_after_a_day(side: Side):
    await side.capture("A law passed")
    await side.see("confirmed")
    assert await now(side) == Recapture(state="confirmed", text="A law passed", confirmed_by=ROSA)
    await side.wait_a_day()
    assert await now(side) == Recapture(state="unconfirmed", text="A law passed")


async def test_other_words_end_a_confirmation_and_the_same_words_do_not(side: Side):
    await side.capture("A law passed")
    await side.see("confirmed")
    await side.capture("A law passed")
    assert (await now(side)).state == "confirmed"
    await side.capture("A law failed")
    assert await now(side) == Recapture(state="unconfirmed", text="A law failed")


async def test_a_post_that_was_seen_changed_is_changed(side: Side):
    await side.capture("A law passed")
    await side.see("confirmed")
    await side.see("changed")
    assert await now(side) == Recapture(state="changed", text="A law passed", confirmed_by=ROSA)


async def test_a_post_that_was_seen_gone_is_deleted(side: Side):
    await side.capture("A law passed")
    await side.see("deleted")
    assert await now(side) == Recapture(state="deleted", text="A law passed")


async def test_silence_is_no_answer(side: Side):
    await side.capture("A law passed")
    side.fall_silent()
    with pytest.raises(Unavailable):
        await now(side)


@pytest.mark.platform
async def test_a_caller_the_audit_does_not_permit_gets_no_answer(request: pytest.FixtureRequest):
    async with an_audit(request.getfixturevalue("fresh_database")) as audit:
        other = audit.issuer.authorization("registry:read")["Authorization"].removeprefix("Bearer ")
        with pytest.raises(Unavailable):
            await HttpAudit(audit.http, GivenTokens(other)).recapture(URL)
