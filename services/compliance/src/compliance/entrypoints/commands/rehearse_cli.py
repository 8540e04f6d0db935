"""`rapport rules rehearse`: a draft over past actions, on all cores, in the order of the file."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import click

from compliance.application.rules.rehearsal import ChangedDecision, Rehearsal, RehearsalSummary
from compliance.domain.screening.rules import RuleSet
from compliance.entrypoints.commands.json_lines import BadLine, UnusableFile, json_lines
from compliance.entrypoints.commands.readable import written
from compliance.entrypoints.commands.rule_reports import rehearsal_report
from compliance.entrypoints.commands.rules_cli import PACKAGED
from compliance.entrypoints.commands.screen import AS_OF, SOME_LINES_BAD, day_of, stop
from compliance.entrypoints.commands.snapshots import checked_snapshot

Bundle = Mapping[str, bytes]
Compile = Callable[[Bundle], RuleSet]
_CHUNK = 500
_LEAST_FOR_MANY = 2 * _CHUNK
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class _Judged:
    actions: int
    changes: list[ChangedDecision]
    bad: list[str]


def rehearse_command(bundle_of: Callable[[Path | None], Bundle], compile_bundle: Compile) -> click.Command:
    """The command, with the reader of rule files and the maker of rule sets from their bytes.

    `compile_bundle` is a function of a module, because every process makes its own rule sets.
    """

    @click.command("rehearse")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--draft", required=True, help="Folder of the draft, or `packaged`.")
    @click.option("--current", default=PACKAGED, show_default=True, help="Folder of the rule set in force.")
    @AS_OF
    @click.option("--changes", "changes_file", type=click.Path(path_type=Path), help="Write changed decisions here.")
    @click.option("--processes", type=click.IntRange(1, 64), help="Default: one for each core.")
    @click.option("--json", "as_json", is_flag=True, help="JSON lines: every changed decision, then the summary.")
    def rehearse(  # noqa: PLR0917 - click passes each option by its name
        file: Path,
        draft: str,
        current: str,
        as_of: datetime | None,
        changes_file: Path | None,
        processes: int | None,
        *,
        as_json: bool,
    ) -> None:
        """Replay the ActionSnapshots in FILE (JSON lines) by a draft rule set and by the one in force.

        Shows which decisions change, from which verdict to which, and because of which rules. Exit code 1 when a
        line could not be read, 2 when the file or the rules cannot be used.
        """
        try:
            both = tuple(bundle_of(None if one == PACKAGED else Path(one)) for one in (current, draft))
            work = Replay(compile_bundle, both[0], both[1], day_of(as_of))
            ready = work.rehearsal()
            raw = file.read_bytes()
            iter(json_lines(str(file), raw))
        except (ValueError, UnusableFile, OSError) as unusable:
            stop(str(unusable))
        several = processes or os.cpu_count() or 1
        summary, changes, bad = replayed(work, raw, several, show=sys.stderr.isatty(), ready=ready)
        for problem in bad:
            click.echo(f"{file}:{problem}", err=True)
        lines = [written(one.as_json()) for one in changes]
        if changes_file is not None:
            changes_file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        for line in [*lines, written(summary.as_json())] if as_json else rehearsal_report(summary):
            click.echo(line)
        if bad:
            raise SystemExit(SOME_LINES_BAD)

    return rehearse


@dataclass(frozen=True, slots=True)
class Replay:
    """What every process needs: how to make rule sets, their files, and the day."""

    compile_bundle: Compile
    current: Bundle
    draft: Bundle
    day: date

    def rehearsal(self) -> Rehearsal:
        """Both rule sets, made ready."""
        return Rehearsal(self.compile_bundle(self.current), self.compile_bundle(self.draft))


def replayed(
    work: Replay, raw: bytes, processes: int, *, show: bool = False, ready: Rehearsal | None = None
) -> tuple[RehearsalSummary, list[ChangedDecision], list[str]]:
    """The summary, the changed decisions in the order of the lines, and what is wrong with bad lines.

    `ready` is what `work` makes, where that was made already.
    """
    lines = raw.split(b"\n")
    summary, changes, bad = RehearsalSummary(), list[ChangedDecision](), list[str]()
    with click.progressbar(length=len(lines), label="rehearsing", file=sys.stderr, hidden=not show) as bar:
        for judged in _judged(work, ready or work.rehearsal(), lines, processes):
            summary.add(judged.actions, judged.changes)
            changes.extend(judged.changes)
            bad.extend(judged.bad)
            bar.update(_CHUNK)
    return summary, changes, bad


def _judged(work: Replay, both: Rehearsal, lines: Sequence[bytes], processes: int) -> Iterator[_Judged]:
    chunks = iter([(at + 1, lines[at : at + _CHUNK]) for at in range(0, len(lines), _CHUNK)])
    if processes == 1 or len(lines) < _LEAST_FOR_MANY:
        yield from (_judge_lines(both, work.day, first, some) for first, some in chunks)
        return
    with _pool(work, both, processes) as pool:
        waiting = [pool.submit(_judge_here, *chunk) for chunk in islice(chunks, processes * _AHEAD)]
        while waiting:
            yield waiting.pop(0).result()
            waiting.extend(pool.submit(_judge_here, *chunk) for chunk in islice(chunks, 1))


_HERE: list[tuple[Rehearsal, date]] = []


def _pool(work: Replay, both: Rehearsal, processes: int) -> ProcessPoolExecutor:
    """Processes that have both rule sets: from this one where it can be split in safety, else each makes its own."""
    if sys.platform == "linux" and threading.active_count() == 1:
        _HERE[:] = [(both, work.day)]
        gc.collect()
        gc.freeze()  # what all share is left out of every collection, and so stays shared
        return ProcessPoolExecutor(processes, multiprocessing.get_context("fork"))
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin, (work,))


def _begin(work: Replay) -> None:
    _HERE[:] = [(work.rehearsal(), work.day)]
    gc.collect()
    gc.freeze()


def _judge_here(first: int, lines: Sequence[bytes]) -> _Judged:
    both, day = _HERE[0]
    return _judge_lines(both, day, first, lines)


def _judge_lines(both: Rehearsal, day: date, first: int, lines: Sequence[bytes]) -> _Judged:
    actions, changes, bad = 0, list[ChangedDecision](), list[str]()
    for number, content in enumerate(lines, first):
        if not content.strip():
            continue
        try:
            (line,) = json_lines("", content)
            if isinstance(line, BadLine):
                raise line
            change = both.compare(checked_snapshot(line), day)
        except BadLine as problem:
            bad.append(f"{number}:{str(problem).partition(':')[2]}")
            continue
        actions += 1
        changes.extend([change] if change else [])
    return _Judged(actions, changes, bad)
