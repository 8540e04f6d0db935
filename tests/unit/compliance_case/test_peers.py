"""Whatever is not a clear answer of registry or audit is no answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from audit.entrypoints.schemas import RecaptureRead
from compliance.adapters.peers import HttpAudit, HttpRegistry
from registry.entrypoints.schemas import PermissionRead, StakeholderFactsRead
from shared.kernel.errors import Unavailable
from support.compliance_builders import FACTS


class Tokens:
    def __init__(self) -> None:
        self.forgotten = 0

    async def bearer(self) -> str:
        return "token"

    async def forget(self) -> None:
        self.forgotten += 1


def client(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url="http://peer.test", transport=httpx.MockTransport(answer))


def broken(_request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


def a_permission(**changes: Any) -> dict[str, Any]:
    return {
        "stakeholder_id": "person-1",
        "version": 4,
        "may_approach": True,
        "reasons": [],
        "facts": {**FACTS, "name": "Lena Falk"},
        **changes,
    }


async def test_the_registrys_answer_carries_the_facts_and_their_version() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer token"
        assert request.url.path == "/v1/stakeholders/person-1/permission"
        return httpx.Response(200, json=a_permission())

    async with client(answer) as http:
        permission = await HttpRegistry(http, Tokens()).permission("person-1")
    assert permission is not None
    assert (permission.known.version, permission.known.facts, permission.may_approach) == (4, FACTS, True)


async def test_a_fact_the_registry_does_not_name_is_unknown_and_a_stop() -> None:
    facts = {name: value for name, value in FACTS.items() if name != "opted_out"}
    async with client(lambda _: httpx.Response(200, json=a_permission(facts=facts))) as http:
        permission = await HttpRegistry(http, Tokens()).permission("person-1")
    assert permission is not None
    assert permission.known.stops == {"opted_out"}


async def test_nobody_is_known_who_is_not_found() -> None:
    async with client(lambda _: httpx.Response(404)) as http:
        assert await HttpRegistry(http, Tokens()).permission("person-1") is None


@pytest.mark.parametrize(
    "answer",
    [
        broken,
        lambda _: httpx.Response(500),
        lambda _: httpx.Response(403),
        lambda _: httpx.Response(302, headers={"location": "http://elsewhere.test"}),
        lambda _: httpx.Response(200, text="<html>"),
        lambda _: httpx.Response(200, json={"may_approach": True}),
        lambda _: httpx.Response(200, json=a_permission(stakeholder_id="person-2")),
        lambda _: httpx.Response(200, json=a_permission(may_approach=None)),
    ],
)
async def test_an_unclear_answer_of_the_registry_is_none(answer: Any) -> None:
    async with client(answer) as http:
        with pytest.raises(Unavailable):
            await HttpRegistry(http, Tokens()).permission("person-1")


async def test_a_refused_token_is_forgotten() -> None:
    tokens = Tokens()
    async with client(lambda _: httpx.Response(401)) as http:
        with pytest.raises(Unavailable):
            await HttpRegistry(http, tokens).permission("person-1")
    assert tokens.forgotten == 1


CONFIRMED: dict[str, Any] = {"state": "confirmed", "text": "words", "confirmed_by": "rosa.reviewer"}


async def test_the_audit_says_how_the_target_is_now() -> None:
    async with client(lambda _: httpx.Response(200, json={**CONFIRMED, "more": 1})) as http:
        seen = await HttpAudit(http, Tokens()).recapture("https://example.test/1")
    assert (seen.state, seen.text, seen.confirmed_by) == ("confirmed", "words", "rosa.reviewer")


async def test_what_the_audit_really_answers_is_understood() -> None:
    answer = RecaptureRead(**CONFIRMED, post_id="p", url="https://example.test/1", media_text="m")
    content = answer.model_dump_json().encode()
    async with client(lambda _: httpx.Response(200, content=content)) as http:
        seen = await HttpAudit(http, Tokens()).recapture("https://example.test/1")
    assert (seen.state, seen.text, seen.media_text, seen.confirmed_by) == ("confirmed", "words", "m", "rosa.reviewer")


async def test_what_the_registry_really_answers_is_understood() -> None:
    facts = {"stakeholder_id": "person-1", "version": 2, "name": "L", "handles": [], "owner_id": None, **FACTS}
    answer = PermissionRead(
        stakeholder_id="person-1",
        version=2,
        may_approach=True,
        reasons=[],
        unknown=[],
        opted_out=False,
        do_not_engage=False,
        open_complaint=False,
        minor=None,
        facts=StakeholderFactsRead.model_validate(facts),
    )
    content = answer.model_dump_json().encode()
    async with client(lambda _: httpx.Response(200, content=content)) as http:
        permission = await HttpRegistry(http, Tokens()).permission("person-1")
    assert permission is not None
    assert permission.known.facts == FACTS


@pytest.mark.parametrize(
    "answer",
    [
        broken,
        lambda _: httpx.Response(503),
        lambda _: httpx.Response(200, json={"state": "fine", "text": "words"}),
        lambda _: httpx.Response(200, json={"state": ["confirmed"], "text": "words"}),
        lambda _: httpx.Response(200, json={**CONFIRMED, "confirmed_by": None}),
        lambda _: httpx.Response(200, json=[]),
    ],
)
async def test_an_unclear_answer_of_the_audit_is_none(answer: Any) -> None:
    async with client(answer) as http:
        with pytest.raises(Unavailable):
            await HttpAudit(http, Tokens()).recapture("https://example.test/1")
