"""Comments over HTTP, on real rows: anchored, answered, named in, never rewritten, and forgotten with the person."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy

from shared.kernel.ids import new_id
from support.compliance_builders import AUTHOR, a_target
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client
from support.team_api import ISSUER, Team

pytestmark = pytest.mark.platform
ANCHOR = {"field": "text", "start": 19, "end": 24, "quote": "clear"}


@dataclass
class Talk:
    """A case in review, and those who talk about it."""

    stage: Stage
    team: Team

    @property
    def place(self) -> str:
        return f"/v1/cases/{self.stage.action}/comments"

    async def say(self, text: str, who: str | None = None, **more: Any) -> httpx.Response:
        body = {"action_version": 1, "text": text, **more}
        return await self.team.post(self.place, who or self.team.rosa, body)

    async def shown(self) -> list[dict[str, Any]]:
        return (await self.team.get(self.place, AUTHOR)).json()["items"]


@pytest_asyncio.fixture
async def talk(stage: Stage) -> AsyncGenerator[Talk]:
    await stage.hear_person()
    await stage.hear_engager()
    await stage.submit(target=a_target("Lena writes: ask @lena"))
    async with gate_client(gate_app(stage, ISSUER), raises=False) as http:
        yield Talk(stage, await Team(http).met())


async def test_author_and_reviewers_talk_about_a_place_in_the_text(talk: Talk) -> None:
    made = await talk.say("Is it?", anchor=ANCHOR)
    assert made.status_code == 201, made.text
    place = made.headers["location"]
    answered = await talk.team.post(f"{place}/replies", AUTHOR, {"text": "It is, see the study."})
    assert answered.status_code == 201, answered.text
    (comment,) = await talk.shown()
    assert comment["anchor"] == ANCHOR
    assert [(each["name"], each["kind"], each["text"]) for each in comment["said"]] == [
        ("Rosa", "comment", "Is it?"),
        ("Amira.Medical", "reply", "It is, see the study."),
    ]
    corrected = await talk.team.post(f"{place}/corrections", talk.team.rosa, {"text": "I misread it.", "corrects": 0})
    assert corrected.json()["said"][0]["text"] == "Is it?"
    foreign = await talk.team.post(f"{place}/corrections", talk.team.sam, {"text": "No.", "corrects": 0})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "forbidden")


async def test_reviewers_resolve_and_reopen_on_what_they_have_read(talk: Talk) -> None:
    place = (await talk.say("Is it?")).headers["location"]
    tag = {"If-Match": '"v1"'}
    assert (await talk.team.post(f"{place}/resolution", AUTHOR, **tag)).json()["code"] == "insufficient_scope"
    assert (await talk.team.post(f"{place}/resolution", talk.team.sam)).status_code == 428
    await talk.team.post(f"{place}/replies", AUTHOR, {"text": "It is."})
    assert (await talk.team.post(f"{place}/resolution", talk.team.sam, **tag)).status_code == 412
    done = await talk.team.post(f"{place}/resolution", talk.team.sam, **{"If-Match": '"v2"'})
    assert done.json()["state"] == "resolved"
    late = await talk.team.post(f"{place}/replies", AUTHOR, {"text": "And yet."})
    assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")
    again = await talk.team.post(f"{place}/reopening", talk.team.rosa, **{"If-Match": done.headers["etag"]})
    assert again.json()["state"] == "open"


async def test_whoever_is_named_finds_it_until_they_have_read_it(talk: Talk) -> None:
    await talk.say(f"@{talk.team.sam}: what do you think? (cc @{talk.team.rosa})")
    found = await talk.team.get("/v1/mentions", talk.team.sam, unread=True)
    (mention,) = found.json()["items"]
    assert (mention["name"], mention["action_id"], mention["read_at"]) == ("Rosa", talk.stage.action, None)
    assert (await talk.team.get("/v1/mentions", talk.team.rosa)).json()["items"] == []
    reading = f"/v1/mentions/{mention['mention_id']}/reading"
    assert (await talk.team.post(reading, talk.team.max)).status_code == 404
    assert (await talk.team.post(reading, talk.team.sam)).status_code == 204
    assert (await talk.team.get("/v1/mentions", talk.team.sam, unread=True)).json()["items"] == []
    assert len((await talk.team.get("/v1/mentions", talk.team.sam)).json()["items"]) == 1


async def test_nobody_unknown_is_named_but_names_in_the_action_itself_may_be_quoted(talk: Talk) -> None:
    unknown = await talk.say("Ask @nobody.we.know about it")
    assert (unknown.status_code, unknown.json()["code"]) == (400, "unknown_colleague")
    assert unknown.json()["errors"][0]["field"] == "text"
    quoted = await talk.say(f"Should we thank @lena here, @{AUTHOR}?")
    assert quoted.json()["said"][0]["mentions"] == [AUTHOR]
    assert [each["action_id"] for each in (await talk.team.get("/v1/mentions", AUTHOR, limit=1)).json()["items"]] == [
        talk.stage.action
    ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"action_version": 2}, 409, "content_changed"),
        ({"action_version": 0}, 422, "malformed"),
        ({"text": ""}, 422, "malformed"),
        ({"text": "x" * 2_001}, 422, "malformed"),
        ({"text": "a\x00b"}, 422, "malformed"),
        ({"anchor": {**ANCHOR, "quote": "claer"}}, 400, "anchor_misses"),
        ({"anchor": {**ANCHOR, "field": "target.url"}}, 400, "anchor_misses"),
        ({"anchor": {"field": "text"}}, 422, "malformed"),
        ({"by": "somebody.else"}, 422, "malformed"),
        ({"state": "resolved"}, 422, "malformed"),
    ],
)
async def test_what_is_no_comment_is_refused_by_name(talk: Talk, body: dict[str, Any], status: int, code: str) -> None:
    answer = await talk.say(**{"text": "Is it?", **body})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await talk.shown() == []


async def test_programs_and_those_who_have_no_part_in_it_say_nothing(talk: Talk) -> None:
    stranger = ISSUER.authorization("compliance:read", subject="jonas.elsewhere")
    body = {"action_version": 1, "text": "hello"}
    refused = await talk.team.http.post(talk.place, json=body, headers=stranger)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    robot = ISSUER.service_authorization("robot", "compliance:read", "compliance:review")
    assert (await talk.team.http.post(talk.place, json=body, headers=robot)).json()["code"] == "person_required"
    missing = await talk.team.post("/v1/cases/nothing/comments", talk.team.rosa, body)
    assert missing.status_code == 404
    for path in ("/v1/comments/a%00b", "/v1/comments/nothing"):
        assert 400 <= (await talk.team.get(path, talk.team.rosa)).status_code < 500


async def test_the_same_request_again_says_nothing_twice(talk: Talk) -> None:
    key = {"Idempotency-Key": new_id()}
    body = {"action_version": 1, "text": "Is it?"}
    answers = [await talk.team.post(talk.place, talk.team.rosa, body, **key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(await talk.shown()) == 1


async def test_many_at_once_are_all_heard(talk: Talk) -> None:
    place = (await talk.say("Is it?")).headers["location"]
    people = [talk.team.rosa, talk.team.sam, talk.team.max, AUTHOR] * 3
    answers = await asyncio.gather(
        *(talk.team.post(f"{place}/replies", who, {"text": f"answer {n}"}) for n, who in enumerate(people)),
        *(talk.say(f"comment {n}", who) for n, who in enumerate(people)),
    )
    assert {each.status_code for each in answers} == {201}
    shown = await talk.shown()
    assert len(shown) == 1 + len(people)
    assert {each["text"] for each in shown[0]["said"]} == {"Is it?", *(f"answer {n}" for n in range(len(people)))}


async def test_what_was_said_cannot_be_rewritten_and_is_in_the_ledger(talk: Talk) -> None:
    comment = (await talk.say("Is it?")).json()["comment_id"]
    for statement in (
        "UPDATE comments SET document = jsonb_set(document, '{said,0,text}', '\"x\"') WHERE comment_id = :c",
        "UPDATE comments SET document = jsonb_set(document, '{said}', '[]') WHERE comment_id = :c",
        "UPDATE comments SET document = jsonb_set(document, '{action_version}', '9') WHERE comment_id = :c",
        "DELETE FROM comments WHERE comment_id = :c",
    ):
        with pytest.raises(sqlalchemy.exc.DBAPIError, match=r"never (changed|removed)"):
            async with talk.stage.engine.begin() as connection:
                await connection.execute(sqlalchemy.text(statement), {"c": comment})
    (entry,) = await talk.stage.rows(
        "SELECT what, about, who, convert_from(leaf, 'UTF8') AS leaf FROM ledger_entries WHERE aggregate_id = :c",
        c=comment,
    )
    assert (entry["what"], entry["about"], entry["who"]) == ("comment_written", talk.stage.person, talk.team.rosa)
    assert "Is it" not in entry["leaf"]
    assert "said" in json.loads(entry["leaf"])["committed"]


async def test_an_erased_person_takes_the_words_along(talk: Talk) -> None:
    made = (await talk.say(f"She told me so, @{talk.team.sam}.", anchor=ANCHOR)).json()
    await talk.stage.forget_person(2)
    (comment,) = await talk.shown()
    assert (comment["state"], comment["anchor"], comment["said"][0]["text"]) == ("erased", None, None)
    assert comment["said"][0]["name"] == "Rosa"
    kept = await talk.stage.rows("SELECT document::text AS d FROM comments WHERE comment_id = :c", c=made["comment_id"])
    assert "told me" not in kept[0]["d"]
    (mention,) = (await talk.team.get("/v1/mentions", talk.team.sam, limit=1)).json()["items"]
    assert mention["text"] is None
    late = await talk.say("And another thing.")
    assert (late.status_code, late.json()["code"]) == (409, "invalid_transition")


async def test_comments_of_an_older_version_stay_with_it(talk: Talk) -> None:
    await talk.say("Too warm.", anchor=ANCHOR)
    await talk.stage.submit(2, text="Thank you.")
    assert (await talk.say("Better.")).json()["code"] == "content_changed"
    assert (await talk.say("Better.", action_version=2)).status_code == 201
    assert [each["action_version"] for each in await talk.shown()] == [1, 2]
