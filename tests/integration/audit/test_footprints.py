from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from audit.adapters.policy_data import thresholds_in_force
from audit.domain.footprint import tally
from audit.domain.footprint_values import Evidence, Window
from audit.domain.imported import ImportedPost
from audit.domain.people import Person
from audit.domain.post import Post
from shared.testing import sequence_ids
from support.audit_builders import NOON, Audit, a_directory, a_person, a_post, an_x_response

pytestmark = pytest.mark.platform

USERS = (("7", "lena_b", "Lena Brandt"), ("8", "ida", "Ida Roth"), ("9", "stranger", "Nobody"))


def response(*posts: tuple[str, str, str]) -> bytes:
    """`(id, author id, text)`, all three days old."""
    moment = (NOON - timedelta(days=3)).isoformat()
    return an_x_response(
        *({"id": number, "author_id": author, "text": text, "created_at": moment} for number, author, text in posts),
        users=USERS,
    )


async def known(audit: Audit) -> None:
    await audit.announce("lena", "Lena Brandt", "x:lena_b", "linkedin:lena")
    await audit.announce("ida", "Ida Roth", "x:ida")
    await audit.announce("uma", "Uma Voss")


async def test_footprints_follow_an_import_by_themselves(audit: Audit):
    await known(audit)
    posts = [("1", "7", "mine"), ("2", "7", "more"), ("3", "8", "by @lena_b"), ("4", "9", "Uma Voss and Lena Brandt")]
    await audit.load(response(*posts), shape="x_v2")
    await audit.settle()
    lena = await audit.footprint("lena")
    assert (lena["activity"], lena["own_posts"], lena["mentions_by_others"], lena["mentioned_by"]) == ("low", 2, 2, 2)
    assert [(each["platform"], each["posts"], each["observed"]) for each in lena["channels"]] == [
        ("linkedin", 0, False),
        ("x", 2, True),
    ]
    assert (await audit.footprint("uma"))["activity"] == "mentioned_only"
    assert (await audit.footprint("ida"))["activity"] == "low"
    events = [event for event in await audit.published("footprint.audited") if event["stakeholder_id"] == "lena"]
    assert [(event["version"], event["own_posts"], event["thresholds"]) for event in events] == [(1, 2, "2026-11-22")]
    assert events[0]["window_to"] == "2026-11-23T12:00:00Z"


async def test_somebody_registered_after_the_import_is_found_in_what_is_already_there(audit: Audit):
    await audit.load(response(("1", "7", "mine"), ("2", "8", "by @lena_b")), shape="x_v2")
    assert await audit.published("audit.post") == []
    await known(audit)
    await audit.settle()
    lena = await audit.footprint("lena")
    assert (lena["own_posts"], lena["mentions_by_others"]) == (1, 1)
    assert [event["version"] for event in await audit.published("audit.post.captured")] == [2, 2]
    assert await audit.link() == 0


async def test_a_new_handle_moves_the_links_and_an_older_state_changes_nothing(audit: Audit):
    await known(audit)
    await audit.load(response(("1", "7", "mine"), ("2", "8", "by @lena_b")), shape="x_v2")
    await audit.announce("lena", "Lena Brandt", "x:lena_new", version=3)
    await audit.announce("lena", "Lena Brandt", "x:lena_b", version=2)
    await audit.settle()
    lena = await audit.footprint("lena")
    assert (lena["own_posts"], lena["mentions_by_others"], lena["channels"][0]["handle"]) == (0, 0, "lena_new")


async def test_erasure_removes_name_accounts_posts_and_footprint_for_good(audit: Audit):
    await known(audit)
    await audit.load(response(("1", "7", "mine"), ("2", "8", "by @lena_b"), ("3", "7", "dear @ida")), shape="x_v2")
    await audit.settle()
    await audit.announce_erasure("lena")
    assert (await audit.http.get("/v1/footprints/lena")).status_code == 404
    await audit.settle()
    await audit.announce("lena", "Lena Brandt", "x:lena_b", version=10)
    await audit.settle()
    texts = await audit.fetch("SELECT text, author_handle FROM posts")
    assert sorted(tuple(row) for row in texts) == [("", ""), ("", ""), ("by @lena_b", "ida")]
    assert await audit.fetch("SELECT 1 FROM post_mentions WHERE stakeholder_id = 'lena'") == []
    assert (await audit.fetch("SELECT name, accounts::text FROM stakeholder_view WHERE stakeholder_id = 'lena'"))[0][
        0
    ] == ""
    assert len(await audit.published("audit.post.deleted")) == 2
    assert (await audit.footprint("ida"))["mentions_by_others"] == 0
    assert (await audit.http.get("/v1/footprints/lena")).status_code == 404
    assert await audit.fetch("SELECT 1 FROM footprints WHERE stakeholder_id = 'lena'") == []


async def test_what_was_published_of_a_footprint_ends_with_its_erasure(audit: Audit):
    await known(audit)
    await audit.load(response(("1", "7", "mine")), shape="x_v2")
    await audit.settle()
    async with audit.unit_of_work() as auditing:  # an audit that read its people before the erasure
        await auditing.footprints.lock()
        taken = (await auditing.footprints.of(["lena"]))["lena"]
        await audit.announce_erasure("lena")
        window = Window.ending(NOON, 30)
        taken.audit(Evidence(()), thresholds=thresholds_in_force(NOON.date()), window=window, at=NOON)
        await auditing.footprints.save([taken])
        linking = asyncio.create_task(audit.link())
        await asyncio.sleep(0.2)
        await auditing.commit()
    await linking
    await audit.http.post("/v1/audits", json={"stakeholder_ids": ["lena"]})
    await audit.settle()
    rows = await audit.fetch(
        "SELECT type, convert_from(payload, 'UTF8') AS payload FROM outbox_messages"
        " WHERE topic = 'audit.footprint' AND aggregate_id = 'lena' ORDER BY sequence"
    )
    audited = "audit.footprint.audited.v1"
    assert [row["type"] for row in rows] == [audited, audited, "audit.footprint.erased.v1"]
    assert json.loads(rows[-1]["payload"]) == {"stakeholder_id": "lena", "version": 3}


async def test_nothing_is_published_of_an_erased_person_who_had_no_footprint(audit: Audit):
    await audit.announce_erasure("nobody")
    await audit.settle()
    assert await audit.published("footprint") == []


async def test_an_audit_on_request_takes_the_given_window_and_a_new_version(audit: Audit):
    await known(audit)
    await audit.load(response(("1", "7", "mine")), shape="x_v2")
    await audit.settle()
    body = {"stakeholder_ids": ["lena", "unheard-of"], "window_days": 2}
    answer = await audit.http.post("/v1/audits", json=body)
    assert (answer.status_code, answer.json()) == (202, {"audited": 1})
    lena = await audit.footprint("lena")
    assert (lena["version"], lena["own_posts"], lena["activity"]) == (2, 0, "present_inactive")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"window_days": 0}, 422),
        ({"window_days": 10, "until": "2030-01-01T00:00:00Z"}, 400),
        ({"window_days": 10, "until": "2020-01-01T00:00:00"}, 400),
        ({"window_days": 36500, "until": "0002-01-01T00:00:00Z"}, 400),
        ({"since": "ever"}, 422),
    ],
)
async def test_an_audit_without_sense_is_refused(audit: Audit, body: dict[str, object], status: int):
    await known(audit)
    assert (await audit.http.post("/v1/audits", json=body)).status_code == status


async def test_the_database_counts_exactly_as_the_rules_do(audit: Audit):
    """A thousand random posts: SQL and the pure tally must agree on every figure."""
    chance, fresh = random.Random(7), sequence_ids()
    people = [a_person(f"p{n}", f"Person Number{n}", f"x:p{n}", f"mastodon:p{n}@s.example") for n in range(6)]
    people.append(Person("q", "Quentin Quiet"))
    posts = [random_post(chance, number) for number in range(1_000)]
    directory = a_directory(*people)
    linked = [(post, directory.links_of(post)) for post in posts]
    window = Window.ending(NOON, 30)
    async with audit.unit_of_work() as uow:
        await uow.posts.add([Post.capture(fresh(), post, links, NOON) for post, links in linked])
        counted = await uow.footprints.evidence(people, window)
    assert counted == tally(people, linked, window)
    assert sum(each.mentions_by_others for each in counted.values()) > 100


def random_post(chance: random.Random, number: int) -> ImportedPost:
    who, whom = chance.randrange(9), chance.randrange(9)
    platform, suffix = chance.choice([("x", ""), ("mastodon", "@s.example")])
    text = chance.choice([f"@p{whom}{suffix} hi", f"Person Number{whom}", "Quentin Quiet", "nothing"])
    moment = None if number % 17 == 0 else NOON - timedelta(hours=chance.randrange(60 * 24))
    handle = f"P{who}{suffix}"
    return a_post(text, external_id=str(number), author_handle=handle, platform=platform, posted_at=moment)


async def test_requests_for_an_audit_never_wait_for_one_another(audit: Audit, fresh_database: Callable[[str], str]):
    async with audit.unit_of_work() as one, audit.unit_of_work() as other:
        await one.footprints.request(["a", "b"])
        await other.footprints.request(["b", "a"])
        await other.commit()
        await one.commit()
    assert (await audit.fetch("SELECT count(*) FROM audits_due"))[0][0] == 4
