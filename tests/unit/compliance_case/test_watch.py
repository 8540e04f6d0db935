"""What is published is watched until its end: looks are due by plan, and it closes on nothing open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.application.integration_events import to_integration_event
from compliance.domain.aftercare.terms import COMMENTS, SAFETY, AftercareTerms, Interval, WatchTerms
from compliance.domain.aftercare.watch import Heard, Unsettled, Watch, Watched
from shared.contracts.compliance import WatchClosedV1, WatchOpenedV1
from shared.kernel.errors import InvalidTransition, InvalidValue
from support.compliance_builders import NOW, ROSA, at

DAYS = timedelta(days=1)
END = NOW + 30 * DAYS
DAILY = (Interval(what=COMMENTS, days=1), Interval(what=SAFETY, days=7))
NOTHING = Unsettled()


def a_watch(**changes: Any) -> Watch:
    given: dict[str, Any] = {
        "permit_id": "permit-1",
        "stakeholder_id": "person-1",
        "action_type": "thank",
        "platform": "mastodon",
        "begun_at": NOW,
        "ends_at": END,
        "intervals": DAILY,
        "post_keys": ("text:1",),
    }
    return Watch.of("action-1", Watched(**{**given, **changes}), at())


def seen_to_the_end() -> Watch:
    watch = a_watch()
    for what in (COMMENTS, SAFETY):
        watch.look(what, at(END, by=ROSA, why="quiet"))
    return watch


def test_a_look_is_due_by_plan_and_a_late_one_does_not_move_the_plan() -> None:
    watch = a_watch()
    assert watch.due_at(COMMENTS) == NOW + DAYS
    watch.look(COMMENTS, at(NOW + 2.5 * DAYS, by=ROSA, why="quiet"))
    assert watch.due_at(COMMENTS) == NOW + 3 * DAYS
    assert watch.overdue(NOW + 3 * DAYS) == [COMMENTS]
    assert watch.due_at(SAFETY) == NOW + 7 * DAYS


def test_the_last_look_is_due_at_the_end() -> None:
    watch = a_watch()
    watch.look(SAFETY, at(NOW + 29 * DAYS, by=ROSA, why="quiet"))
    assert watch.due_at(SAFETY) == END
    watch.look(SAFETY, at(END, by=ROSA, why="quiet"))
    assert watch.due_at(SAFETY) is None


@given(st.lists(st.integers(0, 40 * 24), max_size=12), st.integers(1, 9))
def test_whoever_looks_whenever_the_next_look_is_within_one_interval_and_never_past(
    hours: list[int], days: int
) -> None:
    watch = a_watch(intervals=(Interval(what=COMMENTS, days=days),))
    for hour in sorted(hours):
        moment = NOW + timedelta(hours=hour)
        watch.look(COMMENTS, at(moment, by=ROSA, why="quiet"))
        due = watch.due_at(COMMENTS)
        if due is None:
            assert moment >= END
        else:
            assert moment < due <= moment + days * DAYS
            assert due <= END


def test_it_closes_after_its_end_when_everybody_has_looked_and_nothing_is_open() -> None:
    watch = seen_to_the_end()
    watch.close(NOTHING, at(END, by=ROSA))
    assert (watch.state, watch.details.outcome, watch.next_due()) == ("closed", "watched", None)
    assert isinstance(to_integration_event(watch.pull_events()[-1]), WatchClosedV1)


@pytest.mark.parametrize(
    ("watch", "unsettled", "moment", "words"),
    [
        (seen_to_the_end(), NOTHING, END - timedelta(seconds=1), "watched until"),
        (a_watch(), NOTHING, END, "comments, safety"),
        (seen_to_the_end(), Unsettled(take_down=True), END, "take-down"),
        (seen_to_the_end(), Unsettled(safety_case=True), END, "safety case"),
        (a_watch(ends_at=None), NOTHING, END, "decided"),
    ],
)
def test_it_does_not_close_while_anything_is_left(watch: Watch, unsettled: Unsettled, moment: Any, words: str) -> None:
    before = watch.version
    with pytest.raises(InvalidTransition, match=words):
        watch.close(unsettled, at(moment, by=ROSA))
    assert (watch.state, watch.version) == ("open", before)


def test_what_nobody_has_decided_is_due_at_once_and_has_no_end() -> None:
    ends_at, intervals = AftercareTerms().watch_of("thank", NOW)
    watch = a_watch(ends_at=ends_at, intervals=intervals)
    assert watch.overdue(NOW) == [COMMENTS, SAFETY]
    watch.look(COMMENTS, at(NOW + DAYS, by=ROSA, why="quiet"))
    assert watch.overdue(NOW + DAYS) == [COMMENTS, SAFETY]
    watch.decide(END, DAILY, at(NOW + DAYS))
    assert watch.overdue(NOW + DAYS) == []


def test_an_action_type_has_its_own_terms_and_all_others_have_the_rest() -> None:
    likes = WatchTerms(days=7, intervals=DAILY, action_types=frozenset({"like"}))
    terms = AftercareTerms(watch=(likes, WatchTerms(days=30, intervals=DAILY)))
    assert terms.watch_of("like", NOW)[0] == NOW + 7 * DAYS
    assert terms.watch_of("post", NOW)[0] == END
    assert AftercareTerms(watch=(likes,)).watch_of("post", NOW)[0] is None


def test_a_post_heard_twice_is_one_post_and_keeps_every_safety_case() -> None:
    watch = a_watch()
    watch.hear(Heard(post_id="p", at=NOW), at())
    version = watch.version
    watch.hear(Heard(post_id="p", at=NOW), at())
    assert watch.version == version
    watch.hear(Heard(post_id="p", at=NOW, safety_cases=("s1",)), at())
    watch.hear(Heard(post_id="p", at=NOW), at())
    assert [each.safety_cases for each in watch.details.heard] == [("s1",)]


def test_where_it_is_said_once_and_what_was_not_published_is_not_watched() -> None:
    watch = a_watch()
    watch.locate("https://a.example/1", ("url:a.example/1",), at())
    watch.locate("https://b.example/2", ("url:b.example/2",), at())
    assert (watch.details.url, watch.details.post_keys) == ("https://a.example/1", ("text:1", "url:a.example/1"))
    watch.nothing_published(at())
    assert (watch.state, watch.details.outcome) == ("closed", "not_published")


def test_only_what_is_watched_is_looked_at_and_what_was_seen_stays_inside() -> None:
    watch = a_watch()
    with pytest.raises(InvalidValue):
        watch.look("reach", at(by=ROSA))
    assert isinstance(to_integration_event(watch.pull_events()[0]), WatchOpenedV1)
    watch.look(COMMENTS, at(by=ROSA, why="she complained"))
    assert to_integration_event(watch.pull_events()[-1]) is None
    assert "complained" not in str(watch.said())
