"""What the screen and the gate found, and when it got worse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["pass", "review", "block"]

_RANK: dict[Severity, int] = {"pass": 0, "review": 1, "block": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong or unknown. `evidence` is `{field, start, end, quote}` where there is a place."""

    rule_id: str
    severity: Severity
    message: str
    clause: str | None = None
    remedy: str | None = None
    evidence: Mapping[str, Any] | None = field(default=None, hash=False)


def verdict_of(findings: Iterable[Finding]) -> Severity:
    """The worst severity; `pass` where nothing was found."""
    severities = {each.severity for each in findings}
    if "block" in severities:
        return "block"
    return "review" if "review" in severities else "pass"


def worsened(before: Iterable[Finding], now: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of `now` that no approval has seen: new ones, and known ones that became more severe."""
    seen: dict[tuple[str, str], int] = {}
    for each in before:
        seen[_place(each)] = max(seen.get(_place(each), 0), _RANK[each.severity])
    return tuple(each for each in now if _RANK[each.severity] > seen.get(_place(each), 0))


def _place(finding: Finding) -> tuple[str, str]:
    return finding.rule_id, str((finding.evidence or {}).get("field", ""))
