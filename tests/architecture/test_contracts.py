"""Every published type can travel: it has a schema, a topic, and a dead-letter topic per service that reads it."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest
import yaml

from shared.contracts.catalog import CATALOG
from shared.contracts.publish import current_schemas
from shared.messaging.subscription import Subscription
from support.sources import ROOT, SERVICES

SCHEMAS = ROOT / "shared/src/shared/contracts/schemas"
CONSUMERS = [service for service in SERVICES if service != "portal"]


def declared_topics() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "deploy/kafka/topics.yaml").read_text("utf-8"))["topics"]


def subscriptions(service: str) -> list[Subscription]:
    """What a service listens to: `SUBSCRIPTIONS`, or what `subscriptions(...)` binds to whatever it is given."""
    module = importlib.import_module(f"{service}.entrypoints.subscriptions")
    if hasattr(module, "SUBSCRIPTIONS"):
        return list(module.SUBSCRIPTIONS)
    bind = module.subscriptions
    return list(bind(*(None for _ in inspect.signature(bind).parameters)))


def test_every_contract_has_its_schema() -> None:
    missing = [name for name in CATALOG if not (SCHEMAS / f"{name}.json").is_file()]
    assert not missing


def test_no_schema_has_lost_its_contract() -> None:
    known = current_schemas()
    assert not [file.name for file in SCHEMAS.glob("*.json") if file.stem not in known]


def test_every_contract_has_its_topic() -> None:
    assert {contract.TOPIC for contract in CATALOG.values()} <= declared_topics().keys()


@pytest.mark.parametrize("event_type", sorted(CATALOG))
def test_a_type_is_named_after_its_topic_and_version(event_type: str) -> None:
    topic = CATALOG[event_type].TOPIC
    assert event_type.startswith(f"{topic}.")
    assert event_type.rpartition(".")[2].removeprefix("v").isdigit()
    assert topic.split(".")[0] in SERVICES


@pytest.mark.parametrize("service", CONSUMERS)
def test_a_topic_names_exactly_the_services_that_subscribe(service: str) -> None:
    declared = {name for name, topic in declared_topics().items() if service in topic["read_by"]}
    subscribed = {each.topic for each in subscriptions(service)}
    assert subscribed
    assert declared == subscribed, f"read_by in deploy/kafka/topics.yaml is not what {service} subscribes to"


def test_a_contract_says_of_itself_whether_its_topic_holds_states() -> None:
    kinds = {name: topic["kind"] == "state" for name, topic in declared_topics().items()}
    assert {name: contract.IS_STATE for name, contract in CATALOG.items()} == {
        name: kinds[contract.TOPIC] for name, contract in CATALOG.items()
    }


@pytest.mark.parametrize("service", CONSUMERS)
def test_who_follows_states_handles_every_type_that_carries_one(service: str) -> None:
    handled = {contract for each in subscriptions(service) for contract in each.contracts}
    followed = {contract.TOPIC for contract in handled if contract.IS_STATE}
    assert {contract for contract in CATALOG.values() if contract.TOPIC in followed} <= handled


def test_only_services_have_dead_letters() -> None:
    assert {reader for topic in declared_topics().values() for reader in topic["read_by"]} <= set(CONSUMERS)


def test_every_declared_topic_has_a_contract() -> None:
    assert declared_topics().keys() <= {contract.TOPIC for contract in CATALOG.values()}
