"""Which channels are ours, and which of them may speak."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from compliance.application.ports.unit_of_work import OpenUnitOfWork
from compliance.domain.channel import Channel, ChannelDescription
from compliance.domain.errors import OwnerMissing
from compliance.domain.events import Occasion
from shared.kernel.clock import Clock
from shared.kernel.errors import ConcurrentChange, NotFound
from shared.kernel.ids import IdFactory

Change = Callable[[Channel, Occasion], None]


async def register(
    description: ChannelDescription, by: str, *, open_uow: OpenUnitOfWork, clock: Clock, new_id: IdFactory
) -> str:
    """The id of a new channel that does not speak yet. Raises ChannelExists."""
    async with open_uow() as uow:
        channel = Channel.register(new_id(), description, Occasion(by=by, at=clock.now(), why="registered"))
        await uow.channels.add(channel)
        await uow.commit()
        return channel.channel_id


async def change(channel_id: str, what: Change, expected: int, occasion: Occasion, *, open_uow: OpenUnitOfWork) -> None:
    """Apply `what` to version `expected`. Raises NotFound, ConcurrentChange and what the channel refuses."""
    async with open_uow() as uow:
        channel = await uow.channels.get_for_update(channel_id)
        if channel is None:
            raise NotFound(f"there is no channel {channel_id}", remedy="GET /v1/channels lists all")
        if channel.version != expected:
            raise ConcurrentChange(
                f"the channel is at version {channel.version} by now",
                remedy="read it and try again",
                current_version=channel.version,
            )
        what(channel, occasion)
        await uow.channels.save(channel)
        await uow.commit()


def revision(changes: dict[str, Any]) -> Change:
    """A change of the named parts of the description."""
    return lambda channel, occasion: channel.revise(occasion, **changes)


async def take_over(
    described: Sequence[ChannelDescription], *, by: str, open_uow: OpenUnitOfWork, clock: Clock, new_id: IdFactory
) -> Sequence[str]:
    """Register and activate the channels of a file that are not known yet; those that are known stay as they are.

    Answers why channels stayed silent: one without an owner is registered as a draft.
    """
    silent: list[str] = []
    async with open_uow() as uow:
        for each in described:
            if await uow.channels.of_account(each.platform, each.account) is not None:
                continue
            occasion = Occasion(by=by, at=clock.now(), why="listed in the channels file")
            channel = Channel.register(new_id(), each, occasion)
            try:
                channel.activate(occasion)
            except OwnerMissing as refused:
                silent.append(f"{each.platform}: {refused.message}")
            await uow.channels.add(channel)
        await uow.commit()
    return silent
