"""Our channels over the real database: only an active one is ours to the gate."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from compliance.application import channels
from compliance.domain.channel import Channel
from compliance.domain.errors import ChannelExists, OwnerMissing
from shared.kernel.errors import ConcurrentChange, NotFound
from shared.kernel.ids import new_id
from support.compliance_builders import CHANNEL, ROSA, at
from support.compliance_stage import Stage

pytestmark = pytest.mark.platform


async def the_channel(stage: Stage, platform: str = "mastodon") -> Channel:
    async with stage.open_uow() as uow:
        channel = await uow.channels.of_account(platform, None)
    assert channel is not None
    return channel


async def change(stage: Stage, what: channels.Change, *, expected: int | None = None, channel: Channel) -> None:
    version = channel.version if expected is None else expected
    occasion = at(stage.clock.now(), by=ROSA, why="no moderator on duty")
    await channels.change(channel.channel_id, what, version, occasion, open_uow=stage.open_uow)


async def test_a_paid_channel_without_a_screening_owner_is_not_activated_and_nothing_is_planned_on_it(
    stage: Stage,
) -> None:
    described = replace(CHANNEL, platform="youtube", hold="paid_for", screening_owner=None)
    register = partial(channels.register, open_uow=stage.open_uow, clock=stage.clock, new_id=new_id)
    channel_id = await register(described, ROSA)
    with pytest.raises(ChannelExists):
        await register(described, ROSA)
    draft = await the_channel(stage, "youtube")
    with pytest.raises(OwnerMissing):
        await change(stage, Channel.activate, channel=draft)
    await stage.hear_person()
    await stage.hear_engager()
    case = await stage.submit(channel={"platform": "youtube", "audience": "public", "account": "corporate"})
    assert case.state == "blocked"
    assert case.judgement is not None
    assert "GATE-CHANNEL" in [each.rule_id for each in case.judgement.findings]
    rows = await stage.rows("SELECT what FROM ledger WHERE aggregate = 'channel' AND aggregate_id = :id", id=channel_id)
    assert [row["what"] for row in rows] == ["channel_registered"]
    await change(stage, channels.revision({"screening_owner": "drug.safety"}), channel=draft)
    await change(stage, Channel.activate, channel=await the_channel(stage, "youtube"))
    assert (await the_channel(stage, "youtube")).state == "active"
    await change(stage, Channel.deactivate, channel=await the_channel(stage, "youtube"))


async def test_what_was_approved_is_not_released_on_a_silenced_channel(stage: Stage) -> None:
    await stage.approved()
    await change(stage, Channel.deactivate, channel=await the_channel(stage))
    try:
        assert (await stage.release()).state == "voided"
    finally:
        await change(stage, Channel.activate, channel=await the_channel(stage))


async def test_two_who_change_one_channel_do_not_overwrite_each_other(stage: Stage) -> None:
    channel = await the_channel(stage)
    with pytest.raises(ConcurrentChange):
        await change(stage, Channel.deactivate, channel=channel, expected=channel.version - 1)
    with pytest.raises(NotFound):
        await channels.change("nowhere", Channel.deactivate, 1, at(), open_uow=stage.open_uow)


async def test_the_file_never_overrules_what_people_changed(stage: Stage) -> None:
    before = await the_channel(stage)
    take_over = partial(channels.take_over, by="test", open_uow=stage.open_uow, clock=stage.clock, new_id=new_id)
    assert await take_over([replace(CHANNEL, moderation_owner="somebody.else")]) == []
    assert (await the_channel(stage)).description == before.description
    silent = await take_over([replace(CHANNEL, platform="bluesky", moderation_owner=None)])
    assert "moderation_owner" in silent[0]
    assert (await the_channel(stage, "bluesky")).state == "draft"
