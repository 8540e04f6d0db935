"""Which rule set is in force, and who put it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from compliance.domain.events import Occasion, StateChange
from shared.kernel.events import Aggregate


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSetActivated(StateChange):
    """From here on every judgement uses this rule set."""

    AGGREGATE: ClassVar[str] = "rule_set"

    rules: int

    def evidence(self) -> Mapping[str, Any]:
        return {"rules": self.rules}


class RuleSetInForce(Aggregate):
    """The one rule set in force, named by the hash of its content. `version` counts activations."""

    def __init__(self, rule_set: str | None = None, rules: int = 0, *, version: int = 0) -> None:
        super().__init__(version=version)
        self.stored_version = version
        self.rule_set = rule_set
        self.rules = rules

    def activate(self, rule_set: str, rules: int, occasion: Occasion) -> None:
        """Put `rule_set` in force; putting the same in force twice changes nothing."""
        if rule_set == self.rule_set:
            return
        old, self.rule_set, self.rules = self.rule_set, rule_set, rules
        self.version += 1
        self.record(
            RuleSetActivated(
                aggregate_id="rule_set",
                version=self.version,
                old_state=old,
                new_state=rule_set,
                occasion=occasion,
                rules=rules,
            )
        )
