"""Brings a Kafka broker to the declared topics."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from rapport.launcher.topics import Changes, Topic, compare
from rapport.problem import Problem

SET_ON_TOPIC = 1
"""Kafka's number for "somebody set this on the topic itself"."""
ALREADY_EXISTS = 36


class Broker:
    """An admin connection, open inside `async with`. Raises Problem when nothing answers."""

    def __init__(self, servers: str) -> None:
        self._servers = servers
        self._admin = AIOKafkaAdminClient(bootstrap_servers=servers, client_id="rapport-topics")

    async def __aenter__(self) -> Self:
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # we say it ourselves, with the remedy
        try:
            await self._admin.start()
        except (KafkaError, OSError) as error:
            await self._admin.close()
            raise Problem(
                f"no Kafka broker answers at {self._servers}: {error}",
                remedy="start it, or correct RAPPORT_KAFKA_BOOTSTRAP_SERVERS (unset it to use the embedded one)",
            ) from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._admin.close()

    async def size(self) -> int:
        """How many brokers there are."""
        cluster: dict[str, Any] = await self._admin.describe_cluster()
        return len(cluster["brokers"])

    async def partitions(self) -> dict[str, int]:
        """Number of partitions per topic that exists."""
        described: list[dict[str, Any]] = await self._admin.describe_topics()
        return {topic["topic"]: len(topic["partitions"]) for topic in described}

    async def settings(self, topics: Iterable[str]) -> dict[str, dict[str, str]]:
        """What was set on each topic itself; the broker's defaults are left out."""
        asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in topics]
        if not asked:
            return {}
        found: dict[str, dict[str, str]] = {}
        responses: list[Any] = await self._admin.describe_configs(asked)
        for response in responses:
            for code, message, _kind, name, entries in response.resources:
                _refuse_error(code, message, f"reading the settings of {name}")
                found[name] = {entry[0]: entry[1] for entry in entries if entry[3] == SET_ON_TOPIC}
        return found

    async def change(self, changes: Changes, *, replication: int) -> None:
        """Carry out `changes`; a topic that somebody else just created is fine."""
        if changes.create:
            await self._create(changes.create, replication)
        if changes.grow:
            grown = {name: NewPartitions(count) for name, count in changes.grow.items()}
            answer: Any = await self._admin.create_partitions(grown)
            for name, code, message in answer.topic_errors:
                _refuse_error(code, message, f"adding partitions to {name}")
        await self._configure(changes.configure)

    async def _create(self, topics: Iterable[Topic], replication: int) -> None:
        new = [NewTopic(t.name, t.partitions, replication, topic_configs=dict(t.settings)) for t in topics]
        answer: Any = await self._admin.create_topics(new)
        for name, code, message in answer.topic_errors:
            if code != ALREADY_EXISTS:
                _refuse_error(code, message, f"creating {name}")

    async def _configure(self, wanted: Mapping[str, Mapping[str, str]]) -> None:
        resources = [ConfigResource(ConfigResourceType.TOPIC, name, dict(each)) for name, each in wanted.items()]
        if not resources:
            return
        responses: list[Any] = await self._admin.alter_configs(resources)
        for response in responses:
            for code, message, _kind, name in response.resources:
                _refuse_error(code, message, f"setting {name}")


def _refuse_error(code: int, message: str | None, doing: str) -> None:
    if code:
        raise Problem(
            f"Kafka refused {doing}: {message or for_code(code).__name__}",
            remedy="the account in use may lack the right to administer topics; otherwise correct topics.yaml",
        )


async def apply_topics(servers: str, declared: tuple[Topic, ...], *, say: Callable[[str], None]) -> Changes:
    """Create, grow and configure what differs; safe to repeat. Raises Problem when the broker does not answer."""
    async with Broker(servers) as broker:
        partitions = await broker.partitions()
        present = [topic.name for topic in declared if topic.name in partitions]
        changes = compare(declared, partitions, await broker.settings(present))
        if changes:
            await broker.change(changes, replication=min(3, await broker.size()))
    for what, names in (
        ("created", [topic.name for topic in changes.create]),
        ("given more partitions", list(changes.grow)),
        ("given new settings", list(changes.configure)),
    ):
        if names:
            say(f"{len(names)} topics {what}")
    return changes
