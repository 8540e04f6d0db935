"""What the screen and the gate found, the verdict it makes, and when it got worse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["block", "review", "pass"]

RANK: dict[Severity, int] = {"pass": 0, "review": 1, "block": 2}
"""How severe; a higher one holds more firmly."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where it stands: a field path such as `links[0].url` and a character span of that text as it was given.

    Without a span it is the whole field, which need not be a text.
    """

    field: str
    start: int = 0
    end: int = 0
    quote: str = ""

    def as_json(self) -> dict[str, Any]:
        if not self.end:
            return {"field": self.field}
        return {"field": self.field, "start": self.start, "end": self.end, "quote": self.quote}


@dataclass(frozen=True, slots=True, kw_only=True)
class OverridePermission:
    """A rule's leave to override its objections: two people, each in a capacity of `by`.

    `source` says why the rule leaves room for a judgement, `dated` since when (ISO date).
    """

    by: tuple[str, ...]
    source: str
    dated: str

    def as_json(self) -> dict[str, Any]:
        return {"by": list(self.by), "source": self.source, "dated": self.dated}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One objection of a rule or of the gate. Severity `pass` is a note to the approver; `remedy` says what passes.

    `override` says who may override it where it blocks, None for nobody.
    """

    rule_id: str
    severity: Severity
    message: str
    clause: str | None = None
    remedy: str | None = None
    evidence: Evidence | None = None
    override: OverridePermission | None = None

    def as_json(self) -> dict[str, Any]:
        """As the verdict line spells it; `override` only where there is one."""
        return {
            "rule_id": self.rule_id,
            "severity": self.severity,
            "message": self.message,
            "clause": self.clause,
            "remedy": self.remedy,
            "evidence": self.evidence.as_json() if self.evidence else None,
            **({"override": self.override.as_json()} if self.override else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """The answer of one rule set about one snapshot. `rule_set` is the content hash of the rules."""

    verdict: Severity
    safety_handover: bool
    findings: tuple[Finding, ...]
    rule_set: str

    def as_json(self, *, action_id: str) -> dict[str, Any]:
        """The verdict line, see the `rapport screen` command."""
        return {
            "action_id": action_id,
            "verdict": self.verdict,
            "safety_handover": self.safety_handover,
            "findings": [finding.as_json() for finding in self.findings],
            "rule_set": self.rule_set,
        }


def verdict_of(findings: Iterable[Finding]) -> Severity:
    """The worst severity; `pass` where nothing was found."""
    severities = {finding.severity for finding in findings}
    return "block" if "block" in severities else "review" if "review" in severities else "pass"


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Worst first, then by rule and place; the same finding said twice is said once."""
    return tuple(sorted(dict.fromkeys(findings), key=_place))


def worsened(before: Iterable[Finding], now: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of `now` that no approval has seen: new ones, and known ones that became more severe."""
    seen: dict[tuple[str, str], int] = {}
    for each in before:
        seen[_subject(each)] = max(seen.get(_subject(each), 0), RANK[each.severity])
    return tuple(each for each in now if RANK[each.severity] > seen.get(_subject(each), 0))


def _subject(finding: Finding) -> tuple[str, str]:
    return finding.rule_id, finding.evidence.field if finding.evidence else ""


def _place(finding: Finding) -> tuple[int, str, str, int, str]:
    evidence = finding.evidence
    field, start = (evidence.field, evidence.start) if evidence else ("", -1)
    return (-RANK[finding.severity], finding.rule_id, field, start, finding.message)
