from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from audit.application.integration_events import to_integration_event
from audit.domain.people import Links
from audit.domain.post import Post, text_sha256
from audit.domain.recapture import Confirmation, recapture_state
from shared.contracts.audit import PostCapturedV1, PostDeletedV1
from shared.kernel.errors import InvalidTransition
from support.audit_builders import NOON, a_directory, a_person, a_post

LATER = NOON + timedelta(hours=1)
KNOWN = a_directory(a_person("lena"))


def captured(text: str = "hi @lena", **changes: Any) -> Post:
    content = a_post(text, **changes)
    post = Post.capture("p1", content, KNOWN.links_of(content), NOON)
    post.version = 1
    return post


def public(post: Post) -> list[object]:
    return [event for each in post.pull_events() if (event := to_integration_event(each))]


def test_a_post_about_somebody_of_ours_becomes_public():
    (event,) = public(captured())
    assert isinstance(event, PostCapturedV1)
    assert (event.mentioned_stakeholder_ids, event.text, event.version) == (("lena",), "hi @lena", 1)


def test_a_post_about_nobody_of_ours_stays_here():
    assert public(captured("hi @somebody")) == []


def test_the_same_post_again_is_unchanged():
    post = captured()
    assert post.recapture(a_post("hi @lena", line=9), KNOWN, LATER) == "unchanged"
    assert (post.captured_at, len(post.pull_events())) == (NOON, 1)


def test_other_words_make_a_new_version_and_are_published_even_if_they_no_longer_concern_us():
    post = captured()
    post.pull_events()
    assert post.recapture(a_post("something else"), KNOWN, LATER) == "updated"
    (event,) = public(post)
    assert isinstance(event, PostCapturedV1)
    assert (event.version, event.mentioned_stakeholder_ids, post.captured_at) == (2, (), LATER)


def test_a_poorer_source_does_not_erase_what_a_richer_one_said():
    post = captured(mentions=("ida",), author_name="A Stranger")
    assert post.recapture(a_post("hi @lena"), KNOWN, LATER) == "unchanged"
    assert post.content.mentions == ("ida",)


def test_a_deleted_post_is_published_once_and_comes_back_when_seen_again():
    post = captured()
    post.pull_events()
    post.delete(LATER)
    assert [type(event) for event in public(post)] == [PostDeletedV1]
    with pytest.raises(InvalidTransition):
        post.delete(LATER)
    assert post.recapture(a_post("hi @lena"), KNOWN, LATER) == "updated"
    assert (post.state, post.deleted_at) == ("captured", None)


def test_erasing_leaves_no_words_and_no_name():
    post = captured(author_handle="lena", author_name="Lena", url="https://x.com/lena/status/1")
    post.erase(LATER)
    content = post.content
    assert (content.text, content.author_handle, content.author_name, content.url) == ("", "", None, None)
    assert (post.state, post.links) == ("erased", Links())


def said(seen: Any, **changes: Any) -> Confirmation:
    facts: dict[str, Any] = {
        "text_sha256": text_sha256("words"),
        "seen": seen,
        "confirmed_by": "rosa.reviewer",
        "confirmed_by_name": "Rosa",
        "confirmed_at": NOON,
        "valid_until": NOON + timedelta(hours=24),
    }
    return Confirmation(**{**facts, **changes})


@pytest.mark.parametrize(
    ("latest", "hours", "state"),
    [
        (None, 1, "unconfirmed"),
        (said("unchanged"), 1, "confirmed"),
        (said("unchanged"), 24, "unconfirmed"),
        (said("changed"), 1, "changed"),
        (said("changed"), 100, "changed"),
        (said("unchanged", text_sha256=text_sha256("other words")), 1, "unconfirmed"),
        (said("unchanged", confirmed_at=NOON - timedelta(hours=2)), 1, "unconfirmed"),
    ],
)
def test_a_confirmation_counts_for_its_words_and_its_time_only(latest: Confirmation | None, hours: int, state: str):
    now = NOON + timedelta(hours=hours)
    assert recapture_state("captured", text_sha256("words"), NOON - timedelta(hours=1), latest, now) == state


def test_gone_is_gone_whatever_was_confirmed():
    digest = text_sha256("words")
    assert recapture_state("deleted", digest, NOON, said("unchanged"), NOON) == "deleted"
    assert recapture_state("erased", digest, NOON, said("unchanged"), NOON) == "unknown"
