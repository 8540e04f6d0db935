from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from support.audit_builders import Audit, pipe_file

pytestmark = pytest.mark.platform

DAY = "Fri Nov 20 08:00:00 +0000 2026"
NEWS = {"shape": "pipe", "author": "healthdesk"}
ADDRESS = "https://x.com/healthdesk/status/1"


async def a_captured_post(audit: Audit) -> str:
    await audit.announce("desk", "The Health Desk", "x:healthdesk")
    await audit.load(pipe_file((1, DAY, "A law passed")), **NEWS)
    return (await audit.http.get("/v1/posts")).json()["items"][0]["id"]


async def recapture(audit: Audit, **wanted: str) -> dict[str, Any]:
    answer = await audit.http.post("/v1/recaptures", json=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def shown(audit: Audit, post_id: str) -> str:
    """The hash of the words the API shows."""
    return (await audit.http.get(f"/v1/posts/{post_id}")).json().get("text_sha256", "0" * 64)


async def confirm(audit: Audit, post_id: str, **said: Any) -> Any:
    body = {"unchanged": True, "text_sha256": await shown(audit, post_id), **said}
    return await audit.http.post(f"/v1/posts/{post_id}/confirmations", json=body)


async def test_what_nobody_confirmed_is_unconfirmed_and_what_was_never_captured_unknown(audit: Audit):
    post_id = await a_captured_post(audit)
    found = await recapture(audit, post_id=post_id)
    assert (found["state"], found["text"], found["valid_until"]) == ("unconfirmed", "A law passed", None)
    assert (await recapture(audit, url="https://x.com/a/status/999"))["state"] == "unknown"
    assert (await recapture(audit, post_id="0192f8f0-0000-7000-8000-000000000000"))["state"] == "unknown"


@pytest.mark.parametrize(
    "url",
    [
        ADDRESS,
        "http://twitter.com/HealthDesk/status/1?s=20",
        "https://mobile.twitter.com/healthdesk/status/1/photo/1",
        "https://www.x.com/healthdesk/status/1#x",
    ],
)
async def test_an_address_means_the_same_post_however_it_is_spelled(audit: Audit, url: str):
    post_id = await a_captured_post(audit)
    assert (await recapture(audit, url=url))["post_id"] == post_id


async def test_a_person_confirms_for_twenty_four_hours(audit: Audit):
    post_id = await a_captured_post(audit)
    answer = await confirm(audit, post_id)
    assert (answer.status_code, answer.json()["confirmed_by"]) == (201, "amira.medical")
    found = await recapture(audit, url=ADDRESS)
    assert (found["state"], found["confirmed_by"]) == ("confirmed", "amira.medical")
    audit.clock.advance(timedelta(hours=23, minutes=59))
    assert (await recapture(audit, url=ADDRESS))["state"] == "confirmed"
    audit.clock.advance(timedelta(minutes=1))
    assert (await recapture(audit, url=ADDRESS))["state"] == "unconfirmed"
    kept = (await audit.http.get(f"/v1/posts/{post_id}")).json()["confirmations"]
    assert [(each["seen"], each["confirmed_by"]) for each in kept] == [("unchanged", "amira.medical")]


async def test_other_words_end_a_confirmation(audit: Audit):
    post_id = await a_captured_post(audit)
    await confirm(audit, post_id)
    audit.clock.advance(timedelta(minutes=5))
    await audit.load(pipe_file((1, DAY, "A law failed")), **NEWS)
    assert (await recapture(audit, url=ADDRESS))["state"] == "unconfirmed"


@pytest.mark.parametrize("said", [{"unchanged": True}, {"unchanged": False}, {"unchanged": False, "deleted": True}])
async def test_only_the_words_that_were_shown_are_confirmed(audit: Audit, said: dict[str, bool]):
    post_id = await a_captured_post(audit)
    read = await shown(audit, post_id)
    await audit.load(pipe_file((1, DAY, "A law failed")), **NEWS)
    refused = await confirm(audit, post_id, text_sha256=read, **said)
    assert (refused.status_code, refused.json()["code"]) == (409, "content_changed")
    assert refused.json()["errors"][0]["field"] == "text_sha256"
    assert "read the post again" in refused.json()["remedy"]
    assert (await recapture(audit, url=ADDRESS))["state"] == "unconfirmed"


@pytest.mark.parametrize("words", [{}, {"text_sha256": "A law passed"}, {"text_sha256": "F" * 64}])
async def test_a_confirmation_says_of_which_words(audit: Audit, words: dict[str, str]):
    post_id = await a_captured_post(audit)
    answer = await audit.http.post(f"/v1/posts/{post_id}/confirmations", json={"unchanged": True, **words})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "text_sha256")


async def test_what_a_person_saw_changed_or_gone_is_told(audit: Audit):
    post_id = await a_captured_post(audit)
    await confirm(audit, post_id, unchanged=False)
    assert (await recapture(audit, url=ADDRESS))["state"] == "changed"
    await confirm(audit, post_id, unchanged=False, deleted=True)
    assert (await recapture(audit, url=ADDRESS))["state"] == "deleted"
    (event,) = await audit.published("audit.post.deleted")
    assert (event["post_id"], event["version"]) == (post_id, 2)
    assert (await confirm(audit, post_id)).json()["code"] == "invalid_transition"


async def test_a_service_cannot_look_and_a_repeated_request_confirms_once(audit: Audit):
    post_id = await a_captured_post(audit)
    path = f"/v1/posts/{post_id}/confirmations"
    service = audit.issuer.service_authorization("compliance-service", "audit:write")
    body = {"unchanged": True, "text_sha256": await shown(audit, post_id)}
    refused = await audit.http.post(path, json=body, headers=service)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    key = {"Idempotency-Key": "once"}
    answers = [await audit.http.post(path, json=body, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len((await audit.http.get(f"/v1/posts/{post_id}")).json()["confirmations"]) == 1


@pytest.mark.parametrize(
    "body", [{}, {"url": ADDRESS, "post_id": "0192f8f0-0000-7000-8000-000000000000"}, {"uri": "x"}]
)
async def test_a_recapture_names_exactly_one_post(audit: Audit, body: dict[str, str]):
    assert (await audit.http.post("/v1/recaptures", json=body)).status_code == 422


async def test_a_confirmation_that_contradicts_itself_is_refused(audit: Audit):
    post_id = await a_captured_post(audit)
    assert (await confirm(audit, post_id, unchanged=True, deleted=True)).status_code == 422
    assert (await confirm(audit, "0192f8f0-0000-7000-8000-000000000000")).status_code == 404
