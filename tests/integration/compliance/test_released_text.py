"""Workflow case T120: what is released is what was approved, to the letter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compliance.domain.errors import ContentChanged
from compliance.domain.permit import LONGEST_LIFE
from rapport_permit import MAX_LIFE, NotAllowed, content_sha256, redeem, verify_permit
from shared.contracts.hashing import published_content, sha256_of
from support.compliance_builders import EXECUTOR
from support.compliance_stage import Stage

pytestmark = pytest.mark.platform


async def test_t120_a_release_whose_text_differs_from_the_approved_hash_is_refused(stage: Stage) -> None:
    await stage.approved()
    await rewrite(stage, "Thank you for this brilliant explainer.")
    assert (await stage.release()).state == "voided"
    assert await stage.rows("SELECT 1 FROM permits WHERE action_id = :id", id=stage.action) == []
    assert (await stage.outbox())[-1] == "compliance.case.voided.v1"


async def test_t120_a_published_text_that_differs_by_one_word_is_refused_online_and_before(stage: Stage) -> None:
    await stage.approved()
    await stage.release()
    permit = await stage.permit()
    other = {**permit.grant.content, "text": "Thank you for this brilliant explainer."}
    with pytest.raises(ContentChanged):
        await stage.redeem(permit, content=content_sha256(other))
    now = stage.clock.now()
    verified = verify_permit(permit.grant.token, stage.keys.jwks(now), audience=EXECUTOR, now=now)
    with pytest.raises(NotAllowed, match="not the content the permit was issued for"):
        redeem("http://127.0.0.1:1", verified, other, access_token="unused")
    assert (await stage.redeem(permit)).content == permit.grant.content


async def test_executors_hash_content_as_the_gate_does(stage: Stage) -> None:
    await stage.approved(links=[{"url": "https://example.org/a?b=ü", "title": "x"}], hashtags=["#schlafapnoe", "#睡眠"])
    await stage.release()
    content = (await stage.permit()).grant.content
    assert content_sha256(content) == sha256_of(content) == (await stage.case()).submission.content_sha256
    assert content == published_content((await stage.case()).submission.snapshot)


async def test_a_permit_for_a_slot_of_months_lives_31_days(stage: Stage) -> None:
    await stage.approved(slot=stage.slot(minutes=90 * 24 * 60))
    await stage.release()
    permit, now = await stage.permit(), stage.clock.now()
    assert LONGEST_LIFE == MAX_LIFE
    assert permit.grant.slot.end == now + timedelta(days=31)
    assert verify_permit(permit.grant.token, stage.keys.jwks(now), audience=EXECUTOR, now=now)


async def rewrite(stage: Stage, text: str) -> None:
    """Somebody with access to the database changes a word after the approval."""
    async with stage.engine.begin() as connection:
        await connection.exec_driver_sql(
            "UPDATE cases SET snapshot = jsonb_set(snapshot, '{text}', to_jsonb($1::text)) WHERE action_id = $2",
            (text, stage.action),
        )
