"""What went out under a wording is sampled; a failed or forgotten sample suspends the wording."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest

from compliance.domain.errors import SelfApproval
from compliance.domain.wordings.sample import DRAW_BITS
from shared.kernel.errors import DomainError, InvalidTransition, InvalidValue, NotFound, ReauthenticationRequired
from shared.kernel.ids import new_id
from support.compliance_builders import AUTHOR, ROSA, SAM
from support.compliance_stage import Stage
from support.lane_stage import DRAWN, SPARED, Lane
from support.wording_builders import DANA, PAT

pytestmark = pytest.mark.platform


async def redeemed(lane: Lane, chance: int) -> str:
    """Another action that went out under the wording; the id of its permit."""
    lane.chance = chance
    lane.stage.action = new_id()
    permit = await lane.released()
    await lane.stage.redeem(permit)
    return permit.permit_id


async def test_every_redemption_is_drawn_once_and_the_draw_stands_in_the_ledger(stage: Stage) -> None:
    lane = Lane(stage)
    await lane.approved()
    for chance, state in ((DRAWN, "drawn"), (SPARED, "spared")):
        permit_id = await redeemed(lane, chance)
        await stage.redeem(await stage.permit(permit_id))  # asked again: the same answer, no second draw
        (entry,) = await stage.rows(
            "SELECT what, convert_from(leaf, 'UTF8')::jsonb -> 'evidence' AS said FROM ledger"
            " WHERE aggregate = 'sample' AND aggregate_id = :id",
            id=permit_id,
        )
        assert (entry["what"], entry["said"]["number"]) == (f"sample_{state}", chance)
        assert (entry["said"]["of"], entry["said"]["percent"]) == (2**DRAW_BITS, 10)


async def test_an_action_that_people_reviewed_is_not_drawn(stage: Stage) -> None:
    await stage.approved()
    await stage.release()
    permit = await stage.permit()
    await stage.redeem(permit)
    assert permit.grant.wording is None
    assert await stage.rows("SELECT 1 FROM samples WHERE permit_id = :id", id=permit.permit_id) == []


async def test_a_failed_sample_suspends_the_wording_and_what_is_queued_under_it(stage: Stage) -> None:
    lane = Lane(stage)
    wording = await lane.approved()
    permit_id = await redeemed(lane, DRAWN)
    stage.action = new_id()
    assert (await lane.submitted()).state == "approved"
    await lane.look(permit_id, outcome="fail", reason="it sounds like an advertisement")
    assert (await lane.wording(wording.record_id)).state == "suspended"
    assert (await stage.case()).state == "in_review"
    (why,) = await stage.rows(
        "SELECT why FROM ledger_entries WHERE aggregate_id = :id AND what = 'wording_suspended'", id=wording.record_id
    )
    assert why["why"] == "a sample failed: it sounds like an advertisement"


async def test_a_passed_sample_changes_nothing_else(stage: Stage) -> None:
    lane = Lane(stage)
    wording = await lane.approved()
    permit_id = await redeemed(lane, DRAWN)
    await lane.look(permit_id)
    assert (await lane.wording(wording.record_id)).state == "approved"
    with pytest.raises(InvalidTransition):
        await lane.look(permit_id, outcome="fail")
    assert (await lane.wording(wording.record_id)).state == "approved"


@pytest.mark.parametrize("somebody", [AUTHOR, PAT, ROSA, SAM])
async def test_who_wrote_or_signed_does_not_look(stage: Stage, somebody: str) -> None:
    lane = Lane(stage)
    wording = await lane.approved()
    permit_id = await redeemed(lane, DRAWN)
    with pytest.raises(SelfApproval):
        await lane.look(permit_id, outcome="fail", by=somebody)
    assert (await lane.wording(wording.record_id)).state == "approved"


async def test_a_sample_nobody_looks_at_in_time_suspends_the_wording_and_is_still_looked_at(stage: Stage) -> None:
    lane = Lane(stage)
    wording = await lane.approved()
    permit = await stage.permit(await redeemed(lane, DRAWN))
    stage.clock.advance(timedelta(days=2))
    await lane.rounds()
    assert (await lane.wording(wording.record_id)).state == "approved"
    stage.clock.advance(timedelta(days=1))
    await lane.rounds()
    await lane.rounds()
    assert (await lane.wording(wording.record_id)).state == "suspended"
    assert (await lane.sample(permit)).state == "overdue"
    (looked,) = await lane.look(permit.permit_id)
    assert looked.state == "passed"
    assert stage.failures == []


async def test_one_signature_passes_many_and_fails_one(stage: Stage) -> None:
    lane = Lane(stage)
    wording = await lane.approved()
    permits = [await redeemed(lane, DRAWN) for _ in range(3)]
    spared = await redeemed(lane, SPARED)
    for outcome, ids, refusal in (
        ("fail", permits, InvalidValue),
        ("pass", (), InvalidValue),
        ("pass", (*permits, spared), InvalidTransition),
        ("pass", (*permits, "nobody"), NotFound),
        ("pass", tuple(map(str, range(101))), InvalidValue),
    ):
        with pytest.raises(refusal):
            await lane.look(*ids, outcome=outcome)  # type: ignore[arg-type] - literals of the table
    assert {each.state for each in await lane.look(*permits)} == {"passed"}
    (signed,) = await stage.rows("SELECT subject, samples FROM signatures WHERE samples ? :id", id=permits[0])
    assert (signed["subject"], sorted(signed["samples"])) == (DANA, sorted(permits))
    assert (await lane.wording(wording.record_id)).state == "approved"


async def test_a_look_takes_a_proof_of_identity_of_its_own(stage: Stage) -> None:
    lane = Lane(stage)
    await lane.approved()
    first, second = [await redeemed(lane, DRAWN) for _ in range(2)]
    proved = stage.signed_in()
    stage.signed_in = lambda: proved  # type: ignore[method-assign] - the same proof twice
    await lane.look(first)
    with pytest.raises(ReauthenticationRequired):
        await lane.look(second, outcome="fail")
    assert (await lane.sample(await stage.permit(second))).state == "drawn"


@pytest.mark.parametrize("attempt", range(6))
async def test_a_release_that_meets_a_suspension_leaves_nothing_to_redeem(stage: Stage, attempt: int) -> None:
    lane = Lane(stage)
    wording = await lane.approved()
    await lane.submitted()
    stage.clock.advance(timedelta(minutes=2))
    await _together(attempt, stage.release(), lane.suspend(wording.record_id))
    await lane.rounds()
    assert (await stage.case()).state == "in_review"
    rows = await stage.rows("SELECT state FROM permits WHERE action_id = :id", id=stage.action)
    assert {row["state"] for row in rows} <= {"stopped"}
    assert stage.failures == []


@pytest.mark.parametrize("attempt", range(6))
async def test_a_redemption_that_meets_a_suspension_is_named_by_it_or_refused(stage: Stage, attempt: int) -> None:
    lane = Lane(stage)
    wording = await lane.approved()
    permit = await lane.released()
    outcomes = await _together(attempt, stage.redeem(permit), lane.suspend(wording.record_id))
    refused = any(isinstance(each, DomainError) for each in outcomes)
    (told,) = await stage.rows(
        "SELECT convert_from(payload, 'UTF8')::jsonb -> 'releases' -> 0 ->> 'state' AS state FROM outbox_messages"
        " WHERE aggregate_id = :id",
        id=wording.record_id,
    )
    assert (await stage.case()).state == ("in_review" if refused else "redeemed")
    assert (await stage.permit(permit.permit_id)).state == told["state"] == ("stopped" if refused else "redeemed")


@pytest.mark.parametrize("attempt", range(6))
async def test_a_submission_that_meets_a_suspension_ends_with_people(stage: Stage, attempt: int) -> None:
    lane = Lane(stage)
    wording = await lane.approved()
    await stage.hear_person()
    await stage.hear_engager()
    await _together(attempt, lane.submit(), lane.suspend(wording.record_id))
    await lane.rounds()
    assert (await stage.case()).state == "in_review"
    assert stage.failures == []


async def _together(attempt: int, first: Awaitable[Any], second: Awaitable[Any]) -> list[Any]:
    pair = (first, second) if attempt % 2 else (second, first)
    return list(await asyncio.gather(*pair, return_exceptions=True))
