"""The life of one action, whatever order the gate's news arrives in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.domain.action import Action
from planner.domain.errors import NoSuchPermit, NotEditable, OutcomeConflict, PermitUnknown, WrongExecutor
from planner.domain.events import ActionCompleted, ActionSubmitted, ActionWithdrawn
from shared.kernel.errors import InvalidTransition, InvalidValue
from support.planner_builders import (
    NOW,
    a_case,
    a_draft,
    a_permit,
    a_submission,
    a_submitted_action,
    an_action,
    an_outcome,
)


def a_redeemed_action() -> Action:
    action = a_submitted_action()
    action.note_released(a_permit())
    action.note_redeemed(a_permit().id, NOW)
    return action


def test_everybody_who_wrote_or_edited_is_named_once_in_the_submission() -> None:
    action = an_action()
    action.edit(a_draft(purpose="A clearer purpose"), by="jonas")
    action.edit(a_draft(), by="amira")
    action.submit(a_submission(action))

    event = next(event for event in action.pull_events() if isinstance(event, ActionSubmitted))
    assert event.edited_by == ("amira", "jonas")
    assert event.revision is False


def test_the_content_cannot_change_while_the_gate_has_it() -> None:
    action = a_submitted_action()

    with pytest.raises(NotEditable):
        action.edit(a_draft(purpose="Something else"), by="amira")
    with pytest.raises(NotEditable):
        action.submit(a_submission(action))


@pytest.mark.parametrize("state", ["blocked", "changes_requested", "expired", "voided"])
def test_what_came_back_is_revised_and_submitted_again(state: str) -> None:
    action = a_submitted_action()
    action.note_case(a_case(action, state))

    action.edit(a_draft(purpose="A clearer purpose"), by="jonas")
    action.submit(a_submission(action, content="c2"))

    event = next(event for event in action.pull_events() if isinstance(event, ActionSubmitted))
    assert event.revision is True
    assert action.state == "submitted"


@pytest.mark.parametrize("state", ["rejected", "approved", "paused", "in_review"])
def test_what_the_gate_holds_or_refused_is_not_editable(state: str) -> None:
    action = a_submitted_action()
    action.note_case(a_case(action, state))

    with pytest.raises(NotEditable):
        action.edit(a_draft(), by="amira")


def test_a_release_counts_even_before_the_approval_was_heard_of() -> None:
    action = a_submitted_action()

    action.note_released(a_permit())
    action.note_case(a_case(action, "approved", version=3))

    assert action.state == "released"


def test_older_news_of_the_case_changes_nothing() -> None:
    action = a_submitted_action()
    action.note_case(a_case(action, "approved", version=3))

    assert action.note_case(a_case(action, "in_review", version=2)) is False
    assert action.state == "approved"


def test_news_about_an_earlier_submission_changes_nothing() -> None:
    action = a_submitted_action()
    first = action.submission
    assert first is not None
    action.note_case(a_case(action, "changes_requested", version=2))
    action.submit(a_submission(action, content="c2", at=NOW + timedelta(minutes=5)))

    assert action.note_case(a_case(action, "approved", version=9, action_version=first.version)) is False
    assert action.note_released(a_permit(content_sha256=first.content_sha256)) is False
    assert action.state == "submitted"


def test_a_permit_belongs_to_the_version_it_names_whatever_the_clocks_say() -> None:
    action = a_submitted_action()
    assert action.submission is not None
    version = action.submission.version

    assert action.note_released(a_permit(action_version=version - 1)) is False
    assert action.state == "submitted"
    assert action.note_released(a_permit(action_version=version, issued_at=NOW - timedelta(minutes=5))) is True
    assert action.state == "released"


def test_a_permit_that_names_no_version_and_precedes_the_submission_is_not_its_permit() -> None:
    action = a_submitted_action()

    assert action.note_released(a_permit(issued_at=NOW - timedelta(seconds=1))) is False
    assert action.state == "submitted"


def test_what_an_executor_could_not_do_with_a_stopped_permit_does_not_hide_a_later_act() -> None:
    action = a_submitted_action()
    action.note_released(a_permit())
    action.report_outcome(an_outcome(result="not_done", evidence_url=None))
    assert action.state == "not_done"

    assert action.note_released(a_permit(id="second", case_version=7)) is True
    assert action.state == "released"
    assert action.note_redeemed("second", NOW) is True
    assert action.report_outcome(an_outcome(permit_id="second")) is True

    completed = [event for event in action.pull_events() if isinstance(event, ActionCompleted)]
    assert [(event.permit_id, event.outcome) for event in completed] == [
        (a_permit().id, "not_done"),
        ("second", "done"),
    ]
    assert action.state == "done"


def test_a_report_about_a_stopped_permit_that_comes_after_the_next_release_changes_nothing() -> None:
    action = a_submitted_action()
    action.note_released(a_permit())
    action.note_released(a_permit(id="second", case_version=7))

    assert action.report_outcome(an_outcome(result="not_done")) is False
    assert (action.state, action.outcome) == ("released", None)
    with pytest.raises(PermitUnknown):
        action.report_outcome(an_outcome(result="done"))


def test_a_release_that_superseded_a_report_is_itself_held_by_a_newer_stop() -> None:
    action = a_submitted_action()
    action.note_released(a_permit())
    action.report_outcome(an_outcome(result="not_done"))
    action.note_case(a_case(action, "paused", version=8))

    action.note_released(a_permit(id="second", case_version=7))

    assert action.state == "paused"


def test_an_earlier_permit_never_takes_the_place_of_a_later_one() -> None:
    action = a_submitted_action()
    action.note_released(a_permit(id="second", case_version=7))

    assert action.note_released(a_permit()) is False
    assert action.permit is not None
    assert action.permit.id == "second"


def test_a_stop_after_the_release_pauses_a_permit_that_was_not_redeemed() -> None:
    action = a_submitted_action()
    action.note_released(a_permit())

    action.note_case(a_case(action, "paused", version=5))

    assert action.state == "paused"


def test_after_a_stop_is_lifted_only_another_permit_releases() -> None:
    action = a_submitted_action()
    action.note_released(a_permit())
    action.note_case(a_case(action, "paused", version=5))
    action.note_case(a_case(action, "approved", version=6))

    assert action.state == "approved"
    assert action.note_released(a_permit(id="second", case_version=7)) is True
    assert action.state == "released"


def test_a_release_that_arrives_after_the_stop_it_preceded_does_not_undo_it() -> None:
    action = a_submitted_action()
    action.note_case(a_case(action, "paused", version=5))

    action.note_released(a_permit(case_version=4))

    assert action.state == "paused"


def test_a_redeemed_action_is_out_whatever_is_heard_later() -> None:
    action = a_redeemed_action()

    action.note_case(a_case(action, "paused", version=5))

    assert action.state == "released"


def test_a_recalled_action_stays_recalled_and_keeps_what_was_reported() -> None:
    action = a_redeemed_action()
    action.report_outcome(an_outcome())

    assert action.note_recalled(a_permit().id, NOW) is True
    assert action.note_recalled(a_permit().id, NOW) is False
    action.note_case(a_case(action, "approved", version=9))

    assert action.state == "recalled"
    assert action.outcome is not None
    with pytest.raises(NotEditable):
        action.submit(a_submission(action))


def test_what_the_executor_of_a_recalled_permit_reports_is_recorded() -> None:
    action = a_submitted_action()
    action.note_released(a_permit())
    action.note_recalled(a_permit().id, NOW)

    assert action.report_outcome(an_outcome(result="not_done")) is True

    assert action.state == "recalled"


def test_the_executor_reports_the_outcome_once_and_may_repeat_itself() -> None:
    action = a_redeemed_action()

    assert action.report_outcome(an_outcome()) is True
    assert action.report_outcome(an_outcome(completed_at=NOW + timedelta(hours=9))) is False
    with pytest.raises(OutcomeConflict):
        action.report_outcome(an_outcome(result="not_done"))

    completed = [event for event in action.pull_events() if isinstance(event, ActionCompleted)]
    assert [event.outcome for event in completed] == ["done"]
    assert action.state == "done"


def test_nothing_can_have_been_done_before_the_permit_was_redeemed() -> None:
    action = a_submitted_action()

    with pytest.raises(PermitUnknown):
        action.report_outcome(an_outcome())
    action.note_released(a_permit())
    with pytest.raises(PermitUnknown):
        action.report_outcome(an_outcome())
    assert action.report_outcome(an_outcome(result="not_done")) is True


def test_only_the_audience_of_the_permit_reports_its_outcome() -> None:
    action = a_redeemed_action()

    with pytest.raises(WrongExecutor):
        action.report_outcome(an_outcome(reported_by="executor-x"))


def test_a_permit_that_never_existed_has_no_outcome_and_is_not_waited_for() -> None:
    expired = a_submitted_action()
    expired.note_released(a_permit())
    expired.note_case(a_case(expired, "expired", version=8))
    for action in (a_redeemed_action(), an_action(), expired):
        with pytest.raises(NoSuchPermit):
            action.report_outcome(an_outcome(permit_id="another"))


def test_a_permit_that_may_have_followed_a_stopped_one_is_waited_for() -> None:
    action = a_submitted_action()
    action.note_released(a_permit())
    with pytest.raises(PermitUnknown):
        action.report_outcome(an_outcome(permit_id="another"))


def test_a_withdrawal_is_public_only_once_the_gate_has_the_action() -> None:
    draft, submitted = an_action(), a_submitted_action()
    draft.withdraw(by="amira", reason="duplicate")
    submitted.withdraw(by="amira", reason="duplicate")

    assert [e.was_submitted for e in draft.pull_events() if isinstance(e, ActionWithdrawn)] == [False]
    assert [e.was_submitted for e in submitted.pull_events() if isinstance(e, ActionWithdrawn)] == [True]


def test_a_withdrawn_action_stays_withdrawn_unless_it_was_already_let_out() -> None:
    action = a_submitted_action()
    action.withdraw(by="amira", reason="duplicate")

    action.note_case(a_case(action, "voided", version=4))
    assert action.state == "withdrawn"
    action.note_released(a_permit())
    assert action.state == "withdrawn"
    action.note_redeemed(a_permit().id, NOW)
    assert action.state == "released"


def test_nothing_is_withdrawn_after_the_release_or_without_a_reason() -> None:
    released = a_submitted_action()
    released.note_released(a_permit())

    with pytest.raises(InvalidTransition):
        released.withdraw(by="amira", reason="changed my mind")
    with pytest.raises(InvalidValue):
        an_action().withdraw(by="amira", reason=" ")


def test_news_of_another_permit_is_not_a_redemption_of_ours() -> None:
    action = a_submitted_action()
    action.note_released(a_permit())

    assert action.note_redeemed("another", NOW) is False
    assert action.permit == replace(a_permit(), redeemed_at=None)
