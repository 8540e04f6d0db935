from __future__ import annotations

from compliance.application.rules.rule_reading import named, readable_rules
from compliance.domain.screening.contents import RuleSetContents
from compliance.domain.screening.rules import Example, Rule, Scope

NORTH, SOUTH = frozenset({"DK", "SE"}), frozenset({"DK", "SE", "IT", "ES"})
GROUPS = {"North": (("2020-01-01", NORTH),), "Whole": (("2020-01-01", SOUTH | {"PT"}), ("2024-01-01", SOUTH))}


def a_rule(**values: object) -> Rule:
    plain = dict.fromkeys(("title", "message", "clause", "source", "remedy"), "text")
    return Rule(**{"id": "HAV-01", "severity": "block", "when": "true", **plain, **values})  # type: ignore[arg-type] - by name


def test_countries_are_named_by_whole_groups_as_they_are_now_the_largest_first():
    assert named(SOUTH | {"PT"}, GROUPS) == ("Whole", "PT")
    assert named(SOUTH | {"US"}, GROUPS) == ("Whole", "US")
    assert named(NORTH | {"IT"}, GROUPS) == ("North", "IT")
    assert named(frozenset({"DK"}), GROUPS) == ("DK",)
    assert named(frozenset(), GROUPS) == ()


def test_a_rule_reads_with_its_scope_from_each_date_on_and_its_examples_by_what_they_show():
    rule = a_rule(
        scope=Scope(countries=NORTH, later_countries=(("2027-01-01", SOUTH),), audience=frozenset({"public"})),
        examples=(
            Example(objects=False, change={"text": "a horse"}, place="x.yaml:3"),
            Example(objects=True, change={"text": "a unicorn"}, place="x.yaml:4"),
        ),
    )
    (found,) = readable_rules(RuleSetContents(rules=(rule,), groups=GROUPS))
    assert [(each.since, tuple(each.named)) for each in found.countries] == [
        (None, ("North",)),
        ("2027-01-01", ("Whole",)),
    ]
    assert (found.passes, found.fails) == ([{"text": "a horse"}], [{"text": "a unicorn"}])
    assert (found.audience, found.action_types) == (["public"], [])
