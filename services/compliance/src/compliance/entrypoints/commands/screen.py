"""`rapport screen`: files in, verdict lines out, no server and no settings; and what such commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

import click

from compliance.domain.screening.rules import RuleSet
from compliance.entrypoints.commands.json_lines import BadLine, Line, UnusableFile, json_lines
from compliance.entrypoints.commands.readable import readable_screening, written
from shared.kernel.clock import SystemClock

LoadRuleSet = Callable[[Path | None, Path | None], RuleSet]
"""(folder of rule packs, folder of medicine lists); None stands for the default."""
SOME_LINES_BAD = 1
UNUSABLE = 2

FILE = click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
RULES = click.option(
    "--rules", type=click.Path(path_type=Path), help="Folder of rule packs on top of the packaged rules."
)
LEXICONS = click.option(
    "--lexicons", type=click.Path(path_type=Path), help="Folder of imported medicine lists; default in the data folder."
)
AS_OF = click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Judge as of this day; default today (UTC).")
JSON = click.option("--json", "as_json", is_flag=True, help="JSON lines also on a terminal.")
READABLE = click.option("--readable", is_flag=True, help="For people to read, also into a pipe.")


def screen_command(load: LoadRuleSet) -> click.Command:
    """The command, with the loader of rule sets it uses."""

    @click.command("screen")
    @FILE
    @AS_OF
    @RULES
    @LEXICONS
    @JSON
    @READABLE
    def screen_file(
        file: Path, as_of: datetime | None, rules: Path | None, lexicons: Path | None, *, as_json: bool, readable: bool
    ) -> None:
        """Judge the ActionSnapshots in FILE (JSON lines; `-` is standard input).

        A line is a snapshot, or an object that holds one under "snapshot". Exit code 1 when a line could
        not be read, 2 when the file or the rules cannot be used.
        """
        day, rule_set = day_of(as_of), rule_set_or_stop(load, rules, lexicons)
        for_people = readable or (sys.stdout.isatty() and not as_json)

        def judged(line: Line) -> str:
            from compliance.application.screening import screen  # noqa: PLC0415 - 0.2 s that --help need not pay
            from compliance.entrypoints.commands.snapshots import checked_snapshot  # noqa: PLC0415 - the same

            snapshot = checked_snapshot(line)
            result = screen(snapshot, rule_set, day).as_json(action_id=snapshot["action_id"])
            return readable_screening(result) if for_people else written(result)

        each_line(file, judged)

    return screen_file


def day_of(as_of: datetime | None) -> date:
    """The day asked for, or today."""
    return (as_of or SystemClock().now().astimezone(UTC)).date()


def rule_set_or_stop(load: LoadRuleSet, folder: Path | None, lexicons: Path | None) -> RuleSet:
    """The rule set; what makes it unusable is told and ends the command with exit code 2."""
    if lexicons is not None and not lexicons.is_dir():
        stop(f"{lexicons}: is no folder; import a list into it with `rapport lexicon import FILE --into {lexicons}`")
    try:
        return load(folder, lexicons)
    except ValueError as unusable:
        stop(f"{unusable}")


def each_line(file: Path, judged: Callable[[Line], str]) -> None:
    """Print what becomes of each line; bad lines are told and end the command with exit code 1 after the others."""
    good = bad = 0
    try:
        for line in lines_of(file):
            try:
                if isinstance(line, BadLine):
                    raise line
                click.echo(judged(line))
                good += 1
            except BadLine as problem:
                bad += 1
                click.echo(f"{file}:{problem}", err=True)
    except UnusableFile as problem:
        stop(str(problem))
    if bad:
        click.echo(f"{file}: {_told(good, bad)}", err=True)
        sys.exit(SOME_LINES_BAD)


def _told(good: int, bad: int) -> str:
    some = f"{bad} line{'s' if bad > 1 else ''} could not be judged"
    if not good:
        return f"{some}; no line was."
    return f"{some}; the other {good} were." if good > 1 else f"{some}; the other one was."


def lines_of(file: Path) -> Iterator[Line | BadLine]:
    """The lines of a file, `-` is standard input. Raises UnusableFile."""
    if str(file) == "-":
        return json_lines("-", sys.stdin.buffer.read())
    try:
        return json_lines(str(file), file.read_bytes())
    except OSError as failed:
        raise UnusableFile(f"{file}: cannot be read ({failed.strerror}); check the path.") from failed


def stop(message: str) -> NoReturn:
    """Tell why nothing was done and end the command."""
    click.echo(message, err=True)
    sys.exit(UNUSABLE)
