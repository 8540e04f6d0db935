from __future__ import annotations

import asyncio
import json
from pathlib import Path
from random import Random

import pytest

from support.audit_builders import Audit, an_x_response, pipe_file

pytestmark = pytest.mark.platform

DAY = "Fri Nov 20 08:00:00 +0000 2026"
NEWS = {"shape": "pipe", "author": "healthdesk"}


def counts(report: dict[str, int]) -> tuple[int, int, int, int]:
    return report["captured"], report["updated"], report["unchanged"], report["rejected_count"]


async def test_good_lines_are_kept_and_bad_ones_reported(audit: Audit):
    raw = (
        pipe_file((1, DAY, "one"), (2, "some day", "two"), (3, DAY, "a|b"))
        + b"\nrubbish\n4|"
        + DAY.encode()
        + b"|it\x92s"
    )
    report = await audit.load(raw, **NEWS)
    assert counts(report) == (3, 0, 0, 2)
    assert [(bad["line"], bool(bad["remedy"])) for bad in report["rejected"]] == [(2, True), (4, True)]
    assert [each["line"] for each in report["repaired"]] == [3, 5]
    assert report["repaired_lines"] == 2
    posts = (await audit.http.get("/v1/posts", params={"author": "@HealthDesk"})).json()["items"]
    assert {post["text"] for post in posts} == {"one", "a|b", "it\u2019s"}


async def test_the_same_file_again_changes_nothing_and_other_words_make_a_new_version(audit: Audit):
    await audit.announce("desk", "The Health Desk", "x:healthdesk")
    raw = pipe_file((1, DAY, "one"), (2, DAY, "two"))
    assert counts(await audit.load(raw, **NEWS)) == (2, 0, 0, 0)
    assert counts(await audit.load(raw, **NEWS)) == (0, 0, 2, 0)
    assert counts(await audit.load(pipe_file((1, DAY, "one, corrected"), (2, DAY, "two")), **NEWS)) == (0, 1, 1, 0)
    events = await audit.published("audit.post.captured")
    assert [(event["external_id"], event["version"]) for event in events] == [("1", 1), ("2", 1), ("1", 2)]
    (listed,) = [post for post in (await audit.http.get("/v1/posts")).json()["items"] if post["external_id"] == "1"]
    detail = (await audit.http.get(f"/v1/posts/{listed['id']}")).json()
    assert [each["text_sha256"] for each in detail["texts"]][1] == detail["text_sha256"]
    assert len(detail["texts"]) == 2


async def test_only_posts_by_or_about_people_of_ours_become_public(audit: Audit):
    await audit.announce("lena", "Lena Brandt", "x:lena_b")
    users = (("7", "Lena_B", "Lena Brandt"), ("8", "ida", "Ida"))
    raw = an_x_response(
        {"id": "1", "author_id": "7", "text": "mine"},
        {"id": "2", "author_id": "8", "text": "thanks @lena_b"},
        {"id": "3", "author_id": "8", "text": "nothing to see"},
        users=users,
    )
    assert counts(await audit.load(raw, shape="x_v2")) == (3, 0, 0, 0)
    first, second = await audit.published("audit.post")
    assert (first["author_stakeholder_id"], first["mentioned_stakeholder_ids"]) == ("lena", [])
    assert (second["author_stakeholder_id"], second["mentioned_stakeholder_ids"]) == (None, ["lena"])
    about = (await audit.http.get("/v1/posts", params={"stakeholder_id": "lena"})).json()["items"]
    assert {post["external_id"] for post in about} == {"1", "2"}


async def test_two_imports_of_one_file_at_once_capture_each_post_once(audit: Audit):
    raw = pipe_file(*((number, DAY, f"post {number}") for number in range(1200)))
    reports = await asyncio.gather(*(audit.load(raw, **NEWS) for _ in range(3)))
    assert sum(report["captured"] for report in reports) == 1200
    assert sum(report["unchanged"] for report in reports) == 2400
    assert (await audit.fetch("SELECT count(*) FROM posts"))[0][0] == 1200


@pytest.mark.parametrize(
    ("content", "query", "status", "code"),
    [
        (b"", NEWS, 400, "invalid_value"),
        (b"  \n ", NEWS, 400, "invalid_value"),
        (b"x", {"shape": "carrier_pigeon"}, 422, "malformed"),
        (b"x", {"shape": "pipe", "author": "a\x00b"}, 422, "malformed"),
        (b"x", {"shape": "pipe", "platform": "telegraph"}, 422, "malformed"),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused(
    audit: Audit, content: bytes, query: dict[str, str], status: int, code: str
):
    answer = await audit.http.post("/v1/post-imports", content=content, params=query)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("shape", ["x_v2", "mastodon", "pipe"])
async def test_rubbish_is_reported_and_nothing_is_half_done(audit: Audit, shape: str):
    rubbish = b"\x00\xff\xfe\n{\n[[[[\n" + b'{"data": [1, null, {"id": {}, "text": []}]}\n' + b"|||\n" + b"\xed\xa0\x80"
    report = await audit.load(rubbish, shape=shape, author="somebody")
    assert counts(report)[:3] == (0, 0, 0)
    assert report["rejected_count"] >= 4
    assert (await audit.fetch("SELECT count(*) FROM posts"))[0][0] == 0


async def test_strings_no_database_can_hold_are_cleaned_or_rejected(audit: Audit):
    hostile = {
        "author_id": "7",
        "text": "a\x00b",
        "entities": {
            "mentions": [{"username": "i\x00da"}],
            "urls": [{"expanded_url": "https://a.example/" + "x" * 5000}],
        },
    }
    posts = [{"id": "1", **hostile}, {"id": "2\x00", **hostile}, {"id": "3" * 9000, **hostile}]
    posts += [{"id": "4", "author_id": "7", "text": "long" * 50_000}, {"id": "5", "author_id": "8", "text": "whose"}]
    raw = an_x_response(*posts, users=(("7", "lena_b", "Le\x00na"), ("8", "\x00", "Nobody")))
    report = await audit.load(raw, shape="x_v2")
    assert counts(report) == (1, 0, 0, 4)
    assert all(bad["remedy"] for bad in report["rejected"])
    (kept,) = (await audit.http.get("/v1/posts")).json()["items"]
    assert (kept["text"], kept["mentions"], kept["links"], kept["author_name"]) == ("ab", ["ida"], [], "Lena")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/recaptures", {"url": "https://x.com/a\x00b"}),
        ("/v1/audits", {"stakeholder_ids": ["a\x00"]}),
        ("/v1/recaptures", {"url": "x" * 3000}),
    ],
)
async def test_hostile_strings_in_requests_are_refused(audit: Audit, path: str, body: dict[str, object]):
    assert (await audit.http.post(path, json=body)).status_code == 422


async def test_a_file_may_come_as_a_form(audit: Audit):
    raw = pipe_file((1, DAY, "one"))
    answer = await audit.http.post("/v1/post-imports", params=NEWS, files={"file": ("posts.txt", raw)})
    assert (answer.status_code, answer.json()["captured"]) == (200, 1)
    form = {"files": {"file": (None, "just a field")}}
    assert (await audit.http.post("/v1/post-imports", params=NEWS, **form)).json()["code"] == "invalid_value"
    records = (await audit.http.get("/v1/post-imports")).json()["items"]
    assert (records[0]["posts"], records[0]["captured"], records[0]["imported_by"]) == (1, 1, "amira.medical")
    assert records[0]["finished_at"] is not None


async def test_reading_needs_the_right_scope_and_sensible_ids(audit: Audit):
    nobody = audit.issuer.authorization("registry:read")
    assert (await audit.http.get("/v1/posts", headers=nobody)).status_code == 403
    reader = audit.issuer.authorization("audit:read")
    refused = await audit.http.post("/v1/post-imports", params=NEWS, content=b"x", headers=reader)
    assert refused.json()["code"] == "insufficient_scope"
    assert (await audit.http.get("/v1/posts/not-an-id")).status_code == 422
    assert (await audit.http.get("/v1/posts", params={"cursor": "bm90LWFuLWlk"})).status_code == 422
    assert (await audit.http.get("/v1/posts/0192f8f0-0000-7000-8000-000000000000")).status_code == 404


@pytest.mark.real_input
async def test_eight_thousand_real_posts_are_imported_linked_and_audited(audit: Audit, public_data: Path):
    files = sorted((public_data / "data" / "media_tweets").glob("*.txt"))
    for file in files:
        await audit.announce(file.stem, f"{file.stem} (health desk)", f"x:{file.stem}")
    captured = [(await audit.load(file.read_bytes(), shape="pipe", author=file.stem))["captured"] for file in files]
    assert sum(captured) == 8_000
    answer = await audit.http.post("/v1/audits", json={"window_days": 365, "until": "2015-04-10T00:00:00Z"})
    assert answer.json() == {"audited": 16}
    found = {each["stakeholder_id"]: each for each in (await audit.http.get("/v1/footprints")).json()["items"]}
    assert (found["bbchealth"]["activity"], found["bbchealth"]["own_posts"]) == ("active", 500)
    assert (found["msnhealthnews"]["activity"], found["msnhealthnews"]["own_posts"]) == ("present_inactive", 0)
    assert found["cnnhealth"]["mentions_by_others"] == 2
    again = await audit.load(files[0].read_bytes(), shape="pipe", author=files[0].stem)
    assert (again["captured"], again["updated"], again["unchanged"]) == (0, 0, 500)
    assert json.dumps(again)


async def test_a_file_that_can_be_none_of_ours_is_refused_at_once(audit: Audit):
    no_author = await audit.http.post("/v1/post-imports", content=pipe_file((1, DAY, "one")), params={"shape": "pipe"})
    assert no_author.status_code == 422
    assert [error["field"] for error in no_author.json()["errors"]] == ["author"]
    picture = await audit.http.post("/v1/post-imports", content=Random(3).randbytes(5_000), params={**NEWS})
    assert (picture.status_code, picture.json()["code"]) == (400, "unreadable_file")
    assert (await audit.http.get("/v1/post-imports")).json()["items"] == []
