"""Conditions see the facts they read, as plain variables."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import Any

import pytest

from compliance.adapters.rules.cel_answers import answer_of
from compliance.adapters.rules.cel_conditions import CelConditions, compiled
from compliance.adapters.rules.cel_facts import Variables, plain
from compliance.domain.screening.rules import ConditionFailed
from compliance.domain.screening.wants import value_at, wants_of

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
    over = plain(expression)
    assert Variables([over]).of(FACTS).there(over.names) == variables


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
    ("expression", "variables", "told"),
    [
        ("a && b > 1", {"a": False}, False),
        ("b > 1 && !a", {"a": True}, False),
        ("b > 1 && !a", {"a": False}, None),
        ("a && b > 1", {"a": None}, None),
        ("a || b", {"a": False}, None),
        ("a || b > 1", {"a": True}, True),
        ("a && (b || c)", {"b": False}, None),
        ("a && (b || c)", {"b": False, "c": False}, False),
        ("a ? b : c", {"a": False}, None),
        ('kind == "post" && nothing', {"kind": "share"}, False),
        ('kind == "post" && nothing', {"kind": 3}, None),
        ("kind != 'post' && nothing", {"kind": "post"}, False),
        ('"a && b" == text && c', {"a": False, "b": False}, None),
        ('!(kind in ["post", "share"]) && b > 1', {"kind": "share"}, False),
        ("rows.exists(r, r.b || c) || a", {"rows": [], "a": False}, False),
        ("rows.exists(r, r.b) && rows.exists(r, r.c)", {"rows": [{"b": True}]}, None),
        ("size(rows) > 0", {"rows": ["one"]}, True),
        ("!a == b", {"a": True, "b": True}, None),
    ],
)
def test_what_facts_alone_tell_needs_no_engine(expression: str, variables: dict[str, Any], told: bool | None) -> None:
    assert answer_of(expression)(defaultdict(object, variables)) is told


VALUES: tuple[Any, ...] = (None, True, False, "", "a", "b", 0, 1.5, [], ["a"], {})
FORMS = (
    *("v", "!v", 'v == "a"', "v != 'a'", "v == null", "v != null", "v == true", "v != false", 'v in ["a", "b"]'),
    *("size(v) > 0", "size(v) == 0", "size(v) != 0", 'v.exists(t, t == "a")', "v || w", "v && w", "!(v && w)"),
    *('v == "a" || w', "(v == 'a') && (w != 'b' || v)", "v || true", "false && v", "!v && !w", "true", "false"),
)


@pytest.mark.parametrize("expression", FORMS)
def test_what_facts_alone_tell_is_what_the_engine_says(expression: str) -> None:
    answer = answer_of(expression)
    for v, w in product(VALUES, VALUES):
        facts: dict[str, Any] = {"v": v, "w": w}
        if (told := answer(facts)) is not None:
            assert compiled(expression).execute(facts) is told, facts
        wants = wants_of(expression)
        if wants is not None and all(want.settles()(value_at(facts, want.path)) for want in wants):
            assert compiled(expression).execute(facts) is False, facts


@pytest.mark.parametrize("expression", ["event.hours == 3 && nobody.knows", "nobody.knows && event.hours == 3"])
def test_the_engine_itself_lets_false_win_over_an_error(expression: str) -> None:
    """What answers told by facts alone rely on."""
    assert CelConditions([expression]).over(FACTS).holds(expression) is False
