"""Looks at all services of a running system at once."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition  # noqa: TID251 - repeats what was sent
from aiokafka.admin import AIOKafkaAdminClient

from rapport.story.client import Addresses, Caller, System
from shared.contracts.catalog import CATALOG
from support.system import ROOT, RunningSystem

REVIEWER = "rosa.reviewer"
ACTION_STATE_OF_CASE = {"screening": "submitted", "in_review": "submitted", "redeemed": "released"}
GROUPS = ("registry", "audit", "planner", "compliance", "executor-sandbox")
OVER = ("done", "not_done", "withdrawn")
TABLES = {
    "registry": ("stakeholders", "engagers", "changes", "outbox_messages"),
    "audit": ("posts", "outbox_messages"),
    "planner": ("actions", "plans", "stakeholders_known", "engagers_known", "outbox_messages"),
    "compliance": ("cases", "permits", "safety_cases", "plan_screenings", "ledger", "outbox_messages"),
}


@contextmanager
def callers(running: RunningSystem) -> Generator[System]:
    """The system's APIs for demo users and executors."""
    services = {name: running.address(name) for name in TABLES}
    with httpx.Client(timeout=20, trust_env=False) as http:
        yield System(Addresses(running.address("issuer"), services), http, {})


def run(running: RunningSystem, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`python -m <arguments>` against this system."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env={**running.environment(), **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def eventually(check: Callable[[], str | None], *, seconds: float = 30) -> None:
    """Until `check` has no complaint left."""
    deadline = time.monotonic() + seconds
    while (complaint := check()) is not None:
        assert time.monotonic() < deadline, complaint
        time.sleep(0.3)


def disagreement(reader: Caller) -> str | None:
    """Where planner and compliance tell different things about the same action, None where they agree."""
    for listed in reader.every("compliance", "/v1/cases"):
        case = reader.get("compliance", f"/v1/cases/{listed['action_id']}")
        action = reader.get("planner", f"/v1/actions/{case['action_id']}")
        if action["state"] not in OVER and action["state"] != ACTION_STATE_OF_CASE.get(case["state"], case["state"]):
            return f"action {case['action_id']} is {action['state']}, its case {case['state']}"
        if action["submission"]["content_sha256"] != case["content_sha256"]:
            return f"the content of action {case['action_id']} differs"
        if action["state"] == "done" and case["state"] != "redeemed":
            return f"action {case['action_id']} is done, its case {case['state']}"
    return None


def acts(running: RunningSystem) -> list[dict[str, Any]]:
    """Everything the sandbox executor published."""
    files = sorted((running.data / "sandbox-channels").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def contents(running: RunningSystem) -> dict[str, str]:
    """A digest of every table that an event could change."""
    return asyncio.run(_contents(running))


async def _contents(running: RunningSystem) -> dict[str, str]:
    found: dict[str, str] = {}
    for service, tables in TABLES.items():
        connection = await asyncpg.connect(running.database(service))
        for table in tables:
            rows = await connection.fetch(f"SELECT t::text FROM {table} t ORDER BY 1")  # noqa: S608 - our own names
            found[f"{service}.{table}"] = "\n".join(str(row[0]) for row in rows)
        await connection.close()
    return found


def send_everything_again(kafka: str) -> int:
    """Append every record of every topic a second time, headers and all, and wait until all groups are through."""
    return asyncio.run(_send_everything_again(kafka))


async def _send_everything_again(kafka: str) -> int:
    partitions = await _partitions(kafka)
    records = await _read_all(kafka, partitions)
    producer = AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True)
    await producer.start()
    try:
        for record in records:
            await producer.send_and_wait(
                record.topic, record.value, key=record.key, partition=record.partition, headers=list(record.headers)
            )
    finally:
        await producer.stop()
    await _until_consumed(kafka, partitions)
    return len(records)


async def _partitions(kafka: str) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        topics = sorted({contract.TOPIC for contract in CATALOG.values()} & there)
        described = await admin.describe_topics(topics)
    finally:
        await admin.close()
    return [TopicPartition(each["topic"], part["partition"]) for each in described for part in each["partitions"]]


async def _read_all(kafka: str, partitions: list[TopicPartition]) -> list[Any]:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        records: list[Any] = []
        while any([await consumer.position(each) < ends[each] for each in partitions]):
            batches = await consumer.getmany(timeout_ms=500)
            records += [record for batch in batches.values() for record in batch]
        return records
    finally:
        await consumer.stop()


async def _until_consumed(kafka: str, partitions: list[TopicPartition]) -> None:
    """Until every group has committed behind the last record of what it listens to."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await consumer.start()
    await admin.start()
    try:
        ends = await consumer.end_offsets(partitions)
        async with asyncio.timeout(60):
            while await _lag(admin, ends):
                await asyncio.sleep(0.3)
    finally:
        await admin.close()
        await consumer.stop()


async def _lag(admin: AIOKafkaAdminClient, ends: dict[TopicPartition, int]) -> int:
    behind = 0
    for group in GROUPS:
        committed = await admin.list_consumer_group_offsets(group)
        behind += sum(ends[each] - at.offset for each, at in committed.items() if each in ends and at.offset >= 0)
    return behind
