"""`rapport screen` and `rapport safety-scan`: files in, verdict lines out, no server and no settings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from compliance.domain.screening.rules import RuleSet
from compliance.entrypoints.json_lines import BadLine, Line, UnusableFile, json_lines
from compliance.entrypoints.readable import readable_safety, readable_screening, written
from shared.kernel.clock import SystemClock

LoadRuleSet = Callable[[Path | None, Path | None], RuleSet]
"""(folder of rule packs, folder of medicine lists); None stands for the default."""
SOME_LINES_BAD = 1
UNUSABLE = 2

_FILE = click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
_RULES = click.option("--rules", type=click.Path(path_type=Path), help="Folder of rule packs instead of the own ones.")
_LEXICONS = click.option(
    "--lexicons", type=click.Path(path_type=Path), help="Folder of imported medicine lists; default in the data folder."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="JSON lines also on a terminal.")
_READABLE = click.option("--readable", is_flag=True, help="For people to read, also into a pipe.")


def screen_command(load: LoadRuleSet) -> click.Command:
    """The command, with the loader of rule sets it uses."""

    @click.command("screen")
    @_FILE
    @click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Judge as of this day; default today (UTC).")
    @_RULES
    @_LEXICONS
    @_JSON
    @_READABLE
    def screen_file(
        file: Path, as_of: datetime | None, rules: Path | None, lexicons: Path | None, *, as_json: bool, readable: bool
    ) -> None:
        """Judge the ActionSnapshots in FILE (JSON lines; `-` is standard input).

        A line is a snapshot, or an object that holds one under "snapshot". Exit code 1 when a line could
        not be read, 2 when the file or the rules cannot be used.
        """
        day = (as_of or SystemClock().now().astimezone(UTC)).date()
        rule_set = _rule_set(load, rules, lexicons)
        for_people = readable or (sys.stdout.isatty() and not as_json)

        def judged(line: Line) -> str:
            from compliance.application.screening import screen  # noqa: PLC0415 - 0.2 s that --help need not pay
            from compliance.entrypoints.snapshots import checked_snapshot  # noqa: PLC0415 - the same

            snapshot = checked_snapshot(line)
            result = screen(snapshot, rule_set, day).as_json(action_id=snapshot["action_id"])
            return readable_screening(result) if for_people else written(result)

        _each_line(file, judged)

    return screen_file


def safety_scan_command(load: LoadRuleSet) -> click.Command:
    """The command, with the loader of rule sets it uses."""

    @click.command("safety-scan")
    @_FILE
    @click.option("--medicine", "names", multiple=True, help="A name of an own medicine; may be given several times.")
    @_RULES
    @_JSON
    @_READABLE
    def scan_file(file: Path, names: tuple[str, ...], rules: Path | None, *, as_json: bool, readable: bool) -> None:
        """Scan the texts in FILE for possible safety reports (JSON lines {id, text}; `-` is standard input).

        A hit is handed over to drug safety; a miss proves nothing, because word lists miss more than half.
        """
        rule_set = _rule_set(load, rules, None)
        products = [{"name": name} for name in names]
        for_people = readable or (sys.stdout.isatty() and not as_json)

        def scanned(line: Line) -> str:
            from compliance.application.screening import scan_text  # noqa: PLC0415 - 0.2 s that --help need not pay

            text_id, text = _identified_text(line)
            result = scan_text(text, rule_set, products=products).as_json(text_id=text_id)
            return readable_safety(result) if for_people else written(result)

        _each_line(file, scanned)

    return scan_file


def _identified_text(line: Line) -> tuple[str, str]:
    value: Mapping[str, Any] = line.value
    for name in ("id", "text"):
        if not isinstance(value.get(name), str):
            raise BadLine(
                line.number, name, "is missing or not a text", 'Write the line as {"id": "...", "text": "..."}.'
            )
    return value["id"], value["text"]


def _rule_set(load: LoadRuleSet, folder: Path | None, lexicons: Path | None) -> RuleSet:
    if lexicons is not None and not lexicons.is_dir():
        _stop(f"{lexicons}: is no folder; import a list into it with `rapport lexicon import FILE --into {lexicons}`")
    try:
        return load(folder, lexicons)
    except ValueError as unusable:
        _stop(f"{unusable}")


def _each_line(file: Path, judged: Callable[[Line], str]) -> None:
    bad = 0
    try:
        for line in _lines(file):
            try:
                if isinstance(line, BadLine):
                    raise line
                click.echo(judged(line))
            except BadLine as problem:
                bad += 1
                click.echo(f"{file}:{problem}", err=True)
    except UnusableFile as problem:
        _stop(str(problem))
    if bad:
        click.echo(f"{file}: {bad} line{'s' if bad > 1 else ''} could not be judged; the others were.", err=True)
        sys.exit(SOME_LINES_BAD)


def _lines(file: Path) -> Iterator[Line | BadLine]:
    if str(file) == "-":
        return json_lines("-", sys.stdin.buffer.read())
    try:
        return json_lines(str(file), file.read_bytes())
    except OSError as failed:
        raise UnusableFile(f"{file}: cannot be read ({failed.strerror}); check the path.") from failed


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(UNUSABLE)
