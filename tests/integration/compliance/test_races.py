"""Races run as races: many connections, one database."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from shared.kernel.errors import DomainError
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
    await stage.submit()
    first, second = (stage.vote(), stage.submit(2, text=f"Thank you, take {attempt}."))
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


@pytest.mark.parametrize("attempt", range(4))
async def test_a_redemption_that_meets_the_end_of_the_slot_is_one_or_the_other(stage: Stage, attempt: int) -> None:
    await stage.approved()
    await stage.release()
    permit = await stage.permit()
    before_the_end = stage.clock.now()
    stage.clock.advance(timedelta(hours=1))
    expiring = stage.expire()
    stage.clock.set(before_the_end) if attempt % 2 else None
    await asyncio.gather(expiring, stage.redeem(permit), return_exceptions=True)
    states = ((await stage.case()).state, (await stage.permit(permit.permit_id)).state)
    assert states in {("expired", "expired"), ("redeemed", "redeemed")}


async def test_two_approvals_at_once_are_both_counted_or_one_is_refused(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit()
    outcomes = await asyncio.gather(stage.vote(ROSA), stage.vote(SAM), return_exceptions=True)
    assert sum(not isinstance(each, BaseException) for each in outcomes) == 1
    case = await stage.case()
    assert case.state == "approved"
    assert len(case.votes) == 1
