"""The fast lane over a real database: what two people signed in advance is not reviewed, and checked at every step."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from compliance.adapters.reviewers.revocations import ReviewerQueries
from compliance.application import submission
from compliance.application.reviewers import revoking
from compliance.application.reviewers.revoking import Order
from compliance.domain.errors import PermitNotRedeemable, ReviewerIsRevoked
from compliance.domain.wordings.errors import FastLaneClosed, WordingBlocked
from shared.contracts.hashing import sha256_of, snapshot_sha256
from shared.contracts.planner import ActionSubmittedV1
from shared.kernel.errors import ReauthenticationRequired
from shared.kernel.ids import new_id
from support.caps_builders import a_limit
from support.compliance_builders import AUTHOR, EDITOR, ROSA, SAM, a_finding, a_snapshot, a_target, at
from support.compliance_stage import ENVELOPE, Stage, finding
from support.lane_stage import Lane, dates
from support.wording_builders import DAY, NAME, TOPIC, plain_content

pytestmark = pytest.mark.platform


async def test_what_a_wording_says_exactly_is_approved_released_and_cites_the_wording(stage: Stage) -> None:
    lane = Lane(stage)
    wording = await lane.approved()
    case = await lane.submitted()
    assert (case.state, case.votes) == ("approved", ())
    assert await stage.outbox() == ["compliance.case.approved.v1"]
    stage.clock.advance(timedelta(minutes=2))
    assert (await stage.release()).state == "released"
    permit = await stage.permit()
    assert permit.grant.wording == wording.ref
    given = wording.pre_approval().cited()
    assert len(given) == 2
    (issued,) = await stage.rows(
        "SELECT convert_from(leaf, 'UTF8')::jsonb -> 'evidence' -> 'wording' AS wording FROM ledger"
        " WHERE aggregate_id = :id AND what = 'permit_issued'",
        id=permit.permit_id,
    )
    assert issued["wording"] == wording.ref.as_json()
    assert sha256_of(given) in _claims(permit.grant.token)
    await stage.redeem(permit)
    assert (await stage.case()).state == "redeemed"


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "Thank you for this clear explainer!"},
        {"target": a_target()},
        {"edited_by": (SAM,)},
        {"links": [{"url": "https://havelmark.example/"}]},
        {"type": "post"},
    ],
)
async def test_everything_else_waits_for_people(stage: Stage, changes: dict[str, Any]) -> None:
    lane = Lane(stage)
    await lane.approved()
    assert (await lane.submitted(**changes)).state == "in_review"


async def test_an_editor_who_signed_nothing_does_not_matter(stage: Stage) -> None:
    lane = Lane(stage)
    await lane.approved()
    assert (await lane.submitted(edited_by=(EDITOR,))).state == "approved"


async def test_without_the_part_of_the_company_file_there_is_no_lane(stage: Stage) -> None:
    lane = Lane(stage)
    await lane.approved()
    stage.gate = replace(stage.gate, fast_lane=None)
    assert (await lane.submitted()).state == "in_review"
    with pytest.raises(FastLaneClosed):
        await lane.propose()


async def test_variables_are_what_the_gate_knows_at_submission_and_at_release(stage: Stage) -> None:
    lane = Lane(stage)
    today = stage.clock.now().date()
    content = plain_content(**dates(today, 30))
    text = "Thank you, {name}, for your words on {topic}, today {day}."
    await lane.approved(replace(content, text=text, variables=(NAME, DAY, TOPIC)))
    day = stage.clock.now().strftime("%d.%m.%Y")
    said = f"Thank you, Lena Falk, for your words on sleep, today {day}."
    assert (await lane.submitted(text=said.replace("Lena", "Lina"))).state == "in_review"
    stage.action = new_id()
    assert (await lane.submit(text=said)).state == "approved"
    stage.clock.advance(timedelta(minutes=2))
    await stage.hear_person(2, name="Lena Falk-Weber")  # she has another name now
    assert (await stage.release()).state == "in_review"


async def test_a_person_judged_anew_may_take_the_lane_again(stage: Stage) -> None:
    lane = Lane(stage)
    await lane.approved()
    await lane.submitted()
    await stage.hear_person(2, relationship_stage="engaged")
    assert (await stage.case()).state == "approved"
    await stage.hear_person(3, type="hcp")
    assert (await stage.case()).state == "in_review"


async def test_a_wording_the_screen_blocks_is_neither_proposed_nor_signed(stage: Stage) -> None:
    lane = Lane(stage)
    today = stage.clock.now().date()
    with pytest.raises(WordingBlocked):
        await lane.propose(replace(plain_content(**dates(today, 30)), text="A miracle."))
    wording = await lane.propose()
    quiet = stage.gate.screen

    def strict(snapshot: Any, as_of: Any) -> Any:
        return replace(quiet(snapshot, as_of), verdict="block", findings=(a_finding("block"),))

    stage.gate = replace(stage.gate, screen=strict)
    with pytest.raises(WordingBlocked):
        await lane.sign(wording.record_id, ROSA)


async def test_a_note_that_no_signatory_has_read_is_read_by_a_reviewer(stage: Stage) -> None:
    lane = Lane(stage)
    await lane.approved()
    quiet = stage.gate.screen

    def noting(snapshot: Any, as_of: Any) -> Any:
        return replace(quiet(snapshot, as_of), findings=(a_finding("pass", "NOTE-01"),))

    stage.gate = replace(stage.gate, screen=noting)
    assert (await lane.submitted()).state == "in_review"


async def test_each_signature_under_a_wording_takes_a_proof_of_identity_of_its_own(stage: Stage) -> None:
    lane = Lane(stage)
    await lane.close_others()
    await lane.submitted()
    wording = await lane.propose()
    proved = stage.signed_in()
    stage.signed_in = lambda: proved  # type: ignore[method-assign] - the same proof twice
    await stage.vote(ROSA)
    with pytest.raises(ReauthenticationRequired):
        await lane.sign(wording.record_id, ROSA)
    stage.clock.advance(timedelta(minutes=6))
    with pytest.raises(ReauthenticationRequired):
        await lane.sign(wording.record_id, SAM)
    assert (await lane.wording(wording.record_id)).details.signatures == ()


async def test_the_screen_at_release_sends_it_to_people_instead_of_out(stage: Stage) -> None:
    lane = Lane(stage)
    await lane.approved()
    await lane.submitted()
    quiet = stage.gate.screen

    def asking(snapshot: Any, as_of: Any) -> Any:
        return replace(quiet(snapshot, as_of), verdict="review", findings=(a_finding("review"),))

    stage.gate = replace(stage.gate, screen=asking)
    stage.clock.advance(timedelta(minutes=2))
    case = await stage.release()
    assert (case.state, case.pre_approval) == ("in_review", None)


async def test_suspension_takes_back_what_is_queued_stops_permits_and_names_what_went_out(stage: Stage) -> None:
    lane = Lane(stage)
    wording = await lane.approved()
    gone = await lane.released()
    await stage.redeem(gone)
    waiting = await _another(stage, lane)
    out = await _another(stage, lane)
    stage.clock.advance(timedelta(minutes=2))
    stage.action = out
    await _release_only(stage, out)
    permit = await stage.permit()
    suspended = await lane.suspend(wording.record_id)
    assert suspended.state == "suspended"
    for action in (waiting, out):
        stage.action = action
        assert (await stage.case()).state == "in_review"
    assert (await stage.permit(permit.permit_id)).state == "stopped"
    rows = await lane.queries.releases(wording.record_id, after=None, limit=10)
    assert {(row["permit_id"], row["state"]) for row in rows} == {
        (gone.permit_id, "redeemed"),
        (permit.permit_id, "stopped"),
    }
    (told,) = await stage.rows(
        "SELECT convert_from(payload, 'UTF8')::jsonb AS said FROM outbox_messages WHERE aggregate_id = :id",
        id=wording.record_id,
    )
    assert {each["permit_id"] for each in told["said"]["releases"]} == {gone.permit_id, permit.permit_id}


async def test_its_last_day_sends_what_is_queued_to_people(stage: Stage) -> None:
    lane = Lane(stage)
    today = stage.clock.now().date()
    wording = await lane.approved(plain_content(**dates(today, 1)))
    await stage.hear_person()
    await stage.hear_engager()
    await lane.submit(slot=stage.slot(minutes=60 * 24 * 7))
    stage.clock.advance(timedelta(days=2))
    assert (await stage.release()).state == "in_review"
    await lane.rounds()
    assert (await lane.wording(wording.record_id)).state == "expired"
    assert stage.failures == []


async def test_what_is_left_behind_under_a_suspended_wording_is_neither_redeemed_nor_left_there(stage: Stage) -> None:
    lane = Lane(stage)
    wording = await lane.approved()
    permit = await lane.released()
    async with stage.open_uow() as uow:  # as if this action had been released between the two steps of a suspension
        held = await uow.fast_lane.wordings.get_for_update(wording.record_id)
        assert held is not None
        held.suspend((), _why(stage))
        await uow.fast_lane.wordings.save(held)
        await uow.commit()
    with pytest.raises(PermitNotRedeemable):
        await stage.redeem(permit)
    await lane.rounds()
    assert (await stage.case()).state == "in_review"
    assert (await stage.permit(permit.permit_id)).state == "stopped"


async def test_a_batch_takes_the_lane_as_each_of_it_alone(stage: Stage) -> None:
    lane = Lane(stage)
    await lane.approved()
    await stage.hear_person()
    await stage.hear_engager()
    ids = [new_id() for _ in range(6)]
    events = [_submitted(stage, each, **({} if n % 2 else {"text": "Thanks."})) for n, each in enumerate(ids)]
    async with stage.open_uow() as uow:
        await submission.foresee_submissions(events, uow, gate=stage.gate)
        for event in events:
            await submission.on_action_submission(event, ENVELOPE, uow, gate=stage.gate)
            await uow.publish_recorded()
        await uow.commit()
    states: list[str] = []
    for each in ids:
        stage.action = each
        states.append((await stage.case()).state)
    assert states == ["in_review", "approved"] * 3


async def test_every_edition_is_kept_and_none_is_changed(stage: Stage) -> None:
    lane = Lane(stage)
    wording = await lane.approved()
    editions = await lane.queries.editions(wording.record_id)
    assert [(each["edition"], each["sha256"]) for each in editions] == [(1, wording.details.sha256)]
    with pytest.raises(Exception, match="never changed"):
        await stage.rows("UPDATE wording_editions SET sha256 = 'x' RETURNING 1")


def _submitted(stage: Stage, action: str, **changes: Any) -> Any:

    person = {"id": stage.person, "type": "journalist"}
    snapshot = a_snapshot(action, slot=stage.slot(), stakeholder=person, **changes)
    return ActionSubmittedV1(
        action_id=action,
        version=1,
        plan_id="plan-1",
        stakeholder_id=stage.person,
        snapshot=snapshot,
        snapshot_sha256=snapshot_sha256(snapshot),
        submitted_by=AUTHOR,
        submitted_by_name="Dr Amira Sharma",
        edited_by=(),
        submitted_at=stage.clock.now(),
    )


async def _another(stage: Stage, lane: Lane) -> str:
    stage.action = new_id()
    assert (await lane.submit()).state == "approved"
    return stage.action


async def _release_only(stage: Stage, action: str) -> None:

    find, stage.queries.due = stage.queries.due, finding((action,))  # type: ignore[method-assign] - the same
    await stage.release()
    stage.queries.due = find  # type: ignore[method-assign] - the same


def _why(stage: Stage) -> Any:

    return at(stage.clock.now(), why="meanwhile")


def _claims(token: str) -> str:

    body = token.split(".")[1]
    return urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()


async def test_full_caps_leave_the_action_to_its_reviewers_and_the_batch_whole(stage: Stage) -> None:
    lane = Lane(stage)
    await lane.approved()
    stage.gate = replace(stage.gate, caps=(a_limit(1),))
    await stage.hear_person()
    await stage.hear_engager()
    ids = [new_id() for _ in range(3)]
    async with stage.open_uow() as uow:
        for each in ids:
            event = _submitted(stage, each)
            await submission.on_action_submission(event, ENVELOPE, uow, gate=stage.gate)
            await uow.publish_recorded()
        await uow.commit()
    states: list[str] = []
    for each in ids:
        stage.action = each
        states.append((await stage.case()).state)
    assert states == ["approved", "in_review", "in_review"]


async def test_a_signatory_who_may_not_sign_any_more_stands_for_nothing(stage: Stage) -> None:
    lane = Lane(stage)
    await lane.approved()
    permit = await lane.released()
    left = Order(by="lead", reason="left")
    means: dict[str, Any] = {"open_uow": stage.open_uow, "gate": stage.gate}
    await revoking.revoke(SAM, left, find_approved=_nothing, **means)
    with pytest.raises(PermitNotRedeemable):
        await stage.redeem(permit)
    find = ReviewerQueries(stage.reads).approved_by
    assert stage.action in await revoking.revoke(SAM, left, find_approved=find, **means)
    assert (await stage.case()).state == "in_review"
    stage.action = new_id()
    assert (await lane.submit()).state == "in_review"
    proposed = await lane.propose()
    with pytest.raises(ReviewerIsRevoked):
        await lane.sign(proposed.record_id, SAM)
    await revoking.reinstate(SAM, Order(by="lead", reason="is back"), open_uow=stage.open_uow, gate=stage.gate)


async def _nothing(_subject: str) -> list[str]:
    return []
