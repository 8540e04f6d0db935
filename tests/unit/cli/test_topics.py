"""Topics: what is declared, and what a broker lacks of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rapport.launcher.topics import DAY_MS, Topic, compare, read_topics
from rapport.problem import Problem
from shared.contracts.catalog import CATALOG

STATE = {"registry.stakeholder", "registry.engager", "audit.footprint"}


def _declared(repository: Path) -> dict[str, Topic]:
    return {topic.name: topic for topic in read_topics(repository / "deploy" / "kafka" / "topics.yaml")}


def test_every_contract_has_its_topic(repository: Path) -> None:
    assert {contract.TOPIC for contract in CATALOG.values()} <= set(_declared(repository))


def test_state_topics_are_compacted_within_a_day_and_the_rest_is_gone_after_14_days(repository: Path) -> None:
    for name, topic in _declared(repository).items():
        if name in STATE:
            assert topic.settings["cleanup.policy"] == "compact"
            assert int(topic.settings["max.compaction.lag.ms"]) <= DAY_MS
        else:
            assert topic.settings["cleanup.policy"] == "delete"
            assert int(topic.settings["retention.ms"]) <= 14 * DAY_MS


def test_topics_have_12_partitions_and_dead_letters_one(repository: Path) -> None:
    for name, topic in _declared(repository).items():
        assert topic.partitions == (1 if name.endswith(".dlt") else 12), name


def test_a_broker_without_topics_gets_all_of_them() -> None:
    topics = (Topic("a.b", 12, {"retention.ms": "1"}),)
    assert compare(topics, {}, {}).create == topics


def test_a_broker_that_holds_everything_is_left_alone() -> None:
    topics = (Topic("a.b", 12, {"retention.ms": "1"}),)
    assert not compare(topics, {"a.b": 12}, {"a.b": {"retention.ms": "1", "segment.ms": "9"}})


def test_partitions_grow_and_never_shrink() -> None:
    topics = (Topic("grows", 12, {}), Topic("stays", 12, {}))
    assert compare(topics, {"grows": 6, "stays": 24}, {}).grow == {"grows": 12}


def test_a_changed_setting_is_set_and_those_of_others_are_kept() -> None:
    topics = (Topic("a.b", 12, {"retention.ms": "2"}),)
    changes = compare(topics, {"a.b": 12}, {"a.b": {"retention.ms": "1", "segment.ms": "9"}})
    assert changes.configure == {"a.b": {"retention.ms": "2", "segment.ms": "9"}}


def test_topics_nobody_declared_are_not_touched() -> None:
    assert not compare((), {"someone.else": 3}, {"someone.else": {"retention.ms": "1"}})


def test_a_kind_that_does_not_exist_is_named(tmp_path: Path) -> None:
    file = tmp_path / "topics.yaml"
    file.write_text(
        "defaults: {partitions: 1}\ndead_letters: {partitions: 1}\ntopics:\n  a.b: {kind: stat, read_by: []}\n",
        encoding="utf-8",
    )
    with pytest.raises(Problem, match=r"a\.b.*'stat'"):
        read_topics(file)
