"""What `rapport rules` found, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill

from compliance.application.rules.rehearsal import RehearsalSummary, RuleGroup
from compliance.application.rules.rule_changes import Effect, RuleChange
from compliance.application.rules.rule_coverage import Coverage, RowCoverage
from compliance.application.rules.rule_examples import Outcome

_WIDTH = 110
_SIGNS: dict[Effect, str] = {"stricter": "+", "weaker": "-", "to be read": "?", "wording": "~"}
_MEANING = "+ stricter   - weaker   ? to be read: rehearse to see what it does   ~ wording"


def outcomes_report(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A row for each rule with its examples, then every wrong one with its place."""
    subjects: dict[str, list[Outcome]] = {}
    for one in outcomes:
        subjects.setdefault(one.subject, []).append(one)
    width = min(max((len(subject) for subject in subjects), default=0), 70)
    for subject, own in subjects.items():
        right = sum(one.right for one in own)
        yield f"{'ok  ' if right == len(own) else 'FAIL'}  {subject[:70]:{width}}  {right}/{len(own)}"
    for one in outcomes:
        if not one.right:
            yield ""
            yield f"{one.place}: {one.subject}"
            yield from _paragraph(f"expected {one.expected}, got: {one.got}", 4)
    wrong = sum(not one.right for one in outcomes)
    yield ""
    yield f"{len(subjects)} subjects, {len(outcomes)} examples, {wrong} wrong"


def changes_report(found: Sequence[RuleChange], old: str, new: str) -> Iterator[str]:
    """Each change with its fields, weaker ones marked."""
    yield f"from {old}"
    yield f"to   {new}"
    yield ""
    for change in found:
        yield f"{_SIGNS[change.effect]} {change.kind:8} {change.subject}"
        for detail in change.details:
            if change.kind == "changed" and detail.field != "words":
                was, now = detail.old or "-", detail.new or "-"
                yield from _paragraph(f"{detail.field} ({detail.effect}): {was}  →  {now}", 11)
            elif detail.field == "words":
                if detail.new:
                    yield from _paragraph(f"new: {detail.new}", 11)
                if detail.old:
                    yield from _paragraph(f"gone: {detail.old}", 11)
            else:
                yield from _paragraph(f"{detail.field}: {detail.new or detail.old}", 11)
    if found:
        yield ""
        yield _MEANING
    counts = [f"{sum(one.effect == effect for one in found)} {effect}" for effect in _SIGNS]
    yield f"{len(found)} differences: {', '.join(counts)}" if found else "no difference"


def coverage_report(found: Coverage) -> Iterator[str]:
    """A row for each rule, the silent ones below."""
    yield f"{'fired':>7} {'alone':>7}  rule"
    spoke = sorted((row for row in found.rows if row.fired), key=lambda row: (-row.fired, row.rule.id, row.rule.title))
    for row in spoke:
        yield f"{row.fired:7} {row.alone:7}  {_title(row)}"
    silent = [row for row in found.rows if not row.fired]
    if silent:
        yield ""
        yield f"never fired ({len(silent)} of {len(found.rows)}):"
        yield from (f"{'':17}{_title(row)}" for row in silent)
    if found.uncovered:
        yield ""
        yield from _paragraph(f"in the catalogue without a rule: {', '.join(found.uncovered)}", 0)
    yield ""
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in found.verdicts.items())
    yield f"{found.actions} actions: {verdicts or 'none'}"


def rehearsal_report(summary: RehearsalSummary) -> Iterator[str]:
    """From verdict to verdict, then the rules that are the reason, with examples."""
    yield f"{summary.actions:,} actions, {summary.changed:,} would be decided differently"
    if not summary.changed:
        return
    yield ""
    yield from _moves(summary.moves.items())
    if summary.safety:
        yield f"{summary.safety:9,}  hand-over to drug safety changes"
    for group in summary.ordered_groups():
        yield ""
        yield from _group(group)


def _group(group: RuleGroup) -> Iterator[str]:
    side = "objects now" if group.side == "new" else "no longer objects"
    yield f"{group.rule_id} {group.title}: {side}, {group.actions:,} actions"
    yield from _moves(group.moves.items())
    for action_id, message in group.examples:
        yield from _paragraph(f"{action_id}: {message}", 11)


def _moves(moves: Iterable[tuple[tuple[str, str], int]]) -> Iterator[str]:
    for (before, after), count in sorted(moves, key=lambda each: -each[1]):
        yield f"{count:9,}  {before} → {after}"


def _title(row: RowCoverage) -> str:
    return f"{row.rule.id} {row.rule.title} ({row.rule.severity}, {row.rule.place})"


def _paragraph(text: str, indent: int) -> Iterator[str]:
    yield fill(text, _WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2))
