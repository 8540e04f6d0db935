"""Judging a planned action, and scanning a text for drug safety. No input or output of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from compliance.domain.findings import Screening
from compliance.domain.screening.judgement import judge
from compliance.domain.screening.plans import screen_plan as judge_plan
from compliance.domain.screening.rules import RuleSet
from compliance.domain.screening.safety.scan import SafetyScan, scan
from compliance.domain.screening.text.fields import TextField


def screen(snapshot: Mapping[str, Any], rule_set: RuleSet, as_of: date | datetime) -> Screening:
    """Judge an ActionSnapshot (its JSON values) by a rule set as of a day; of a moment, its day in UTC.

    The same input gives the same output, byte for byte.
    """
    return judge(snapshot, rule_set, as_of=day_of(as_of))


def screen_plan(plan: Mapping[str, Any], rule_set: RuleSet, as_of: date | datetime) -> Screening:
    """Judge a PlanSnapshot (its JSON values), as `screen` does an action."""
    return judge_plan(plan, rule_set, as_of=day_of(as_of))


def day_of(as_of: date | datetime) -> str:
    """The ISO date of a day, and of a moment in UTC."""
    day = as_of.astimezone(UTC).date() if isinstance(as_of, datetime) and as_of.tzinfo else as_of
    return day.isoformat()[:10]


def scan_text(
    text: str, rule_set: RuleSet, *, products: Iterable[Mapping[str, Any]] = (), reporter_known: bool = False
) -> SafetyScan:
    """Scan one text by itself for a possible safety report."""
    field = TextField("text", text, "inbound")
    return scan((field,), tuple(products), rule_set.lexicon, model=rule_set.safety_model, reporter_known=reporter_known)
