"""A draft rule set over past actions: which decisions would have been others, and because of which rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from compliance.application.rules.rule_rows import named_rows, only_rows, row_of, rows_of
from compliance.application.screening import day_of
from compliance.domain.findings import RANK, Finding, Screening, Severity, in_order, verdict_of
from compliance.domain.screening.judgement import decide, judge, look, look_again
from compliance.domain.screening.rules import Rule, RuleSet

_EXAMPLES = 3
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A rule that made the difference: one of the draft that speaks now, or one in force that no longer does."""

    rule_id: str
    title: str
    side: Literal["new", "gone"]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDecision:
    """An action that the draft decides differently."""

    action_id: str
    before: Severity
    after: Severity
    handover_before: bool
    handover_after: bool
    reasons: tuple[Reason, ...]

    @property
    def direction(self) -> Literal["stricter", "weaker", "safety"]:
        """`safety`: the verdict stays, the hand-over to drug safety changes."""
        if self.before == self.after:
            return "safety"
        return "stricter" if RANK[self.after] > RANK[self.before] else "weaker"

    def as_json(self) -> dict[str, Any]:
        return {
            "action_id": self.action_id,
            "before": self.before,
            "after": self.after,
            "direction": self.direction,
            "safety_handover_before": self.handover_before,
            "safety_handover_after": self.handover_after,
            "reasons": [
                {"rule_id": one.rule_id, "title": one.title, "side": one.side, "message": one.message}
                for one in self.reasons
            ],
        }


class Rehearsal:
    """Two rule sets side by side. Not for use by two threads at once.

    Where both read texts alike, an action is read once; of the draft, only those rules are asked that differ, or that
    speak of something that the figures of the draft change.
    """

    def __init__(self, current: RuleSet, draft: RuleSet) -> None:
        self._current, self._draft = named_rows(current), named_rows(draft)
        self._read_alike = bool(current.reads_by) and current.reads_by == draft.reads_by
        self._same_figures = current.lexicon.figures == draft.lexicon.figures
        same = {_what_it_says(rule) for rule in rows_of(self._current)}
        self._same = same & {_what_it_says(rule) for rule in rows_of(self._draft)}
        self._rows: dict[frozenset[str], _Rows] = {}

    def compare(self, snapshot: Mapping[str, Any], as_of: date | datetime) -> ChangedDecision | None:
        """The action as both decide it; None where they decide the same."""
        before, after = self.decided(snapshot, as_of)
        if before.verdict == after.verdict and before.safety_handover == after.safety_handover:
            return None
        return ChangedDecision(
            action_id=str(snapshot.get("action_id")),
            before=before.verdict,
            after=after.verdict,
            handover_before=before.safety_handover,
            handover_after=after.safety_handover,
            reasons=_reasons(before, after),
        )

    def decided(self, snapshot: Mapping[str, Any], as_of: date | datetime) -> tuple[Screening, Screening]:
        """The answers of both to an action; their rules are those of `named_rows`."""
        day = day_of(as_of)
        looked = look(snapshot, self._current, as_of=day)
        before = decide(looked, self._current)
        if not self._read_alike:
            return before, judge(snapshot, self._draft, as_of=day)
        again = looked if self._same_figures else look_again(looked, snapshot, self._draft)
        if again.reading is not looked.reading:
            return before, decide(again, self._draft)
        rows = self._rows_over(_other_facts(looked.known, again.known))
        kept = [one for one in before.findings if one.rule_id in rows.kept]
        found = in_order([*kept, *decide(again, rows.asked).findings])
        after = replace(before, verdict=verdict_of(found), findings=found, rule_set=self._draft.sha256)
        return before, after

    def _rows_over(self, changed: frozenset[str]) -> _Rows:
        """Which rules of the draft are asked where these facts are others than before."""
        rows = self._rows.get(changed)
        if rows is None:
            kept = {rule for rule in self._same if changed.isdisjoint(_names_in(rule))}
            asked = only_rows(self._draft, lambda rule: _what_it_says(rule) not in kept)
            rows = self._rows[changed] = _Rows(frozenset(rule.id for rule in kept), asked)
        return rows


class _Rows(NamedTuple):
    """Ids of the rules whose findings stay, and a rule set of all others of the draft."""

    kept: frozenset[str]
    asked: RuleSet


def _other_facts(before: Mapping[str, Any], now: Mapping[str, Any]) -> frozenset[str]:
    """The facts, by the first part of their paths, that are not the same."""
    return frozenset(name for name, value in now.items() if value is not before[name] and value != before[name])


def _names_in(rule: Rule) -> set[str]:
    """Every name a rule may read a fact by, and more."""
    return set(_NAME.findall(" ".join((rule.when, rule.given or "", rule.message, rule.remedy, *rule.reads))))


@dataclass(slots=True, kw_only=True)
class RuleGroup:
    """The changed decisions one rule is the reason of."""

    rule_id: str
    title: str
    side: Literal["new", "gone"]
    actions: int = 0
    moves: dict[tuple[Severity, Severity], int] = field(default_factory=dict)
    examples: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class RehearsalSummary:
    """Counts over all actions; `add` in the order of the actions, so that the same input gives the same summary."""

    actions: int = 0
    changed: int = 0
    moves: dict[tuple[Severity, Severity], int] = field(default_factory=dict)
    safety: int = 0
    groups: dict[tuple[str, str, str], RuleGroup] = field(default_factory=dict)

    def add(self, actions: int, changes: Sequence[ChangedDecision]) -> None:
        """Take in the changed decisions among the next `actions` actions."""
        self.actions += actions
        for change in changes:
            self.changed += 1
            move = (change.before, change.after)
            self.moves[move] = self.moves.get(move, 0) + 1
            self.safety += change.handover_before != change.handover_after
            for reason in _first_of_each(change.reasons):
                key = (reason.rule_id, reason.title, reason.side)
                group = self.groups.setdefault(
                    key, RuleGroup(rule_id=reason.rule_id, title=reason.title, side=reason.side)
                )
                group.actions += 1
                group.moves[move] = group.moves.get(move, 0) + 1
                if len(group.examples) < _EXAMPLES:
                    group.examples.append((change.action_id, reason.message))

    def as_json(self) -> dict[str, Any]:
        """Moves as `pass>block`, groups with the most actions first."""
        return {
            "actions": self.actions,
            "changed": self.changed,
            "moves": {f"{before}>{after}": count for (before, after), count in sorted(self.moves.items())},
            "safety_handover_changed": self.safety,
            "rules": [
                {
                    "rule_id": group.rule_id,
                    "title": group.title,
                    "side": group.side,
                    "actions": group.actions,
                    "moves": {f"{before}>{after}": count for (before, after), count in sorted(group.moves.items())},
                    "examples": [{"action_id": one, "message": message} for one, message in group.examples],
                }
                for group in self.ordered_groups()
            ],
        }

    def ordered_groups(self) -> list[RuleGroup]:
        """The rules that change most first."""
        return sorted(self.groups.values(), key=lambda one: (-one.actions, one.rule_id, one.title, one.side))


def rehearse(
    snapshots: Iterable[tuple[Mapping[str, Any], date | datetime]], current: RuleSet, draft: RuleSet
) -> tuple[RehearsalSummary, list[ChangedDecision]]:
    """Replay actions, each as of its own day, by the rule set in force and by a draft."""
    both, summary, changes = Rehearsal(current, draft), RehearsalSummary(), list[ChangedDecision]()
    for snapshot, as_of in snapshots:
        change = both.compare(snapshot, as_of)
        summary.add(1, [change] if change else [])
        changes.extend([change] if change else [])
    return summary, changes


def _reasons(before: Screening, after: Screening) -> tuple[Reason, ...]:
    """Findings that make the stricter of the two verdicts and that the other does not have, in their order."""
    weaker = RANK[before.verdict] > RANK[after.verdict]
    stricter, other = (before, after) if weaker else (after, before)
    known = {_said(one) for one in other.findings}
    reasons: list[Reason] = []
    for one in stricter.findings:
        if one.severity == stricter.verdict and _said(one) not in known and before.verdict != after.verdict:
            rule_id, title = row_of(one)
            reasons.append(Reason(rule_id=rule_id, title=title, side="gone" if weaker else "new", message=one.message))
    return tuple(reasons)


def _what_it_says(rule: Rule) -> Rule:
    return replace(rule, place="", examples=())


def _said(finding: Finding) -> tuple[str, Severity, str]:
    return finding.rule_id, finding.severity, finding.message


def _first_of_each(reasons: Iterable[Reason]) -> list[Reason]:
    return list({(one.rule_id, one.title, one.side): one for one in reversed(list(reasons))}.values())[::-1]
