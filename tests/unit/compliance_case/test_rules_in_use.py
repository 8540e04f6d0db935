"""A process judges by the rules in force, and by the old ones for as long as the new ones cannot be loaded."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from compliance.application.rules.rule_sets import Files
from compliance.application.rules.rules_in_use import RulesInUse, RulesNotLoaded, follow
from compliance.domain.screening.rules import RuleSet


class InForce:
    def __init__(self) -> None:
        self.named: str | None = None

    async def sha256(self) -> str | None:
        return self.named

    async def files(self, rule_set: str) -> Files | None:
        return None if rule_set == "gone" else {"name": rule_set}


async def make(files: Files) -> RuleSet:
    if files["name"] == "broken":
        raise ValueError("core.yaml:3: no such fact")
    made = SimpleNamespace(sha256="another" if files["name"] == "upgraded" else files["name"])
    return cast("RuleSet", made)


async def test_nothing_is_judged_before_a_rule_set_is_in_use() -> None:
    in_use = RulesInUse()
    with pytest.raises(RulesNotLoaded):
        _ = in_use.current
    await follow(in_use, InForce(), make, lambda *_: None)
    assert in_use.sha256 is None


@pytest.mark.parametrize("unusable", ["broken", "upgraded"])
async def test_the_old_rules_stay_in_use_loudly_when_the_new_ones_cannot_be_loaded(unusable: str) -> None:
    in_use, in_force, said = RulesInUse(), InForce(), list[tuple[str, str]]()
    for wanted in ("old", unusable, unusable, "gone"):
        in_force.named = wanted
        await follow(in_use, in_force, make, lambda *words: said.append(words))
    assert in_use.current.sha256 == "old"
    assert [rule_set for rule_set, _ in said] == [unusable]
    assert in_use.failed == unusable
    in_force.named = "new"
    await follow(in_use, in_force, make, lambda *words: said.append(words))
    assert (in_use.sha256, in_use.failed) == ("new", None)
