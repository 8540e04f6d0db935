"""Which rules speak over given actions, which never do, and which decide alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.application.rules.rule_rows import named_rows, row_of, rows_of
from compliance.application.screening import screen
from compliance.domain.screening.rules import Rule, RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCoverage:
    """How many actions a rule spoke on, and of how many it alone made the verdict."""

    rule: Rule
    fired: int
    alone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Of `actions` judged actions; `uncovered` are ids of the catalogue that no rule carries."""

    actions: int
    verdicts: Mapping[str, int]
    rows: tuple[RowCoverage, ...]
    uncovered: tuple[str, ...]


def coverage(
    snapshots: Iterable[Mapping[str, Any]], rule_set: RuleSet, as_of: date, *, catalogue: frozenset[str] = frozenset()
) -> Coverage:
    """Judge the snapshots and count."""
    named = named_rows(rule_set)
    fired: Counter[tuple[str, str]] = Counter()
    alone: Counter[tuple[str, str]] = Counter()
    verdicts: Counter[str] = Counter()
    for snapshot in snapshots:
        answer = screen(snapshot, named, as_of)
        verdicts[answer.verdict] += 1
        fired.update({row_of(one) for one in answer.findings})
        deciding = {row_of(one) for one in answer.findings if one.severity == answer.verdict}
        if len(deciding) == 1 and answer.verdict != "pass":
            alone.update(deciding)
    rows = rows_of(rule_set)
    keys = [(rule.id, rule.title) for rule in rows]
    return Coverage(
        actions=verdicts.total(),
        verdicts=dict(sorted(verdicts.items())),
        rows=tuple(
            RowCoverage(rule=rule, fired=fired[key], alone=alone[key]) for rule, key in zip(rows, keys, strict=True)
        ),
        uncovered=tuple(sorted(catalogue - {rule.id for rule in rows})),
    )
