"""A draft's answer asks the database only for what the draft names, and for a channel once a second."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from compliance.adapters.look_up import CHANNEL_SECONDS, SqlLookUp

NOW = datetime(2026, 11, 17, tzinfo=UTC)
ACTIVE = {"platform": "x", "account": None, "country": "DE", "moderation_owner": "desk", "executor": "executor-x"}


class Reads:
    """One channel and nobody known; counts what it is asked."""

    def __init__(self) -> None:
        self.channel: dict[str, Any] | None = ACTIVE
        self.asked: list[str] = []

    async def fetchrow(self, query: str, *_values: Any) -> Any:
        about = "channel" if "FROM channels" in query else "people"
        self.asked.append(about)
        if about == "people":
            return {"person": None, "engager": None, "contacts": 2}
        return None if self.channel is None else (json.dumps({**self.channel, "state": "active"}),)

    async def fetch(self, query: str, *_values: Any) -> Any:
        raise AssertionError(f"a draft asks for one row at a time, not: {query}")


def a_draft(person: str | None = None, engager: str | None = None, platform: str = "x") -> dict[str, Any]:
    return {"channel": {"platform": platform}, "stakeholder": {"id": person}, "actor": {"id": engager}}


async def test_where_nobody_is_named_nobody_is_looked_up() -> None:
    reads = Reads()

    known = await SqlLookUp(reads)(a_draft(), since=NOW)

    assert reads.asked == ["channel"]
    assert (known.stakeholder, known.engager, known.contacts) == (None, None, 0)


async def test_whoever_is_named_is_looked_up_every_time() -> None:
    reads = Reads()
    look_up = SqlLookUp(reads)

    for draft in (a_draft(person="p"), a_draft(engager="e"), a_draft(person="p", engager="e")):
        assert (await look_up(draft, since=NOW)).contacts == 2

    assert reads.asked.count("people") == 3


async def test_a_deactivated_channel_is_none_of_ours_after_a_second_at_the_latest() -> None:
    reads, moment = Reads(), [100.0]
    look_up = SqlLookUp(reads, lambda: moment[0])

    async def channel(platform: str = "x") -> object:
        return (await look_up(a_draft(platform=platform), since=NOW)).channel

    assert await channel()
    reads.channel = None
    moment[0] += CHANNEL_SECONDS * 0.9
    assert await channel()
    assert await channel("linkedin") is None
    moment[0] += CHANNEL_SECONDS * 0.1
    assert await channel() is None
    assert reads.asked == ["channel"] * 3
    assert CHANNEL_SECONDS <= 1
