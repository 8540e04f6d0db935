"""`rapport rules import-phrases`: a company's phrase list from a spreadsheet into its folder of rules."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import click

from compliance.entrypoints.commands.screen import stop

_SEVERITIES = click.Choice(["block", "review", "pass"])


class ImportList(Protocol):
    """Makes a rule pack of a CSV file and writes it into a folder of rules, all rows or none."""

    def __call__(self, file: Path, into: Path, *, rule_id: str | None, severity: str | None) -> tuple[Path, int]:
        """The pack written and the number of its phrases. Raises ValueError that tells every row that is wrong."""
        ...


def import_phrases_command(import_list: ImportList) -> click.Command:
    """The command, with what makes a pack of a file."""

    @click.command("import-phrases")
    @click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @click.option("--into", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder of rules.")
    @click.option("--id", "rule_id", help="Rule id for rows without one, such as HAV-01.")
    @click.option("--severity", type=_SEVERITIES, help="For rows without one.")
    def import_phrases(file: Path, into: Path, rule_id: str | None, severity: str | None) -> None:
        """Make a rule pack of the phrases in FILE (CSV) and put it INTO a folder of rules.

        Columns, in any order: phrase, kind (contains, whole_word, regex), severity (block, review, pass), and
        country, valid_from, valid_until, message, remedy, id, clause, source. The same file again replaces its pack.
        Nothing is written unless the whole rule set can be used with it; exit code 2 then.
        """
        try:
            target, count = import_list(file, into, rule_id=rule_id, severity=severity)
        except (ValueError, OSError) as failed:
            stop(str(failed))
        click.echo(f"{target}: {count} phrases; `rapport rules test {into}` tries them")

    return import_phrases
