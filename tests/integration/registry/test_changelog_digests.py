"""Each day's changes are digested once, and what is erased leaves the digest as it was."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from registry.adapters.unit_of_work import SqlRegistryUnitOfWork, publishing
from shared.changelog.days import digest_finished_days
from shared.changelog.digests import change_hash
from shared.db.engine import create_engine
from shared.db.settings import DatabaseSettings
from shared.kernel.ids import new_id
from shared.testing import FakeClock
from support.registry_builders import Registry

pytestmark = pytest.mark.platform

HASH = 32


async def digest(registry: Registry, now: datetime) -> None:
    engine = create_engine(DatabaseSettings.model_validate({"url": registry.database_url}), application_name="test")
    clock = FakeClock(now)
    try:
        opened = partial(SqlRegistryUnitOfWork, engine, publishing(clock=clock, new_id=new_id))
        await digest_finished_days(unit_of_work=opened, clock=clock)
    finally:
        await engine.dispose()


async def told(registry: Registry) -> list[tuple[str, int, str]]:
    events = [json.loads(payload) for kind, payload in await registry.published() if "changelog" in kind]
    return [(event["day"], event["changes"], event["sha256"]) for event in events]


async def hashes_of(registry: Registry) -> set[bytes]:
    rows = await registry.fetch("SELECT * FROM changes")
    parsed = [{**row, "aggregate_id": str(row["aggregate_id"])} for row in rows]
    return {change_hash({**row, "old": json.loads(row["old"]), "new": json.loads(row["new"])}) for row in parsed}


async def test_a_day_that_is_over_is_digested_once_and_told(registry: Registry) -> None:
    first = await registry.register()
    await registry.register(name="Tomas Berg", handles=[{"platform": "x", "name": "tomas"}])
    [[now]] = await registry.fetch("SELECT now()")
    today = now.astimezone(UTC).date()
    midnight = datetime.combine(today, datetime.min.time(), UTC) + timedelta(days=1)

    await digest(registry, midnight + timedelta(minutes=9))
    assert await told(registry) == []
    await digest(registry, midnight + timedelta(days=1, minutes=11))
    await digest(registry, midnight + timedelta(days=1, minutes=11))

    rows = await registry.fetch("SELECT day, changes, sha256, hashes FROM changelog_digests ORDER BY day")
    assert [(row["day"], row["changes"]) for row in rows] == [(today, 2), (today + timedelta(days=1), 0)]
    assert await told(registry) == [(str(row["day"]), row["changes"], row["sha256"]) for row in rows]
    kept: bytes = rows[0]["hashes"]
    assert hashlib.sha256(kept).hexdigest() == rows[0]["sha256"]
    there = {kept[start : start + HASH] for start in range(0, len(kept), HASH)}
    assert await hashes_of(registry) == there

    answer = await registry.http.delete(f"/v1/stakeholders/{first['id']}")
    assert answer.status_code < 300, answer.text
    left = await hashes_of(registry)
    assert len(left) == 1
    assert left < there
