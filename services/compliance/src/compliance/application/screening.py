"""Judging a planned action, and scanning a text for drug safety. No input or output of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from compliance.domain.screening.fields import TextField
from compliance.domain.screening.findings import Finding, Screening
from compliance.domain.screening.judgement import judge, read, safety_of
from compliance.domain.screening.rules import RuleSet
from compliance.domain.screening.safety import SafetyScan, scan


def screen(
    snapshot: Mapping[str, Any], rule_set: RuleSet, as_of: date | datetime, *, extra_findings: Iterable[Finding] = ()
) -> Screening:
    """Judge an ActionSnapshot (its JSON values) by a rule set as of a day.

    The same input gives the same output, byte for byte. `extra_findings` are objections made before the
    rules ran, such as submitted facts that differ from owned ones; they count for the verdict.
    """
    day = as_of.astimezone(UTC).date() if isinstance(as_of, datetime) and as_of.tzinfo else as_of
    return judge(snapshot, rule_set, as_of=day.isoformat()[:10], extra=extra_findings)


def scan_text(
    text: str, rule_set: RuleSet, *, products: Iterable[Mapping[str, Any]] = (), reporter_known: bool = False
) -> SafetyScan:
    """Scan one text by itself for a possible safety report."""
    field = TextField("text", text, "inbound")
    return scan((field,), tuple(products), rule_set.lexicon, reporter_known=reporter_known)


def scan_snapshot(snapshot: Mapping[str, Any], rule_set: RuleSet) -> SafetyScan:
    """The safety scan behind `Screening.safety_handover`, with the four criteria and their evidence."""
    return safety_of(snapshot, read(snapshot, rule_set.lexicon))
