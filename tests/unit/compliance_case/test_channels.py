"""No channel of ours speaks before somebody watches it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compliance.domain.channel import Channel, ChannelDescription
from compliance.domain.errors import OwnerMissing
from shared.kernel.errors import InvalidValue
from support.compliance_builders import CHANNEL, at


def a_channel(**changes: object) -> Channel:
    described: ChannelDescription = replace(CHANNEL, **changes)  # type: ignore[arg-type] - by name
    return Channel.register("channel-1", described, at())


INVISIBLE = ["", "   ", "\u200b", "\u200b\u2060 \ufeff", "\x01\x7f", "\u2800", "\t\n"]


@pytest.mark.parametrize("nobody", [None, *INVISIBLE])
@pytest.mark.parametrize("owner", ["moderation_owner", "screening_owner"])
def test_a_channel_nobody_watches_is_not_activated_however_long_ago_it_was_stored(
    owner: str, nobody: str | None
) -> None:
    channel = Channel("channel-1", replace(CHANNEL, **{owner: nobody}))  # pyright: ignore[reportArgumentType] - by name
    with pytest.raises(OwnerMissing, match=owner) as refused:
        channel.activate(at())
    assert [part.field for part in refused.value.parts] == [owner]
    assert channel.state == "draft"


@pytest.mark.parametrize("nobody", INVISIBLE)
@pytest.mark.parametrize("owner", ["moderation_owner", "screening_owner"])
def test_an_owner_nobody_can_see_is_refused_by_its_field(owner: str, nobody: str) -> None:
    channel = a_channel()

    with pytest.raises(InvalidValue, match=owner) as registering:
        a_channel(**{owner: nobody})
    with pytest.raises(InvalidValue, match=owner) as revising:
        channel.revise(at(), **{owner: nobody})

    for refused in (registering.value, revising.value):
        assert [part.field for part in refused.parts] == [owner]
        assert "visible characters" in (refused.remedy or "")
    assert channel.version == 1


@pytest.mark.parametrize("name", ["o", "Zoë", "李雷", "محمد", "night.shift\u200b"])
def test_a_name_of_any_script_names_an_owner(name: str) -> None:
    channel = a_channel(moderation_owner=name)
    channel.activate(at())
    assert channel.state == "active"


def test_every_missing_owner_is_named_at_once() -> None:
    with pytest.raises(OwnerMissing) as refused:
        a_channel(moderation_owner=None, screening_owner=None).activate(at())
    assert [part.field for part in refused.value.parts] == ["moderation_owner", "screening_owner"]


def test_a_watched_channel_is_activated_once() -> None:
    channel = a_channel()
    channel.activate(at())
    channel.activate(at())
    assert (channel.state, channel.version) == ("active", 2)


def test_an_active_channel_keeps_its_owners() -> None:
    channel = a_channel()
    channel.activate(at())
    with pytest.raises(OwnerMissing):
        channel.revise(at(), screening_owner=None)
    channel.revise(at(), screening_owner="night.shift")
    assert channel.description.screening_owner == "night.shift"


def test_a_silenced_channel_may_lose_its_owner_and_then_needs_one_again() -> None:
    channel = a_channel()
    channel.activate(at())
    channel.deactivate(at(why="nobody left"))
    channel.revise(at(), moderation_owner=None)
    with pytest.raises(OwnerMissing):
        channel.activate(at())


def test_a_revision_that_changes_nothing_is_no_change() -> None:
    channel = a_channel()
    channel.revise(at(), country="DE")
    assert channel.version == 1
