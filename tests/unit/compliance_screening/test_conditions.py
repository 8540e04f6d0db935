"""Conditions see the facts they read, and only those are converted."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.adapters.cel_conditions import CelConditions
from compliance.adapters.cel_facts import wanted_by
from compliance.domain.screening.rules import ConditionFailed

FACTS: dict[str, Any] = {
    "event": {"name": "Days", "travel": {"mode": "air", "cabin": None}, "guests": [{"kind": "spouse"}], "hours": 2},
    "target": None,
    "figures": {"cap": 60.0, "other": 1.0},
    "type": "post",
}


@pytest.mark.parametrize(
    ("expression", "kept"),
    [
        ("event != null", {"event": {}}),
        ('event.name == "figures.cap"', {"event": {"name": "Days"}}),
        ("event . hours > figures.cap", {"event": {"hours": 2}, "figures": {"cap": 60.0}}),
        ("event.guests.exists(guest, guest.kind == type)", {"event": {"guests": [{"kind": "spouse"}]}, "type": "post"}),
        ("event.travel.size() == 2 && has(event.hours)", {"event": {"travel": FACTS["event"]["travel"], "hours": 2}}),
        ('event["name"] == type', {"event": FACTS["event"], "type": "post"}),
        ("target != null && target.kind == type", {"target": None, "type": "post"}),
        ("size(figures) == 2", {"figures": FACTS["figures"]}),
    ],
)
def test_only_what_an_expression_reads_is_wanted(expression: str, kept: dict[str, Any]) -> None:
    assert wanted_by([expression]).of(FACTS) == kept


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("event.travel != null && event.travel.cabin == null", True),
        ("size(event) == 4 && event.travel.size() == 2", True),
        ('"cap" in figures && figures.cap > 50.0', True),
        ("event.guests.all(each, each.kind == 'spouse')", True),
        ("target == null || target.kind == 'post'", True),
        ("!(type == 'post')", False),
    ],
)
def test_a_condition_decides_on_the_facts_it_reads(expression: str, holds: bool) -> None:
    everything = [expression, "event.name == type", "figures.other > 1.0"]

    assert CelConditions(everything).over(FACTS).holds(expression) is holds


@pytest.mark.parametrize("expression", ["nobody.knows", "event.nothing == 1", "target.kind == 'post'", "event.hours"])
def test_what_cannot_be_decided_is_an_error_each_time_it_is_asked(expression: str) -> None:
    conditions = CelConditions([expression, "type == 'post'"]).over(FACTS)

    for _ in range(2):
        with pytest.raises(ConditionFailed):
            conditions.holds(expression)
        assert conditions.holds("type == 'post'")
