from __future__ import annotations

from datetime import timedelta

import pytest

from compliance.domain.errors import ContentChanged, PermitNotRedeemable, WrongAudience
from compliance.domain.permit import PermitRedeemed, ReleasePermit
from shared.kernel.errors import InvalidTransition
from support.compliance_builders import EXECUTOR, SLOT, a_grant, at

IN_SLOT = SLOT.start + timedelta(minutes=1)
CONTENT = a_grant().content_sha256
NONE = frozenset[str]()


def a_permit() -> ReleasePermit:
    return ReleasePermit.issue(a_grant(), at(IN_SLOT), action_version=1)


def test_a_permit_is_redeemed_once_and_answers_its_executor_again() -> None:
    permit = a_permit()
    permit.redeem(EXECUTOR, CONTENT, NONE, at(IN_SLOT))
    assert permit.answers_again(EXECUTOR, CONTENT)
    with pytest.raises(PermitNotRedeemable):
        permit.redeem(EXECUTOR, CONTENT, NONE, at(IN_SLOT))
    assert sum(isinstance(event, PermitRedeemed) for event in permit.pull_events()) == 1


def test_another_executor_is_refused_before_and_after() -> None:
    permit = a_permit()
    with pytest.raises(WrongAudience):
        permit.redeem("executor-x", CONTENT, NONE, at(IN_SLOT))
    permit.redeem(EXECUTOR, CONTENT, NONE, at(IN_SLOT))
    with pytest.raises(WrongAudience):
        permit.answers_again("executor-x", CONTENT)


def test_other_content_is_refused() -> None:
    with pytest.raises(ContentChanged):
        a_permit().redeem(EXECUTOR, "0" * 64, NONE, at(IN_SLOT))


def test_a_stop_signal_in_force_is_enough_to_refuse() -> None:
    with pytest.raises(PermitNotRedeemable, match="opted_out"):
        a_permit().redeem(EXECUTOR, CONTENT, frozenset({"opted_out"}), at(IN_SLOT))


@pytest.mark.parametrize("moment", [SLOT.start - timedelta(seconds=1), SLOT.end])
def test_nothing_is_redeemed_outside_the_slot(moment: object) -> None:
    with pytest.raises(PermitNotRedeemable):
        a_permit().redeem(EXECUTOR, CONTENT, NONE, at(moment))  # type: ignore[arg-type] - parametrised datetimes


def test_a_stopped_permit_stays_stopped() -> None:
    permit = a_permit()
    permit.stop(at(IN_SLOT))
    permit.stop(at(IN_SLOT))
    with pytest.raises(PermitNotRedeemable):
        permit.redeem(EXECUTOR, CONTENT, NONE, at(IN_SLOT))
    assert permit.version == 2


def test_a_redeemed_permit_is_not_stopped() -> None:
    permit = a_permit()
    permit.redeem(EXECUTOR, CONTENT, NONE, at(IN_SLOT))
    with pytest.raises(InvalidTransition):
        permit.stop(at(IN_SLOT))
