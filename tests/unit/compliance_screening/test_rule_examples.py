"""An example changes what a snapshot has; a key that no snapshot has would test nothing, and is a mistake."""

from __future__ import annotations

import pytest

from support.rule_bundles import GOOD, alone, refused

PLAN_RULE = GOOD.replace('text.contains("tea")', 'plan.title == "tea"') + "    scope: {subjects: [plan]}\n"


@pytest.mark.parametrize(
    ("example", "key", "remedy"),
    [
        ("[{tpye: thank, text: Hello}]", "tpye", "write 'type'"),
        ("[{stakeholder: {contactd: 1}}]", "contactd", "write 'contracted'"),
        ("[{event: {hospitality: [{kind: meal, amuont: 3}]}}]", "amuont", "write 'amount'"),
        ("[{text: Coffee, not tea}]", "not tea", "known are action_id, actor"),
    ],
)
def test_a_misspelt_key_in_an_example_is_a_mistake_with_its_line(example: str, key: str, remedy: str) -> None:
    (problem,) = refused(alone(f"{GOOD}    passes: {example}\n"))

    assert (problem.file, problem.line) == ("own.yaml", 12)
    assert f"unknown key {key!r}" in problem.wrong
    assert problem.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("example", "key", "remedy"),
    [
        ("[{kpiss: [Reach]}]", "kpiss", "write 'kpis'"),
        ("[{tiering: {critera: []}}]", "critera", "write 'criteria'"),
        ("[{plan: {kpis: [Reach]}}]", "plan", "write kpis without 'plan' around"),
        ("[{text: tea}]", "text", "known are company, ends_on"),
    ],
)
def test_an_example_of_a_rule_for_plans_changes_what_a_plan_has(example: str, key: str, remedy: str) -> None:
    (problem,) = refused(alone(f"{PLAN_RULE}    fails: {example}\n"))

    assert (problem.line, f"unknown key {key!r}" in problem.wrong) == (13, True)
    assert problem.remedy.startswith(remedy)


def test_an_example_may_change_anything_a_snapshot_has_or_take_it_away() -> None:
    actions = "    passes: [{}, {event: {hospitality: [{kind: meal, amount: 3}]}}, {target: null}]\n"
    plans = "    passes: [{tiering: {criteria: [], confirmed_by: null}}, {company: {products: null}}]\n"

    assert not refused(alone(GOOD + actions))
    assert not refused(alone(PLAN_RULE + plans))


def test_the_example_to_start_from_is_checked_as_well() -> None:
    (problem,) = refused(alone(GOOD.replace("about: tea\n", "about: tea\nexample_base:\n  txet: Come for coffee\n", 1)))

    assert (problem.line, problem.remedy) == (3, "write 'text'")
