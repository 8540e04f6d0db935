"""Which steps a judged action has to take: those whose conditions its risk and its findings fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.domain.findings import Finding, Severity
from compliance.domain.review.steps import ReviewStep

_EVERYTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Conditions in AND, their values in OR; an empty one always fits, and so does a fact that is not known.

    `rules` are ids or families (`PUB-01`, `PUB`) of findings for review or worse; `countries` are the person's.
    """

    verdicts: frozenset[str] = _EVERYTHING
    rules: frozenset[str] = _EVERYTHING
    action_types: frozenset[str] = _EVERYTHING
    audiences: frozenset[str] = _EVERYTHING
    person_types: frozenset[str] = _EVERYTHING
    countries: frozenset[str] = _EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedStep:
    """A step, and when it is asked for."""

    step: ReviewStep
    when: When = When()


def route_of(
    steps: Sequence[RoutedStep], *, snapshot: Mapping[str, Any], verdict: Severity, findings: Iterable[Finding]
) -> tuple[ReviewStep, ...]:
    """The steps that fit `snapshot` as resolved and what was found in it, in the order of their tiers."""
    found = {finding.rule_id for finding in findings if finding.severity != "pass"}
    channel: Mapping[str, Any] = snapshot.get("channel") or {}
    person: Mapping[str, Any] = snapshot.get("stakeholder") or {}

    def fits(when: When) -> bool:
        return (
            _among(when.verdicts, verdict)
            and (not when.rules or bool(when.rules & (found | {rule.partition("-")[0] for rule in found})))
            and _among(when.action_types, snapshot.get("type"))
            and _among(when.audiences, channel.get("audience"))
            and _among(when.person_types, person.get("type"))
            and _among(when.countries, person.get("country"))
        )

    asked = [each.step for each in steps if fits(each.when)]
    return tuple(sorted(asked, key=lambda step: step.tier))


def _among(allowed: frozenset[str], value: object) -> bool:
    return not allowed or value in (None, "unknown") or value in allowed
