from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audit.domain.footprint import judged, tally
from audit.domain.footprint_values import ChannelActivity, Evidence, Thresholds, Window, activity_level
from audit.domain.imported import ImportedPost
from shared.kernel.errors import InvalidValue
from support.audit_builders import NOON, a_directory, a_person, a_post

POLICY = Thresholds("test", date(2026, 1, 1), "a test", 60, 4, 24)
WINDOW = Window.ending(NOON, 60)
LENA = a_person("lena", "Lena Brandt", "x:lena_b", "linkedin:lena-brandt")
IDA = a_person("ida", "Ida Roth", "x:ida", "mastodon:ida@social.example")
GHOST = a_person("ghost", "Kit Farrow", *())
NOWHERE = type(GHOST)("nowhere", "Uma Voss")


def evidence(*posts: ImportedPost) -> Any:
    everybody = (LENA, IDA, GHOST, NOWHERE)
    directory = a_directory(*everybody)
    return tally(everybody, [(post, directory.links_of(post)) for post in posts], WINDOW)


def channel(posts: int) -> ChannelActivity:
    return ChannelActivity("x", "lena_b", posts)


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (Evidence(), "absent"),
        (Evidence(mentions_by_others=2, mentioned_by=1), "mentioned_only"),
        (Evidence((channel(0),), 5, 5), "present_inactive"),
        (Evidence((channel(1),)), "low"),
        (Evidence((channel(7),)), "low"),
        (Evidence((channel(8),)), "active"),
    ],
)
def test_presence_activity_and_mention_are_three_things(found: Evidence, level: str):
    assert activity_level(found, POLICY, WINDOW) == level


def test_own_posts_are_counted_per_account_and_an_unseen_account_is_unknown():
    found = evidence(
        a_post("one", author_handle="Lena_B"), a_post("two", author_handle="lena_b", posted_at=NOON - timedelta(1))
    )["lena"]
    linkedin, x = found.channels
    assert (x.posts, x.observed, x.last_post_at) == (2, True, NOON - timedelta(1))
    assert (linkedin.posts, linkedin.observed) == (0, False)


def test_what_lies_outside_the_window_or_has_no_date_is_not_activity():
    found = evidence(
        a_post("old", author_handle="lena_b", posted_at=NOON - timedelta(61)),
        a_post("now", author_handle="lena_b", posted_at=NOON),
        a_post("undated", author_handle="lena_b", posted_at=None),
    )["lena"]
    assert (found.own_posts, found.channels[1].observed, found.channels[1].undated_posts) == (0, True, 1)


def test_mentions_by_others_count_posts_and_distinct_authors():
    found = evidence(
        a_post("@lena_b hi", author_handle="a"),
        a_post("@lena_b again", author_handle="A"),
        a_post("Lena Brandt!", author_handle="b"),
        a_post("RT @lena_b: me", author_handle="lena_b"),
        a_post("@lena_b long ago", author_handle="c", posted_at=datetime(2020, 1, 1, tzinfo=UTC)),
    )["lena"]
    assert (found.mentions_by_others, found.mentioned_by) == (3, 2)


def test_two_accounts_of_one_person_are_one_author():
    found = evidence(
        a_post("Lena Brandt", author_handle="ida"),
        a_post("Lena Brandt", author_handle="ida@social.example", platform="mastodon"),
    )["lena"]
    assert (found.mentions_by_others, found.mentioned_by) == (2, 1)


def test_who_has_no_account_is_absent_until_somebody_mentions_them():
    state = judged("nowhere", evidence()["nowhere"], thresholds=POLICY, window=WINDOW, at=NOON)
    assert state.activity == "absent"
    spoken_of = evidence(a_post("Uma Voss said"))["nowhere"]
    assert judged("nowhere", spoken_of, thresholds=POLICY, window=WINDOW, at=NOON).activity == "mentioned_only"


def test_a_footprint_says_when_it_was_taken_and_of_which_window():
    state = judged("ghost", Evidence(), thresholds=POLICY, window=WINDOW, at=NOON)
    assert (state.audited_at, state.window.start, state.window.end) == (NOON, NOON - timedelta(60), NOON)
    assert state.thresholds == "test"


@pytest.mark.parametrize("days", [0, -1, 40_000])
def test_a_window_without_sense_is_refused(days: int):
    with pytest.raises(InvalidValue, match="window_days"):
        Window.ending(NOON, days)


def test_a_window_before_the_calendar_is_refused():
    with pytest.raises(InvalidValue, match="calendar"):
        Window.ending(datetime(2, 1, 1, tzinfo=UTC), 36_000)
