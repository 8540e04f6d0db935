from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from compliance.application.ports.peers import Recapture
from compliance.domain.errors import ContentChanged, PermitNotRedeemable, SelfApproval, WrongAudience
from compliance.domain.review.routing import RoutedStep
from rapport_permit import verify_permit
from shared.kernel.errors import InvalidTransition, Unavailable
from support.compliance_builders import AUTHOR, EDITOR, EXECUTOR, ROSA, SAM, a_step, a_target
from support.compliance_stage import Stage

pytestmark = pytest.mark.platform


async def test_an_approved_action_is_released_at_its_slot_and_redeemed_once(stage: Stage) -> None:
    await stage.approved()
    case = await stage.release()
    assert case.state == "released"
    permit = await stage.permit()
    verified = verify_permit(
        permit.grant.token, stage.keys.jwks(stage.clock.now()), audience=EXECUTOR, now=stage.clock.now()
    )
    assert (verified.permit_id, verified.action_id, verified.approvals) == (permit.permit_id, stage.action, 1)
    first = await stage.redeem(permit)
    assert first.content["text"] == "Thank you for this clear explainer."
    assert await stage.redeem(permit) == first
    assert (await stage.case()).state == "redeemed"
    assert await stage.outbox() == [
        "compliance.case.screened.v1",
        "compliance.case.in_review.v1",
        "compliance.case.approved.v1",
        "compliance.release.released.v1",
        "compliance.release.redeemed.v1",
        "compliance.release.watch_opened.v1",
    ]


async def test_a_permit_tells_nothing_about_people(stage: Stage) -> None:
    await stage.approved()
    await stage.release()
    token = (await stage.permit()).grant.token
    rows = await stage.rows(
        "SELECT payload FROM outbox_messages WHERE aggregate_id = :id AND type LIKE '%released%'", id=stage.action
    )
    published = rows[0]["payload"].decode()
    for secret in (stage.person, AUTHOR, ROSA, "Lena", "journalist"):
        assert secret not in published
        assert secret not in token


async def test_nothing_is_released_before_its_slot(stage: Stage) -> None:
    await stage.hear_person()
    await stage.hear_engager()
    await stage.submit()
    await stage.vote()
    assert (await stage.release()).state == "approved"


async def test_an_approval_after_the_slot_never_releases(stage: Stage) -> None:
    await stage.approved()
    stage.clock.advance(timedelta(hours=2))
    assert (await stage.release()).state == "approved"
    await stage.expire()
    assert (await stage.case()).state == "expired"
    assert (await stage.release()).state == "expired"


async def test_without_an_answer_from_the_registry_nothing_is_released_until_it_answers(stage: Stage) -> None:
    await stage.approved()
    stage.registry.down = True
    assert (await stage.release()).state == "approved"
    assert "registry_unavailable" in await stage.holds()
    stage.registry.down = False
    assert (await stage.release()).state == "approved"  # not before the pause is over
    stage.clock.advance(timedelta(seconds=3))
    assert (await stage.release()).state == "released"
    assert await stage.holds() == "[]"


async def test_a_person_nobody_knows_is_reviewed_and_never_released(stage: Stage) -> None:
    await stage.hear_engager()
    case = await stage.submit()
    assert case.judgement is not None
    assert case.judgement.verdict == "review"
    assert case.judgement.resolved["stakeholder"]["opted_out"] is None
    await stage.vote()
    stage.clock.advance(timedelta(minutes=2))
    assert (await stage.release()).state == "approved"
    assert "person_unknown" in await stage.holds()


async def test_what_the_registry_does_not_permit_is_not_released(stage: Stage) -> None:
    await stage.approved()
    stage.registry.refuses = ("minor",)
    assert (await stage.release()).state == "approved"
    assert "not_permitted" in await stage.holds()


@pytest.mark.parametrize("state", ["unconfirmed", "unknown"])
async def test_a_target_nobody_confirmed_waits(stage: Stage, state: Any) -> None:
    await stage.approved(target=a_target())
    stage.audit.answer = Recapture(state=state, text=None)
    assert (await stage.release()).state == "approved"
    assert f"target_{state}" in await stage.holds()
    stage.clock.advance(timedelta(seconds=3))
    stage.audit.answer = Recapture(state="confirmed", text=a_target()["text"])
    assert (await stage.release()).state == "released"


@pytest.mark.parametrize("writer", [AUTHOR, EDITOR])
async def test_whoever_wrote_or_edited_an_action_does_not_confirm_its_target(stage: Stage, writer: str) -> None:
    await stage.approved(target=a_target(), edited_by=(EDITOR,))
    stage.audit.answer = Recapture(state="confirmed", text=a_target()["text"], confirmed_by=writer)
    assert (await stage.release()).state == "approved"
    assert "target_confirmed_by_author" in await stage.holds()
    stage.clock.advance(timedelta(seconds=3))
    stage.audit.answer = Recapture(state="confirmed", text=a_target()["text"], confirmed_by=ROSA)
    assert (await stage.release()).state == "released"


async def test_without_an_answer_from_the_audit_an_action_with_a_target_waits(stage: Stage) -> None:
    await stage.approved(target=a_target())
    stage.audit.down = True
    assert (await stage.release()).state == "approved"
    assert "audit_unavailable" in await stage.holds()


@pytest.mark.parametrize(
    "answer",
    [
        Recapture(state="changed", text=None),
        Recapture(state="deleted", text=None),
        Recapture(state="confirmed", text="How sleep apnoea is found, in six pictures."),
        Recapture(state="confirmed", text="How sleep apnoea is found, in five pictures.", media_text="Ask for Velorin"),
    ],
)
async def test_a_target_that_changed_voids_the_approval(stage: Stage, answer: Recapture) -> None:
    await stage.approved(target=a_target())
    stage.audit.answer = answer
    assert (await stage.release()).state == "voided"
    assert (await stage.outbox())[-1] == "compliance.case.voided.v1"


async def test_an_unreadable_message_about_the_person_holds_the_release_and_the_redemption(stage: Stage) -> None:
    await stage.approved()
    await stage.park("registry.stakeholder", stage.person)
    assert (await stage.release()).state == "approved"
    assert "facts_unknown" in await stage.holds()
    await stage.unpark(stage.person)
    stage.clock.advance(timedelta(seconds=3))
    assert (await stage.release()).state == "released"
    permit = await stage.permit()
    await stage.park("registry.stakeholder", stage.person)
    with pytest.raises(Unavailable):
        await stage.redeem(permit)


async def test_a_newer_judged_fact_in_the_registry_reopens_the_review(stage: Stage) -> None:
    await stage.approved()
    stage.registry.known[stage.person] = type(stage.registry.known[stage.person])(
        stakeholder_id=stage.person, version=2, facts={**stage.registry.known[stage.person].facts, "type": "hcp"}
    )
    case = await stage.release()
    assert (case.state, case.votes) == ("in_review", ())


async def test_more_followers_do_not_void_an_approval(stage: Stage) -> None:
    await stage.approved()
    await stage.hear_person(2, followers=9000)
    assert (await stage.release()).state == "released"


async def test_another_rule_set_in_force_than_the_loaded_one_holds_the_release(stage: Stage) -> None:
    await stage.approved()
    stage.gate = type(stage.gate)(
        **{name: getattr(stage.gate, name) for name in stage.gate.__dataclass_fields__ if name != "rule_set"},
        rule_set=lambda: "rules-0",
    )
    assert (await stage.release()).state == "approved"
    assert "rule_set_not_loaded" in await stage.holds()


async def test_the_author_cannot_approve(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit()
    with pytest.raises(SelfApproval):
        await stage.vote(AUTHOR)
    assert (await stage.case()).state == "in_review"


async def test_another_executor_other_content_and_a_stopped_permit_are_refused(stage: Stage) -> None:
    await stage.approved()
    await stage.release()
    permit = await stage.permit()
    with pytest.raises(WrongAudience):
        await stage.redeem(permit, client_id="executor-x")
    with pytest.raises(ContentChanged):
        await stage.redeem(permit, content="0" * 64)
    await stage.hear_person(2, opted_out=True)
    with pytest.raises(PermitNotRedeemable):
        await stage.redeem(permit)
    assert (await stage.permit(permit.permit_id)).state == "stopped"


async def test_a_lifted_stop_needs_another_permit_from_the_full_check(stage: Stage) -> None:
    await stage.approved()
    await stage.release()
    first = await stage.permit()
    await stage.hear_person(2, opted_out=True)
    assert (await stage.case()).state == "paused"
    await stage.hear_person(3)
    assert (await stage.case()).state == "approved"
    await stage.release()
    second = await stage.permit()
    assert second.permit_id != first.permit_id
    with pytest.raises(PermitNotRedeemable):
        await stage.redeem(first)
    await stage.redeem(second)


async def test_a_permit_expires_with_its_slot(stage: Stage) -> None:
    await stage.approved()
    await stage.release()
    permit = await stage.permit()
    stage.clock.advance(timedelta(hours=1))
    with pytest.raises(PermitNotRedeemable):
        await stage.redeem(permit)
    await stage.expire()
    assert (await stage.permit(permit.permit_id)).state == "expired"
    assert (await stage.case()).state == "expired"


async def test_a_withdrawn_or_revised_action_stops_its_permit(stage: Stage) -> None:
    await stage.approved()
    await stage.release()
    permit = await stage.permit()
    await stage.submit(2, text="Thank you, once more.")
    with pytest.raises(PermitNotRedeemable):
        await stage.redeem(permit)
    await stage.withdraw()
    assert (await stage.case()).state == "withdrawn"


async def test_one_case_that_breaks_does_not_hold_the_others(stage: Stage) -> None:
    await stage.approved()
    good = stage.action
    stage.action = stage.gate.new_id()
    await stage.submit()
    await stage.vote()
    bad = stage.action
    stage.clock.advance(timedelta(minutes=2))
    sign, seen = stage.keys.sign, list[str]()

    def sign_most(claims: Any) -> str:
        seen.append(claims.action_id)
        if claims.action_id == bad:
            raise RuntimeError("the key does not answer")
        return sign(claims)

    stage.keys.sign = sign_most  # type: ignore[method-assign] - this test breaks the signer on purpose
    await stage.release()
    stage.action = good
    assert (await stage.case()).state == "released"
    stage.action = bad
    assert (await stage.case()).state == "approved"
    assert [action for action, _ in stage.failures] == [bad]


async def test_what_was_redeemed_stays_redeemed(stage: Stage) -> None:
    await stage.approved()
    await stage.release()
    permit = await stage.permit()
    await stage.redeem(permit)
    with pytest.raises(InvalidTransition):
        await stage.submit(2)
    await stage.hear_person(2, opted_out=True)
    assert (await stage.case()).state == "redeemed"
    assert (await stage.redeem(permit)).permit_id == permit.permit_id


async def test_where_more_approvals_are_required_by_now_people_decide_again(stage: Stage) -> None:
    await stage.approved()
    stage.gate = replace(stage.gate, review_steps=(RoutedStep(step=a_step(approvals=2)),))

    case = await stage.release()

    assert (case.state, case.votes) == ("in_review", ())
    await stage.vote(ROSA)
    assert (await stage.release()).state == "in_review"
    await stage.vote(SAM)
    assert (await stage.release()).state == "released"
