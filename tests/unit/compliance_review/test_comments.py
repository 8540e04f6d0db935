"""Discussions only grow: corrections stand beside what was said, and an erasure takes the words and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.review.comment import MOST, Comment, Discussion, Said, mentioned
from compliance.domain.review.spans import Anchor
from shared.kernel.errors import DomainError, Forbidden, InvalidTransition, InvalidValue
from support.compliance_builders import AUTHOR, NOW, ROSA, SAM, at

ANCHOR = Anchor(field="text", start=0, end=5, quote="Thank")


def said(text: str = "Is this true?", by: str = ROSA, **more: Any) -> Said:
    return Said(by=by, name=by.title(), at=NOW, text=text, **more)


def a_comment(**changes: Any) -> Comment:
    discussion = Discussion(
        action_id="action-1", action_version=1, stakeholder_id="person-1", anchor=ANCHOR, said=(said(),)
    )
    return Comment.write("comment-1", replace(discussion, **changes))


def texts(comment: Comment) -> list[str | None]:
    return [each.text for each in comment.details.said]


def test_authors_and_reviewers_answer_until_it_is_resolved_and_again_after() -> None:
    comment = a_comment()
    comment.reply(said("It is, see the study.", by=AUTHOR))
    comment.resolve(at())
    with pytest.raises(InvalidTransition, match="resolved") as refused:
        comment.reply(said("Really?"))
    assert refused.value.remedy
    comment.reopen(at())
    comment.reply(said("Really?"))
    assert [each.kind for each in comment.details.said] == ["comment", "reply", "reply"]
    with pytest.raises(InvalidTransition):
        comment.reopen(at())


def test_a_correction_stands_beside_what_was_said_and_is_its_authors_alone() -> None:
    comment = a_comment()
    comment.resolve(at())
    comment.correct(said("I misread it.", corrects=0))
    assert texts(comment) == ["Is this true?", "I misread it."]
    with pytest.raises(Forbidden):
        comment.correct(said("No, you did not.", by=SAM, corrects=0))
    for number in (None, -1, 7):
        with pytest.raises(InvalidValue) as refused:
            comment.correct(said("?", corrects=number))
        assert refused.value.field == "corrects"


def test_an_erasure_takes_words_and_quotes_and_leaves_who_spoke_and_when() -> None:
    comment = a_comment()
    comment.reply(said("@sam look", by=AUTHOR, mentions=(SAM,)))
    comment.erase(at(NOW + timedelta(days=1)))
    assert comment.state == "erased"
    assert comment.details.anchor is None
    assert [(each.by, each.text, each.mentions) for each in comment.details.said] == [
        (ROSA, None, ()),
        (AUTHOR, None, ()),
    ]
    version = comment.version
    comment.erase(at())
    assert comment.version == version
    for change in (
        lambda: comment.reply(said()),
        lambda: comment.correct(said(corrects=0)),
        lambda: comment.reopen(at()),
    ):
        with pytest.raises(InvalidTransition):
            change()


def test_the_ledger_commits_to_what_was_said_as_personal_to_whom_it_may_be_about() -> None:
    comment = a_comment()
    comment.reply(said("See the study.", by=AUTHOR))
    for event in comment.pull_events():
        changed: Any = event
        assert changed.about == "person-1"
        assert changed.evidence() == {"action_id": "action-1", "action_version": 1}
        assert changed.personal()["said"]["text"] in texts(comment)


def test_a_discussion_has_an_end() -> None:
    comment = a_comment(said=tuple(said() for _ in range(MOST)))
    with pytest.raises(InvalidTransition, match="200 entries"):
        comment.reply(said())


STEPS = st.sampled_from(["reply", "correct", "resolve", "reopen"])


@given(steps=st.lists(st.tuples(STEPS, st.sampled_from([ROSA, AUTHOR, SAM]), st.integers(0, 3)), max_size=20))
def test_whatever_happens_nothing_that_was_said_is_lost_or_changed(steps: list[tuple[str, str, int]]) -> None:
    comment = a_comment()
    for step, by, number in steps:
        before, version = comment.details.said, comment.version
        try:
            match step:
                case "reply":
                    comment.reply(said("more", by=by))
                case "correct":
                    comment.correct(said("put right", by=by, corrects=number))
                case "resolve":
                    comment.resolve(at())
                case _:
                    comment.reopen(at())
        except DomainError:
            assert (comment.details.said, comment.version) == (before, version)
            continue
        assert comment.details.said[: len(before)] == before
        assert comment.version == version + 1
    for each in comment.details.said:
        if each.kind == "correction":
            assert each.corrects is not None
            assert comment.details.said[each.corrects].by == each.by


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@rosa.reviewer: look, @sam.", ["rosa.reviewer", "sam"]),
        ("(@sam) and @sam's view", ["sam"]),
        ("auth0 names: @auth0|12:3 ok", ["auth0|12:3"]),
        ("write to amira@havelmark.example", []),
        ("the post of @lena@mastodon.example", []),
        ("https://mastodon.example/@lena/1", []),
        ("@élan @ @. nothing", ["élan"]),
    ],
)
def test_a_mention_is_a_subject_behind_an_at_sign_and_no_address(text: str, names: list[str]) -> None:
    assert list(mentioned(text)) == names


@given(text=st.text(max_size=200))
def test_any_text_is_read_for_mentions(text: str) -> None:
    assert all(f"@{name}" in text for name in mentioned(text))
