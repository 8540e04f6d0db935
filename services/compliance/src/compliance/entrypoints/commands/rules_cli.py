"""`rapport rules`: test, lint, compare, cover and rehearse rule sets on files; no server and no settings.

Exit codes: 0 done; 1 something is wrong in what was looked at (an example, a rule, a line of the file); 2 the files
cannot be used at all. Differences and changed decisions are results, not errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import click

from compliance.domain.screening.contents import RuleSetContents
from compliance.domain.screening.rules import RuleSet
from compliance.entrypoints.commands.readable import written
from compliance.entrypoints.commands.screen import AS_OF, SOME_LINES_BAD, day_of, stop

PACKAGED = "packaged"
_FOLDER = click.argument("folder", required=False, type=click.Path(path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of text for people.")


class LoadedRules(Protocol):
    """A rule set and what it consists of."""

    @property
    def rule_set(self) -> RuleSet: ...

    @property
    def contents(self) -> RuleSetContents: ...


Load = Callable[[Path | None], LoadedRules]
Read = Callable[[Path | None], Mapping[str, bytes]]


def rules_command(load: Load, *more: click.Command) -> click.Group:
    """The group with the loader of rule sets it uses, and further commands of it."""
    group = click.Group("rules", help="Rule sets: on files without a server, and proposed in a running system.")
    for command in (_test(load), _lint(load), _diff(load), _coverage(load), *more):
        group.add_command(command)
    return group


def loaded(load: Load, folder: Path | str | None) -> LoadedRules:
    """The rule set, or the end with every mistake told."""
    try:
        return load(None if folder in {None, PACKAGED} else Path(str(folder)))
    except ValueError as unusable:
        stop(str(unusable))


def _test(load: Load) -> click.Command:
    @click.command("test")
    @_FOLDER
    @click.option(
        "--cases", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), help="JSON lines."
    )
    @AS_OF
    @_JSON
    def test(folder: Path | None, cases: tuple[Path, ...], as_of: datetime | None, *, as_json: bool) -> None:
        """Run the examples of every rule in FOLDER (default: the packaged rules), and cases.

        A case is a line {id, snapshot, expected: block|review|pass, acceptable: [...], safety_handover: true|false}.
        Files *.jsonl in FOLDER are cases too. Judged as of the day the examples are written for (`examples_as_of` of
        rule-set.yaml). Exit code 1 when an example is wrong.
        """
        from compliance.application.rules.rule_examples import example_outcomes, phrase_outcomes  # noqa: PLC0415 - --help
        from compliance.entrypoints.commands.rule_cases import case_outcomes  # noqa: PLC0415 - --help need not pay
        from compliance.entrypoints.commands.rule_reports import outcomes_report  # noqa: PLC0415 - the same

        own = loaded(load, folder)
        written_for = own.contents.examples_as_of
        rules, day = own.rule_set, date.fromisoformat(written_for) if written_for and not as_of else day_of(as_of)
        files = [*cases, *(sorted(folder.glob("*.jsonl")) if folder else ())]
        outcomes = [*example_outcomes(rules, day), *phrase_outcomes(rules, day), *case_outcomes(files, rules, day)]
        _told(outcomes_report(outcomes), [written(asdict(one)) for one in outcomes], as_json=as_json)
        if not all(one.right for one in outcomes):
            raise SystemExit(SOME_LINES_BAD)

    return test


def _lint(load: Load) -> click.Command:
    @click.command("lint")
    @_FOLDER
    @AS_OF
    @click.option("--strict", is_flag=True, help="Exit code 1 for warnings too.")
    @_JSON
    def lint(folder: Path | None, as_of: datetime | None, *, strict: bool, as_json: bool) -> None:
        """Every mistake in the rules of FOLDER, and what deserves a second look.

        Exit code 1 when there is a mistake, so that the rule set would not be taken.
        """
        from compliance.application.rules.rule_lint import additions, warnings_of  # noqa: PLC0415 - --help need not pay

        try:
            own = load(folder)
        except ValueError as unusable:
            lines = str(unusable).splitlines()
            _told(lines, [written({"level": "error", "problem": one}) for one in lines], as_json=as_json)
            click.echo(f"{len(lines)} mistakes; the rule set cannot be used.", err=True)
            raise SystemExit(SOME_LINES_BAD) from None
        found = list(warnings_of(own.rule_set, own.contents, day_of(as_of)))
        if folder is not None:
            found += additions(loaded(load, None).contents, own.contents)
        lines = [f"{one.place}: {one.wrong}: {one.remedy}" for one in found]
        _told(lines, [written({"level": "warning", **asdict(one)}) for one in found], as_json=as_json)
        counts = f"{len(own.contents.rules)} rules, {len(own.contents.phrases)} listed phrases"
        click.echo(f"{counts}, no mistake, {len(found)} warnings; {own.rule_set.sha256}", err=True)
        if found and strict:
            raise SystemExit(SOME_LINES_BAD)

    return lint


def _diff(load: Load) -> click.Command:
    @click.command("diff")
    @click.argument("old")
    @click.argument("new")
    @_JSON
    def diff(old: str, new: str, *, as_json: bool) -> None:
        """What NEW changes against OLD: rules, phrases, words, figures; each stricter or weaker.

        OLD and NEW are folders, or the word `packaged`.
        """
        from compliance.application.rules.rule_changes import changes  # noqa: PLC0415 - --help need not pay
        from compliance.entrypoints.commands.rule_reports import changes_report  # noqa: PLC0415 - the same

        before, after = loaded(load, old), loaded(load, new)
        found = changes(before.contents, after.contents)
        heads = (f"{old} ({before.rule_set.sha256})", f"{new} ({after.rule_set.sha256})")
        replaced = [f"replaces: {one.subject} by {one.by}: {one.why}" for one in after.contents.replaced]
        _told([*changes_report(found, *heads), *replaced], [written(asdict(one)) for one in found], as_json=as_json)

    return diff


def _coverage(load: Load) -> click.Command:
    @click.command("coverage")
    @click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
    @click.option("--rules", "folder", type=click.Path(path_type=Path), help="Folder on top of the packaged rules.")
    @AS_OF
    @_JSON
    def cover(files: tuple[Path, ...], folder: Path | None, as_of: datetime | None, *, as_json: bool) -> None:
        """Which rules speak over the ActionSnapshots in FILES (JSON lines), which never, and which decide alone.

        Exit code 1 when a line could not be read.
        """
        from compliance.application.rules.rule_coverage import coverage  # noqa: PLC0415 - --help need not pay
        from compliance.entrypoints.commands.rule_cases import Snapshots  # noqa: PLC0415 - the same
        from compliance.entrypoints.commands.rule_reports import coverage_report  # noqa: PLC0415 - the same

        own, snapshots = loaded(load, folder), Snapshots(files)
        found = coverage(snapshots, own.rule_set, day_of(as_of), catalogue=own.contents.catalogue)
        rows = [
            written(
                {
                    "rule_id": row.rule.id,
                    "title": row.rule.title,
                    "place": row.rule.place,
                    "fired": row.fired,
                    "alone": row.alone,
                }
            )
            for row in found.rows
        ]
        total = {"actions": found.actions, "verdicts": found.verdicts, "without_rule": found.uncovered}
        _told(coverage_report(found), [*rows, written(total)], as_json=as_json)
        if snapshots.bad:
            raise SystemExit(SOME_LINES_BAD)

    return cover


def _told(lines: Iterable[str], objects: list[str], *, as_json: bool) -> None:
    for line in objects if as_json else lines:
        click.echo(line)
