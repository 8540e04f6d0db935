"""The screening engine and the safety scan, bound to the loaded rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from compliance.application.ports import SafetyAnswer, Scan, Screen, ScreenAnswer
from compliance.application.screening import scan_text, screen
from compliance.domain.findings import Finding
from compliance.domain.screening.rules import RuleSet


def screening_with(rule_set: RuleSet) -> Screen:
    """`(resolved snapshot, as_of)` to the answer of `rule_set`."""

    def answer(snapshot: Mapping[str, Any], as_of: datetime) -> ScreenAnswer:
        result = screen(snapshot, rule_set, as_of)
        return ScreenAnswer(
            findings=tuple(Finding(**finding.as_json()) for finding in result.findings),
            safety_handover=result.safety_handover,
            rule_set=result.rule_set,
        )

    return answer


def scanning_with(rule_set: RuleSet, products: Sequence[Mapping[str, Any]]) -> Scan:
    """One text of a known author to its safety answer."""

    def answer(text: str) -> SafetyAnswer:
        result = scan_text(text, rule_set, products=products)
        return SafetyAnswer(
            safety_handover=result.handover,
            criteria={name: True if found == "known" else None for name, found in result.criteria.items()},
        )

    return answer
