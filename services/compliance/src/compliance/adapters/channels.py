"""Our channels in PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.tables import channels
from compliance.domain.channel import Channel, ChannelDescription
from compliance.domain.errors import ChannelExists
from compliance.domain.facts import OwnChannel
from shared.kernel.errors import ConcurrentChange


class SqlChannels:
    """Implements `Channels`. The active ones are read once per transaction."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self._uow = uow
        self._active: dict[tuple[str, str | None], OwnChannel] | None = None

    async def find_active(self, platform: str, account: str | None) -> OwnChannel | None:
        if self._active is None:
            rows = await self._uow.connection.execute(select(channels).where(channels.c.state == "active"))
            known = [_channel(row).as_known for row in rows.mappings()]
            self._active = {(each.platform, each.account): each for each in known}
        return self._active.get((platform, account)) or self._active.get((platform, None))

    async def get_for_update(self, channel_id: str) -> Channel | None:
        return await self._one(select(channels).where(channels.c.channel_id == channel_id))

    async def of_account(self, platform: str, account: str | None) -> Channel | None:
        same = channels.c.account.is_not_distinct_from(account)
        return await self._one(select(channels).where(channels.c.platform == platform, same))

    async def add(self, channel: Channel) -> None:
        statement = insert(channels).values(_row(channel)).on_conflict_do_nothing()
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            ours = channel.description
            raise ChannelExists(
                f"{ours.platform} has a channel for account {ours.account or '(any)'} already",
                field="account",
                remedy="change the one that is there; GET /v1/channels lists all",
            )
        self._written(channel)

    async def save(self, channel: Channel) -> None:
        if channel.version == channel.stored_version:
            return
        statement = (
            update(channels)
            .where(channels.c.channel_id == channel.channel_id, channels.c.version == channel.stored_version)
            .values({**_row(channel), "changed_at": func.now()})
        )
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            raise ConcurrentChange(
                f"the channel {channel.channel_id} was changed by somebody else", remedy="read it and try again"
            )
        self._written(channel)

    async def _one(self, statement: Select[Any]) -> Channel | None:
        row = (await self._uow.connection.execute(statement.with_for_update())).mappings().one_or_none()
        if row is None:
            return None
        channel = _channel(row)
        self._uow.track(channel)
        return channel

    def _written(self, channel: Channel) -> None:
        self._uow.wrote("channel", channel.channel_id, channel.version, _row(channel))
        channel.stored_version = channel.version
        self._active = None
        self._uow.track(channel)


def _row(channel: Channel) -> dict[str, Any]:
    return {
        "channel_id": channel.channel_id,
        "version": channel.version,
        "state": channel.state,
        **asdict(channel.description),
    }


def _channel(row: RowMapping) -> Channel:
    described = ChannelDescription(**{name: row[name] for name in ChannelDescription.__dataclass_fields__})
    return Channel(row["channel_id"], described, state=row["state"], version=row["version"])
