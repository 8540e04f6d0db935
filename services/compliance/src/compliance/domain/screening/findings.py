"""What a screening says: findings with evidence, and the verdict the worst of them makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["block", "review", "pass"]
Criterion = Literal["known", "unknown"]
_ORDER: dict[Severity, int] = {"block": 0, "review": 1, "pass": 2}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where it stands: a field path such as `links[0].url` and a character span of that text as it was given."""

    field: str
    start: int
    end: int
    quote: str

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field, "start": self.start, "end": self.end, "quote": self.quote}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule's objection. Severity `pass` is a note to the approver; `remedy` says what would pass."""

    rule_id: str
    severity: Severity
    message: str
    clause: str
    remedy: str
    evidence: Evidence | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "rule_id": self.rule_id,
            "severity": self.severity,
            "message": self.message,
            "clause": self.clause,
            "remedy": self.remedy,
            "evidence": self.evidence.as_json() if self.evidence else None,
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


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Worst first, then by rule and place; the same finding said twice is said once."""
    return tuple(sorted(dict.fromkeys(findings), key=_place))


def worst(findings: Iterable[Finding]) -> Severity:
    """The verdict: the most severe finding, `pass` when there is none."""
    found = {finding.severity for finding in findings}
    return "block" if "block" in found else "review" if "review" in found else "pass"


def _place(finding: Finding) -> tuple[int, str, str, int, str]:
    evidence = finding.evidence
    field, start = (evidence.field, evidence.start) if evidence else ("", -1)
    return (_ORDER[finding.severity], finding.rule_id, field, start, finding.message)
