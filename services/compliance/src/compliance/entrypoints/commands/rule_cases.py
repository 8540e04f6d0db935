"""Snapshots and cases from files of JSON lines; a bad line is told, and the others are used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from compliance.application.rules.rule_examples import Outcome, case_outcome
from compliance.domain.screening.rules import RuleSet
from compliance.entrypoints.commands.json_lines import BadLine, Line, UnusableFile
from compliance.entrypoints.commands.screen import lines_of, stop
from compliance.entrypoints.commands.snapshots import checked_snapshot

_VERDICTS = ("block", "review", "pass")


class Snapshots:
    """The snapshots of files, one after the other; `bad` counts the lines that could not be read."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self.bad = 0

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for file in self._files:
            for line in lines_or_stop(file):
                if not _is_screened(line):
                    continue
                try:
                    yield _snapshot(line)
                except BadLine as problem:
                    self.bad += 1
                    click.echo(f"{file}:{problem}", err=True)


def case_outcomes(files: Sequence[Path], rule_set: RuleSet, as_of: date) -> Iterator[Outcome]:
    """What comes of the cases in files; a case that cannot be read is a wrong one."""
    for file in files:
        for line in lines_or_stop(file):
            if _is_screened(line):
                try:
                    snapshot = _snapshot(line)
                    yield case_outcome(_case(line), snapshot, rule_set, as_of)
                except BadLine as problem:
                    place = f"{file}:{problem.number}"
                    yield Outcome(subject=place, place=place, expected="a case", got=str(problem), right=False)


def lines_or_stop(file: Path) -> Iterator[Line | BadLine]:
    """The lines of a file; what makes it unusable is told and ends the command with exit code 2."""
    try:
        yield from lines_of(file)
    except UnusableFile as unusable:
        stop(str(unusable))


def _is_screened(line: Line | BadLine) -> bool:
    return isinstance(line, BadLine) or line.value.get("task", "screen") == "screen"


def _snapshot(line: Line | BadLine) -> Mapping[str, Any]:
    if isinstance(line, BadLine):
        raise line
    return checked_snapshot(line)


def _case(line: Line | BadLine) -> Mapping[str, Any]:
    case: Mapping[str, Any] = line.value if isinstance(line, Line) else {}
    wanted: Sequence[Any] = case.get("acceptable") or [case.get("expected")]
    if not all(verdict in _VERDICTS for verdict in wanted):
        number = line.number
        raise BadLine(number, "expected", "is missing or unknown", f"Write one of {', '.join(_VERDICTS)}.")
    return case
