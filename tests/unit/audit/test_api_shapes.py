from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.domain.imported import Defaults
from audit.domain.reading import READERS
from audit.domain.shapes.markup import words_of
from audit.domain.shapes.mastodon import read_mastodon
from audit.domain.shapes.x_v2 import AUTHOR_BY_NUMBER, read_x_v2
from support.audit_builders import an_x_response

ON_X, ON_MASTODON = Defaults("x"), Defaults("mastodon")
LENA = ("7", "LenaB", "Lena Brandt")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["data", "id", "text", "status", "response"]), inner)
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from(["x_v2", "mastodon"]))
def test_no_json_is_too_strange_to_be_accounted_for(value: Any, shape: Any):
    READERS[shape](json.dumps(value).encode(), Defaults("x", "somebody"))


def test_a_response_is_read_with_authors_mentions_links_and_media():
    post = {
        "id": "10",
        "author_id": "7",
        "text": "Talk with @ida &amp; team https://t.co/x",
        "created_at": "2026-11-20T08:00:00.000Z",
        "entities": {
            "mentions": [{"username": "ida"}],
            "urls": [{"url": "https://t.co/x", "expanded_url": "https://a.example/talk"}],
        },
        "attachments": {"media_keys": ["m1", "m2", 3]},
    }
    raw = json.loads(an_x_response(post, users=(LENA,)))
    raw["includes"]["media"] = [{"media_key": "m1", "alt_text": "a slide"}]
    (read,) = read_x_v2(json.dumps(raw).encode(), ON_X).posts
    assert (read.author_handle, read.author_name) == ("LenaB", "Lena Brandt")
    assert read.text == "Talk with @ida & team https://t.co/x"
    assert (read.mentions, read.links, read.media_text) == (("ida",), ("https://a.example/talk",), "a slide")
    assert read.posted_at == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert read.url == "https://x.com/LenaB/status/10"


def test_a_long_post_is_read_whole_and_a_repost_names_whose_words_they_are():
    long = {"id": "1", "author_id": "7", "text": "cut…", "note_tweet": {"text": "cut not at all"}}
    repost = {
        "id": "2",
        "author_id": "7",
        "text": "RT cut",
        "referenced_tweets": [{"type": "retweeted", "id": "3"}],
    }
    raw = json.loads(an_x_response(long, repost, users=(LENA, ("8", "ida", "Ida"))))
    raw["includes"]["tweets"] = [{"id": "3", "author_id": "8", "text": "hers"}]
    first, second = read_x_v2(json.dumps(raw).encode(), ON_X).posts
    assert first.text == "cut not at all"
    assert second.repost_of == "ida"


def test_an_old_style_repost_is_recognised_by_its_words():
    (post,) = read_x_v2(
        an_x_response({"id": "1", "author_id": "7", "text": "RT @ida: hers"}, users=(LENA,)), ON_X
    ).posts
    assert post.repost_of == "ida"


def test_json_lines_keep_the_good_and_name_the_bad_lines():
    lines = [an_x_response({"id": "1", "author_id": "7", "text": "good"}, users=(LENA,)), b"{broken", b'{"data": []}']
    reading = read_x_v2(b"\n".join(lines), ON_X)
    assert [post.external_id for post in reading.posts] == ["1"]
    assert [(bad.line, bool(bad.remedy)) for bad in reading.rejected] == [(2, True), (3, True)]


def test_an_author_unknown_by_name_is_kept_by_number_and_reported():
    reading = read_x_v2(an_x_response({"id": "1", "author_id": "99", "text": "words"}), ON_X)
    assert (reading.posts[0].author_handle, reading.repaired[0].what) == ("id:99", AUTHOR_BY_NUMBER)


def test_a_post_of_nobody_is_rejected_with_the_way_to_get_the_author():
    reading = read_x_v2(an_x_response({"id": "1", "text": "words"}), ON_X)
    assert not reading.posts
    assert "expansions=author_id" in reading.rejected[0].remedy


def test_lone_surrogates_and_nul_in_json_are_removed_and_reported():
    raw = b'{"data": {"id": "1", "author_id": "7", "text": "a\\ud800b\\u0000c"}}'
    reading = read_x_v2(raw, ON_X)
    assert reading.posts[0].text == "abc"
    assert any("control characters" in each.what for each in reading.repaired)


def a_status(**changes: Any) -> dict[str, Any]:
    account = {"acct": "lena", "url": "https://social.example/@lena", "display_name": "Lena Brandt"}
    status = {
        "id": "1",
        "uri": "https://social.example/users/lena/statuses/1",
        "url": "https://social.example/@lena/1",
        "created_at": "2026-11-20T08:00:00.000Z",
        "content": '<p>Hello <span class="h-card"><a href="#">@<span>ida</span></a></span></p><p>See<br/>you</p>',
        "account": account,
        "mentions": [{"acct": "ida", "url": "https://else.example/@ida"}],
    }
    return {**status, **changes}


def test_a_status_is_read_as_people_see_it():
    (post,) = read_mastodon(json.dumps(a_status(spoiler_text="health")).encode(), ON_MASTODON).posts
    assert post.text == "health\n\nHello @ida\n\nSee\nyou"
    assert (post.author_handle, post.mentions) == ("lena@social.example", ("ida@else.example",))
    assert post.url == "https://social.example/@lena/1"


def test_a_boost_carries_the_words_and_names_their_author():
    theirs = a_status(account={"acct": "ida@else.example"}, content="<p>hers</p>", uri="https://else.example/2")
    (post,) = read_mastodon(json.dumps(a_status(content="", reblog=theirs)).encode(), ON_MASTODON).posts
    assert (post.text, post.repost_of, post.author_handle) == ("hers", "ida@else.example", "lena@social.example")


def test_pictures_speak_through_their_descriptions():
    media = [{"description": "a chart"}, {"description": None}]
    (post,) = read_mastodon(json.dumps(a_status(content="", media_attachments=media)).encode(), ON_MASTODON).posts
    assert (post.text, post.media_text) == ("", "a chart")


def test_broken_markup_gives_its_words():
    assert words_of("<p>a <b>b</p><script>x()</script> &amp; c <") == "a b & c <"


@pytest.mark.real_input
def test_recorded_responses_of_x_are_read_and_what_is_no_post_is_named(public_data: Path):
    folder = public_data / "data" / "payloads" / "x_v2"
    readings = {file.stem: read_x_v2(file.read_bytes(), Defaults("x", "somebody")) for file in folder.glob("*.json")}
    counts = {name: len(reading.posts) for name, reading in readings.items() if reading.posts}
    assert counts == {
        "create_and_delete_tweet": 1,
        "get_quote_tweets": 9,
        "get_tweet": 1,
        "get_tweets": 2,
        "get_users_mentions": 10,
        "get_users_tweets": 2,
        "search_recent_tweets": 10,
    }
    assert all(reading.rejected for reading in readings.values() if not reading.posts)
    assert "\u2019" in readings["get_tweet"].posts[0].text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://", "//a.example", "http://[x"])
def test_an_address_nobody_should_click_is_left_out_and_reported(url: str):
    reading = read_mastodon(json.dumps(a_status(url=url)).encode(), ON_MASTODON)
    assert reading.posts[0].url is None
    assert any("neither http nor https" in repair.what for repair in reading.repaired)


@pytest.mark.real_input
def test_recorded_responses_of_mastodon_are_read_with_account_mentions_and_boosts(public_data: Path):
    folder = public_data / "data" / "payloads" / "mastodon"
    readings = {file.stem: read_mastodon(file.read_bytes(), ON_MASTODON) for file in folder.glob("*.json")}
    assert {name: len(reading.posts) for name, reading in readings.items()} == {
        "entity_status": 2,
        "hashtag_tl": 2,
        "notifications_mentions_only": 3,
        "notifications_types": 3,
        "status": 2,
        "status_post_with_quote": 2,
        "status_reblog_unreblog": 3,
        "status_reply": 2,
    }
    post = readings["entity_status"].posts[0]
    assert (post.author_handle, post.mentions) == ("halcy@icosahedron.website", ("halcy@icosahedron.website",))
    assert "<" not in post.text
    assert any(boost.repost_of for boost in readings["status_reblog_unreblog"].posts)
