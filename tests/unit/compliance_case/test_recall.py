"""A release is taken back by a person, before the act or after it, for good."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compliance.application.integration_events import to_integration_event
from compliance.domain.case import Case
from compliance.domain.errors import PermitNotRedeemable
from compliance.domain.permit import ReleasePermit
from shared.contracts.compliance import ActionRecalledV1
from shared.kernel.errors import InvalidTransition
from support.compliance_builders import (
    EXECUTOR,
    ROSA,
    SLOT,
    a_case,
    a_grant,
    a_judgement,
    a_submission,
    an_approved_case,
    at,
)

IN_SLOT = SLOT.start + timedelta(minutes=1)
CONTENT = a_grant().content_sha256
NONE = frozenset[str]()
BY_ROSA = at(IN_SLOT, by=ROSA, why="the figure in it is wrong")


def released() -> Case:
    case = an_approved_case()
    case.release("permit-1", a_judgement(), at(IN_SLOT))
    return case


def redeemed() -> Case:
    case = released()
    case.redeem("permit-1", at(IN_SLOT))
    return case


def a_permit(*, is_redeemed: bool = False) -> ReleasePermit:
    permit = ReleasePermit.issue(a_grant(), at(IN_SLOT), action_version=1)
    if is_redeemed:
        permit.redeem(EXECUTOR, CONTENT, NONE, at(IN_SLOT))
    return permit


@pytest.mark.parametrize("case", [released(), redeemed()])
def test_what_was_released_is_recalled_and_stays_so(case: Case) -> None:
    case.recall(BY_ROSA)
    assert case.state == "recalled"
    for undo in (
        lambda: case.recall(BY_ROSA),
        lambda: case.revise(a_submission(2), SLOT, BY_ROSA),
        lambda: case.withdraw(BY_ROSA),
        lambda: case.expire(at(SLOT.end)),
        lambda: case.void(BY_ROSA),
        lambda: case.redeem("permit-1", BY_ROSA),
        lambda: case.rejudge(a_judgement(), NONE, BY_ROSA),
    ):
        with pytest.raises(InvalidTransition):
            undo()
    case.note_stops(frozenset({"opted_out"}), BY_ROSA)
    assert case.state == "recalled"


def test_nothing_is_recalled_that_was_not_released() -> None:
    for case in (a_case(), an_approved_case()):
        before = case.version
        with pytest.raises(InvalidTransition):
            case.recall(BY_ROSA)
        assert case.version == before


@pytest.mark.parametrize("is_redeemed", [False, True])
def test_a_recalled_permit_never_allows_anything_again_not_even_what_it_allowed_before(is_redeemed: bool) -> None:
    permit = a_permit(is_redeemed=is_redeemed)
    permit.recall("content", BY_ROSA, case_version=7)
    assert not permit.answers_again(EXECUTOR, CONTENT)
    with pytest.raises(PermitNotRedeemable, match="recalled"):
        permit.redeem(EXECUTOR, CONTENT, NONE, at(IN_SLOT))
    with pytest.raises(InvalidTransition):
        permit.recall("content", BY_ROSA, case_version=8)
    permit.stop(BY_ROSA)
    permit.expire(at(SLOT.end))
    assert (permit.state, permit.redeemed_at is not None) == ("recalled", is_redeemed)
    assert (permit.revoked_at, permit.revoked_for) == (IN_SLOT, "content")


@pytest.mark.parametrize("is_redeemed", [False, True])
def test_executors_hear_that_it_is_recalled_and_no_reason_in_words(is_redeemed: bool) -> None:
    permit = a_permit(is_redeemed=is_redeemed)
    permit.recall("person", BY_ROSA, case_version=7)
    heard = to_integration_event(permit.pull_events()[-1])
    assert heard == ActionRecalledV1(
        action_id="action-1",
        version=7,
        permit_id="permit-1",
        audience=EXECUTOR,
        recalled_at=IN_SLOT,
        code="person",
        was_redeemed=is_redeemed,
    )


def test_a_permit_that_a_stop_ended_is_on_the_list_as_stopped() -> None:
    permit = a_permit()
    permit.stop(BY_ROSA)
    assert (permit.revoked_at, permit.revoked_for) == (IN_SLOT, "stopped")
