"""Builders for engagement plans as the gate judges them. Everybody in here is invented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.application.rules.rule_examples import changed
from compliance.application.screening import screen_plan
from compliance.domain.findings import Screening
from support.screening_builders import AS_OF, rules


def a_plan(**changes: Any) -> dict[str, Any]:
    """A harmless plan of Havelmark Pharma with `changes`."""
    return changed(rules().plan_example_base, changes)


def ranked_by(*criteria: str, confirmed_by: str | None = "amira.medical") -> dict[str, Any]:
    """A plan that ranks people so."""
    return a_plan(tiering={"criteria": list(criteria), "confirmed_by": confirmed_by})


def judged_plan(plan: Mapping[str, Any]) -> Screening:
    """The packaged rules' answer as of the day of the gate cases."""
    return screen_plan(plan, rules(), AS_OF)


def blocked_by(plan: Mapping[str, Any]) -> set[str]:
    """Ids of the rules that block the plan."""
    return {finding.rule_id for finding in judged_plan(plan).findings if finding.severity == "block"}
