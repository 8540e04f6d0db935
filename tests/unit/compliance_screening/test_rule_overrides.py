"""Which rules leave a judgement to people, how a pack says so, and how a finding tells it."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.adapters.documents import finding_from_json
from compliance.adapters.rules.rule_packs import load, rule_set_of
from compliance.application.rules.rule_changes import changes
from compliance.application.rules.rule_reading import readable_rules
from compliance.application.screening import screen
from compliance.domain.findings import OverridePermission
from support.rule_bundles import GOOD, alone, refused
from support.screening_builders import judged, planned, rules

LEAVE = """
    override:
      allowed: true
      by: [signatory, medical]
      source: house rule on tea
      dated: 2026-11-01"""
TEA = GOOD.replace("source: none", f"source: none{LEAVE}")
DAY = date(2026, 11, 22)


def test_only_rules_of_the_company_itself_leave_a_judgement() -> None:
    """The list is short, and each of it was decided: docs/override.md says why. Law and codes are never in it."""
    leaving = {(rule.id, rule.title): rule.override for rule in rules().rules if rule.override}
    assert set(leaving) == {
        ("SOC-04", "Too many approaches without an answer"),
        ("CON-08", "Relationship owned by sales"),
    }
    assert all(len(leave.source) > 20 and leave.dated == "2026-11-22" for leave in leaving.values() if leave)


def test_a_finding_tells_who_may_override_it_and_keeps_it_when_stored() -> None:
    often = {"contacts_last_30_days": 3, "reciprocal_contacts": 0}
    (found,) = [
        each for each in judged(planned(type="message", stakeholder=often)).findings if each.rule_id == "SOC-04"
    ]
    assert found.override is not None
    assert found.override.by == ("medical", "signatory")
    assert found.as_json()["override"]["by"] == ["medical", "signatory"]
    assert finding_from_json(found.as_json()) == found


def test_a_fact_that_is_not_known_is_never_overridden() -> None:
    unknown = {"contacts_last_30_days": None, "reciprocal_contacts": None}
    found = [each for each in judged(planned(type="message", stakeholder=unknown)).findings if each.rule_id == "SOC-04"]
    assert found
    assert [each.override for each in found] == [None] * len(found)


def test_nobody_overrides_a_rule_that_does_not_say_so() -> None:
    """Rule sets from before rules could say so are read the same way: not allowed."""
    for text in (GOOD, GOOD.replace("source: none", "source: none\n    override: {allowed: false}")):
        (found,) = screen(planned(text="Come for tea"), rule_set_of(alone(text)), DAY).findings
        assert found.override is None
        assert "override" not in found.as_json()
        assert finding_from_json(found.as_json()).override is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("allowed: true", "allowed: perhaps", "override needs `allowed`"),
        ("      allowed: true\n", "", "override needs `allowed`"),
        ("by: [signatory, medical]", "by: []", "names nobody"),
        ("      by: [signatory, medical]\n", "", "names nobody"),
        ("by: [signatory, medical]", "by: [reviewer]", "no role of its own"),
        ("by: [signatory, medical]", "by: [Chief Officer]", "no role of its own"),
        ("by: [signatory, medical]", "by: everybody", "by is a list"),
        ("      source: house rule on tea\n", "", "needs a text for 'source'"),
        ("dated: 2026-11-01", "dated: soon", "is not a date"),
        ("\n      dated: 2026-11-01", "", "needs a text for 'dated'"),
        ("allowed: true", "allowed: true\n      two: 1", "unknown key 'two'"),
        ("severity: block", "severity: review", "only a block is overridden"),
        ("about: tea", "about: tea\njurisdiction: UK", "law or code of UK is not overridden"),
        ("source: none", "source: none\n    scope: {subjects: [plan]}", "to a plan is not overridden"),
    ],
)
def test_a_leave_that_is_not_clear_refuses_the_pack(old: str, new: str, said: str) -> None:
    assert TEA.count(old)
    assert any(said in problem.wrong for problem in refused(alone(TEA.replace(old, new, 1)))), said


@pytest.mark.parametrize(
    ("old", "new", "weight"),
    [
        (GOOD, TEA, "weaker"),
        (TEA, GOOD, "stricter"),
        (TEA, TEA.replace("[signatory, medical]", "[signatory]"), "stricter"),
        (TEA, TEA.replace("[signatory, medical]", "[signatory, medical, legal]"), "weaker"),
        (TEA, TEA.replace("[signatory, medical]", "[signatory, legal]"), "to be read"),
        (TEA, TEA.replace("house rule on tea", "house rule 7"), "wording"),
    ],
)
def test_a_new_leave_makes_a_rule_weaker_and_the_difference_says_so(old: str, new: str, weight: str) -> None:
    (change,) = changes(load(alone(old)).contents, load(alone(new)).contents)
    assert change.effect == weight
    assert "overridden" in change.details[0].field


def test_people_read_who_may_override_a_rule() -> None:
    (rule,) = readable_rules(load(alone(TEA)).contents)
    assert rule.override == OverridePermission(
        by=("medical", "signatory"), source="house rule on tea", dated="2026-11-01"
    )


def test_a_message_tells_the_figure_that_the_override_is_bound_to() -> None:
    often = {"contacts_last_30_days": 3, "reciprocal_contacts": 0}
    (found,) = [
        each for each in judged(planned(type="message", stakeholder=often)).findings if each.rule_id == "SOC-04"
    ]
    assert found.message.startswith("3 contacts in 30 days")


def test_no_message_of_a_packaged_rule_keeps_a_place_holder() -> None:
    """Each rule's own `fails` say what it objects to."""
    told = [
        (rule.id, found.message)
        for rule in rules().rules
        for example in rule.examples
        if example.objects and "plan" not in rule.scope.subjects
        for found in judged(planned(**example.change)).findings
    ]
    assert len(told) > 100
    assert not [each for each in told if "{" in each[1]]
