"""Planned actions for the screen: a harmless one, changed where a test says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.application.rules.rule_examples import changed
from compliance.application.screening import screen
from compliance.domain.findings import Screening
from compliance.domain.screening.rules import RuleSet

AS_OF = date(2026, 11, 17)
ROOT = Path(__file__).parents[2]


@cache
def rules() -> RuleSet:
    """The packaged rule set."""
    return load_rule_set()


def planned(**changes: Any) -> dict[str, Any]:
    """A harmless post of Havelmark Pharma with `changes`."""
    return changed(rules().example_base, changes)


def shared_post(text: str, **target: Any) -> dict[str, Any]:
    """A share, without own words, of somebody's post."""
    seen = {"kind": "post", "author": "Dr Lee", "author_relation": "independent", "text": text, "links": []}
    return planned(type="share", text=None, target=seen | target)


def judged(snapshot: Mapping[str, Any]) -> Screening:
    """The packaged rules' answer as of the day of the gate cases."""
    return screen(snapshot, rules(), AS_OF)


def found(snapshot: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Rule id and severity of each finding."""
    return {(finding.rule_id, finding.severity) for finding in judged(snapshot).findings}


def text_at(snapshot: Mapping[str, Any], path: str) -> str:
    """The text at a field path such as `links[0].url`."""
    value: Any = snapshot
    for step in path.replace("[", ".").replace("]", "").split("."):
        value = value[int(step)] if step.isdigit() else value[step]
    return value
