"""The histories are worth something: each planted bug is caught."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from compliance.domain.case import Case
from compliance.domain.permit import ReleasePermit
from unit.compliance_case.test_history import History  # type: ignore[import-not-found] - tests is on the path

Bug = Callable[[pytest.MonkeyPatch], None]


def votes_survive_a_revision(patch: pytest.MonkeyPatch) -> None:
    reopen = Case._reopen

    def keeping(self: Case, occasion: Any) -> None:
        votes = self.stored.votes
        reopen(self, occasion)
        self.stored.votes = votes

    patch.setattr(Case, "_reopen", keeping)
    patch.setattr(Case, "approvals", property(lambda self: self.votes))


def authors_may_approve(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Case, "_is_author", lambda _self, _subject: False)


def stops_are_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Case, "note_stops", lambda _self, _stops, _occasion: None)


def permits_are_reusable(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ReleasePermit, "answers_again", lambda _self, _client, _content: False)
    move = ReleasePermit._move

    def never_used_up(self: ReleasePermit, state: Any, event: Any, occasion: Any) -> None:
        move(self, "issued" if state == "redeemed" else state, event, occasion)

    patch.setattr(ReleasePermit, "_move", never_used_up)


def lost_permits_stay_in_force(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ReleasePermit, "stop", lambda _self, _occasion: None)


def the_slot_does_not_matter(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("compliance.domain.slot.Slot.is_open", lambda _self, _now: True)


def worse_findings_pass(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Case, "worsened_by", lambda _self, _judged: ())


@pytest.mark.parametrize(
    "bug",
    [
        votes_survive_a_revision,
        authors_may_approve,
        stops_are_ignored,
        permits_are_reusable,
        lost_permits_stay_in_force,
        the_slot_does_not_matter,
        worse_findings_pass,
    ],
    ids=lambda bug: bug.__name__,
)
def test_the_histories_catch(bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            History,
            settings=settings(
                max_examples=800,
                stateful_step_count=40,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
            ),
        )
