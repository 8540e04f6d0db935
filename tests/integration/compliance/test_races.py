"""Races run as races: many connections, one database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest

from compliance.domain.errors import PermitNotRedeemable
from shared.kernel.errors import DomainError
from shared.testing import FakeClock
from support.compliance_builders import ROSA, SAM
from support.compliance_stage import Stage

pytestmark = pytest.mark.platform


async def test_fifty_redemptions_of_one_permit_have_one_effect(stage: Stage) -> None:
    await stage.approved()
    await stage.release()
    permit = await stage.permit()
    answers = await asyncio.gather(*(stage.redeem(permit) for _ in range(50)))
    assert len(set(map(repr, answers))) == 1
    assert (await stage.outbox()).count("compliance.release.redeemed.v1") == 1
    rows = await stage.rows("SELECT what FROM ledger WHERE aggregate_id = :id", id=permit.permit_id)
    assert Counter(row["what"] for row in rows) == {"permit_issued": 1, "permit_redeemed": 1}


async def test_two_release_ticks_at_once_issue_one_permit(stage: Stage) -> None:
    await stage.approved()
    await asyncio.gather(*(stage.release() for _ in range(8)))
    rows = await stage.rows("SELECT permit_id FROM permits WHERE action_id = :id", id=stage.action)
    assert len(rows) == 1
    assert (await stage.outbox()).count("compliance.release.released.v1") == 1


@pytest.mark.parametrize("attempt", range(8))
async def test_an_approval_that_meets_a_revision_never_approves_the_revision(stage: Stage, attempt: int) -> None:
    await stage.hear_person()
    await stage.hear_engager()
    opened = await stage.submit()
    signed = {"case_version": opened.version, "content_sha256": opened.submission.content_sha256}
    first, second = (stage.vote(**signed), stage.submit(2, text=f"Thank you, take {attempt}."))
    outcomes = await asyncio.gather(*((first, second) if attempt % 2 else (second, first)), return_exceptions=True)
    case = await stage.case()
    assert case.submission.action_version == 2
    assert (case.state, case.votes) == ("in_review", ())
    assert all(isinstance(each, DomainError) for each in outcomes if isinstance(each, BaseException))


@pytest.mark.parametrize("attempt", range(8))
async def test_a_release_that_meets_an_opt_out_leaves_nothing_to_redeem(stage: Stage, attempt: int) -> None:
    await stage.approved()
    release, stop = stage.release(), stage.hear_person(2, opted_out=True)
    await asyncio.gather(*((release, stop) if attempt % 2 else (stop, release)))
    assert (await stage.case()).state == "paused"
    rows = await stage.rows("SELECT state FROM permits WHERE action_id = :id", id=stage.action)
    assert {row["state"] for row in rows} <= {"stopped"}


@pytest.mark.parametrize("attempt", range(8))
async def test_a_redemption_that_meets_an_opt_out_is_before_it_or_refused(stage: Stage, attempt: int) -> None:
    await stage.approved()
    await stage.release()
    permit = await stage.permit()
    redeem, stop = stage.redeem(permit), stage.hear_person(2, opted_out=True)
    outcomes = await asyncio.gather(*((redeem, stop) if attempt % 2 else (stop, redeem)), return_exceptions=True)
    refused = any(isinstance(each, DomainError) for each in outcomes)
    assert (await stage.case()).state == ("paused" if refused else "redeemed")
    assert (await stage.permit(permit.permit_id)).state == ("stopped" if refused else "redeemed")


@pytest.mark.parametrize("first", ["expiry", "redemption"])
async def test_a_redemption_that_meets_the_end_of_the_slot_is_one_or_the_other(stage: Stage, first: str) -> None:
    await stage.approved()
    await stage.release()
    permit = await stage.permit()
    after_the_end = FakeClock(stage.clock.now() + timedelta(hours=1))
    race = {"expiry": lambda: stage.expire(clock=after_the_end), "redemption": lambda: stage.redeem(permit)}

    async with asyncio.TaskGroup() as group, stage.open_uow() as starting_line:
        assert await starting_line.cases.get_for_update(stage.action)
        runners: list[asyncio.Task[Any]] = []
        for name in sorted(race, key=lambda each: each != first):
            runners.append(group.create_task(outcome_of(race[name]())))
            await until_waiting(stage, len(runners))

    states = ((await stage.case()).state, (await stage.permit(permit.permit_id)).state)
    ahead, behind = (runner.result() for runner in runners)
    assert stage.failures == []
    if first == "expiry":
        assert states == ("expired", "expired")
        assert isinstance(behind, PermitNotRedeemable)
    else:
        assert states == ("redeemed", "redeemed")
        assert ahead.permit_id == permit.permit_id


async def outcome_of(attempt: Awaitable[Any]) -> Any:
    """What it answered, or its refusal."""
    try:
        return await attempt
    except DomainError as refusal:
        return refusal


async def until_waiting(stage: Stage, runners: int) -> None:
    """Until so many transactions wait for a lock in this database."""
    waiting = """SELECT count(*) AS n FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'"""
    while (await stage.rows(waiting))[0]["n"] < runners:
        await asyncio.sleep(0.01)


async def test_two_approvals_at_once_are_both_counted_or_one_is_refused(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit()
    outcomes = await asyncio.gather(stage.vote(ROSA), stage.vote(SAM), return_exceptions=True)
    assert sum(not isinstance(each, BaseException) for each in outcomes) == 1
    case = await stage.case()
    assert case.state == "approved"
    assert len(case.votes) == 1
