"""What must be true of a system after its parts were killed: read from its databases and topics."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from support.system import RunningSystem

VERSIONS_KNOWN = {
    "compliance": "SELECT stakeholder_id, version FROM people_view",
    "planner": "SELECT stakeholder_id, version FROM stakeholders_known",
    "audit": "SELECT stakeholder_id, version FROM stakeholder_view",
}
DATABASES = ("registry", "audit", "planner", "compliance")


async def rows(system: RunningSystem, service: str, query: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(system.database(service), timeout=10)
    try:
        return await connection.fetch(query)
    finally:
        await connection.close()


async def settled(system: RunningSystem, people: dict[str, int], *, seconds: float = 120) -> None:
    """Wait until every outbox is empty and every copy of `people` is as new as the registry's."""
    deadline = asyncio.get_running_loop().time() + seconds
    while missing := await _behind(system, people):
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"still behind after {seconds} s: {missing[:5]} ({len(missing)} in all)")
        await asyncio.sleep(1)


async def _behind(system: RunningSystem, people: dict[str, int]) -> list[str]:
    try:
        behind: list[str] = []
        for service in DATABASES:
            waiting = await rows(system, service, "SELECT count(*) FROM outbox_messages WHERE published_at IS NULL")
            behind += [f"{service}: {waiting[0][0]} events not published"] if waiting[0][0] else []
        for service, query in VERSIONS_KNOWN.items():
            known = {row[0]: row[1] for row in await rows(system, service, query)}
            behind += [
                f"{service}: {person} at {known.get(person)}, registry at {version}"
                for person, version in people.items()
                if known.get(person) != version
            ]
    except (OSError, asyncpg.PostgresError) as error:
        return [f"the database: {error}"]
    return behind


async def read_topic(
    system: RunningSystem, topic: str, *, types: Callable[[str], bool] = lambda _: True
) -> list[tuple[str, str, dict[str, Any]]]:
    """Every record of a topic, of the wanted types, as `(key, ce_id, payload)`, in order within a key."""
    consumer = AIOKafkaConsumer(bootstrap_servers=system.kafka, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        if not partitions:
            await consumer._client.force_metadata_update()
            partitions = [TopicPartition(topic, number) for number in await _numbers(consumer, topic)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        found: list[tuple[str, str, dict[str, Any]]] = []
        while any([await consumer.position(each) < ends[each] for each in partitions]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += [_read(record) for record in records if types(_type_of(record))]
        return found
    finally:
        await consumer.stop()


async def _numbers(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    await consumer.topics()
    return set(consumer.partitions_for_topic(topic) or ())


def a_change_of_a_case(wire_type: str) -> bool:
    """A type that tells of a version of its own: that people are asked stands beside it, notices count themselves."""
    return wire_type != "compliance.case.in_review.v1" and not wire_type.startswith("compliance.case.review_")


def _type_of(record: Any) -> str:
    return dict(record.headers)["ce_type"].decode()


def _read(record: Any) -> tuple[str, str, dict[str, Any]]:
    headers = dict(record.headers)
    return record.key.decode(), headers["ce_id"].decode(), json.loads(record.value)


def versions_by_key(records: list[tuple[str, str, dict[str, Any]]]) -> dict[str, list[int]]:
    """The versions of each aggregate in the order they were published; a message sent again counts once."""
    versions: dict[str, list[int]] = defaultdict(list)
    seen: set[str] = set()
    for key, message_id, payload in records:
        if message_id not in seen:
            seen.add(message_id)
            versions[key].append(int(payload["version"]))
    return versions


def out_of_order(versions: dict[str, list[int]]) -> list[str]:
    """Aggregates whose versions do not rise, or of which one was published twice under two ids."""
    return [f"{key}: {found}" for key, found in versions.items() if found != sorted(set(found))]


def with_gaps(versions: dict[str, list[int]], last: dict[str, int]) -> list[str]:
    """Aggregates that publish every version, and of which one between 1 and `last` is missing."""
    return [f"{key}: {versions.get(key)}" for key, end in last.items() if versions.get(key) != [*range(1, end + 1)]]


async def released_without_approval(system: RunningSystem) -> list[str]:
    """Actions with a permit but no approval by somebody else than their authors."""
    found = await rows(
        system,
        "compliance",
        """SELECT p.action_id FROM permits p WHERE NOT EXISTS (
             SELECT 1 FROM ledger_entries l
              WHERE l.aggregate = 'case' AND l.aggregate_id = p.action_id AND l.new_state = 'approved'
                AND l.who NOT LIKE 'amira%' AND l.who <> 'system' AND l.at <= p.issued_at)""",
    )
    return [row[0] for row in found]
