"""The header of a pack and country groups say whom its rules concern, and when."""

from __future__ import annotations

import pytest

from compliance.adapters.pack_problems import UnusableRuleFile
from compliance.adapters.rules.rule_packs import rule_set_of
from compliance.domain.screening.rules import Rule
from support.rule_bundles import alone

PACK = """\
about: tea
{header}
country_groups:
  - {{name: Union, valid_from: 2020-01-01, countries: [DE, GB], source: a treaty}}
  - {{name: Union, valid_from: 2024-01-01, countries: [DE, FR], source: another treaty}}
rules:
  - id: TEA-01
    title: Tea
    severity: block
    when: text.contains("tea")
    message: There is tea.
    clause: House rule
    source: none
    remedy: Leave out the tea.
{rule}"""


def rule(*, header: str = "", own: str = "") -> Rule:
    return rule_set_of(alone(PACK.format(header=header, rule=f"    {own}\n" if own else ""))).rules[0]


def concerns(one: Rule, country: str | None, as_of: str = "2026-11-17") -> bool:
    facts = {"type": "post", "audience": "public", "stakeholder": {"type": "hcp"}}
    return one.scope.holds({**facts, "countries": [country], "as_of": as_of})


def test_the_countries_of_a_pack_are_those_of_its_rules() -> None:
    one = rule(header="jurisdiction: UK\ncountries: [GB]")

    assert concerns(one, "GB")
    assert not concerns(one, "DE")
    assert one.jurisdiction == "UK"


def test_an_unknown_country_is_inside_every_pack() -> None:
    assert concerns(rule(header="countries: Union"), None)


def test_membership_of_a_group_goes_by_the_day() -> None:
    one = rule(own="scope: {countries: [Union, CH]}")

    assert [concerns(one, country, "2023-12-31") for country in ("DE", "GB", "FR", "CH")] == [True, True, False, True]
    assert [concerns(one, country, "2024-01-01") for country in ("DE", "GB", "FR", "CH")] == [True, False, True, True]


def test_the_days_before_the_first_row_of_a_group_are_judged_by_it() -> None:
    assert concerns(rule(header="countries: Union"), "GB", "1999-01-01")


def test_a_rule_narrows_the_countries_of_its_pack_and_never_widens_them() -> None:
    one = rule(header="countries: Union", own="scope: {countries: [DE, AT]}")

    assert concerns(one, "DE")
    assert not concerns(one, "FR")
    assert not concerns(one, "AT")


def test_the_days_of_a_rule_stay_within_those_of_its_pack() -> None:
    one = rule(header="valid_from: 2026-01-01\nvalid_until: 2026-12-31", own="valid_until: 2026-06-30")

    assert (one.valid_from, one.valid_until) == ("2026-01-01", "2026-06-30")


@pytest.mark.parametrize(
    ("header", "own", "said"),
    [
        ("countries: [Onion]", "", "'Onion' is not a code such as DE or GB, nor a country group"),
        ("countries: []", "", "countries lists none"),
        ("countries: [NO]", "", "put it in quotes"),
        ("countries: [GB]", "scope: {countries: [DE]}", "no country of the rule's scope is in the countries of its"),
        ("countries: Union", "scope: {countries: [GB]}", "no country of the rule's scope is in the countries of its"),
        ("jurisdiction: [UK]", "", "needs a text for 'jurisdiction'"),
        ("", "scope: {countries: []}", "countries lists none"),
        ("valid_from: 2026-07-01", "valid_until: 2026-06-30", "would end on 2026-06-30, before it begins"),
    ],
)
def test_a_scope_that_cannot_be_meant_is_refused(header: str, own: str, said: str) -> None:
    with pytest.raises(UnusableRuleFile, match=said):
        rule(header=header, own=own)


def test_a_group_that_is_listed_twice_for_a_day_is_refused() -> None:
    twice = PACK.format(header="", rule="").replace("2024-01-01", "2020-01-01")

    with pytest.raises(UnusableRuleFile, match="listed twice from 2020-01-01"):
        rule_set_of(alone(twice))
