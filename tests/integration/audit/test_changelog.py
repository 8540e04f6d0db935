"""Every change of a post, confirmation, import or footprint is in the changelog; words are told by their hash."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.audit_builders import Audit, pipe_file

pytestmark = pytest.mark.platform

DAY = "Fri Nov 20 08:00:00 +0000 2026"
NEWS = {"shape": "pipe", "author": "healthdesk"}


async def loaded(audit: Audit, words: str = "A law passed") -> str:
    await audit.load(pipe_file((1, DAY, words)), **NEWS)
    return (await audit.http.get("/v1/posts")).json()["items"][0]["id"]


async def changes(audit: Audit, what: str) -> list[dict[str, Any]]:
    found = await audit.fetch("SELECT * FROM changes WHERE what = $1 ORDER BY aggregate_id, version", what)
    return [{**row, "old": json.loads(row["old"]), "new": json.loads(row["new"])} for row in found]


async def test_a_post_tells_who_captured_it_and_what_became_of_it(audit: Audit) -> None:
    post_id = await loaded(audit)
    await loaded(audit, "A law was repealed")
    said = {
        "unchanged": False,
        "deleted": True,
        "text_sha256": (await audit.http.get(f"/v1/posts/{post_id}")).json()["text_sha256"],
    }
    assert (await audit.http.post(f"/v1/posts/{post_id}/confirmations", json=said)).status_code == 201

    told = (await audit.http.get(f"/v1/posts/{post_id}/changes")).json()

    assert [each["version"] for each in told] == [3, 2, 1]
    assert {each["changed_by"] for each in told} == {"amira.medical"}
    assert told[0]["new"]["state"] == "deleted"
    assert told[0]["old"]["state"] == "captured"
    assert told[1]["old"]["text_sha256"] == told[2]["new"]["text_sha256"]
    assert told[1]["reason"].startswith("import ")
    assert "law" not in json.dumps(told)


async def test_imports_and_confirmations_are_told_too(audit: Audit) -> None:
    post_id = await loaded(audit)
    said = {"unchanged": True, "text_sha256": (await audit.http.get(f"/v1/posts/{post_id}")).json()["text_sha256"]}
    assert (await audit.http.post(f"/v1/posts/{post_id}/confirmations", json=said)).status_code == 201

    [confirmation] = await changes(audit, "confirmation")
    started, finished = await changes(audit, "import")

    assert (confirmation["changed_by"], confirmation["new"]["seen"]) == ("amira.medical", "unchanged")
    assert (started["new"]["shape"], list(finished["new"])) == ("pipe", ["finished_at"])


async def test_an_erased_author_leaves_only_that_something_was_erased(audit: Audit) -> None:
    await audit.announce("desk", "The Health Desk", "x:healthdesk")
    await loaded(audit)
    await audit.settle()
    assert len(await changes(audit, "footprint")) == 1
    await audit.announce_erasure("desk")
    await audit.settle()

    [post] = await changes(audit, "post")
    [footprint] = await changes(audit, "footprint")

    assert (post["new"]["state"], post["old"], post["changed_by"]) == ("erased", {}, "system:audit")
    assert footprint["new"] == {"state": "erased"}
