"""What was judged and what came out: the frozen basis of every approval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.domain.facts import STOP_SIGNALS
from compliance.domain.findings import Finding, Severity
from compliance.domain.review.steps import ReviewStep

STOP_FACTS = frozenset(STOP_SIGNALS)
"""They pause instead of voiding: see `stops`."""
COUNTERS = frozenset({"followers", "contacts_last_30_days", "reciprocal_contacts"})
"""They are judged again at release and void only if findings worsen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An action as it arrived: the snapshot as received and both hashes computed from it."""

    action_id: str
    action_version: int
    stakeholder_id: str
    snapshot: Mapping[str, Any]
    snapshot_sha256: str
    content_sha256: str
    submitted_by: str
    submitted_by_name: str
    edited_by: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The screen's answer on a resolved snapshot, and the steps of review it has to take.

    `stakeholder_version` is None for an unknown person.
    """

    resolved: Mapping[str, Any]
    findings: tuple[Finding, ...]
    verdict: Severity
    rule_set: str
    stakeholder_version: int | None
    route: tuple[ReviewStep, ...]
    safety_handover: bool = False

    @property
    def team(self) -> str | None:
        """The function of whoever acts; None where it is not known."""
        actor: Mapping[str, Any] = self.resolved.get("actor") or {}
        function: str | None = actor.get("function")
        return None if function == "unknown" else function


def changed_facts(judged: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the stakeholder facts, stop facts and counters apart, that differ between two resolved snapshots."""
    before: Mapping[str, Any] = judged.get("stakeholder") or {}
    after: Mapping[str, Any] = now.get("stakeholder") or {}
    names = (before.keys() | after.keys()) - STOP_FACTS - COUNTERS
    return tuple(sorted(name for name in names if before.get(name) != after.get(name)))
