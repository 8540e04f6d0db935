"""The planned actions that are changed: the repository's own, the rules' examples, and the public gate cases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from compliance.application.rules.rule_examples import changed
from support.metamorphic.own_actions import own_actions
from support.metamorphic.public import public_data
from support.metamorphic.variants import Subject
from support.screening_builders import ROOT, rules

SOURCES = ("dev", "own", "files", "rules")
USUAL = ("dev", "own", "files")
_SEALED = "sealed"  # whose failures nobody may read


def subjects(*sources: str) -> Iterator[Subject]:
    """Subjects of the named sources in a fixed order, by default all but the rules' examples."""
    wanted = sources or USUAL
    if "dev" in wanted and (folder := public_data()):
        yield from _lines(folder / "cases/dev.jsonl", "")
    if "own" in wanted:
        yield from own_actions()
    if "files" in wanted:
        for file in [*sorted((ROOT / "examples").glob("*.jsonl")), *sorted((ROOT / "tests/cases").glob("*.jsonl"))]:
            if not file.stem.startswith(_SEALED):
                yield from _lines(file, f"{file.stem}:")
    if "rules" in wanted:
        yield from _examples()


def _lines(file: Path, prefix: str) -> Iterator[Subject]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        if line.strip() and (subject := _subject(json.loads(line), f"{prefix}{number}", prefix)):
            yield subject


def _subject(entry: Mapping[str, Any], numbered: str, prefix: str) -> Subject | None:
    snapshot = entry.get("snapshot") if "snapshot" in entry else entry
    if not isinstance(snapshot, Mapping) or "type" not in snapshot or "channel" not in snapshot:
        return None
    name = f"{prefix}{entry['id']}" if "id" in entry else numbered
    return Subject(name, snapshot, tuple(entry.get("rules") or ()))


def _examples() -> Iterator[Subject]:
    base = rules().example_base
    for rule in rules().rules:
        if "action" not in rule.scope.subjects:
            continue
        for example in rule.examples:
            yield Subject(example.place, json.loads(json.dumps(changed(base, example.change))), (rule.id,))
