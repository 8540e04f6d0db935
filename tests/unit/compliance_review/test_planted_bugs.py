"""The properties of delegates are worth something: each planted bug is caught."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from compliance.domain.case import Case
from compliance.domain.review import votes
from compliance.domain.review.absence import Absence
from compliance.domain.review.votes import Vote
from unit.compliance_review import test_absences  # type: ignore[import-not-found] - tests is on the path

Bug = Callable[[pytest.MonkeyPatch], None]
Promise = tuple[Callable[..., None], Any]
NOBODY_TWICE: Promise = test_absences.vote_in_any_way, test_absences.VOTING
NO_OVERLAP: Promise = test_absences.register_any, test_absences.REGISTERING


def only_the_signatory_is_used_up(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Vote, "people", property(lambda vote: frozenset({vote.by})))


def only_the_absent_person_is_used_up(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Vote, "people", property(lambda vote: frozenset({vote.on_behalf_of or vote.by})))


def authors_may_decide(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Case, "_is_author", lambda _self, _subject: False)


def anybody_may_use_a_delegation(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(votes, "_ensure_delegated", lambda _ballot, _voter, _delegation: None)


def absences_may_overlap(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("compliance.domain.review.absence._ensure_apart", lambda _other, _cover: None)


def an_end_does_not_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Absence, "covers", lambda self, at: at >= self.details.starts_at)


@pytest.mark.parametrize(
    ("bug", "promise"),
    [
        (only_the_signatory_is_used_up, NOBODY_TWICE),
        (only_the_absent_person_is_used_up, NOBODY_TWICE),
        (authors_may_decide, NOBODY_TWICE),
        (anybody_may_use_a_delegation, NOBODY_TWICE),
        (absences_may_overlap, NO_OVERLAP),
        (an_end_does_not_end, NO_OVERLAP),
    ],
)
def test_the_properties_catch(bug: Bug, promise: Promise, monkeypatch: pytest.MonkeyPatch) -> None:
    checked, drawn = promise

    @settings(max_examples=2_000, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(**drawn)
    def hunt(**values: Any) -> None:
        checked(**values)

    bug(monkeypatch)
    with pytest.raises(AssertionError):
        hunt()
