"""`rapport rules import-phrases`: a company's phrase list from a spreadsheet into its folder of rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, Protocol

import click

from compliance.entrypoints.cli import UNUSABLE

_SEVERITIES = click.Choice(["block", "review", "pass"])


class PackFromCsv(Protocol):
    """A rule pack from a CSV file."""

    def __call__(self, file: str, raw: bytes, *, rule_id: str | None, severity: str | None) -> str:
        """Raises ValueError that tells every row that cannot be used."""
        ...


def import_phrases_command(
    pack_from_csv: PackFromCsv,
    bundle_of: Callable[[Path | None], Mapping[str, bytes]],
    check: Callable[[Mapping[str, bytes]], object],
) -> click.Command:
    """The command, with what makes a pack of a file and what checks the rule set that comes of it."""

    @click.command("import-phrases")
    @click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @click.option("--into", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder of rules.")
    @click.option("--id", "rule_id", help="Rule id for rows without one, such as HAV-01.")
    @click.option("--severity", type=_SEVERITIES, help="For rows without one.")
    @click.option("--replace", is_flag=True, help="Overwrite the pack of an earlier import of this file.")
    def import_phrases(file: Path, into: Path, rule_id: str | None, severity: str | None, *, replace: bool) -> None:
        """Make a rule pack of the phrases in FILE (CSV) and put it INTO a folder of rules.

        Columns, in any order: phrase, kind (contains, whole_word, regex), severity (block, review, pass), and
        country, valid_from, valid_until, message, remedy, id, clause, source. Nothing is written unless the whole
        rule set can be used with it; exit code 2 then.
        """
        target = into / f"phrases-{file.stem.casefold().replace(' ', '-')}.yaml"
        if target.exists() and not replace:
            _stop(f"{target}: is there already; give --replace to import the list anew")
        try:
            text = pack_from_csv(str(file), file.read_bytes(), rule_id=rule_id, severity=severity)
            present = bundle_of(into) if into.is_dir() and any(into.iterdir()) else bundle_of(None)
            name = target.name if (into / "rule-set.yaml").is_file() else f"company/{target.name}"
            check({**present, name: text.encode("utf-8")})
        except ValueError as failed:
            _stop(str(failed))
        into.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        click.echo(f"{target}: {text.count('- id:')} phrases; `rapport rules test {into}` tries them")

    return import_phrases


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    raise SystemExit(UNUSABLE)
