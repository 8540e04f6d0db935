"""Alerts and the dashboard watch what the processes really measure."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml
from prometheus_client import REGISTRY

from compliance.adapters.circulations.desk import OVERDUE
from compliance.adapters.proof.checkpoint_watch import INCONSISTENT
from compliance.adapters.proof.sequencer import OLDEST
from compliance.adapters.rules.rules_follower import STALE
from shared.observability import metrics
from support.sources import ROOT

FOLDER = ROOT / "deploy/observability"
_METRIC = re.compile(r"\brapport_[a-z_]+")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def measured() -> set[str]:
    assert metrics.exposition()
    names = {family.name for family in REGISTRY.collect() if family.name.startswith("rapport_")}
    return names | {f"{name}_{suffix}" for name in names for suffix in ("total", "bucket", "count", "sum")}


def test_every_alert_asks_for_a_metric_that_exists() -> None:
    asked = {name for rule in rules() for name in _METRIC.findall(rule["expr"])}
    assert asked
    assert asked <= measured()


def test_the_dashboard_asks_for_metrics_that_exist() -> None:
    dashboard = json.loads((FOLDER / "dashboards/rapport.json").read_text("utf-8"))
    asked = {
        name for panel in dashboard["panels"] for target in panel["targets"] for name in _METRIC.findall(target["expr"])
    }
    assert asked
    assert asked <= measured()


def test_every_alert_names_a_runbook_that_exists() -> None:
    for rule in rules():
        assert (ROOT / rule["annotations"]["runbook"]).is_file(), rule["alert"]


def test_what_must_never_go_unnoticed_has_an_alert() -> None:
    expressions = " ".join(rule["expr"] for rule in rules())
    for metric in ("rapport_outbox_oldest_seconds", "rapport_dead_letters_total", "rapport_consumer_lag"):
        assert metric in expressions


def test_rules_that_cannot_be_loaded_have_an_alert() -> None:
    names = {family.name for family in STALE.describe()}
    assert any(name in rule["expr"] for rule in rules() for name in names)


def test_reviews_that_nobody_decides_in_time_have_an_alert() -> None:
    [family] = OVERDUE.describe()
    assert any(family.name in rule["expr"] for rule in rules())


def test_every_service_is_scraped_twice() -> None:
    jobs = yaml.safe_load((FOLDER / "prometheus.yml").read_text("utf-8"))["scrape_configs"]
    for job in jobs:
        services = {config["labels"]["service"] for config in job["static_configs"]}
        assert services == {"registry", "audit", "planner", "compliance"}, job["job_name"]


def test_a_ledger_that_contradicts_its_checkpoint_or_does_not_grow_has_an_alert() -> None:
    for metric in (INCONSISTENT, OLDEST):
        [family] = metric.describe()
        assert any(family.name in rule["expr"] for rule in rules())
