"""Topics as declared in deploy/kafka/topics.yaml, and what the broker lacks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from rapport.problem import Problem

DAY_MS = 86_400_000
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: `settings` are Kafka's own names with text values."""

    name: str
    partitions: int
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """What to do so that the broker holds what is declared. Nothing is ever removed."""

    create: tuple[Topic, ...] = ()
    grow: Mapping[str, int] = field(default_factory=dict[str, int])
    """Topic to its new number of partitions."""
    configure: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Topic to its complete settings, those that nobody declared included."""

    def __bool__(self) -> bool:
        return bool(self.create or self.grow or self.configure)


def read_topics(path: Path) -> tuple[Topic, ...]:
    """Every declared topic and the dead-letter topics of its readers. Raises Problem naming what is wrong."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        defaults, dead = document["defaults"], document["dead_letters"]
        topics: list[Topic] = []
        for name, declared in cast("dict[str, dict[str, Any]]", document["topics"]).items():
            merged = {**defaults, **declared}
            topics.append(Topic(name, int(merged["partitions"]), _settings(name, merged)))
            topics.extend(
                Topic(f"{name}.{reader}.dlt", int(dead["partitions"]), _kept_for(dead["retention_days"]))
                for reader in declared["read_by"]
            )
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise Problem(
            f"{path} does not declare topics: {type(error).__name__}: {error}", remedy="see the comment at its top"
        ) from error
    return tuple(topics)


def _settings(name: str, declared: Mapping[str, Any]) -> dict[str, str]:
    if declared["kind"] == "state":
        lag = str(int(declared["max_compaction_lag_hours"] * HOUR_MS))
        return {"cleanup.policy": "compact", "max.compaction.lag.ms": lag}
    if declared["kind"] == "stream":
        return _kept_for(declared["retention_days"])
    raise ValueError(f"topic {name} has the kind {declared['kind']!r}; there are `state` and `stream`")


def _kept_for(days: float) -> dict[str, str]:
    return {"cleanup.policy": "delete", "retention.ms": str(int(days * DAY_MS))}


def compare(
    declared: tuple[Topic, ...], partitions: Mapping[str, int], settings: Mapping[str, Mapping[str, str]]
) -> Changes:
    """Changes that bring a broker with these `partitions` and own `settings` per topic to what is declared."""
    create = tuple(topic for topic in declared if topic.name not in partitions)
    there = [topic for topic in declared if topic.name in partitions]
    grow = {topic.name: topic.partitions for topic in there if topic.partitions > partitions[topic.name]}
    configure = {
        topic.name: {**settings.get(topic.name, {}), **topic.settings}
        for topic in there
        if any(settings.get(topic.name, {}).get(name) != value for name, value in topic.settings.items())
    }
    return Changes(create, grow, configure)
