"""What a draft changes, which rules speak, and which decisions would have been others."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from compliance.adapters.rules.rule_bundles import bundle_of
from compliance.adapters.rules.rule_packs import Loaded, load
from compliance.application.rules.rehearsal import Rehearsal, rehearse
from compliance.application.rules.rule_changes import changes
from compliance.application.rules.rule_coverage import coverage
from compliance.application.rules.rule_examples import example_outcomes, phrase_outcomes
from compliance.application.rules.rule_lint import warnings_of
from compliance.application.rules.rule_rows import named_rows
from compliance.application.screening import screen
from support.metamorphic.own_actions import own_actions
from support.rule_bundles import GOOD, alone
from support.screening_builders import planned, rules

DAY = date(2026, 11, 17)
COFFEE = GOOD.split("rules:\n")[1].replace("TEA-01", "TEA-02").replace("Tea", "Coffee").replace("tea", "coffee")
CUPS = "figures: [{name: cups, value: %s, valid_from: 2025-01-01, source: x}]\n"
PHRASES = "listed_phrases:\n  - {id: HAV-01, kind: whole_word, phrase: miracle, severity: block}\n"
EXAMPLES = '    passes: [{text: "Coffee at nine."}]\n    fails: [{text: "Come for tea."}]\n'


def made(text: str) -> Loaded:
    return load(alone(text))


def effect(old: str, new: str) -> list[tuple[str, str, list[str]]]:
    found = changes(made(old).contents, made(new).contents)
    return [(one.kind, one.effect, [detail.field for detail in one.details]) for one in found]


@pytest.mark.parametrize(
    ("old", "new", "kind", "weight", "field"),
    [
        ("severity: block", "severity: review", "changed", "weaker", "severity"),
        ("source: none", "source: a code", "changed", "wording", "source"),
        ("message: There", "message: Here", "changed", "wording", "message"),
        ('contains("tea")', 'contains("teas")', "changed", "to be read", "condition"),
        ("source: none", "source: none\n    scope: {countries: [DE]}", "changed", "weaker", "countries"),
        ("source: none", "source: none\n    valid_until: 2026-12-31", "changed", "weaker", "valid_until"),
        ("source: none", "source: none\n    reads: [text]", "changed", "stricter", "facts that have to be known"),
        ('["no"]', '["no", "never"]', "changed", "weaker", "words"),
    ],
)
def test_each_change_is_told_with_its_field_and_its_effect(
    old: str, new: str, kind: str, weight: str, field: str
) -> None:
    assert effect(GOOD, GOOD.replace(old, new, 1)) == [(kind, weight, [field])]


def test_what_is_undone_has_the_opposite_effect() -> None:
    softer = GOOD.replace("severity: block", "severity: review")

    assert effect(softer, GOOD) == [("changed", "stricter", ["severity"])]


def test_a_new_rule_is_stricter_and_a_removed_one_weaker() -> None:
    assert effect(GOOD, GOOD + COFFEE) == [("added", "stricter", ["severity"])]
    assert effect(GOOD + COFFEE, GOOD) == [("removed", "weaker", ["severity"])]


def test_phrases_and_figures_are_compared_too() -> None:
    cap = "figures: [{name: cap, value: %s, valid_from: 2025-01-01, source: x}]\n"

    assert effect(GOOD, GOOD + PHRASES) == [("added", "stricter", ["severity"])]
    assert effect(GOOD + cap % 60, GOOD + cap % 50) == [("changed", "stricter", ["value"])]
    assert effect(GOOD + cap % 60, GOOD + cap % 70) == [("changed", "weaker", ["value"])]


def test_the_same_rules_differ_in_nothing() -> None:
    assert effect(GOOD, GOOD.replace("\n", "\n\n")) == []


def test_a_wrong_example_is_found_with_its_place() -> None:
    rules = made(GOOD + EXAMPLES.replace("Coffee", "Tea and tea")).rule_set

    wrong = [one for one in example_outcomes(rules, DAY) if not one.right]

    assert [(one.place, one.expected, one.got) for one in wrong] == [("own.yaml:12", "no objection", "There is tea.")]


def test_an_example_of_a_rule_that_is_not_in_force_yet_is_judged_on_its_first_day() -> None:
    rules = made(GOOD + "    valid_from: 2030-01-01\n" + EXAMPLES).rule_set

    assert all(one.right for one in example_outcomes(rules, DAY))


def test_a_listed_phrase_is_tried_on_itself() -> None:
    assert [one.right for one in phrase_outcomes(made(GOOD + PHRASES).rule_set, DAY)] == [True]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("source: none", "source: none", "has no source"),
        ("source: none", "source: a code", "has no example of `fails`"),
        ("Leave out the tea.", "Leave out the tea. Drink water. Rest", "is not one sentence"),
        ("There is tea", "There is {quote}", "cites no evidence"),
        ('text.contains("tea")', '"true"', "objects to everything"),
        ("source: none", "source: none\n    valid_until: 2026-01-01", "ended on 2026-01-01"),
        ("source: none", "source: none\n    valid_from: 2027-01-01", "does not hold before 2027-01-01"),
        ("rules:", "figures: [{name: c, value: 1, valid_from: 2025-01-01, valid_until: 2026-12-31, source: x}]\nrules:",
         "ends on 2026-12-31"),
        ("rules:", "figures: [{name: cap, value: 1, valid_from: 2025-01-01, source: unsourced}]\nrules:", "no source"),
        ("source: none", 'source: x\n    fails: [{text: "water"}]', "is not true for any of its own `fails`"),
    ],
)  # fmt: skip
def test_what_deserves_a_second_look_is_told(old: str, new: str, said: str) -> None:
    loaded = made(GOOD.replace(old, new, 1))

    assert any(said in one.wrong for one in warnings_of(loaded.rule_set, loaded.contents, DAY))


def test_coverage_tells_who_spoke_who_decided_alone_and_who_never_did() -> None:
    rules = made(GOOD + COFFEE + PHRASES).rule_set
    texts = ("tea", "tea and coffee", "a miracle", "water")

    found = coverage((planned(text=text) for text in texts), rules, DAY, catalogue=frozenset({"TEA-01", "TEA-09"}))

    assert [(row.rule.id, row.fired, row.alone) for row in found.rows] == [
        ("TEA-01", 2, 1),
        ("TEA-02", 1, 0),
        ("HAV-01", 1, 1),
    ]
    assert found.verdicts == {"block": 3, "pass": 1}
    assert found.uncovered == ("TEA-09",)


def test_a_rehearsal_tells_which_decisions_change_and_why() -> None:
    draft = GOOD.replace("severity: block", "severity: review") + COFFEE
    actions = [planned(action_id=name, text=name) for name in ("tea", "coffee", "tea and coffee", "water")]

    summary, changed = rehearse([(one, DAY) for one in actions], made(GOOD).rule_set, made(draft).rule_set)

    assert [(one.action_id, one.before, one.after, one.direction) for one in changed] == [
        ("tea", "block", "review", "weaker"),
        ("coffee", "pass", "block", "stricter"),
    ]
    assert [(one.rule_id, one.title, one.side) for one in changed[0].reasons] == [("TEA-01", "Tea", "gone")]
    assert [(one.rule_id, one.title, one.side) for one in changed[1].reasons] == [("TEA-02", "Coffee", "new")]
    assert summary.as_json()["moves"] == {"block>review": 1, "pass>block": 1}
    assert (summary.actions, summary.changed) == (4, 2)


@pytest.mark.parametrize(
    "draft",
    [
        GOOD + COFFEE,
        COFFEE.join(("about: x\nwords: {negation: ['no']}\nrules:\n", "")),
        GOOD.replace("block", "review") + PHRASES,
        GOOD + "    valid_from: 2027-01-01\n",
        GOOD.replace("There is", "Here is"),
        GOOD.replace('["no"]', '["no", "never"]') + COFFEE,
        GOOD.replace("rules:", CUPS % 1 + "rules:").replace('text.contains("tea")', "size(text) > figures.cups"),
    ],
)
def test_a_rehearsal_decides_as_the_two_rule_sets_do(draft: str) -> None:
    current, other = made(GOOD + PHRASES).rule_set, made(draft).rule_set
    both = Rehearsal(current, other)

    for text in ("tea", "coffee", "a miracle", "tea, coffee and a miracle", "water", None):
        before, after = (screen(planned(text=text), rules, DAY).verdict for rules in (current, other))
        change = both.compare(planned(text=text), DAY)
        assert (change.before, change.after) == (before, after) if change else before == after


@pytest.mark.parametrize(
    "figure",
    [
        "name: meal_cap_meal, country: DE, value: 20, currency: EUR",
        "name: screened_texts, value: 3",
    ],
)
def test_where_only_a_figure_differs_everything_is_said_as_the_two_rule_sets_say_it(figure: str) -> None:
    text = f"about: x\nfigures:\n  - {{{figure}, valid_from: 2026-01-01, source: x, replaces: y}}\n"
    draft = load({**bundle_of(), "company/draft.yaml": text.encode()}).rule_set
    both, each_by_itself, apart = Rehearsal(rules(), draft), [named_rows(rules()), named_rows(draft)], 0

    dinner = {"kind": "dinner", "amount": 30.0, "currency": "EUR", "alcohol": False}
    invited = {"type": "event_invite", "channel": {"platform": "email", "audience": "private", "country": "DE"}}
    event = {"name": "Days", "country": "DE", "venue": "Hall", "science_hours": 6.0, "hospitality": [dinner]}

    for action in (planned(**invited, event=event), *(each.snapshot for each in islice(own_actions(), 0, None, 4))):
        before, after = (screen(action, each, DAY) for each in each_by_itself)
        assert both.decided(action, DAY) == (before, after)
        apart += before.findings != after.findings
    assert apart


def test_a_changed_figure_changes_the_decisions_that_rest_on_it() -> None:
    ruled = GOOD.replace("rules:", CUPS + "rules:").replace('text.contains("tea")', "size(text) > figures.cups")
    both = Rehearsal(made(ruled % 100).rule_set, made(ruled % 3).rule_set)

    change = both.compare(planned(text="water"), DAY)

    assert change is not None
    assert (change.before, change.after, [one.side for one in change.reasons]) == ("pass", "block", ["new"])


def test_the_same_rules_change_no_decision() -> None:
    both = Rehearsal(made(GOOD).rule_set, made(GOOD).rule_set)

    assert both.compare(planned(text="tea"), DAY) is None
