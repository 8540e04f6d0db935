"""Conditions see the facts they read, as plain variables."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.adapters.cel_conditions import CelConditions
from compliance.adapters.cel_facts import Variables, plain
from compliance.adapters.cel_guards import guards_of
from compliance.domain.screening.rules import ConditionFailed

FACTS: dict[str, Any] = {
    "event": {"name": "Days", "travel": {"mode": "air", "cabin": None}, "guests": [{"kind": "spouse"}], "hours": 2},
    "target": None,
    "figures": {"cap": 60.0, "other": 1.0},
    "type": "post",
}


@pytest.mark.parametrize(
    ("expression", "rewritten", "variables"),
    [
        ("event != null", "given__event != null", {"given__event": True}),
        ('event.name == "figures.cap"', 'event__name == "figures.cap"', {"event__name": "Days"}),
        ("event . hours > figures.cap", "event__hours > figures__cap", {"event__hours": 2, "figures__cap": 60.0}),
        (
            "event.guests.exists(guest, guest.kind == type)",
            "event__guests.exists(guest, guest.kind == type)",
            {"event__guests": [{"kind": "spouse"}], "type": "post"},
        ),
        ("event.travel.size() == 2", "event__travel.size() == 2", {"event__travel": {"mode": "air", "cabin": None}}),
        ('event["name"] == type', 'event["name"] == type', {"event": FACTS["event"], "type": "post"}),
        ("has(event.name)", "has(event.name)", {"event": FACTS["event"]}),
        ("target.kind == type", "target__kind == type", {"type": "post"}),
        ("size(figures) == 2 || true", "size(figures) == 2 || true", {"figures": FACTS["figures"]}),
        ("event.travel.cabin == null", "given__event__travel__cabin == null", {"given__event__travel__cabin": None}),
    ],
)
def test_paths_become_plain_variables(expression: str, rewritten: str, variables: dict[str, Any]) -> None:
    assert plain(expression).expression == rewritten
    assert Variables([plain(expression)]).of(FACTS) == variables


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


def test_a_path_that_leads_nowhere_is_named_as_it_was_written() -> None:
    with pytest.raises(ConditionFailed, match=r"^there is no target\.kind$"):
        CelConditions(["target.kind == 'post'"]).over(FACTS).holds("target.kind == 'post'")


@pytest.mark.parametrize(
    ("expression", "variables", "refused"),
    [
        ("a && b > 1", {"a": False}, True),
        ("b > 1 && !a", {"a": True}, True),
        ("b > 1 && !a", {"a": False}, False),
        ("a && b > 1", {"a": None}, False),
        ("a || b", {"a": False}, False),
        ("a && (b || c)", {"b": False}, False),
        ("a ? b : c", {"a": False}, False),
        ('kind == "post" && nothing', {"kind": "share"}, True),
        ('kind == "post" && nothing', {"kind": None}, False),
        ("kind != 'post' && nothing", {"kind": "post"}, True),
        ('"a && b" == text && c', {"a": False, "b": False}, False),
    ],
)
def test_a_conjunct_that_is_false_settles_a_condition(
    expression: str, variables: dict[str, Any], refused: bool
) -> None:
    assert any(guard.refuses(variables) for guard in guards_of(expression)) is refused


@pytest.mark.parametrize("expression", ["event.hours == 3 && nobody.knows", "nobody.knows && event.hours == 3"])
def test_the_engine_itself_lets_false_win_over_an_error(expression: str) -> None:
    """What the guards rely on."""
    assert CelConditions([expression]).over(FACTS).holds(expression) is False
